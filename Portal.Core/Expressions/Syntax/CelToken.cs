namespace Portal.Core.Expressions.Syntax;

internal enum TokenKind
{
    End,
    Name,
    QuotedName,
    Literal,

    // A number whose sign decides whether it fits: 9223372036854775808 does with a minus before it.
    LargestInt,
    Mark,
}

/// <summary>A piece of source. <paramref name="Text"/> is the name or the mark, such as <c>==</c>; <paramref name="Value"/> that of a literal.</summary>
internal sealed record CelToken(TokenKind Kind, int Offset, string Text, CelValue Value)
{
    public bool Is(string mark) => Kind == TokenKind.Mark && Text == mark;

    public bool IsWord(string word) => Kind == TokenKind.Name && Text == word;
}

/// <summary>Carries a fault out of the depth of lexer, parser or binder; never leaves <see cref="CelProgram"/>.</summary>
internal sealed class CelSyntaxException(int offset, string message) : Exception(message)
{
    public int Offset => offset;
}
