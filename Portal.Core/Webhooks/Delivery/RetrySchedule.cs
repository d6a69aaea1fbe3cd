using Portal.Core.Webhooks.Endpoints;

namespace Portal.Core.Webhooks.Delivery;

/// <summary>When a delivery is attempted again.</summary>
public static class RetrySchedule
{
    // After the first attempt, the second and so on: what Standard Webhooks recommends.
    private static readonly TimeSpan[] Default =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2),
        TimeSpan.FromHours(5), TimeSpan.FromHours(10), TimeSpan.FromHours(10),
    ];

    private const int DefaultBackoff = 1000;
    private const double Jitter = 0.2;
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    /// <summary>The pause after a failed attempt.</summary>
    /// <param name="attempts">Attempts so far, at least 1.</param>
    /// <param name="maxRetries">The endpoint's own number of retries; null with a null <paramref name="backoffMs"/> is the default schedule.</param>
    /// <param name="backoffMs">The endpoint's own first pause, doubled each time.</param>
    /// <returns>Null when there are no more retries.</returns>
    internal static TimeSpan? Pause(int attempts, int? maxRetries, int? backoffMs)
    {
        if (attempts > (maxRetries ?? Default.Length)) return null;
        // So that what failed together does not come back together.
        return Exact(attempts, maxRetries, backoffMs) * (1 - Jitter + (Random.Shared.NextDouble() * 2 * Jitter));
    }

    /// <summary>The pauses of a policy, one for each retry; the real ones differ by up to a fifth.</summary>
    /// <param name="policy">Null is the default schedule.</param>
    public static IReadOnlyList<TimeSpan> Pauses(RetryPolicy? policy) =>
        [.. Enumerable.Range(1, policy?.MaxRetries ?? Default.Length).Select(attempts => Exact(attempts, policy?.MaxRetries, policy?.BackoffMs))];

    private static TimeSpan Exact(int attempts, int? maxRetries, int? backoffMs) => maxRetries is null && backoffMs is null
        ? Default[attempts - 1]
        : TimeSpan.FromMilliseconds(Math.Min((backoffMs ?? DefaultBackoff) * Math.Pow(2, attempts - 1), Longest.TotalMilliseconds));
}
