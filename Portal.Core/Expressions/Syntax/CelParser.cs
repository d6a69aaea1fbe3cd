namespace Portal.Core.Expressions.Syntax;

/// <summary>Reads tokens by the grammar of the CEL specification. Neither its own recursion nor the tree it builds goes deeper than allowed.</summary>
internal sealed class CelParser
{
    // Words that name nothing; those reserved for later may name fields and methods.
    private static readonly HashSet<string> Words = new(StringComparer.Ordinal) { "true", "false", "null", "in" };

    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package", "namespace", "return", "var", "void", "while",
    };

    private readonly IReadOnlyList<CelToken> _tokens;
    private readonly int _mostDepth;
    private int _at;
    private int _open;

    private CelParser(IReadOnlyList<CelToken> tokens, int mostDepth)
    {
        _tokens = tokens;
        _mostDepth = mostDepth;
    }

    private CelToken Current => _tokens[_at];

    /// <exception cref="CelSyntaxException">The source is no expression, or one nested too deeply.</exception>
    public static CelSyntax Parse(string source, int mostDepth)
    {
        var parser = new CelParser(CelLexer.Read(source), mostDepth);
        var expression = parser.Expression();
        return parser.Current.Kind == TokenKind.End ? expression : throw parser.Unexpected("an operator or the end");
    }

    private CelSyntax Expression()
    {
        Enter();
        var condition = Binary(1);
        if (Current.Is("?")) condition = Conditional(condition);
        _open--;
        return condition;
    }

    private ConditionalSyntax Conditional(CelSyntax condition)
    {
        var offset = Take().Offset;
        var then = Binary(1);
        Expect(":", "“:” and the value for the other case");
        var otherwise = Expression();
        return new(offset, Above(offset, condition, then, otherwise), condition, then, otherwise);
    }

    // Climbs by precedence: a method for each level would cost the stack five times as much.
    private CelSyntax Binary(int least)
    {
        var left = Unary();
        while (Precedence(Current) is var level && level >= least)
        {
            if (level <= 2)
            {
                left = Logic(left, level);
                continue;
            }

            var sign = Take();
            var right = Binary(level + 1);
            left = new BinarySyntax(sign.Offset, Above(sign.Offset, left, right), sign.Text, left, right);
        }

        return left;
    }

    private LogicSyntax Logic(CelSyntax first, int level)
    {
        var offset = Current.Offset;
        var operands = new List<CelSyntax> { first };
        while (Precedence(Current) == level)
        {
            Take();
            operands.Add(Binary(level + 1));
        }

        return new(offset, Above(offset, [.. operands]), level == 2, operands);
    }

    private static int Precedence(CelToken token) => token.Kind switch
    {
        TokenKind.Name => token.Text == "in" ? 3 : 0,
        TokenKind.Mark => token.Text switch
        {
            "||" => 1,
            "&&" => 2,
            "==" or "!=" or "<" or "<=" or ">" or ">=" => 3,
            "+" or "-" => 4,
            "*" or "/" or "%" => 5,
            _ => 0,
        },
        _ => 0,
    };

    private CelSyntax Unary()
    {
        if (!Current.Is("!") && !Current.Is("-")) return Member(Primary());
        var sign = Take();
        if (sign.Text == "-" && Negative(sign.Offset) is { } literal) return Member(literal);
        if ((sign.Text == "!") ? Current.Is("-") : Current.Is("!")) throw Unexpected("a value");
        Enter();
        var operand = Unary();
        _open--;
        return new UnarySyntax(sign.Offset, Above(sign.Offset, operand), sign.Text, operand);
    }

    // The least int can only be written as one with its sign.
    private LiteralSyntax? Negative(int offset)
    {
        var token = Current;
        if (token.Kind == TokenKind.LargestInt)
        {
            Take();
            return new(offset, CelValue.Of(long.MinValue));
        }

        if (token.Kind != TokenKind.Literal || token.Value.Kind is not (CelKind.Int or CelKind.Double)) return null;
        Take();
        return new(offset, token.Value.Kind == CelKind.Int ? CelValue.Of(-token.Value.AsInt) : CelValue.Of(-token.Value.AsDouble));
    }

    private CelSyntax Member(CelSyntax operand)
    {
        while (true)
        {
            if (Current.Is("."))
            {
                Take();
                operand = Selection(operand);
            }
            else if (Current.Is("["))
            {
                var offset = Take().Offset;
                var key = Expression();
                Expect("]", "“]”");
                operand = new IndexSyntax(offset, Above(offset, operand, key), operand, key);
            }
            else if (Current.Is("{"))
            {
                throw new CelSyntaxException(Current.Offset, "Messages cannot be built here; a map is written {'key': value}.");
            }
            else
            {
                return operand;
            }
        }
    }

    private CelSyntax Selection(CelSyntax operand)
    {
        var name = Current;
        if (name.Kind is not (TokenKind.Name or TokenKind.QuotedName) || (name.Kind == TokenKind.Name && Words.Contains(name.Text)))
            throw Unexpected("the name of a field or method");
        Take();
        if (name.Kind == TokenKind.QuotedName || !Current.Is("("))
            return new SelectSyntax(name.Offset, Above(name.Offset, operand), operand, name.Text);
        Take();
        var arguments = Items(")");
        return new CallSyntax(name.Offset, Above(name.Offset, [operand, .. arguments]), operand, name.Text, arguments);
    }

    private CelSyntax Primary()
    {
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.Literal:
                Take();
                return new LiteralSyntax(token.Offset, token.Value);
            case TokenKind.LargestInt:
                throw CelLexer.TooLarge(token.Offset);
            case TokenKind.Name:
                return Name(false);
            case TokenKind.Mark when token.Text == ".":
                Take();
                return Current.Kind == TokenKind.Name ? Name(true) : throw Unexpected("a name");
            case TokenKind.Mark when token.Text == "(":
                Take();
                var inner = Expression();
                Expect(")", "“)”");
                return inner;
            case TokenKind.Mark when token.Text == "[":
                Take();
                var items = Items("]");
                return new ListSyntax(token.Offset, Above(token.Offset, [.. items]), items);
            case TokenKind.Mark when token.Text == "{":
                return Map();
            default:
                throw Unexpected("a value");
        }
    }

    private CelSyntax Name(bool isRoot)
    {
        var token = Take();
        switch (token.Text)
        {
            case "true" or "false" when !isRoot: return new LiteralSyntax(token.Offset, CelValue.Of(token.Text == "true"));
            case "null" when !isRoot: return new LiteralSyntax(token.Offset, CelValue.Null);
        }

        if (Words.Contains(token.Text) || Reserved.Contains(token.Text)) throw new CelSyntaxException(token.Offset, $"“{token.Text}” is a word of the language and names nothing.");
        if (!Current.Is("(")) return new NameSyntax(token.Offset, token.Text, isRoot);
        Take();
        var arguments = Items(")");
        return new CallSyntax(token.Offset, Above(token.Offset, [.. arguments]), null, token.Text, arguments);
    }

    private MapSyntax Map()
    {
        var offset = Take().Offset;
        var entries = new List<(CelSyntax, CelSyntax)>();
        var parts = new List<CelSyntax>();
        while (!Current.Is("}"))
        {
            var key = Expression();
            Expect(":", "“:” and the value of the entry");
            var value = Expression();
            entries.Add((key, value));
            parts.AddRange([key, value]);
            if (!Current.Is("}")) Expect(",", "“,” or “}”");
        }

        Take();
        return new(offset, Above(offset, [.. parts]), entries);
    }

    // A comma may stand after the last item of a list, not after the last argument.
    private List<CelSyntax> Items(string close)
    {
        var items = new List<CelSyntax>();
        while (!Current.Is(close))
        {
            items.Add(Expression());
            if (Current.Is(close)) break;
            Expect(",", $"“,” or “{close}”");
            if (close == ")" && Current.Is(close)) throw Unexpected("an argument");
        }

        Take();
        return items;
    }

    private CelToken Take() => _tokens[_at++];

    private void Expect(string mark, string wanted)
    {
        if (!Current.Is(mark)) throw Unexpected(wanted);
        Take();
    }

    private void Enter()
    {
        if (++_open > _mostDepth) throw TooDeep(Current.Offset);
    }

    private int Above(int offset, params ReadOnlySpan<CelSyntax> parts)
    {
        var depth = 1;
        foreach (var part in parts) depth = Math.Max(depth, part.Depth + 1);
        return depth <= _mostDepth ? depth : throw TooDeep(offset);
    }

    private CelSyntaxException TooDeep(int offset) => new(offset, $"The expression is nested deeper than {_mostDepth} levels.");

    private CelSyntaxException Unexpected(string wanted) => new(Current.Offset, Current.Kind switch
    {
        TokenKind.End => $"The expression ends where {wanted} should follow.",
        TokenKind.Mark or TokenKind.Name => $"“{Current.Text}” stands where {wanted} should.",
        _ => $"A value stands where {wanted} should.",
    });
}
