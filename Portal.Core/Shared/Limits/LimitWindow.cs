using System.Globalization;

namespace Portal.Core.Shared.Limits;

/// <summary>What a limit is counted for, in the order in which locks are taken.</summary>
internal enum LimitRank
{
    Global,
    Organization,
    Pattern,
    Category,
    Key,
}

/// <summary>A <see cref="SlidingWindow"/> that requests share: its lock, its place in the lock order, and how headers name it.</summary>
internal sealed class LimitWindow
{
    private static long s_lastNumber;

    private readonly LimitRank _rank;
    private readonly long _number = Interlocked.Increment(ref s_lastNumber);
    private volatile string _policy;

    /// <param name="rank">What the limit is counted for.</param>
    /// <param name="name">Short name for error details and headers, such as <c>category:crm_write</c>.</param>
    /// <param name="limit">Requests a window, at least 1.</param>
    /// <param name="burst">Requests on credit above the limit.</param>
    /// <param name="window">The window's length, a multiple of 60 ms.</param>
    /// <param name="nowMilliseconds">Time of the monotonic clock.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside the range of <see cref="SlidingWindow"/>.</exception>
    public LimitWindow(LimitRank rank, string name, int limit, int burst, TimeSpan window, long nowMilliseconds)
    {
        _rank = rank;
        Name = name;
        QuotedName = LimitHeaders.Quote(name);
        Requests = new SlidingWindow(limit, burst, window, nowMilliseconds);
        _policy = LimitHeaders.FormatPolicy(QuotedName, limit, Requests.WindowMilliseconds);
    }

    /// <summary>Short name for error details, such as <c>key</c> or <c>pattern:/api/auth/*</c>.</summary>
    public string Name { get; }

    /// <summary>Value of <c>RateLimit-Policy</c> for this limit: <c>"key";q=100;w=60</c>.</summary>
    public string Policy => _policy;

    /// <summary>The name as a structured-field string (RFC 9651).</summary>
    internal string QuotedName { get; }

    /// <summary>Held while <see cref="Requests"/> is used; several are taken in the order of <see cref="Precedes"/>.</summary>
    internal Lock Gate { get; } = new();

    internal SlidingWindow Requests { get; }

    /// <summary>Changes limit and burst from now on; what was counted stays counted. Does nothing if both are as they were.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside the range of <see cref="SlidingWindow"/>.</exception>
    public void Configure(int limit, int burst, long nowMilliseconds)
    {
        lock (Gate)
        {
            if (Requests.Limit == limit && Requests.Burst == burst)
                return;
            Requests.Configure(limit, burst, nowMilliseconds);
            _policy = LimitHeaders.FormatPolicy(QuotedName, limit, Requests.WindowMilliseconds);
        }
    }

    /// <summary>Requests a window, without burst.</summary>
    public int Limit => Requests.Limit;

    /// <summary>How many requests would be admitted now.</summary>
    public int Remaining(long nowMilliseconds)
    {
        lock (Gate) return Requests.Remaining(nowMilliseconds);
    }

    /// <summary>Whether a new window in this one's place would behave the same, so that this one can be forgotten.</summary>
    public bool IsIdle(long nowMilliseconds)
    {
        lock (Gate)
            return Requests.IsIdle(nowMilliseconds);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Policy} #{_number}");

    /// <summary>Whether this window's lock is taken before the other's: by rank, then by age.</summary>
    internal bool Precedes(LimitWindow other) => _rank != other._rank ? _rank < other._rank : _number < other._number;
}
