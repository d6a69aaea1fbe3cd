namespace Portal.Core.Shared;

/// <summary>Shortens texts to what a column or a title has room for.</summary>
internal static class TextCut
{
    /// <summary>At most so many characters, never half of a pair of surrogates, which no database takes.</summary>
    public static string To(string text, int longest)
    {
        if (text.Length <= longest) return text;
        return text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)];
    }

    /// <summary>As <see cref="To"/>, without what PostgreSQL does not store: U+0000 is left out, halves of surrogate pairs are replaced.</summary>
    public static string Storable(string text, int longest) =>
        To(Problems.Faults.IsStorable(text) ? text : string.Concat(text.EnumerateRunes().Where(rune => rune.Value != 0)), longest);
}
