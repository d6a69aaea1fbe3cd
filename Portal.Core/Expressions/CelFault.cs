namespace Portal.Core.Expressions;

/// <summary>Why an expression does not compile or has no value, and where in its source.</summary>
internal sealed class CelFault(string source, int offset, string message)
{
    /// <summary>A sentence for the author of the expression. It may quote names and patterns of the expression, and never values of the data.</summary>
    public string Message => message;

    /// <summary>UTF-16 code units before the character at fault; the source's length where it ends too early.</summary>
    public int Offset => offset;

    /// <summary>From 1.</summary>
    public int Line => source.AsSpan(0, offset).Count('\n') + 1;

    /// <summary>From 1, in UTF-16 code units as editors of the browser count.</summary>
    public int Column => offset - source.AsSpan(0, offset).LastIndexOf('\n');

    public override string ToString() => $"{Line}:{Column}: {Message}";
}
