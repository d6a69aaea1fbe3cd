namespace Portal.Core.Webhooks.Delivery;

/// <summary>How a receiver takes its deliveries, and what follows for the pace: the circuit, rests and the rate. Not thread-safe.</summary>
internal sealed class LanePace(int circuitFailures)
{
    private static readonly TimeSpan FirstOpening = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestOpening = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestThrottle = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestRequested = TimeSpan.FromHours(1);
    private int _openings;
    private int _throttles;
    private DateTimeOffset _nextByRate;

    /// <summary>Failed attempts since the last success.</summary>
    public int Failures { get; private set; }

    public DateTimeOffset? FailingSince { get; private set; }

    /// <summary>No attempts before.</summary>
    public DateTimeOffset RestsUntil { get; private set; }

    /// <summary>Whether only one attempt at a time may find out whether the receiver is back.</summary>
    public bool IsProbing => Failures >= circuitFailures;

    public void Restore(WebhookLane lane) =>
        (Failures, FailingSince, RestsUntil) = (lane.Failures, lane.FailingSince, lane.RestsUntil ?? DateTimeOffset.MinValue);

    /// <summary>Forgets failures: somebody let the endpoint go on.</summary>
    public void Reset() => (Failures, FailingSince, RestsUntil, _openings, _throttles) = (0, null, DateTimeOffset.MinValue, 0, 0);

    /// <summary>Takes an attempt's outcome.</summary>
    public void Observe(AttemptOutcome outcome, DateTimeOffset startedAt, DateTimeOffset now)
    {
        if (outcome.Succeeded)
        {
            Reset();
            return;
        }

        Failures++;
        FailingSince ??= startedAt;
        // Attempts that were under way when the circuit opened do not open it again.
        if (IsProbing && now >= RestsUntil) Rest(now, Doubled(FirstOpening, _openings++, LongestOpening));
        if (outcome.Throttles)
            Rest(now, outcome.RetryAfter is { } asked ? (asked < LongestRequested ? asked : LongestRequested) : Doubled(TimeSpan.FromSeconds(1), _throttles++, LongestThrottle));
    }

    /// <summary>When the next attempt may begin under a rate.</summary>
    public DateTimeOffset NextBy(int? perMinute, DateTimeOffset now) => perMinute is null || _nextByRate < now ? now : _nextByRate;

    /// <summary>Counts an attempt that begins.</summary>
    public void Begin(int? perMinute, DateTimeOffset now)
    {
        if (perMinute is { } rate) _nextByRate = NextBy(perMinute, now) + TimeSpan.FromMinutes(1.0 / rate);
    }

    private void Rest(DateTimeOffset now, TimeSpan pause)
    {
        if (now + pause > RestsUntil) RestsUntil = now + pause;
    }

    private static TimeSpan Doubled(TimeSpan first, int times, TimeSpan most)
    {
        var pause = first * Math.Pow(2, Math.Min(times, 20));
        return pause < most ? pause : most;
    }
}
