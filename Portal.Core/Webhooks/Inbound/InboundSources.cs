using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Webhooks.Inbound;

/// <summary>The sources of inbound webhooks of a tenant. Every fault is a <see cref="ProblemException"/>.</summary>
public sealed class InboundSources
{
    private const string Target = "inbound_source";
    private const int DefaultOverlap = 86_400;
    private const int MostOverlap = 30 * DefaultOverlap;
    private const int RecentErrors = 10;

    private static readonly Sorting<InboundSource> Sorting = new Sorting<InboundSource>(InboundSourceResource.Plural, row => row.Id)
        .By("created_at", row => row.CreatedAt)
        .By("name", row => row.Name)
        .By("provider", row => row.Provider);

    private readonly PortalStore _store;
    private readonly InboundSecrets _secrets;
    private readonly PublicAddress _address;
    private readonly AuditLog _audit;
    private readonly IClusterSignals _signals;
    private readonly IdGenerator _ids;
    private readonly TimeProvider _time;

    internal InboundSources(PortalStore store, InboundSecrets secrets, PublicAddress address, AuditLog audit, IClusterSignals signals, IdGenerator ids, TimeProvider time) =>
        (_store, _secrets, _address, _audit, _signals, _ids, _time) = (store, secrets, address, audit, signals, ids, time);

    /// <summary>The fields that a list can be sorted by.</summary>
    public static IEnumerable<string> SortFields => Sorting.Fields;

    public async Task<Page<InboundSourceResource>> List(Tenant tenant, InboundSourceFilter filter, PageRequest page, CancellationToken cancellation)
    {
        filter.Check();
        await using var db = _store.Read(tenant);
        IQueryable<InboundSource> rows = db.InboundSources;
        if (filter.Provider is { } provider) rows = rows.Where(row => row.Provider == provider);
        if (filter.Active is { } active) rows = rows.Where(row => row.Active == active);
        return (await Sorting.Cut(rows, page, cancellation)).Select(row => Resource(row));
    }

    public async Task<InboundSourceResource> Get(Tenant tenant, string id, CancellationToken cancellation)
    {
        await using var db = _store.Read(tenant);
        return Resource(await Find(db, id, cancellation));
    }

    /// <summary>Sets a source up. A secret that the portal makes stands in the answer and is never shown again.</summary>
    public Task<InboundSourceResource> Create(Actor actor, InboundSourceInput input, CancellationToken cancellation)
    {
        var (source, made) = New(input);
        return _store.Write(actor, (db, _) => Task.FromResult(Add(db, actor, source, made)), cancellation);
    }

    /// <summary>
    /// Sets a source up, or the one anew that has the same provider and address: then its secret is replaced at once and
    /// it takes these events.
    /// </summary>
    public async Task<InboundConfigured> Configure(Actor actor, InboundSourceInput input, CancellationToken cancellation)
    {
        var (source, made) = New(input);
        var resource = await _store.Write(actor, async (db, token) =>
        {
            var existing = await db.InboundSources.Where(row => row.Provider == source.Provider && row.Url == source.Url && (input.Name == null || row.Name == source.Name))
                .OrderBy(row => row.Id).FirstOrDefaultAsync(token);
            return existing is null ? Add(db, actor, source, made) : Replace(db, actor, existing, source, input.Secret is null ? null : source.Secret);
        }, cancellation);
        return new InboundConfigured(resource.Id, resource.Status, resource.LastTriggered, resource.ReceiveUrl, resource.Secret);
    }

    public async Task<InboundSourceStatus> Status(Tenant tenant, string id, CancellationToken cancellation)
    {
        await using var db = _store.Read(tenant);
        var source = await Find(db, id, cancellation);
        var failed = await db.InboundMessages.Where(message => message.SourceId == id && message.Status == InboundStatus.Failed)
            .OrderByDescending(message => message.CreatedAt).ThenByDescending(message => message.Id).Take(RecentErrors)
            .Select(message => new { message.Id, message.ProcessedAt, message.CreatedAt, message.Error }).ToListAsync(cancellation);
        var errors = failed.Select(message => new InboundError(message.ProcessedAt ?? message.CreatedAt, message.Error ?? "", message.Id));
        if (source is { LastRejectedAt: { } at, LastRejection: { } reason }) errors = errors.Append(new InboundError(at, reason, null));
        return new(source.Id, StatusOf(source), source.LastReceivedAt, SuccessRate(source), [.. errors.OrderByDescending(error => error.At).Take(RecentErrors)]);
    }

    public Task<InboundSourceResource> Update(Actor actor, string id, InboundSourcePatch patch, CancellationToken cancellation) =>
        _store.Write(actor, async (db, token) =>
        {
            var source = await Find(db, id, token);
            var faults = new Faults();
            if (patch.Active is { IsSet: true, Value: null }) faults.Add("active", "active cannot be emptied.", ErrorCode.MissingField);
            var (name, url) = (patch.Name.Or(source.Name) ?? "", patch.Url.Or(source.Url));
            IReadOnlyList<string?> events = patch.Events.IsSet ? patch.Events.Value ?? [] : source.Events;
            var hmac = patch.Hmac.IsSet ? patch.Hmac.Value : InboundSourceRules.Read(source.Hmac);
            InboundSourceRules.Check(InboundSourceRules.Provider(source.Provider), name, url, events, hmac, faults);
            faults.ThrowIfAny();
            var (oldName, oldUrl, wasActive, oldEvents) = (source.Name, source.Url, source.Active, Json(source.Events));
            (source.Name, source.Url, source.Events, source.Hmac) = (name, url, InboundSourceRules.Events(events), InboundSourceRules.Stored(hmac));
            source.Active = patch.Active.Value ?? source.Active;
            var changes = AuditChanges.Of(("name", oldName, source.Name), ("url", oldUrl, source.Url), ("active", wasActive, source.Active), ("events", oldEvents, Json(source.Events)));
            return Changed(db, actor, source, "updated", $"Changed the inbound source {source.Name}", changes);
        }, cancellation);

    /// <summary>Gives a source another secret; the old one goes on verifying for the overlap.</summary>
    public Task<InboundSourceResource> RotateSecret(Actor actor, string id, InboundSecretInput input, CancellationToken cancellation) =>
        _store.Write(actor, async (db, token) =>
        {
            var source = await Find(db, id, token);
            var faults = new Faults();
            if (input.OverlapSeconds is < 0 or > MostOverlap) faults.Add("overlap_seconds", $"overlap_seconds must be from 0 to {MostOverlap}.");
            var secret = InboundSourceRules.Secret(InboundSourceRules.Provider(source.Provider), input.Secret, faults);
            faults.ThrowIfAny();
            var overlap = input.OverlapSeconds ?? DefaultOverlap;
            source.PreviousSecret = overlap == 0 ? null : source.Secret;
            source.PreviousSecretUntil = overlap == 0 ? null : _time.GetUtcNow().AddSeconds(overlap);
            (source.Secret, source.SecretHint) = (_secrets.Protect(secret), InboundSecrets.Hint(secret));
            return Changed(db, actor, source, "secret_rotated", $"Gave the inbound source {source.Name} another secret") with { Secret = input.Secret is null ? secret : null };
        }, cancellation);

    /// <summary>Deletes a source with the messages that came from it; what was made of them stays.</summary>
    public Task Delete(Actor actor, string id, CancellationToken cancellation) =>
        _store.Write(actor, async (db, token) =>
        {
            var source = await Find(db, id, token);
            db.InboundSources.Remove(source);
            _audit.Add(db, actor, "inbound_source.deleted", Target, source.Id, $"Deleted the inbound source {source.Name}");
            Tell(db, source);
            return true;
        }, cancellation);

    internal static async Task<InboundSource> Find(PortalDbContext db, string id, CancellationToken cancellation) =>
        Faults.IsStorable(id) && await db.InboundSources.FirstOrDefaultAsync(row => row.Id == id, cancellation) is { } source
            ? source
            : throw Problem.NotFound("inbound source", id).AsException();

    private (InboundSource Source, string? Made) New(InboundSourceInput input)
    {
        var provider = InboundSourceRules.Provider(input.Provider);
        var faults = new Faults();
        var name = input.Name ?? provider.Title;
        InboundSourceRules.Check(provider, name, input.Url, input.Events ?? [], input.Hmac, faults);
        var secret = InboundSourceRules.Secret(provider, input.Secret, faults);
        faults.ThrowIfAny();
        var source = new InboundSource
        {
            Id = _ids.New("whk"), Provider = provider.Name, Name = name, Url = input.Url, Events = InboundSourceRules.Events(input.Events),
            Secret = _secrets.Protect(secret), SecretHint = InboundSecrets.Hint(secret), Hmac = InboundSourceRules.Stored(input.Hmac),
        };
        return (source, input.Secret is null ? secret : null);
    }

    private InboundSourceResource Add(PortalDbContext db, Actor actor, InboundSource source, string? made)
    {
        db.InboundSources.Add(source);
        return Changed(db, actor, source, "created", $"Set up the inbound source {source.Name} ({source.Provider})") with { Secret = made };
    }

    private InboundSourceResource Replace(PortalDbContext db, Actor actor, InboundSource source, InboundSource by, string? secret)
    {
        if (secret is not null)
        {
            (source.Secret, source.SecretHint) = (secret, by.SecretHint);
            (source.PreviousSecret, source.PreviousSecretUntil) = (null, null);
        }

        (source.Events, source.Hmac, source.Active) = (by.Events, by.Hmac, true);
        return Changed(db, actor, source, "updated", $"Set up the inbound source {source.Name} anew");
    }

    private InboundSourceResource Changed(PortalDbContext db, Actor actor, InboundSource source, string action, string summary, JsonObject? changes = null)
    {
        source.UpdatedAt = _time.GetUtcNow();
        if (source.CreatedAt == default) source.CreatedAt = source.UpdatedAt;
        _audit.Add(db, actor, $"{Target}.{action}", Target, source.Id, summary, changes);
        Tell(db, source);
        return Resource(source);
    }

    private void Tell(PortalDbContext db, InboundSource source) => db.AfterCommit(() => _signals.Send(SignalTopics.InboundSource, source.Id));

    private InboundSourceResource Resource(InboundSource row) => new()
    {
        Id = row.Id,
        Provider = row.Provider,
        Name = row.Name,
        Url = row.Url,
        ReceiveUrl = _address.Of($"/webhooks/{row.Provider}/{row.Id}"),
        Events = row.Events,
        SecretLastFour = row.SecretHint,
        Secret = null,
        PreviousSecretUntil = row.PreviousSecretUntil > _time.GetUtcNow() ? row.PreviousSecretUntil : null,
        Hmac = InboundSourceRules.Read(row.Hmac),
        Active = row.Active,
        Status = StatusOf(row),
        LastTriggered = row.LastReceivedAt,
        ProcessedCount = row.ProcessedCount,
        FailedCount = row.FailedCount,
        SuccessRate = SuccessRate(row),
        RejectedCount = row.RejectedCount,
        LastRejectedAt = row.LastRejectedAt,
        LastRejection = row.LastRejection,
        CreatedAt = row.CreatedAt,
        UpdatedAt = row.UpdatedAt,
    };

    private static string StatusOf(InboundSource row) => row.Active ? "active" : "disabled";

    private static double? SuccessRate(InboundSource row) =>
        row.ProcessedCount + row.FailedCount is > 0 and var all ? Math.Round((double)row.ProcessedCount / all, 4) : null;

    private static JsonArray Json(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];
}
