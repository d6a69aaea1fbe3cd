using System.Text;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;
using Portal.Core.Webhooks.Catalogue;
using Portal.Core.Webhooks.Endpoints;

namespace Portal.Core.Webhooks.Delivery;

/// <summary>What was delivered to an endpoint, and what waits. Every fault is a <see cref="ProblemException"/>.</summary>
public sealed class DeliveryService(PortalStore store, AuditLog audit, IClusterSignals signals, TimeProvider time)
{
    private const int MostAttempts = 100;

    private static readonly Sorting<WebhookDelivery> Sorting = new Sorting<WebhookDelivery>(DeliveryResource.Plural, row => row.Id)
        .By("created_at", row => row.CreatedAt)
        .By("sequence", row => row.Sequence);

    /// <summary>The fields that a list can be sorted by.</summary>
    public static IEnumerable<string> SortFields => Sorting.Fields;

    public async Task<Page<DeliveryResource>> List(Tenant tenant, string endpointId, DeliveryFilter filter, PageRequest page, CancellationToken cancellation)
    {
        filter.Check();
        await using var db = store.Read(tenant);
        await EndpointService.Find(db, endpointId, cancellation);
        var rows = await Sorting.Cut(Matching(db.WebhookDeliveries.Where(row => row.EndpointId == endpointId), filter), page, cancellation);
        var events = rows.Items.Select(row => row.EventId).ToArray();
        var bodies = await db.Events.Where(row => events.Contains(row.Id)).ToDictionaryAsync(row => row.Id, StringComparer.Ordinal, cancellation);
        var shown = rows.Items.Select(row => row.Id).ToArray();
        var attempts = await db.WebhookAttempts.Where(row => shown.Contains(row.DeliveryId)).GroupBy(row => row.DeliveryId)
            .Select(group => group.OrderByDescending(row => row.Number).First()).ToDictionaryAsync(row => row.DeliveryId, StringComparer.Ordinal, cancellation);
        return rows.Select(row => DeliveryResource.Of(row, bodies.GetValueOrDefault(row.EventId), attempts.GetValueOrDefault(row.Id)));
    }

    /// <summary>The endpoint's events, the newest first unless asked otherwise.</summary>
    public async Task<Page<EndpointEventResource>> Events(Tenant tenant, string endpointId, DeliveryFilter filter, PageRequest page, CancellationToken cancellation) =>
        (await List(tenant, endpointId, filter, page, cancellation)).Select(EndpointEventResource.Of);

    /// <summary>A delivery with its attempts.</summary>
    public async Task<DeliveryResource> Get(Tenant tenant, string endpointId, string id, CancellationToken cancellation)
    {
        await using var db = store.Read(tenant);
        var row = await Find(db, endpointId, id, cancellation);
        var attempts = await db.WebhookAttempts.Where(attempt => attempt.DeliveryId == id).OrderByDescending(attempt => attempt.Number).Take(MostAttempts).ToListAsync(cancellation);
        var body = await db.Events.FirstOrDefaultAsync(body => body.Id == row.EventId, cancellation);
        return DeliveryResource.Of(row, body, attempts.FirstOrDefault()) with { Attempts = attempts.ConvertAll(AttemptResource.Of) };
    }

    /// <summary>What its requests carry, to the byte: what a signature holds for. Null once the event is not kept any more.</summary>
    public async Task<string?> Body(Tenant tenant, string endpointId, string id, CancellationToken cancellation)
    {
        await using var db = store.Read(tenant);
        var row = await Find(db, endpointId, id, cancellation);
        return await db.Events.FirstOrDefaultAsync(body => body.Id == row.EventId, cancellation) is { } body ? Encoding.UTF8.GetString(EventBody.Of(body).Bytes) : null;
    }

    /// <summary>Delivers again at once, whatever came of it; the retry schedule begins anew.</summary>
    public Task<DeliveryResource> Retry(Actor actor, string endpointId, string id, CancellationToken cancellation) =>
        Change(actor, endpointId, id, "webhook.delivery_retried", "delivered again", (row, lane) =>
        {
            LaneRows.Again(row, time.GetUtcNow());
            LaneRows.DueBy(lane, row.DueAt);
            lane.RestsUntil = null;
        }, cancellation);

    /// <summary>Ends a delivery that is pending.</summary>
    public Task<DeliveryResource> Cancel(Actor actor, string endpointId, string id, CancellationToken cancellation) =>
        Change(actor, endpointId, id, "webhook.delivery_cancelled", "cancelled", (row, _) =>
        {
            if (row.State != DeliveryState.Pending)
                throw Problem.Conflict("Only a pending delivery can be cancelled.", ("status", row.State.ToString().ToLowerInvariant())).AsException();
            row.State = DeliveryState.Cancelled;
        }, cancellation);

    /// <summary>The endpoint's events after a number, in their order: what a receiver compares with what it has.</summary>
    /// <param name="after">The last number that is known; 0 for the beginning.</param>
    /// <param name="limit">1 to 100.</param>
    public async Task<FeedResource> Feed(Tenant tenant, string endpointId, long? after, int? limit, CancellationToken cancellation)
    {
        var faults = new Faults();
        if (after < 0) faults.Add("after", "after must not be negative.");
        if (limit is < 1 or > PageRequest.MostPerPage) faults.Add("limit", $"limit must be from 1 to {PageRequest.MostPerPage}.");
        faults.ThrowIfAny();
        var first = after ?? 0;
        var most = limit ?? PageRequest.MostPerPage;
        await using var db = store.Read(tenant);
        await EndpointService.Find(db, endpointId, cancellation);
        var last = await db.WebhookLanes.Where(lane => lane.EndpointId == endpointId).Select(lane => lane.LastSequence).SingleAsync(cancellation);
        var rows = await db.WebhookDeliveries.Where(row => row.EndpointId == endpointId && row.Sequence > first)
            .OrderBy(row => row.Sequence).Take(most)
            .Join(db.Events, row => row.EventId, body => body.Id, (row, body) => new { row, body }).ToListAsync(cancellation);
        var items = rows.OrderBy(pair => pair.row.Sequence).Select(pair => new FeedItem
        {
            Sequence = pair.row.Sequence, DeliveryId = pair.row.Id, Status = pair.row.State, Event = EventResource.Of(pair.body),
        }).ToList();
        var next = items.Count == 0 ? first : items[^1].Sequence;
        return new FeedResource { Events = items, NextAfter = next, LastSequence = last, HasMore = items.Count > 0 && next < last };
    }

    private Task<DeliveryResource> Change(
        Actor actor, string endpointId, string id, string action, string words, Action<WebhookDelivery, WebhookLane> change, CancellationToken cancellation) =>
        store.Write(actor, async (db, token) =>
        {
            var row = await Find(db, endpointId, id, token);
            var lane = await db.WebhookLanes.FirstAsync(lane => lane.EndpointId == endpointId, token);
            change(row, lane);
            audit.Add(db, actor, action, "webhook", endpointId, $"{actor.Name} had the delivery {id} {words}");
            db.AfterCommit(() =>
            {
                signals.Send(SignalTopics.Webhook, endpointId);
                signals.Send(SignalTopics.Delivery, actor.Tenant.OrganizationId);
            });
            return DeliveryResource.Of(row, await db.Events.FirstOrDefaultAsync(body => body.Id == row.EventId, token), null);
        }, cancellation);

    private static IQueryable<WebhookDelivery> Matching(IQueryable<WebhookDelivery> rows, DeliveryFilter filter)
    {
        if (filter.Status is { } status)
        {
            var state = Enum.Parse<DeliveryState>(status, ignoreCase: true);
            rows = rows.Where(row => row.State == state);
        }

        if (!string.IsNullOrEmpty(filter.EventType)) rows = rows.Where(row => row.EventType == filter.EventType);
        if (!string.IsNullOrEmpty(filter.EventId)) rows = rows.Where(row => row.EventId == filter.EventId);
        if (!string.IsNullOrEmpty(filter.ReplayId)) rows = rows.Where(row => row.ReplayId == filter.ReplayId);
        if (filter.CreatedAfter is { } after) rows = rows.Where(row => row.CreatedAt > after);
        if (filter.CreatedBefore is { } before) rows = rows.Where(row => row.CreatedAt < before);
        return rows;
    }

    private static async Task<WebhookDelivery> Find(PortalDbContext db, string endpointId, string id, CancellationToken cancellation)
    {
        await EndpointService.Find(db, endpointId, cancellation);
        return Faults.IsStorable(id) && await db.WebhookDeliveries.FirstOrDefaultAsync(row => row.Id == id && row.EndpointId == endpointId, cancellation) is { } row
            ? row
            : throw Problem.NotFound("delivery", id).AsException();
    }
}
