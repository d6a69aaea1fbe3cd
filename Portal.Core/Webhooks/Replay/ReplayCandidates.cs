using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;
using Portal.Core.Webhooks.Delivery;
using Portal.Core.Webhooks.Endpoints;

namespace Portal.Core.Webhooks.Replay;

/// <summary>An event that a replay may take, and its delivery where there was one.</summary>
internal sealed record ReplayCandidate(EventRecord Event, WebhookDelivery? Delivery);

/// <summary>Finds what a replay's selection names, in the order of the events.</summary>
internal static class ReplayCandidates
{
    /// <summary>A part of the candidates of an endpoint, those after a cursor; filter and types are not applied yet.</summary>
    /// <param name="db">A context that sees the endpoint's tenant or works across tenants.</param>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="selection">Which events.</param>
    /// <param name="before">When the replay was begun: what happens later is delivered anyway.</param>
    /// <param name="cursor">The id of the last event that was looked at; empty for the first part.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellation">Ends the query.</param>
    public static async Task<List<ReplayCandidate>> Read(
        PortalDbContext db, WebhookEndpoint endpoint, ReplaySelection selection, DateTimeOffset before, string cursor, int most, CancellationToken cancellation)
    {
        var deliveries = db.Across<WebhookDelivery>().Where(row => row.EndpointId == endpoint.Id);
        var events = db.Across<EventRecord>().Where(row => row.OrganizationId == endpoint.OrganizationId && row.Mode == endpoint.Mode && row.Id.CompareTo(cursor) > 0);
        if (selection.Deliveries is { } chosen)
        {
            var wanted = chosen.ToArray();
            deliveries = deliveries.Where(row => wanted.Contains(row.Id));
            return await Joined(events, deliveries).Take(most).ToListAsync(cancellation);
        }

        events = events.Where(row => row.CreatedAt <= before && row.DispatchedAt != null);
        if (selection.To is { } to) events = events.Where(row => row.CreatedAt < to);
        if (selection.From is { } from) events = events.Where(row => row.CreatedAt >= from);
        if (!selection.TakesAll) return await Joined(events, deliveries.Where(row => row.State == DeliveryState.Failed)).Take(most).ToListAsync(cancellation);
        return await events.OrderBy(row => row.Id)
            .Select(row => new ReplayCandidate(row, deliveries.FirstOrDefault(delivery => delivery.EventId == row.Id)))
            .Take(most).ToListAsync(cancellation);
    }

    /// <summary>Whether an event is of the types, and passes the filter, that the selection names.</summary>
    public static bool Matches(WebhookEndpoint endpoint, ReplaySelection selection, EventRecord row) =>
        selection.Deliveries is not null
        || (EventSubscription.Matches(selection.Events ?? endpoint.Events, row.Type) && (selection.Filter is not { } filter || EventFilter.Matches(filter, new ShownEvent(row))));

    private static IQueryable<ReplayCandidate> Joined(IQueryable<EventRecord> events, IQueryable<WebhookDelivery> deliveries) =>
        events.Join(deliveries, row => row.Id, delivery => delivery.EventId, (row, delivery) => new { row, delivery })
            .OrderBy(pair => pair.row.Id).Select(pair => new ReplayCandidate(pair.row, pair.delivery));
}
