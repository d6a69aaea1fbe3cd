namespace Portal.Core.Ai.Offline;

/// <summary>
/// An extract: the sentences that hold most of the text's frequent words, in their own order (H. P. Luhn, "The Automatic
/// Creation of Literature Abstracts", 1958).
/// </summary>
internal static class Summary
{
    private const int Usual = 3;

    public static string Of(string text, int? sentences)
    {
        var all = Words.Sentences(text);
        var most = sentences ?? Usual;
        if (all.Count <= most) return string.Join(' ', all);
        var frequency = Words.Of(text).Where(Words.Means).CountBy(Words.Stem, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var chosen = all.Select((sentence, at) => (sentence, at, weight: Weight(sentence, frequency)))
            .OrderByDescending(ranked => ranked.weight).ThenBy(ranked => ranked.at).Take(most).OrderBy(ranked => ranked.at);
        return string.Join(' ', chosen.Select(ranked => ranked.sentence));
    }

    // By the square root of its length: neither the longest sentence wins for being long, nor the shortest for one word.
    private static double Weight(string sentence, Dictionary<string, int> frequency)
    {
        var words = Words.Of(sentence);
        return words.Count == 0 ? 0 : words.Where(Words.Means).Sum(word => frequency[Words.Stem(word)]) / Math.Sqrt(words.Count);
    }
}
