namespace Portal.Core.Gateway;

/// <summary>Equal spans of time that together cover a period; each begins at whole multiples of the step since 1970.</summary>
internal sealed class Spans
{
    private const int Most = 1000;
    private readonly long _first;
    private readonly int _count;

    /// <exception cref="ArgumentException">There would be more than 1,000 of them, or the step is under a second.</exception>
    public Spans(DateTimeOffset from, DateTimeOffset to, TimeSpan step)
    {
        Seconds = (long)step.TotalSeconds;
        if (Seconds < 1) throw new ArgumentException("A step is at least a second.", nameof(step));
        _first = from.ToUnixTimeSeconds() / Seconds;
        var last = (to.AddTicks(-1).ToUnixTimeSeconds() / Seconds) + 1;
        if (last - _first > Most) throw new ArgumentException($"The period has more than {Most} steps.", nameof(step));
        _count = (int)Math.Max(0, last - _first);
    }

    /// <summary>The step in seconds.</summary>
    public long Seconds { get; }

    /// <summary>Makes one thing for each span, oldest first.</summary>
    public IReadOnlyList<T> Select<T>(Func<long, DateTimeOffset, T> make) =>
        [.. Enumerable.Range(0, _count).Select(at => make(_first + at, DateTimeOffset.FromUnixTimeSeconds((_first + at) * Seconds)))];
}
