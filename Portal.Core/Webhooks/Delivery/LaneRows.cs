using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;

namespace Portal.Core.Webhooks.Delivery;

/// <summary>Changes of lanes inside units of work.</summary>
internal static class LaneRows
{
    /// <summary>Makes a lane due no later than a moment.</summary>
    public static void DueBy(WebhookLane lane, DateTimeOffset moment)
    {
        // Also where the moment stands already: who gives the lane up beside this must see what was queued.
        lane.Version++;
        if (lane.DueAt is not { } due || due > moment) lane.DueAt = moment;
    }

    /// <summary>Begins a delivery anew. One that is pending is due at once, and its schedule begins anew too.</summary>
    public static void Again(WebhookDelivery row, DateTimeOffset now) => (row.State, row.Attempts, row.DueAt) = (DeliveryState.Pending, 0, now);

    /// <summary>Lets what waits go on: in the order of the events, and with a clean slate.</summary>
    public static async Task Resume(PortalDbContext db, WebhookLane lane, DateTimeOffset now, CancellationToken cancellation)
    {
        (lane.RestsUntil, lane.Failures, lane.FailingSince, lane.Warnings, lane.WarnedAt) = (null, 0, null, 0, null);
        var waiting = await db.Across<WebhookDelivery>()
            .Where(row => row.EndpointId == lane.EndpointId && row.State == DeliveryState.Pending)
            .ExecuteUpdateAsync(row => row.SetProperty(x => x.DueAt, now), cancellation);
        if (waiting > 0) DueBy(lane, now);
    }

    /// <summary>Takes the lead of a lane for a node.</summary>
    public static void Claim(WebhookLane lane, string node, DateTimeOffset until) =>
        (lane.LeaseOwner, lane.LeaseUntil, lane.LeaseNumber) = (node, until, lane.LeaseNumber + 1);

    /// <summary>Whether nobody leads a lane any more.</summary>
    public static bool IsFree(WebhookLane lane, DateTimeOffset now) => lane.LeaseUntil is not { } until || until < now;

    /// <summary>Gives up the lead, and says when the lane is due next.</summary>
    public static async Task Release(PortalDbContext db, WebhookLane lane, CancellationToken cancellation)
    {
        (lane.LeaseOwner, lane.LeaseUntil) = (null, null);
        lane.DueAt = await db.Across<WebhookDelivery>()
            .Where(row => row.EndpointId == lane.EndpointId && row.State == DeliveryState.Pending)
            .OrderBy(row => row.DueAt).Select(row => (DateTimeOffset?)row.DueAt).FirstOrDefaultAsync(cancellation);
    }
}
