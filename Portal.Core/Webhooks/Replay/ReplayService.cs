using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;
using Portal.Core.Webhooks.Delivery;
using Portal.Core.Webhooks.Endpoints;

namespace Portal.Core.Webhooks.Replay;

/// <summary>Begins, shows, pauses and ends replays. Every fault is a <see cref="ProblemException"/>.</summary>
public sealed class ReplayService(PortalStore store, AuditLog audit, IClusterSignals signals, IdGenerator ids, TimeProvider time)
{
    private const int MostDeliveries = 1000;
    private const int MostRate = 60_000;
    private const int Portion = 1000;

    private static readonly Sorting<WebhookReplay> Sorting = new Sorting<WebhookReplay>(ReplayResource.Plural, row => row.Id).By("created_at", row => row.CreatedAt);

    /// <summary>Begins a replay, or counts what one would take.</summary>
    public async Task<ReplayResource> Begin(Actor actor, string endpointId, ReplayInput input, CancellationToken cancellation)
    {
        var selection = input.Selection ?? new ReplaySelection();
        Check(selection, input.RateLimit);
        var now = time.GetUtcNow();
        var total = await Count(actor.Tenant, endpointId, selection, now, cancellation);
        var row = new WebhookReplay
        {
            Id = ids.New("rpl"),
            EndpointId = endpointId,
            Selection = selection.Write(),
            RateLimit = input.RateLimit ?? ReplayInput.DefaultRate,
            Total = total,
            State = total == 0 ? ReplayState.Completed : ReplayState.Running,
            DueAt = now,
            CreatedById = actor.UserId,
            CreatedByName = actor.Name,
            CreatedAt = now,
            EndedAt = total == 0 ? now : null,
        };
        var shown = ReplayResource.Of(row, new Dictionary<DeliveryState, int>());
        if (input.DryRun is true) return shown with { Id = "", DryRun = true };
        return await store.Write(actor, async (db, token) =>
        {
            var endpoint = await EndpointService.Find(db, endpointId, token);
            db.Add(row);
            audit.Add(db, actor, "webhook.replayed", "webhook", endpoint.Id, $"{actor.Name} replayed {total} events to {endpoint.Name}");
            db.AfterCommit(() => signals.Send(SignalTopics.Replay, actor.Tenant.OrganizationId));
            return shown;
        }, cancellation);
    }

    public async Task<Page<ReplayResource>> List(Tenant tenant, string endpointId, PageRequest page, CancellationToken cancellation)
    {
        await using var db = store.Read(tenant);
        await EndpointService.Find(db, endpointId, cancellation);
        var rows = await Sorting.Cut(db.WebhookReplays.Where(row => row.EndpointId == endpointId), page, cancellation);
        var shown = rows.Items.Select(row => row.Id).ToArray();
        var states = await db.WebhookDeliveries.Where(row => shown.Contains(row.ReplayId)).GroupBy(row => new { row.ReplayId, row.State })
            .Select(group => new { group.Key.ReplayId, group.Key.State, Count = group.Count() }).ToListAsync(cancellation);
        return rows.Select(row => ReplayResource.Of(row, states.Where(state => state.ReplayId == row.Id).ToDictionary(state => state.State, state => state.Count)));
    }

    public async Task<ReplayResource> Get(Tenant tenant, string endpointId, string id, CancellationToken cancellation)
    {
        await using var db = store.Read(tenant);
        return await Show(db, await Find(db, endpointId, id, cancellation), cancellation);
    }

    /// <summary>Queues no more until it is resumed.</summary>
    public Task<ReplayResource> Pause(Actor actor, string endpointId, string id, CancellationToken cancellation) =>
        Change(actor, endpointId, id, ReplayState.Running, ReplayState.Paused, cancellation);

    public Task<ReplayResource> Resume(Actor actor, string endpointId, string id, CancellationToken cancellation) =>
        Change(actor, endpointId, id, ReplayState.Paused, ReplayState.Running, cancellation);

    /// <summary>Queues no more. What is queued is delivered.</summary>
    public Task<ReplayResource> Cancel(Actor actor, string endpointId, string id, CancellationToken cancellation) =>
        Change(actor, endpointId, id, null, ReplayState.Cancelled, cancellation);

    private Task<ReplayResource> Change(Actor actor, string endpointId, string id, ReplayState? from, ReplayState to, CancellationToken cancellation) =>
        store.Write(actor, async (db, token) =>
        {
            var row = await Find(db, endpointId, id, token);
            if (row.EndedAt is not null || (from is not null && row.State != from))
                throw Problem.Conflict($"The replay is {row.State.ToString().ToLowerInvariant()}.", ("status", row.State.ToString().ToLowerInvariant())).AsException();
            row.State = to;
            row.DueAt = time.GetUtcNow();
            if (to == ReplayState.Cancelled) row.EndedAt = row.DueAt;
            db.AfterCommit(() => signals.Send(SignalTopics.Replay, actor.Tenant.OrganizationId));
            return await Show(db, row, token);
        }, cancellation);

    private async Task<int> Count(Tenant tenant, string endpointId, ReplaySelection selection, DateTimeOffset before, CancellationToken cancellation)
    {
        await using var db = store.Read(tenant);
        var endpoint = await EndpointService.Find(db, endpointId, cancellation);
        var total = 0;
        var cursor = "";
        while (true)
        {
            var part = await ReplayCandidates.Read(db, endpoint, selection, before, cursor, Portion, cancellation);
            total += part.Count(candidate => ReplayCandidates.Matches(endpoint, selection, candidate.Event));
            if (part.Count < Portion) return total;
            cursor = part[^1].Event.Id;
        }
    }

    private static void Check(ReplaySelection selection, int? rate)
    {
        var faults = new Faults();
        if (rate is < 1 or > MostRate) faults.Add("rate_limit", $"rate_limit is 1 to {MostRate} deliveries a minute.");
        faults.OneOf("selection.status", selection.Status, "failed", "all");
        if (selection.Deliveries is { } deliveries)
        {
            if (deliveries.Count is 0 or > MostDeliveries) faults.Add("selection.deliveries", $"deliveries names 1 to {MostDeliveries} deliveries.");
            else for (var i = 0; i < deliveries.Count; i++) faults.Required($"selection.deliveries[{i}]", deliveries[i]);
        }

        if (selection.Events is { } events) EventSubscription.Read(events, faults);
        if (selection.From >= selection.To) faults.Add("selection.to", "to is later than from.");
        if (selection.Filter is { } filter && EventFilter.Fault(filter) is { } fault) faults.Add("selection.filter", fault, ErrorCode.WrongFormat);
        faults.ThrowIfAny();
    }

    private static async Task<ReplayResource> Show(PortalDbContext db, WebhookReplay row, CancellationToken cancellation) =>
        ReplayResource.Of(row, await db.WebhookDeliveries.Where(delivery => delivery.ReplayId == row.Id).GroupBy(delivery => delivery.State)
            .Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(state => state.Key, state => state.Count, cancellation));

    private static async Task<WebhookReplay> Find(PortalDbContext db, string endpointId, string id, CancellationToken cancellation)
    {
        await EndpointService.Find(db, endpointId, cancellation);
        return Faults.IsStorable(id) && await db.WebhookReplays.FirstOrDefaultAsync(row => row.Id == id && row.EndpointId == endpointId, cancellation) is { } row
            ? row
            : throw Problem.NotFound("replay", id).AsException();
    }
}
