using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Expressions;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;
using Portal.Core.Shared.Ids;
using Portal.Core.Webhooks.Endpoints;

namespace Portal.Core.Webhooks.Delivery;

/// <summary>
/// Makes a delivery of each event for each endpoint that wants it, stopped ones too: what comes meanwhile waits. Lanes
/// that nobody leads are led by this node from the same commit on, so that a first attempt needs no second one.
/// </summary>
internal sealed class FanOut(DeliveryEngine engine, IdGenerator ids, TimeProvider time) : IEventConsumer
{
    public static readonly BulkStatement Insert = new("webhook_deliveries",
        ["id", "organization_id", "mode", "endpoint_id", "event_id", "event_type", "sequence", "ordering_key", "state", "attempts", "total_attempts", "due_at", "replay_id", "created_at"]);

    public async Task Take(PortalDbContext db, IReadOnlyList<EventRecord> events, CancellationToken cancellation)
    {
        var organizations = events.Select(row => row.OrganizationId).Distinct(StringComparer.Ordinal).ToArray();
        var endpoints = await db.Across<WebhookEndpoint>().Where(row => organizations.Contains(row.OrganizationId))
            .Select(row => new Subscriber(row.Id, row.OrganizationId, row.Mode, row.Events, row.Filter, row.OrderingKey)).ToListAsync(cancellation);
        if (endpoints.Count == 0) return;
        var shown = new Dictionary<EventRecord, ShownEvent>();
        var wanted = endpoints.ConvertAll(endpoint => (Endpoint: endpoint, Events: events.Where(row => Wants(endpoint, row, shown)).ToList()));
        wanted.RemoveAll(pair => pair.Events.Count == 0);
        if (wanted.Count > 0) await Queue(db, wanted, shown, cancellation);
    }

    /// <summary>Adds a delivery to a unit of work, at the end of its lane.</summary>
    public static WebhookDelivery Delivery(WebhookLane lane, EventRecord row, string id, string? orderingKey, DateTimeOffset now) => new()
    {
        Id = id,
        OrganizationId = lane.OrganizationId,
        Mode = lane.Mode,
        EndpointId = lane.EndpointId,
        EventId = row.Id,
        EventType = row.Type,
        Sequence = ++lane.LastSequence,
        OrderingKey = orderingKey,
        DueAt = now,
        CreatedAt = now,
    };

    private async Task Queue(PortalDbContext db, List<(Subscriber Endpoint, List<EventRecord> Events)> wanted, Dictionary<EventRecord, ShownEvent> shown, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var names = wanted.Select(pair => pair.Endpoint.Id).ToArray();
        var lanes = await db.Across<WebhookLane>().Where(lane => names.Contains(lane.EndpointId)).ToDictionaryAsync(lane => lane.EndpointId, StringComparer.Ordinal, cancellation);
        var bodies = new Dictionary<EventRecord, EventBody>();
        var rows = new List<WebhookDelivery>();
        foreach (var (endpoint, events) in wanted)
        {
            var lane = lanes[endpoint.Id];
            var first = rows.Count;
            rows.AddRange(events.Select(row => Delivery(lane, row, ids.New("dlv"), endpoint.OrderingKey is { } path ? Shown(shown, row).At(path) : null, now)));
            LaneRows.DueBy(lane, now);
            if (!lane.IsActive) continue;
            var jobs = rows.Skip(first).Zip(events, (delivery, row) =>
                new DeliveryJob(delivery.Id, new Tenant(lane.OrganizationId, lane.Mode), lane.EndpointId, delivery.Sequence, 0, 0, Body(bodies, row))).ToList();
            var isClaimed = engine.TryClaim(lane, now);
            db.AfterCommit(() => engine.Offer(lane, isClaimed, jobs));
        }

        await Insert.Insert(db, rows, row => Values(db, row), cancellation);
    }

    public static object?[] Values(PortalDbContext db, WebhookDelivery row) =>
    [
        row.Id, row.OrganizationId, row.Mode == ApiMode.Test ? "test" : "live", row.EndpointId, row.EventId, row.EventType, row.Sequence, row.OrderingKey,
        nameof(DeliveryState.Pending), 0, 0, db.Stored(row.DueAt), row.ReplayId, db.Stored(row.CreatedAt),
    ];

    private static bool Wants(Subscriber endpoint, EventRecord row, Dictionary<EventRecord, ShownEvent> shown) =>
        endpoint.OrganizationId == row.OrganizationId && endpoint.Mode == row.Mode && EventSubscription.Matches(endpoint.Events, row.Type)
        && (endpoint.Filter is not { } filter || EventFilter.Matches(filter, Shown(shown, row)));

    private static ShownEvent Shown(Dictionary<EventRecord, ShownEvent> shown, EventRecord row)
    {
        if (!shown.TryGetValue(row, out var seen)) shown[row] = seen = new ShownEvent(row);
        return seen;
    }

    private static EventBody Body(Dictionary<EventRecord, EventBody> bodies, EventRecord row)
    {
        if (!bodies.TryGetValue(row, out var body)) bodies[row] = body = EventBody.Of(row);
        return body;
    }

    private sealed record Subscriber(string Id, string OrganizationId, ApiMode Mode, List<string> Events, string? Filter, string? OrderingKey);
}

/// <summary>An event as filters and ordering paths see it.</summary>
internal sealed class ShownEvent(EventRecord row)
{
    private const int LongestKey = 200;
    private JsonElement? _json;
    private Dictionary<string, CelValue>? _values;

    /// <summary>The body of its deliveries.</summary>
    public JsonElement Json => _json ??= JsonElement.Parse(EventBody.Of(row).Bytes);

    /// <summary>Its fields, for expressions.</summary>
    public Dictionary<string, CelValue> Values => _values ??= EventFilter.ValuesOf(Json);

    /// <summary>The value at a path, as <c>data.id</c>; null where there is none.</summary>
    public string? At(string path)
    {
        var value = Json;
        foreach (var name in path.Split('.'))
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(name, out value)) return null;
        }

        var text = value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.String => value.GetString(),
            _ => value.GetRawText(),
        };
        return text?.Length > LongestKey ? text[..LongestKey] : text;
    }
}
