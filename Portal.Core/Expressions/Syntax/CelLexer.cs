using System.Globalization;

namespace Portal.Core.Expressions.Syntax;

/// <summary>Splits a source into tokens: the lexis of the CEL specification, names in backquotes included.</summary>
internal sealed class CelLexer(string source)
{
    private static readonly string[] Marks =
        ["==", "!=", "<=", ">=", "&&", "||", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ".", ",", "(", ")", "[", "]", "{", "}"];

    private int _at;

    /// <summary>All tokens, the last of which is <see cref="TokenKind.End"/>.</summary>
    /// <exception cref="CelSyntaxException">A character or a literal is none of CEL.</exception>
    public static IReadOnlyList<CelToken> Read(string source)
    {
        var lexer = new CelLexer(source);
        var tokens = new List<CelToken>();
        do tokens.Add(lexer.Next());
        while (tokens[^1].Kind != TokenKind.End);
        return tokens;
    }

    private CelToken Next()
    {
        SkipSpace();
        var start = _at;
        if (start == source.Length) return new(TokenKind.End, start, "", default);
        var first = source[start];
        if (char.IsAsciiDigit(first) || (first == '.' && char.IsAsciiDigit(At(start + 1)))) return Number(start);
        if (first is '"' or '\'') return Text(start, false, false);
        if (first == '`') return QuotedName(start);
        if (IsNameStart(first)) return NameOrText(start);
        foreach (var mark in Marks)
        {
            if (string.CompareOrdinal(source, start, mark, 0, mark.Length) != 0) continue;
            _at += mark.Length;
            return new(TokenKind.Mark, start, mark, default);
        }

        throw new CelSyntaxException(start, first switch
        {
            '=' => "“=” is no operator; “==” compares.",
            '&' => "“&” is no operator; “&&” is “and”.",
            '|' => "“|” is no operator; “||” is “or”.",
            _ => "This character has no meaning in an expression.",
        });
    }

    private void SkipSpace()
    {
        while (_at < source.Length)
        {
            if (source[_at] is ' ' or '\t' or '\n' or '\r' or '\f') _at++;
            else if (source[_at] == '/' && At(_at + 1) == '/') _at = source.IndexOf('\n', _at) is var end && end < 0 ? source.Length : end;
            else return;
        }
    }

    private CelToken NameOrText(int start)
    {
        var isBytes = source[start] is 'b' or 'B';
        var mark = isBytes ? start + 1 : start;
        var isRaw = At(mark) is 'r' or 'R';
        if (isRaw) mark++;
        if ((isBytes || isRaw) && At(mark) is '"' or '\'') return Text(mark, isBytes, isRaw, start);
        while (_at < source.Length && IsNamePart(source[_at])) _at++;
        return new(TokenKind.Name, start, source[start.._at], default);
    }

    private CelToken QuotedName(int start)
    {
        var end = source.IndexOf('`', start + 1);
        if (end < 0) throw new CelSyntaxException(start, "The closing “`” is missing.");
        var name = source[(start + 1)..end];
        if (name.Length == 0 || !name.All(character => IsNamePart(character) || character is '.' or '-' or '/' or ' '))
            throw new CelSyntaxException(start, "A name in “`” has letters, digits, spaces and “_ . - /” only.");
        _at = end + 1;
        return new(TokenKind.QuotedName, start, name, default);
    }

    private CelToken Number(int start)
    {
        if (source[start] == '0' && At(start + 1) is 'x' or 'X') return Hexadecimal(start);
        SkipDigits();
        var isWhole = true;
        if (At(_at) == '.' && char.IsAsciiDigit(At(_at + 1)))
        {
            isWhole = false;
            _at++;
            SkipDigits();
        }

        if (At(_at) is 'e' or 'E')
        {
            var digits = At(_at + 1) is '+' or '-' ? _at + 2 : _at + 1;
            if (!char.IsAsciiDigit(At(digits))) throw new CelSyntaxException(_at, "The exponent of the number is missing.");
            isWhole = false;
            _at = digits;
            SkipDigits();
        }

        var text = source.AsSpan(start, _at - start);
        if (!isWhole)
            return Literal(start, CelValue.Of(double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture)));
        return Whole(start, ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value), value);
    }

    private CelToken Hexadecimal(int start)
    {
        _at = start + 2;
        while (char.IsAsciiHexDigit(At(_at))) _at++;
        return Whole(start, ulong.TryParse(source.AsSpan(start + 2, _at - start - 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value), value);
    }

    private CelToken Whole(int start, bool fits, ulong value)
    {
        if (At(_at) is 'u' or 'U')
        {
            _at++;
            return fits ? Literal(start, CelValue.Of(value)) : throw TooLarge(start);
        }

        if (!fits || value > 1UL << 63) throw TooLarge(start);
        if (value <= long.MaxValue) return Literal(start, CelValue.Of((long)value));
        return Literal(start, default) with { Kind = TokenKind.LargestInt };
    }

    internal static CelSyntaxException TooLarge(int offset) => new(offset, "This is no number, or one too large for 64 bits.");

    private CelToken Literal(int start, CelValue value)
    {
        if (_at < source.Length && IsNamePart(source[_at])) throw new CelSyntaxException(_at, "A number cannot be followed by a letter.");
        return new(TokenKind.Literal, start, "", value);
    }

    private CelToken Text(int quote, bool isBytes, bool isRaw, int? start = null)
    {
        var mark = source[quote];
        var isTriple = At(quote + 1) == mark && At(quote + 2) == mark;
        var from = quote + (isTriple ? 3 : 1);
        _at = from;
        while (!Closes(mark, isTriple))
        {
            if (_at >= source.Length || (!isTriple && source[_at] is '\n' or '\r'))
                throw new CelSyntaxException(start ?? quote, "The text is not closed.");
            _at += source[_at] == '\\' && !isRaw && _at + 1 < source.Length && (isTriple || source[_at + 1] is not ('\n' or '\r')) ? 2 : 1;
        }

        var value = CelText.Read(source, from, _at, isBytes, isRaw);
        _at += isTriple ? 3 : 1;
        return new(TokenKind.Literal, start ?? quote, "", value);
    }

    private bool Closes(char mark, bool isTriple) =>
        At(_at) == mark && (!isTriple || (At(_at + 1) == mark && At(_at + 2) == mark));

    private void SkipDigits()
    {
        while (char.IsAsciiDigit(At(_at))) _at++;
    }

    private char At(int index) => index < source.Length ? source[index] : '\0';

    private static bool IsNameStart(char character) => char.IsAsciiLetter(character) || character == '_';

    private static bool IsNamePart(char character) => char.IsAsciiLetterOrDigit(character) || character == '_';
}
