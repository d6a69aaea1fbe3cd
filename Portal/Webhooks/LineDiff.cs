namespace Portal.Webhooks;

/// <summary>A line of a comparison.</summary>
/// <param name="Change">Minus for a line that goes, plus for one that comes, a space for one that stays.</param>
internal readonly record struct DiffLine(char Change, string Text);

/// <summary>Compares two texts line by line by their longest common subsequence.</summary>
internal static class LineDiff
{
    private const int LongestCompared = 1500;
    private const int Around = 3;

    /// <summary>The lines that differ, with a few around them; a line with an ellipsis stands for what is left out.</summary>
    internal static IReadOnlyList<DiffLine> Of(string before, string after)
    {
        var (old, now) = (before.Split('\n'), after.Split('\n'));
        // The table grows with the product: of texts beyond that, all goes and all comes.
        if (old.Length > LongestCompared || now.Length > LongestCompared) return [.. old.Select(line => new DiffLine('-', line)), .. now.Select(line => new DiffLine('+', line))];
        return Folded(Compare(old, now));
    }

    private static List<DiffLine> Compare(string[] old, string[] now)
    {
        var common = new int[old.Length + 1, now.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
        for (var j = now.Length - 1; j >= 0; j--)
            common[i, j] = old[i] == now[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        var lines = new List<DiffLine>();
        var (at, to) = (0, 0);
        while (at < old.Length || to < now.Length)
        {
            if (at < old.Length && to < now.Length && old[at] == now[to])
            {
                lines.Add(new(' ', old[at]));
                (at, to) = (at + 1, to + 1);
            }
            else if (to == now.Length || (at < old.Length && common[at + 1, to] >= common[at, to + 1])) lines.Add(new('-', old[at++]));
            else lines.Add(new('+', now[to++]));
        }

        return lines;
    }

    private static List<DiffLine> Folded(List<DiffLine> lines)
    {
        var kept = new bool[lines.Count];
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].Change == ' ') continue;
            for (var near = Math.Max(0, i - Around); near <= Math.Min(lines.Count - 1, i + Around); near++) kept[near] = true;
        }

        var folded = new List<DiffLine>();
        for (var i = 0; i < lines.Count; i++)
        {
            if (kept[i]) folded.Add(lines[i]);
            else if (i == 0 || kept[i - 1]) folded.Add(new(' ', "…"));
        }

        return folded;
    }
}
