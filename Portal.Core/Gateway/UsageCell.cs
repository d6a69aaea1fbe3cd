namespace Portal.Core.Gateway;

/// <summary>What was counted within one minute. Latencies in microseconds.</summary>
internal readonly record struct UsageCounts(
    long Calls, long ClientErrors, long Refused, long ServerErrors, long LatencySum, long LatencyMax, long Charged)
{
    /// <summary>Calls by latency; see <see cref="LatencyHistogram"/>.</summary>
    public long[]? Latencies { get; init; }

    public UsageCounts Plus(in UsageCounts other) => new(
        Calls + other.Calls, ClientErrors + other.ClientErrors, Refused + other.Refused, ServerErrors + other.ServerErrors,
        LatencySum + other.LatencySum, Math.Max(LatencyMax, other.LatencyMax), Charged + other.Charged);
}

/// <summary>One caller's use of one operation since the last write. Thread-safe.</summary>
public sealed class UsageCell
{
    private readonly Lock _gate = new();
    private long _minute;
    private UsageCounts _counts;
    private long[] _latencies = new long[LatencyHistogram.Buckets];
    // Minutes that ended before they were written: none or one, unless the database is away.
    private List<(long Minute, UsageCounts Counts)>? _ended;

    /// <summary>Counts one call.</summary>
    /// <param name="minute">Whole minutes since 1970.</param>
    /// <param name="status">The HTTP status of the answer.</param>
    /// <param name="latency">In microseconds.</param>
    /// <param name="charged">Whether it counts against the monthly quota.</param>
    public void Count(long minute, int status, long latency, bool charged)
    {
        var counts = new UsageCounts(
            1,
            status is >= 400 and < 500 and not 429 ? 1 : 0,
            status == 429 ? 1 : 0,
            status >= 500 ? 1 : 0,
            latency,
            latency,
            charged ? 1 : 0);
        var bucket = LatencyHistogram.BucketOf(latency);
        lock (_gate)
        {
            Add(minute, counts);
            _latencies[bucket]++;
        }
    }

    internal IReadOnlyList<(long Minute, UsageCounts Counts)> Take()
    {
        lock (_gate)
        {
            if (_counts.Calls == 0 && _ended is null) return [];
            var taken = _ended ?? [];
            if (_counts.Calls > 0) taken.Add((_minute, TakeCounts()));
            _ended = null;
            return taken;
        }
    }

    internal void Return(long minute, UsageCounts counts)
    {
        lock (_gate) (_ended ??= []).Add((minute, counts));
    }

    private UsageCounts TakeCounts()
    {
        var taken = _counts with { Latencies = _latencies };
        _counts = default;
        _latencies = new long[LatencyHistogram.Buckets];
        return taken;
    }

    private void Add(long minute, in UsageCounts counts)
    {
        if (minute != _minute && _counts.Calls > 0)
        {
            (_ended ??= []).Add((_minute, TakeCounts()));
        }

        _minute = minute;
        _counts = _counts.Plus(counts);
    }
}
