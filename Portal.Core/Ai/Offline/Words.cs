using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Portal.Core.Ai.Offline;

/// <summary>Cuts texts into words and sentences, and tells words that carry meaning from those that do not. English.</summary>
internal static partial class Words
{
    private static readonly FrozenSet<string> Empty = (
        "a about above after again against all also am an and any are as at be because been before being below between both but by can cannot could did do does doing "
        + "down during each either else even ever few for from further get got had has have having he her here hers him his how i if in into is it its itself just let like "
        + "many may me might more most much must my myself no nor not now of off on once one only or other our ours out over own please quite rather really same shall she should since so "
        + "some such than that the their theirs them then there these they this those through to too under until up upon us very want was we were what when where which "
        + "while who whom why will with within without would yes yet you your yours dear hello hi thanks thank regards")
        .Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The words in lower case, in their order.</summary>
    public static IReadOnlyList<string> Of(string text) => [.. Word().Matches(text).Select(match => match.Value.ToLowerInvariant())];

    /// <summary>Whether a word in lower case says what a text is about.</summary>
    public static bool Means(string word) => word.Length > 2 && !Empty.Contains(word) && !char.IsDigit(word[0]);

    /// <summary>A word without the endings of plural and tense, so that <c>payments</c> and <c>payment</c> are one.</summary>
    public static string Stem(string word)
    {
        if (word.EndsWith("'s", StringComparison.Ordinal)) word = word[..^2];
        if (word.Length > 5 && word.EndsWith("ies", StringComparison.Ordinal)) return word[..^3] + "y";
        if (word.Length > 5 && word.EndsWith("ing", StringComparison.Ordinal)) return word[..^3];
        if (word.Length > 4 && word.EndsWith("ed", StringComparison.Ordinal)) return word[..^2];
        return word.Length > 3 && word[^1] == 's' && word[^2] is not ('s' or 'u' or 'i') ? word[..^1] : word;
    }

    public static IReadOnlyList<string> Sentences(string text) => [.. SentenceEnd().Split(text).Select(part => Space().Replace(part, " ").Trim()).Where(part => part.Length > 0)];

    /// <summary>What a text is about: the words with meaning that stand in it most often, the first to appear first among equals.</summary>
    public static IReadOnlyList<string> Key(string text, int most) =>
    [
        .. Of(text).Where(Means).Index().GroupBy(word => Stem(word.Item), StringComparer.Ordinal)
            .OrderByDescending(group => group.Count()).ThenBy(group => group.First().Index).Take(most).Select(group => group.First().Item),
    ];

    [GeneratedRegex(@"[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*", RegexOptions.NonBacktracking)]
    private static partial Regex Word();

    [GeneratedRegex(@"(?<=[.!?])\s+|\r?\n+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"\s+", RegexOptions.NonBacktracking)]
    private static partial Regex Space();
}
