using System.Collections.Immutable;
using Portal.Core.Expressions.Functions;
using Portal.Core.Expressions.Syntax;

namespace Portal.Core.Expressions.Evaluation;

/// <summary>Makes nodes of syntax: resolves names, functions and macros, and compiles patterns.</summary>
internal sealed class CelBinder(CelOptions options)
{
    private ImmutableDictionary<string, int> _locals = ImmutableDictionary.Create<string, int>(StringComparer.Ordinal);
    private int _depth;

    /// <summary>Places that an evaluation needs for variables of macros.</summary>
    public int MostLocals { get; private set; }

    /// <exception cref="CelSyntaxException">A macro is misused; or names are declared, and one that is used is not.</exception>
    public CelNode Bind(CelSyntax syntax) => syntax switch
    {
        LiteralSyntax literal => new LiteralNode(literal.Offset, literal.Value),
        NameSyntax or SelectSyntax => Name(syntax),
        IndexSyntax index => new IndexNode(index.Offset, Bind(index.Operand), Bind(index.Key)),
        CallSyntax call => new CelCallBinder(this).Bind(call),
        ListSyntax list => List(list),
        MapSyntax map => Map(map),
        UnarySyntax { Operator: "!" } not => new NotNode(not.Offset, Bind(not.Operand)),
        UnarySyntax minus => new NegateNode(minus.Offset, Bind(minus.Operand)),
        BinarySyntax binary => Binary(binary, Bind(binary.Left), Bind(binary.Right)),
        LogicSyntax logic => new LogicNode(logic.Offset, logic.IsAnd, [.. logic.Operands.Select(Bind)]),
        ConditionalSyntax choice => new ConditionalNode(choice.Offset, Bind(choice.Condition), Bind(choice.Then), Bind(choice.Else)),
        _ => throw new CelSyntaxException(syntax.Offset, "This cannot be evaluated."),
    };

    /// <summary>Whether a name is declared. One that ends in <c>()</c> is a function without arguments, whose value is given with the variables.</summary>
    public bool IsDeclared(string name) => options.Variables is { } declared && declared.Contains(name);

    /// <summary>What is not known: a fault where names are declared, else an error of the evaluation.</summary>
    public CelNode Missing(int offset, string message) =>
        options.Variables is null ? new MissingNode(offset, message) : throw new CelSyntaxException(offset, message);

    /// <summary>Binds a part in which a name is a variable of a macro, with the place of its value.</summary>
    public T With<T>(string name, Func<int, T> bind)
    {
        var outer = _locals;
        var slot = _depth++;
        MostLocals = Math.Max(MostLocals, _depth);
        _locals = outer.SetItem(name, slot);
        var result = bind(slot);
        _locals = outer;
        _depth--;
        return result;
    }

    /// <summary>The name with dots that a part is, if its beginning is no variable: that of a function or a type.</summary>
    public string? FunctionPrefix(CelSyntax syntax)
    {
        if (Path(syntax) is not { } path || IsLocal(path.Root)) return null;
        return options.Variables is { } declared && declared.Contains(path.Root.Name) ? null : string.Join('.', path.Parts.Select(part => part.Name));
    }

    private bool IsLocal(NameSyntax name) => !name.IsRoot && _locals.ContainsKey(name.Name);

    private CelNode Name(CelSyntax syntax)
    {
        if (Path(syntax) is not { } path)
        {
            var select = (SelectSyntax)syntax;
            return new SelectNode(select.Offset, Bind(select.Operand), select.Field);
        }

        var (root, parts) = path;
        if (IsLocal(root)) return Fields(new LocalNode(root.Offset, _locals[root.Name]), parts, 1);
        if (options.Variables is not { } declared) return new LateNameNode(root.Offset, parts);
        for (var count = parts.Count; count > 0; count--)
        {
            var name = string.Join('.', parts.Take(count).Select(part => part.Name));
            if (declared.Contains(name)) return Fields(new VariableNode(root.Offset, name), parts, count);
            if (count == parts.Count && CelKinds.Named(name) is { } type) return new LiteralNode(root.Offset, CelValue.Of(type));
        }

        throw new CelSyntaxException(root.Offset, $"There is no variable “{root.Name}”. Known are: {string.Join(", ", declared.Order(StringComparer.Ordinal))}.");
    }

    private static CelNode Fields(CelNode node, IReadOnlyList<(string Name, int Offset)> parts, int from)
    {
        foreach (var (name, offset) in parts.Skip(from)) node = new SelectNode(offset, node, name);
        return node;
    }

    private static (NameSyntax Root, IReadOnlyList<(string Name, int Offset)> Parts)? Path(CelSyntax syntax)
    {
        var parts = new List<(string, int)>();
        while (syntax is SelectSyntax select)
        {
            parts.Add((select.Field, select.Offset));
            syntax = select.Operand;
        }

        if (syntax is not NameSyntax root) return null;
        parts.Add((root.Name, root.Offset));
        parts.Reverse();
        return (root, parts);
    }

    // A list of literals is made once: most lists of filters stand behind "in".
    private CelNode List(ListSyntax list)
    {
        var items = list.Items.Select(Bind).ToArray();
        return items.All(item => item is LiteralNode)
            ? new LiteralNode(list.Offset, CelValue.Of(new ArrayList([.. items.Select(item => ((LiteralNode)item).Value)])))
            : new ListNode(list.Offset, items);
    }

    private CelNode Map(MapSyntax syntax)
    {
        var entries = syntax.Entries.Select(entry => (Key: Bind(entry.Key), Value: Bind(entry.Value))).ToArray();
        var map = new BuiltMap();
        foreach (var (key, value) in entries)
        {
            if (key is not LiteralNode { Value: var name } || value is not LiteralNode { Value: var content } || map.Add(name, content) is not null)
                return new MapNode(syntax.Offset, entries);
        }

        return new LiteralNode(syntax.Offset, CelValue.Of(map));
    }

    private static CelNode Binary(BinarySyntax syntax, CelNode left, CelNode right) => syntax.Operator switch
    {
        "==" => new EqualNode(syntax.Offset, true, left, right),
        "!=" => new EqualNode(syntax.Offset, false, left, right),
        "in" => new InNode(syntax.Offset, left, right),
        "<" or "<=" or ">" or ">=" => new OrderNode(syntax.Offset, syntax.Operator, left, right),
        _ => new ArithmeticNode(syntax.Offset, syntax.Operator, left, right),
    };
}
