using System.Globalization;
using System.Text;

namespace Portal.Core.Expressions.Syntax;

/// <summary>The value of a literal of text or bytes: what stands between its quotes, escapes resolved.</summary>
internal static class CelText
{
    /// <exception cref="CelSyntaxException">An escape is none of CEL, or names no character.</exception>
    public static CelValue Read(string source, int from, int to, bool isBytes, bool isRaw)
    {
        var text = source.AsSpan(from, to - from);
        if (isRaw || !text.Contains('\\'))
            return isBytes ? CelValue.Of(Encoding.UTF8.GetBytes(text.ToString())) : CelValue.Of(text.ToString());
        var builder = new Builder(isBytes);
        for (var at = from; at < to;)
        {
            if (source[at] == '\\') at = Escape(source, at, to, builder);
            else builder.Add(Rune.GetRuneAt(source, at), ref at);
        }

        return builder.Value;
    }

    private static int Escape(string source, int at, int to, Builder builder)
    {
        if (at + 1 >= to) throw Unknown(at);
        switch (source[at + 1])
        {
            case 'a': return builder.Add('\a', at + 2);
            case 'b': return builder.Add('\b', at + 2);
            case 'f': return builder.Add('\f', at + 2);
            case 'n': return builder.Add('\n', at + 2);
            case 'r': return builder.Add('\r', at + 2);
            case 't': return builder.Add('\t', at + 2);
            case 'v': return builder.Add('\v', at + 2);
            case '\\' or '?' or '"' or '\'' or '`': return builder.Add(source[at + 1], at + 2);
            case 'x' or 'X': return builder.AddCode(Hex(source, at, to, 2), at, at + 4);
            case 'u' when !builder.IsBytes: return builder.AddCode(Hex(source, at, to, 4), at, at + 6);
            case 'U' when !builder.IsBytes: return builder.AddCode(Hex(source, at, to, 8), at, at + 10);
            case >= '0' and <= '3': return builder.AddCode(Octal(source, at, to), at, at + 4);
            default: throw Unknown(at);
        }
    }

    private static uint Hex(string source, int at, int to, int digits)
    {
        if (at + 2 + digits > to || !uint.TryParse(source.AsSpan(at + 2, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            throw new CelSyntaxException(at, $"This escape needs {digits} hexadecimal digits.");
        return code;
    }

    private static uint Octal(string source, int at, int to)
    {
        if (at + 4 > to || source[at + 2] is < '0' or > '7' || source[at + 3] is < '0' or > '7')
            throw new CelSyntaxException(at, "This escape needs three octal digits.");
        return (uint)(((source[at + 1] - '0') << 6) | ((source[at + 2] - '0') << 3) | (source[at + 3] - '0'));
    }

    private static CelSyntaxException Unknown(int at) => new(at, "This escape is not known; a backslash itself is “\\\\”.");

    private sealed class Builder(bool isBytes)
    {
        private readonly StringBuilder _text = new();
        private readonly List<byte> _bytes = [];

        public bool IsBytes => isBytes;

        public CelValue Value => isBytes ? CelValue.Of(_bytes.ToArray()) : CelValue.Of(_text.ToString());

        public void Add(Rune rune, ref int at)
        {
            Add(rune);
            at += rune.Utf16SequenceLength;
        }

        public int Add(char character, int next)
        {
            Add(new Rune(character));
            return next;
        }

        /// <summary>In bytes a code is that byte, in text that character.</summary>
        public int AddCode(uint code, int at, int next)
        {
            if (isBytes) _bytes.Add((byte)code);
            else if (Rune.IsValid(code)) Add(new Rune(code));
            else throw new CelSyntaxException(at, "This escape names no character of Unicode.");
            return next;
        }

        private void Add(Rune rune)
        {
            Span<byte> utf8 = stackalloc byte[4];
            if (isBytes) _bytes.AddRange(utf8[..rune.EncodeToUtf8(utf8)]);
            else _text.Append(rune);
        }
    }
}
