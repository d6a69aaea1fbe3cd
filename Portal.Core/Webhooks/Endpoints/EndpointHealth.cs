using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;
using Portal.Core.Webhooks.Delivery;

namespace Portal.Core.Webhooks.Endpoints;

/// <summary>Something that failed lately.</summary>
/// <param name="At">When.</param>
/// <param name="DeliveryId">Which delivery; of an inbound source the message, or null where a signature did not hold.</param>
/// <param name="Status">The HTTP status; null where no answer came.</param>
/// <param name="Error">Why, as a sentence.</param>
public sealed record RecentError(DateTimeOffset At, string? DeliveryId, int? Status, string Error);

/// <summary>How an endpoint is doing.</summary>
public sealed record EndpointHealthResource
{
    public required string WebhookId { get; init; }

    /// <summary><c>active</c>, <c>failing</c>, <c>paused</c> or <c>disabled</c>.</summary>
    public required EndpointStatus Status { get; init; }

    /// <summary>The last attempt; null before the first.</summary>
    public required DateTimeOffset? LastTriggered { get; init; }

    /// <summary>The share of attempts of the last seven days that succeeded, 0 to 1; null where there was none.</summary>
    public required double? SuccessRate { get; init; }

    /// <summary>Failed attempts since the last success.</summary>
    public required int FailureCount { get; init; }

    /// <summary>The first of those failures; null after a success.</summary>
    public required DateTimeOffset? FailingSince { get; init; }

    /// <summary>Since when it gets no deliveries; null while it is active.</summary>
    public required DateTimeOffset? StoppedAt { get; init; }

    /// <summary>Deliveries that wait.</summary>
    public required int Pending { get; init; }

    /// <summary>The mean time of the attempts of the last seven days, in milliseconds; null where there was none.</summary>
    public required double? MeanDurationMs { get; init; }

    /// <summary>No attempts before this moment, since the receiver failed or asked for rest; null where there is no such rest.</summary>
    public required DateTimeOffset? RestsUntil { get; init; }

    /// <summary>The last failed attempts, ten at most, the newest first.</summary>
    public required IReadOnlyList<RecentError> RecentErrors { get; init; }
}

/// <summary>Attempts of an endpoint in one hour.</summary>
public sealed record EndpointHour(DateTimeOffset Hour, long Succeeded, long Failed, double MeanDurationMs);

/// <summary>Says how endpoints are doing, from counts that the deliveries leave behind.</summary>
public sealed class EndpointHealth(PortalStore store, TimeProvider time)
{
    private const int MostErrors = 10;
    private static readonly TimeSpan Span = TimeSpan.FromDays(7);

    public async Task<EndpointHealthResource> Of(Tenant tenant, string id, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var db = store.Read(tenant);
        var row = await EndpointService.Find(db, id, cancellation);
        var lane = await db.WebhookLanes.FirstAsync(lane => lane.EndpointId == id, cancellation);
        var hours = await Hours(db, [id], now - Span, cancellation);
        var (good, bad) = (hours.Sum(hour => hour.Succeeded), hours.Sum(hour => hour.Failed));
        var errors = await db.WebhookAttempts.Where(attempt => attempt.EndpointId == id && !attempt.Succeeded).OrderByDescending(attempt => attempt.CreatedAt).Take(MostErrors)
            .Select(attempt => new RecentError(attempt.CreatedAt, attempt.DeliveryId, attempt.Status, attempt.Error ?? "")).ToListAsync(cancellation);
        return new EndpointHealthResource
        {
            WebhookId = id,
            Status = EndpointResource.StatusOf(row, lane),
            LastTriggered = lane.LastAttemptAt,
            SuccessRate = good + bad == 0 ? null : Math.Round((double)good / (good + bad), 4),
            FailureCount = lane.Failures,
            FailingSince = lane.FailingSince,
            StoppedAt = row.Stopped is null ? null : row.StoppedAt,
            Pending = await db.WebhookDeliveries.CountAsync(delivery => delivery.EndpointId == id && delivery.State == DeliveryState.Pending, cancellation),
            MeanDurationMs = good + bad == 0 ? null : Math.Round(hours.Sum(hour => hour.DurationSum) / 1000.0 / (good + bad), 1),
            RestsUntil = lane.RestsUntil > now ? lane.RestsUntil : null,
            RecentErrors = errors,
        };
    }

    /// <summary>The hours of several endpoints in which there were attempts, by endpoint, the oldest first.</summary>
    /// <param name="since">The first hour.</param>
    public async Task<ILookup<string, EndpointHour>> History(Tenant tenant, IReadOnlyCollection<string> ids, DateTimeOffset since, CancellationToken cancellation)
    {
        await using var db = store.Read(tenant);
        var hours = await Hours(db, [.. ids], since, cancellation);
        return hours.ToLookup(
            hour => hour.EndpointId,
            hour => new EndpointHour(hour.Hour, hour.Succeeded, hour.Failed, hour.DurationSum / 1000.0 / Math.Max(1, hour.Succeeded + hour.Failed)), StringComparer.Ordinal);
    }

    /// <summary>How many deliveries wait, by endpoint; one without any is not in it.</summary>
    public async Task<IReadOnlyDictionary<string, int>> Waiting(Tenant tenant, IReadOnlyCollection<string> ids, CancellationToken cancellation)
    {
        string[] asked = [.. ids];
        await using var db = store.Read(tenant);
        return await db.WebhookDeliveries.Where(row => asked.Contains(row.EndpointId) && row.State == DeliveryState.Pending).GroupBy(row => row.EndpointId)
            .Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(group => group.Key, group => group.Count, StringComparer.Ordinal, cancellation);
    }

    private static Task<List<WebhookHour>> Hours(PortalDbContext db, string[] ids, DateTimeOffset since, CancellationToken cancellation) =>
        db.WebhookHours.Where(hour => ids.Contains(hour.EndpointId) && hour.Hour >= since).OrderBy(hour => hour.Hour).ToListAsync(cancellation);
}
