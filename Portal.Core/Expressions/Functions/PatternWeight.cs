using System.Globalization;

namespace Portal.Core.Expressions.Functions;

/// <summary>
/// How many places a pattern has once its counted repetitions are written out: <c>(a{9}b){5}</c> has 50. So many states,
/// at worst, does the machine keep for each character that it reads.
/// </summary>
internal sealed class PatternWeight
{
    private const long Most = 1 << 20;
    private readonly Stack<(long Sum, long Last)> _outer = new();
    private (long Sum, long Last) _group;

    public long Total => Sum(_group);

    /// <summary>A character, a class, or what else stands for itself.</summary>
    public void Add() => _group = (Sum(_group), 1);

    public void Open()
    {
        _outer.Push(_group);
        _group = default;
    }

    public void Close()
    {
        var inner = Total;
        _group = _outer.Pop();
        _group = (Sum(_group), inner);
    }

    /// <summary>What came last stands there so many times.</summary>
    public void Repeat(int count) => _group.Last = Math.Min(Most, _group.Last * Math.Max(1, count));

    /// <summary>How often a counted repetition at the beginning of a pattern repeats at most; of an open one, at least. Null where there is none.</summary>
    public static int? Count(ReadOnlySpan<char> pattern)
    {
        if (pattern.IndexOf('}') is not (> 1 and var end)) return null;
        var counts = pattern[1..end];
        var comma = counts.IndexOf(',');
        if (comma < 0) return Number(counts);
        return Number(counts[..comma]) is not { } least ? null : comma == counts.Length - 1 ? least : Number(counts[(comma + 1)..]);
    }

    private static int? Number(ReadOnlySpan<char> digits) => int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static long Sum((long Sum, long Last) group) => Math.Min(Most, group.Sum + group.Last);
}
