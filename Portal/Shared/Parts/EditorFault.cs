namespace Portal.Shared.Parts;

/// <summary>A place of a text that is wrong.</summary>
/// <param name="Pointer">JSON Pointer into the value; empty for the whole.</param>
/// <param name="Message">A sentence for a person.</param>
public sealed record EditorFault(string Pointer, string Message)
{
    /// <summary>Of a path as <c>data.items[0].amount</c>; its first name is the value itself.</summary>
    public static EditorFault Of(string path, string message)
    {
        var parts = path.Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Split('.').Skip(1)
            .Select(part => "/" + part.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
        return new(string.Concat(parts), message);
    }
}
