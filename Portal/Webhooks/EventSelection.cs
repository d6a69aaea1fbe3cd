namespace Portal.Webhooks;

/// <summary>The event types of an endpoint as somebody ticks them: single ones, whole groups (<c>deal.*</c>) or all (<c>*</c>).</summary>
public sealed class EventSelection
{
    /// <summary>Stands for every type.</summary>
    internal const string All = "*";

    private const string Wildcard = ".*";
    private readonly SortedSet<string> _patterns = new(StringComparer.Ordinal);

    /// <summary>What was ticked, in the order of the alphabet.</summary>
    internal IReadOnlyList<string> Patterns => [.. _patterns];

    internal bool IsEmpty => _patterns.Count == 0;

    internal bool Everything => _patterns.Contains(All);

    internal static EventSelection Of(IEnumerable<string> patterns)
    {
        var selection = new EventSelection();
        selection._patterns.UnionWith(patterns);
        return selection;
    }

    /// <summary>What a type is about: <c>deal</c> of <c>deal.created</c>.</summary>
    internal static string GroupOf(string type) => type.Split('.')[0];

    /// <summary>The pattern of a whole group.</summary>
    internal static string PatternOf(string group) => group + Wildcard;

    internal bool HasGroup(string group) => Everything || _patterns.Contains(PatternOf(group));

    internal bool Has(string type) => _patterns.Contains(type) || IsCovered(type);

    /// <summary>Whether a pattern for many stands for the type, so that it cannot be taken away alone.</summary>
    internal bool IsCovered(string type) => _patterns.Any(pattern => Covers(pattern, type));

    /// <summary>Ticks or unticks a type or a pattern. A pattern takes the place of what it covers.</summary>
    internal void Set(string pattern, bool on)
    {
        if (!on)
        {
            _patterns.Remove(pattern);
            return;
        }

        _patterns.RemoveWhere(other => Covers(pattern, other));
        _patterns.Add(pattern);
    }

    private static bool Covers(string pattern, string type) =>
        pattern != type && (pattern == All || (pattern.EndsWith(Wildcard, StringComparison.Ordinal) && type.StartsWith(pattern[..^1], StringComparison.Ordinal)));
}
