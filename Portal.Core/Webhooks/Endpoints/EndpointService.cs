using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Http;
using Portal.Core.Shared.Ids;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;
using Portal.Core.Webhooks.Delivery;
using Portal.Core.Webhooks.Signing;

namespace Portal.Core.Webhooks.Endpoints;

/// <summary>The webhook endpoints of a tenant. Every fault is a <see cref="ProblemException"/>.</summary>
public sealed class EndpointService(
    PortalStore store, EndpointSecrets secrets, OutboundAddress addresses, LimitCatalog limits, AuditLog audit, IClusterSignals signals, IdGenerator ids, TimeProvider time)
{
    private static readonly Sorting<WebhookEndpoint> Sorting = new Sorting<WebhookEndpoint>(EndpointResource.Plural, row => row.Id)
        .By("created_at", row => row.CreatedAt)
        .By("updated_at", row => row.UpdatedAt)
        .By("name", row => row.Name);

    /// <summary>The fields that a list can be sorted by.</summary>
    public static IEnumerable<string> SortFields => Sorting.Fields;

    public async Task<Page<EndpointResource>> List(Tenant tenant, EndpointFilter filter, PageRequest page, CancellationToken cancellation)
    {
        filter.Check();
        await using var db = store.Read(tenant);
        var rows = await Sorting.Cut(Matching(db, filter), page, cancellation);
        var shown = rows.Items.Select(row => row.Id).ToArray();
        var lanes = await db.WebhookLanes.Where(lane => shown.Contains(lane.EndpointId)).ToDictionaryAsync(lane => lane.EndpointId, StringComparer.Ordinal, cancellation);
        return rows.Select(row => Show(row, lanes[row.Id]));
    }

    public async Task<EndpointResource> Get(Tenant tenant, string id, CancellationToken cancellation)
    {
        await using var db = store.Read(tenant);
        var row = await Find(db, id, cancellation);
        return Show(row, await Lane(db, id, cancellation));
    }

    /// <returns>The endpoint with its secret.</returns>
    public async Task<EndpointResource> Create(Actor actor, EndpointInput input, CancellationToken cancellation)
    {
        var faults = new Faults();
        var headers = EndpointRules.ReadHeaders(input.Headers, new Dictionary<string, string>(StringComparer.Ordinal), faults);
        EndpointRules.CheckSecret(input.Secret, faults);
        var row = New(actor, input, faults);
        EndpointRules.Check(row, faults);
        await CheckUrl(row.Url, faults, cancellation);
        faults.ThrowIfAny();

        var now = time.GetUtcNow();
        var key = SigningKeyPair.New();
        var secret = input.Secret ?? SigningSecret.New().Text;
        row.Secrets = secrets.Protect(new EndpointKeys([new EndpointSecret(secret, now, null)], key.Text));
        row.PublicKey = key.PublicKey.ToString();
        row.Headers = headers.Count == 0 ? null : secrets.Protect(headers);
        (row.CreatedAt, row.UpdatedAt, row.StoppedAt) = (now, now, row.Stopped is null ? null : now);
        return await store.Write(actor, async (db, token) =>
        {
            await CheckEvents(db, row.Events, token);
            await HoldToPlan(db, actor.Tenant, token);
            var lane = new WebhookLane { EndpointId = row.Id, IsActive = row.Stopped is null };
            db.AddRange(row, lane);
            audit.Add(db, actor, "webhook.created", "webhook", row.Id, $"{actor.Name} added the webhook endpoint {row.Name}");
            Announce(db, row.Id);
            return EndpointResource.Of(row, lane, headers, secret);
        }, cancellation);
    }

    public async Task<EndpointResource> Update(Actor actor, string id, EndpointPatch patch, CancellationToken cancellation)
    {
        // Before the unit of work, since it reads keys and asks for addresses.
        var stands = await Read(actor.Tenant, id, cancellation);
        var faults = new Faults();
        var headers = patch.Headers.IsSet ? EndpointRules.ReadHeaders(patch.Headers.Value, secrets.Headers(stands.Headers), faults) : [];
        if (patch.Url.IsSet) await CheckUrl(patch.Url.Value, faults, cancellation);
        faults.ThrowIfAny();
        var stored = headers.Count == 0 ? null : secrets.Protect(headers);
        var (changed, changedLane) = await store.Write(actor, async (db, token) =>
        {
            var row = await Find(db, id, token);
            var lane = await Lane(db, id, token);
            EndpointRules.Apply(patch, row, faults);
            faults.ThrowIfAny();
            if (patch.Events.IsSet) await CheckEvents(db, row.Events, token);
            // Masks stand for the values that were read before.
            if (patch.Headers.IsSet && row.Headers != stands.Headers) throw Problem.Conflict("The headers were changed by somebody else at the same moment.").AsException();
            if (patch.Headers.IsSet) row.Headers = stored;
            row.UpdatedAt = time.GetUtcNow();
            // Whoever changes an endpoint wants to see at once whether it works now.
            lane.RestsUntil = null;
            if (patch.Active is { IsSet: true, Value: { } active }) await Switch(db, actor, row, lane, active, token);
            audit.Add(db, actor, "webhook.updated", "webhook", row.Id, $"{actor.Name} changed the webhook endpoint {row.Name}");
            Announce(db, row.Id);
            return (row, lane);
        }, cancellation);
        return Show(changed, changedLane);
    }

    /// <summary>Deletes an endpoint; what waits for it is not delivered.</summary>
    public Task Delete(Actor actor, string id, CancellationToken cancellation) =>
        store.Write(actor, async (db, token) =>
        {
            var row = await Find(db, id, token);
            db.Remove(await Lane(db, id, token));
            db.Remove(row);
            audit.Add(db, actor, "webhook.deleted", "webhook", row.Id, $"{actor.Name} deleted the webhook endpoint {row.Name}");
            Announce(db, row.Id);
            return true;
        }, cancellation);

    /// <summary>The secrets that sign, the current one first.</summary>
    public async Task<EndpointSecretsResource> Secrets(Tenant tenant, string id, CancellationToken cancellation) =>
        EndpointSecretsResource.Of(secrets.Keys((await Read(tenant, id, cancellation)).Secrets), time.GetUtcNow());

    /// <summary>Makes a new secret the current one; those before sign too until the overlap is over.</summary>
    public async Task<EndpointSecretsResource> Rotate(Actor actor, string id, SecretRotation rotation, CancellationToken cancellation)
    {
        var faults = new Faults();
        EndpointRules.CheckSecret(rotation.Secret, faults);
        if (rotation.OverlapHours is < 0 or > SecretRotation.LongestOverlap) faults.Add("overlap_hours", $"overlap_hours is 0 to {SecretRotation.LongestOverlap}.");
        faults.ThrowIfAny();
        var before = (await Read(actor.Tenant, id, cancellation)).Secrets;
        var now = time.GetUtcNow();
        var keys = secrets.Keys(before).Rotated(rotation.Secret ?? SigningSecret.New().Text, now, TimeSpan.FromHours(rotation.OverlapHours ?? SecretRotation.DefaultOverlap));
        var stored = secrets.Protect(keys);
        return await store.Write(actor, async (db, token) =>
        {
            var row = await Find(db, id, token);
            if (row.Secrets != before) throw Problem.Conflict("The secret was rotated by somebody else at the same moment.").AsException();
            (row.Secrets, row.UpdatedAt) = (stored, now);
            audit.Add(db, actor, "webhook.secret_rotated", "webhook", row.Id, $"{actor.Name} rotated the secret of the webhook endpoint {row.Name}");
            Announce(db, row.Id);
            return EndpointSecretsResource.Of(keys, now);
        }, cancellation);
    }

    /// <summary>The keys that verify an endpoint's v1a signatures, for whoever asks: <c>whpk_…</c>.</summary>
    /// <returns>Null where there is no such endpoint.</returns>
    public async Task<string?> PublicKey(string id, CancellationToken cancellation)
    {
        if (!Faults.IsStorable(id)) return null;
        await using var db = store.ReadAcross();
        return await db.Across<WebhookEndpoint>().Where(row => row.Id == id).Select(row => row.PublicKey).SingleOrDefaultAsync(cancellation);
    }

    internal static async Task<WebhookEndpoint> Find(PortalDbContext db, string id, CancellationToken cancellation) =>
        Faults.IsStorable(id) && await db.WebhookEndpoints.FirstOrDefaultAsync(row => row.Id == id, cancellation) is { } row ? row : throw Problem.NotFound("webhook", id).AsException();

    private static Task<WebhookLane> Lane(PortalDbContext db, string id, CancellationToken cancellation) => db.WebhookLanes.FirstAsync(lane => lane.EndpointId == id, cancellation);

    private async Task<WebhookEndpoint> Read(Tenant tenant, string id, CancellationToken cancellation)
    {
        await using var db = store.Read(tenant);
        return await Find(db, id, cancellation);
    }

    private EndpointResource Show(WebhookEndpoint row, WebhookLane lane) => EndpointResource.Of(row, lane, secrets.Headers(row.Headers));

    private WebhookEndpoint New(Actor actor, EndpointInput input, Faults faults)
    {
        var row = new WebhookEndpoint
        {
            Id = ids.New("whk"),
            Name = input.Name ?? (OutboundAddress.TryRead(input.Url, out var url, out _) ? url.Host : "-"),
            Description = input.Description,
            Url = input.Url ?? "",
            Events = EventSubscription.Read(input.Events, faults),
            Filter = string.IsNullOrWhiteSpace(input.Filter) ? null : input.Filter,
            RateLimit = input.RateLimit,
            OrderingKey = string.IsNullOrWhiteSpace(input.OrderingKey) ? null : input.OrderingKey,
            Stopped = input.Active is false ? EndpointStop.Paused : null,
            Secrets = "",
            PublicKey = "",
            CreatedById = actor.UserId,
        };
        EndpointRules.Apply(input.RetryPolicy, row);
        return row;
    }

    private async Task CheckUrl(string? url, Faults faults, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(url)) faults.Add("url", "url is required.", ErrorCode.MissingField);
        else if (await addresses.Check(url, cancellation) is { } refusal) faults.Add("url", refusal);
    }

    private static async Task CheckEvents(PortalDbContext db, List<string> events, CancellationToken cancellation)
    {
        var faults = new Faults();
        await EventSubscription.Check(db, events, faults, cancellation);
        faults.ThrowIfAny();
    }

    private async Task HoldToPlan(PortalDbContext db, Tenant tenant, CancellationToken cancellation)
    {
        var plan = await db.Organizations.Where(organization => organization.Id == tenant.OrganizationId).Select(organization => organization.Plan).SingleAsync(cancellation);
        if (limits.Current.Of(plan).WebhookEndpoints is not { } most) return;
        if (await db.WebhookEndpoints.CountAsync(cancellation) < most) return;
        throw new Problem(ErrorCode.QuotaExceeded, $"The plan allows {most} webhook {(most == 1 ? "endpoint" : "endpoints")} in each mode.")
        {
            Details = Problem.Pairs(("limit", "webhook_endpoints"), ("allowed", most), ("plan", plan.ToString().ToLowerInvariant())),
        }.AsException();
    }

    private async Task Switch(PortalDbContext db, Actor actor, WebhookEndpoint row, WebhookLane lane, bool active, CancellationToken cancellation)
    {
        if (active == row.Stopped is null) return;
        var now = time.GetUtcNow();
        (row.Stopped, row.StoppedAt) = (active ? null : EndpointStop.Paused, active ? null : now);
        lane.IsActive = active;
        if (active) await LaneRows.Resume(db, lane, now, cancellation);
        audit.Add(db, actor, active ? "webhook.resumed" : "webhook.paused", "webhook", row.Id, $"{actor.Name} {(active ? "resumed" : "paused")} the webhook endpoint {row.Name}");
    }

    private void Announce(PortalDbContext db, string id) => db.AfterCommit(() => signals.Send(SignalTopics.Webhook, id));

    private static IQueryable<WebhookEndpoint> Matching(PortalDbContext db, EndpointFilter filter)
    {
        IQueryable<WebhookEndpoint> rows = db.WebhookEndpoints;
        if (filter.Active is { } active) rows = rows.Where(row => row.Stopped == null == active);
        rows = filter.Status switch
        {
            null => rows,
            "paused" => rows.Where(row => row.Stopped == EndpointStop.Paused),
            "disabled" => rows.Where(row => row.Stopped != null && row.Stopped != EndpointStop.Paused),
            var status => rows.Where(row => row.Stopped == null && db.WebhookLanes.Any(lane => lane.EndpointId == row.Id && lane.Failures > 0) == (status == "failing")),
        };
        if (!string.IsNullOrEmpty(filter.Q))
        {
            var part = SqlText.Fold(filter.Q)!;
            rows = rows.Where(row => SqlText.Fold(row.Name)!.Contains(part) || SqlText.Fold(row.Url)!.Contains(part));
        }

        return rows;
    }
}
