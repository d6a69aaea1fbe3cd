using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;
using Portal.Core.Webhooks.Endpoints;

namespace Portal.Core.Webhooks.Delivery;

/// <summary>What is due at an endpoint.</summary>
/// <param name="HasMore">Whether more is due than was read.</param>
/// <param name="NextDue">When the next is due that is not due yet; null where none is.</param>
internal sealed record DueDeliveries(IReadOnlyList<DeliveryJob> Jobs, bool HasMore, DateTimeOffset? NextDue);

/// <summary>Reads what lanes need.</summary>
internal sealed class LaneReader(PortalStore store, EndpointSecrets secrets, TimeProvider time)
{
    /// <summary>The endpoint's settings; null where it is gone or stopped.</summary>
    public async Task<EndpointSettings?> Settings(string endpointId, Tenant tenant, CancellationToken cancellation)
    {
        await using var db = store.Read(tenant);
        var row = await db.WebhookEndpoints.FirstOrDefaultAsync(row => row.Id == endpointId, cancellation);
        return row is { Stopped: null } ? new EndpointSettings(row, secrets) : null;
    }

    /// <summary>The deliveries that are due, the longest due first. Where events are ordered by key, the first of each key only.</summary>
    public async Task<DueDeliveries> Due(string endpointId, Tenant tenant, int most, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var db = store.Read(tenant);
        var pending = db.WebhookDeliveries.Where(row => row.EndpointId == endpointId && row.State == DeliveryState.Pending);
        var all = db.WebhookDeliveries;
        var rows = await pending
            .Where(row => row.DueAt <= now)
            .Where(row => row.OrderingKey == null || !all.Any(other =>
                other.EndpointId == endpointId && other.State == DeliveryState.Pending && other.OrderingKey == row.OrderingKey && other.Sequence < row.Sequence))
            .OrderBy(row => row.DueAt).ThenBy(row => row.Sequence)
            .Take(most)
            .Select(row => new { row.Id, row.EventId, row.Sequence, row.Attempts, row.TotalAttempts })
            .ToListAsync(cancellation);
        var next = await pending.Where(row => row.DueAt > now).OrderBy(row => row.DueAt).Select(row => (DateTimeOffset?)row.DueAt).FirstOrDefaultAsync(cancellation);
        if (rows.Count == 0) return new([], false, next);

        var wanted = rows.Select(row => row.EventId).Distinct(StringComparer.Ordinal).ToArray();
        var events = await db.Events.Where(row => wanted.Contains(row.Id)).ToDictionaryAsync(row => row.Id, EventBody.Of, StringComparer.Ordinal, cancellation);
        var jobs = rows.Where(row => events.ContainsKey(row.EventId))
            .Select(row => new DeliveryJob(row.Id, tenant, endpointId, row.Sequence, row.Attempts, row.TotalAttempts, events[row.EventId])).ToList();
        return new(jobs, rows.Count == most, next);
    }
}
