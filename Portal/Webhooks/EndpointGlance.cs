using Portal.Core.Webhooks.Endpoints;

namespace Portal.Webhooks;

/// <summary>An endpoint as a list shows it.</summary>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="Waiting">Deliveries that wait.</param>
/// <param name="Buckets">Its attempts of seven days, six hours each.</param>
internal sealed record EndpointGlance(EndpointResource Endpoint, int Waiting, AttemptBuckets Buckets)
{
    private static readonly TimeSpan Span = TimeSpan.FromDays(7);
    private static readonly TimeSpan Step = TimeSpan.FromHours(6);

    /// <summary>The share of attempts that succeeded, 0 to 1; null where there was none.</summary>
    internal double? Rate { get; } = Share(Buckets.Succeeded.Sum(), Buckets.Failed.Sum());

    /// <summary>The first hour that counts.</summary>
    internal static DateTimeOffset Since(DateTimeOffset now) => End(now) - Span;

    internal static EndpointGlance Of(EndpointResource endpoint, IEnumerable<EndpointHour> hours, int waiting, DateTimeOffset now) =>
        new(endpoint, waiting, AttemptBuckets.Of(hours, Since(now), End(now), Step));

    private static double? Share(long succeeded, long failed) => succeeded + failed == 0 ? null : (double)succeeded / (succeeded + failed);

    // Whole hours, as they are counted.
    private static DateTimeOffset End(DateTimeOffset now) => new DateTimeOffset(now.UtcTicks / TimeSpan.TicksPerHour * TimeSpan.TicksPerHour, TimeSpan.Zero).AddHours(1);
}
