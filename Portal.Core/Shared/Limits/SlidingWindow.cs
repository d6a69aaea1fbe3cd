namespace Portal.Core.Shared.Limits;

/// <summary>
/// One rate limit of one scope: a sliding window with burst. Not thread-safe; <see cref="LimitWindow"/> guards it.
/// All times are milliseconds of one monotonic clock; a time before the latest one seen is taken as the latest one.
/// </summary>
/// <remarks>
/// <para>
/// Requests are counted in sub-buckets of a 60th of the window. A sub-bucket counts until it has wholly left the window,
/// so no closed interval of the window's length ever holds more than limit + burst admitted requests, and a request
/// counts at most a 60th of the window too long.
/// </para>
/// <para>
/// Below the limit every request is admitted. From the limit to limit + burst a request is admitted on credit: it adds
/// one to the burst debt, which may not exceed the burst. Only unused capacity repays the debt, at (limit − count) per
/// counting lifetime. So over any time T at most limit · T / window requests are admitted, apart from a constant: a
/// saturated client gets the limit, and one that pauses gets its burst back. The counting lifetime (61 sub-buckets) is
/// used and not the window (60), because a request admitted on credit holds its place for up to that long; with the
/// shorter time an alternating client would gain up to 1/60 on the limit.
/// </para>
/// </remarks>
internal sealed class SlidingWindow
{
    /// <summary>Highest limit and highest burst, in requests; their sum still fits an <see cref="int"/>.</summary>
    internal const int HighestLimit = 1_000_000_000;

    internal const int SubBuckets = 60;

    // The current sub-bucket and the 60 before it: the oldest has only partly left the window.
    private const int Slots = SubBuckets + 1;

    private readonly int[] _counts = new int[Slots];
    private readonly long _bucket;
    private readonly long _lifetime;
    private long _now;
    private long _bucketStart;
    private long _newestBucketStart;
    private int _slot;
    private int _count;

    // In request-milliseconds, so that repayment is exact: one request of debt is one counting lifetime.
    private long _debt;
    private long _highestDebtForCredit;

    /// <param name="limit">Requests a window, 1 to <see cref="HighestLimit"/>.</param>
    /// <param name="burst">Requests on credit above the limit, 0 to <see cref="HighestLimit"/>.</param>
    /// <param name="window">The window's length, a multiple of 60 ms, at most a day.</param>
    /// <param name="nowMilliseconds">The clock's present time.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public SlidingWindow(int limit, int burst, TimeSpan window, long nowMilliseconds)
    {
        if (window <= TimeSpan.Zero || window > TimeSpan.FromDays(1) || window.Ticks % (SubBuckets * TimeSpan.TicksPerMillisecond) != 0)
            throw new ArgumentOutOfRangeException(nameof(window), window, "The window must be a multiple of 60 ms and at most a day.");

        WindowMilliseconds = window.Ticks / TimeSpan.TicksPerMillisecond;
        _bucket = WindowMilliseconds / SubBuckets;
        _lifetime = _bucket * Slots;
        _now = _bucketStart = _newestBucketStart = nowMilliseconds;
        SetLimits(limit, burst);
    }

    /// <summary>Requests a window.</summary>
    public int Limit { get; private set; }

    /// <summary>Requests on credit above the limit.</summary>
    public int Burst { get; private set; }

    /// <summary>The window's length in milliseconds.</summary>
    public long WindowMilliseconds { get; }

    /// <summary>Changes the limits from now on; what was counted stays counted, the debt shrinks to the new burst.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public void Configure(int limit, int burst, long nowMilliseconds)
    {
        Advance(nowMilliseconds);
        SetLimits(limit, burst);
    }

    /// <summary>Whether a request would be admitted; consumes nothing.</summary>
    public bool WouldAdmit(long nowMilliseconds)
    {
        Advance(nowMilliseconds);
        return _count < Limit || (_count < Limit + Burst && _debt <= _highestDebtForCredit);
    }

    /// <summary>Counts one request if it is admitted; a refused one consumes nothing.</summary>
    public bool TryConsume(long nowMilliseconds)
    {
        if (!WouldAdmit(nowMilliseconds))
            return false;
        Consume();
        return true;
    }

    /// <summary>Counts one request at the time of the last call, for which <see cref="WouldAdmit"/> was true.</summary>
    public void Consume()
    {
        if (_count >= Limit)
            _debt += _lifetime;
        _count++;
        _counts[_slot]++;
        _newestBucketStart = _bucketStart;
    }

    /// <summary>
    /// Requests left below the limit. The burst is not in it: it is a tolerance above the advertised limit, so a window
    /// with nothing remaining may still admit.
    /// </summary>
    public int Remaining(long nowMilliseconds)
    {
        Advance(nowMilliseconds);
        return Math.Max(0, Limit - _count);
    }

    /// <summary>When the whole limit is available again if no further request is made.</summary>
    public long ResetAt(long nowMilliseconds)
    {
        Advance(nowMilliseconds);
        return _count == 0 ? _now : _newestBucketStart + _lifetime;
    }

    /// <summary>The first millisecond at which a request is admitted if none is made before; now, if it would be admitted now.</summary>
    public long NextSuccess(long nowMilliseconds)
    {
        if (WouldAdmit(nowMilliseconds))
            return _now;

        // Debt is repaid only below the limit, where it no longer matters: what decides is the count alone.
        var admittedBelow = _debt <= _highestDebtForCredit ? Limit + Burst : Limit;
        var count = _count;
        var leaving = _slot;
        var time = _bucketStart;
        while (count >= admittedBelow)
        {
            leaving = Next(leaving);
            time += _bucket;
            count -= _counts[leaving];
        }

        return time;
    }

    /// <summary>Whether nothing is counted and nothing owed, so that a new window in its place would behave the same.</summary>
    public bool IsIdle(long nowMilliseconds)
    {
        Advance(nowMilliseconds);
        return _count == 0 && _debt == 0;
    }

    private static int Next(int slot) => slot + 1 == Slots ? 0 : slot + 1;

    private void SetLimits(int limit, int burst)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, HighestLimit);
        ArgumentOutOfRangeException.ThrowIfNegative(burst);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(burst, HighestLimit);
        Limit = limit;
        Burst = burst;
        _highestDebtForCredit = (burst - 1) * _lifetime;
        _debt = Math.Min(_debt, burst * _lifetime);
    }

    private void Advance(long now)
    {
        if (now <= _now)
            return;
        if (now - _bucketStart >= _bucket)
            EnterBucketOf(now);
        Repay(now);
    }

    private void EnterBucketOf(long now)
    {
        while (_count > 0 && now - _bucketStart >= _bucket)
        {
            _bucketStart += _bucket;
            Repay(_bucketStart);
            _slot = Next(_slot);
            _count -= _counts[_slot];
            _counts[_slot] = 0;
        }

        // With nothing counted every slot is zero, so any of them can be the current one.
        _bucketStart = now - ((now - _bucketStart) % _bucket);
    }

    private void Repay(long until)
    {
        if (_debt > 0 && _count < Limit)
        {
            long unused = Limit - _count;
            var elapsed = until - _now;
            // The quotient guards the product against overflow after a long pause.
            _debt = elapsed > _debt / unused ? 0 : _debt - (unused * elapsed);
        }

        _now = until;
    }
}
