namespace Portal.Core.Ai.Offline;

/// <summary>Which of the given labels fits a text: the one whose words stand in it most.</summary>
/// <param name="Label">Null where no label's words do.</param>
/// <param name="Confidence">The label's share of all that was found, 0 to 1.</param>
internal sealed record LabelChoice(string? Label, double Confidence, IReadOnlyDictionary<string, int> Found)
{
    public static LabelChoice Of(string text, IReadOnlyList<string> labels)
    {
        if (labels.All(label => Sentiment.Labels.Contains(label, StringComparer.OrdinalIgnoreCase)) && BySentiment(text, labels) is { } felt) return felt;
        var frequency = Words.Of(text).CountBy(Words.Stem, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var found = labels.ToDictionary(
            label => label, label => Words.Of(label).Select(Words.Stem).Distinct(StringComparer.Ordinal).Sum(stem => CountOf(stem, frequency)), StringComparer.Ordinal);
        var total = found.Values.Sum();
        if (total == 0) return new(null, 0, found);
        var best = labels.MaxBy(label => found[label])!;
        return new(best, Math.Round((double)found[best] / total, 4), found);
    }

    private static LabelChoice? BySentiment(string text, IReadOnlyList<string> labels)
    {
        var felt = Sentiment.Of(text);
        var label = labels.FirstOrDefault(label => label.Equals(felt.Label, StringComparison.OrdinalIgnoreCase));
        return label is null ? null : new(label, Math.Abs(felt.Score), new Dictionary<string, int>(StringComparer.Ordinal) { [label] = felt.Evidence.Count });
    }

    // "bill" is in "billing" and the other way round; shorter beginnings are chance.
    private static int CountOf(string stem, Dictionary<string, int> frequency) =>
        frequency.Where(word => word.Key == stem || (Math.Min(word.Key.Length, stem.Length) >= 4 && (word.Key.StartsWith(stem, StringComparison.Ordinal) || stem.StartsWith(word.Key, StringComparison.Ordinal)))).Sum(word => word.Value);
}
