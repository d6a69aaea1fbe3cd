using System.Collections.Frozen;

namespace Portal.Core.Ai.Offline;

/// <summary>How a text sounds, by a list of words. English.</summary>
/// <param name="Label"><c>positive</c>, <c>negative</c> or <c>neutral</c>.</param>
/// <param name="Score">-1 to 1.</param>
/// <param name="Evidence">The words that decided.</param>
internal sealed record Sentiment(string Label, double Score, IReadOnlyList<string> Evidence)
{
    public static readonly string[] Labels = ["positive", "negative", "neutral"];

    // Below it either side is noise; the norm is that of VADER (Hutto and Gilbert, 2014): score / √(score² + 15).
    private const double Threshold = 0.05;
    private const double Norm = 15;
    private const int NegationReach = 3;

    private static readonly FrozenDictionary<string, double> Values = Lexicon(
        (3, "amazing awesome brilliant delighted excellent fantastic love outstanding perfect superb wonderful"),
        (2, "appreciate best enjoy fast friendly glad good great grateful happy helpful impressed nice pleased recommend reliable satisfied smooth thrilled welcome win works"),
        (1, "better clear easy fair fine improved kind ok okay quick resolved solved thank thanks useful well"),
        (-1, "confusing concern delay delayed difficult expensive issue late missing problem question slow unclear unsure waiting"),
        (-2, "angry annoyed annoying bad broken cancel complain complaint crash damaged disappointed disappointing error fail failed failing failure fault frustrated frustrating poor refund rude sorry unhappy unreliable upset useless worse wrong"),
        (-3, "awful disaster disgusting dreadful furious hate horrible nightmare scam terrible unacceptable worst"));

    private static readonly FrozenSet<string> Negations = FrozenSet.Create(StringComparer.Ordinal, "not", "no", "never", "without", "hardly", "cannot", "neither", "nor");
    private static readonly FrozenSet<string> Intensifiers = FrozenSet.Create(StringComparer.Ordinal, "very", "extremely", "really", "absolutely", "totally", "completely", "so", "highly");

    public static Sentiment Of(string text)
    {
        var words = Words.Of(text);
        var (sum, evidence) = (0.0, new List<string>());
        for (var i = 0; i < words.Count; i++)
        {
            if (!Values.TryGetValue(words[i], out var value) && !Values.TryGetValue(Words.Stem(words[i]), out value)) continue;
            if (i > 0 && Intensifiers.Contains(words[i - 1])) value *= 1.5;
            if (Enumerable.Range(1, Math.Min(NegationReach, i)).Any(back => IsNegation(words[i - back]))) value *= -0.75;
            sum += value;
            evidence.Add(words[i]);
        }

        var score = Math.Round(sum / Math.Sqrt((sum * sum) + Norm), 4);
        return new(score >= Threshold ? Labels[0] : score <= -Threshold ? Labels[1] : Labels[2], score, [.. evidence.Distinct(StringComparer.Ordinal).Take(20)]);
    }

    private static bool IsNegation(string word) => Negations.Contains(word) || word.EndsWith("n't", StringComparison.Ordinal) || word.EndsWith("n’t", StringComparison.Ordinal);

    private static FrozenDictionary<string, double> Lexicon(params (double Value, string Words)[] groups) =>
        groups.SelectMany(group => group.Words.Split(' '), (group, word) => KeyValuePair.Create(word, group.Value)).ToFrozenDictionary(StringComparer.Ordinal);
}
