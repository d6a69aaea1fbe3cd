using Microsoft.EntityFrameworkCore;
using Portal.Core.Gateway;
using Portal.Core.Notifications;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;
using Portal.Core.Shared.Ids;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Access;

/// <summary>
/// The API keys of an organization. Reading needs the actor's scope <c>keys:read</c>, all else <c>keys:write</c> or the
/// narrower scope of what is done (<c>keys:create</c> also rotates, each of them revokes); nobody makes, changes or rotates a key that may do more than they themselves (<see cref="ApiKeyCeiling"/>); a caller by API
/// key sees the keys of its own mode only. Every refusal is a <see cref="ProblemException"/>.
/// </summary>
public sealed class ApiKeyService(
    PortalStore store, IdGenerator ids, TimeProvider time, EventOutbox outbox, IClusterSignals signals, AuditLog audit, LimitCatalog limits, KeyNotices notices)
{
    private const string ReadScope = "keys:read";
    private const string WriteScope = "keys:write";
    private const string CreateScope = "keys:create";
    private const string UpdateScope = "keys:update";
    private const string DeleteScope = "keys:delete";

    private static readonly Sorting<ApiKey> Sorting = new Sorting<ApiKey>("keys", key => key.Id)
        // Ids are ordered by time, and a cursor holds them exactly.
        .By("created_at", key => key.Id)
        .By("name", key => key.Name);

    /// <summary>The fields that a list can be sorted by.</summary>
    public static IEnumerable<string> SortFields => Sorting.Fields;

    public async Task<Page<ApiKeyResource>> List(Actor actor, ApiKeyFilter filter, PageRequest page, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, ReadScope);
        var faults = new Faults();
        faults.OneOf("status", filter.Status, [.. ApiKeyStatus.All]);
        faults.ThrowIfAny();
        var now = time.GetUtcNow();
        await using var db = store.Read(actor.Tenant);
        var rows = await Sorting.Cut(Matching(Visible(db, actor), filter, now), page, cancellation);
        return rows.Select(key => ApiKeyResource.Of(key, now));
    }

    public async Task<ApiKeyResource> Get(Actor actor, string id, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, ReadScope);
        await using var db = store.Read(actor.Tenant);
        return ApiKeyResource.Of(await Find(db, actor, id, cancellation), time.GetUtcNow());
    }

    /// <summary>Makes a key. Its event and audit entry are durable with it; its secret is in the result and nowhere else.</summary>
    public async Task<IssuedApiKey> Create(Actor actor, ApiKeyInput input, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, WriteScope, CreateScope);
        var mode = input.Mode ?? actor.Tenant.Mode;
        if (actor.Type == "api_key" && mode != actor.Tenant.Mode)
        {
            throw new Problem(ErrorCode.AuthorizationFailed, "A key makes keys of its own mode only.") { Details = Problem.Pairs(("mode", mode)) }.AsException();
        }

        var faults = new Faults();
        var secret = ApiKeyFormat.Generate(mode);
        var key = NewKey(actor, mode, secret, ApiKeyRules.Name(faults, input.Name));
        key.Scopes = ApiKeyRules.Scopes(faults, input);
        key.RateLimit = ApiKeyRules.RateLimit(faults, input.RateLimitField, input.RateLimit.Or(limits.Current.DefaultKeyRateLimit));
        key.AllowedAddresses = ApiKeyRules.Addresses(faults, input.AllowedAddresses);
        key.ExpiresAt = input.ExpiresAt;
        faults.ThrowIfAny();

        return await store.Write(In(mode, actor), async (db, token) =>
        {
            var ceiling = await ApiKeyCeiling.Of(db, actor, key.CreatedAt, token);
            ceiling.Complete(key, input.AllowedAddresses is not null);
            ceiling.Hold(key);
            return new IssuedApiKey(Add(db, actor, key, "key.created", $"Made key {Shown(key)} with {string.Join(", ", key.Scopes)}."), secret);
        }, cancellation);
    }

    /// <exception cref="ProblemException">As everywhere; and a conflict where the key is revoked.</exception>
    public async Task<ApiKeyResource> Update(Actor actor, string id, ApiKeyPatch patch, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, WriteScope, UpdateScope);
        var read = ReadPatch(patch);
        return await Change(actor, id, async (db, key, now, token) =>
        {
            if (key.RevokedAt is not null) throw RevokedConflict(key);
            var before = ApiKeyResource.Of(key, now);
            var ceiling = await ApiKeyCeiling.Of(db, actor, now, token);
            ceiling.HoldScopes(key.Scopes);
            Apply(patch, read, key, now);
            ceiling.HoldScopes(key.Scopes);
            if (patch.AllowedAddresses.IsSet) ceiling.HoldAddresses(key.AllowedAddresses);
            if (patch.ExpiresAt.IsSet) ceiling.HoldEnd(key.ExpiresAt);
            Record(db, actor, key, before, now);
        }, cancellation);
    }

    /// <summary>Lets nobody in with the key until it is enabled again.</summary>
    public Task<ApiKeyResource> Disable(Actor actor, string id, CancellationToken cancellation) =>
        Update(actor, id, new ApiKeyPatch { Enabled = new(false) }, cancellation);

    public Task<ApiKeyResource> Enable(Actor actor, string id, CancellationToken cancellation) =>
        Update(actor, id, new ApiKeyPatch { Enabled = new(true) }, cancellation);

    /// <summary>
    /// Ends a key for good, with effect on the next request everywhere. Revoking it again changes nothing. Whoever may
    /// change keys at all may revoke any, also stronger ones, since a leak must be stopped by whoever sees it.
    /// </summary>
    public async Task<ApiKeyResource> Revoke(Actor actor, string id, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, WriteScope, DeleteScope, UpdateScope, CreateScope);
        return await Change(actor, id, async (db, key, now, token) =>
        {
            if (key.RevokedAt is not null) return;
            key.RevokedAt = now;
            outbox.Add(db, "key.revoked", "key", key.Id, "revoked", ApiKeyResource.Of(key, now));
            audit.Add(db, actor, "key.revoked", "api_key", key.Id, $"Revoked key {Shown(key)}.");
            await notices.Revoked(db, actor, key, token);
        }, cancellation);
    }

    /// <summary>
    /// Makes a key with the same properties that replaces this one. The old one goes on working for the overlap, but not
    /// beyond the end it had; with none it stops at once.
    /// </summary>
    /// <param name="overlap">0 to 30 days.</param>
    /// <exception cref="ProblemException">As everywhere; and a conflict where the key does not work or has been replaced already.</exception>
    public async Task<IssuedApiKey> Rotate(Actor actor, string id, TimeSpan overlap, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, WriteScope, CreateScope);
        var faults = new Faults();
        if (overlap < TimeSpan.Zero || overlap > ApiKeyRules.LongestOverlap)
            faults.Add("overlap_seconds", $"overlap_seconds must be from 0 to {ApiKeyRules.LongestOverlap.TotalSeconds} (30 days).");
        faults.ThrowIfAny();
        var mode = await ModeOf(actor, id, cancellation);
        var secret = ApiKeyFormat.Generate(mode);
        var successor = NewKey(actor, mode, secret, "");
        return await store.Write(In(mode, actor), async (db, token) =>
        {
            var old = await Find(db, actor, id, token);
            var now = successor.CreatedAt;
            if (ApiKeyStatus.Of(old, now) is not ApiKeyStatus.Active and var status) throw NotRotatable(old, status);
            (successor.Name, successor.RateLimit, successor.ExpiresAt) = (old.Name, old.RateLimit, old.ExpiresAt);
            (successor.Scopes, successor.AllowedAddresses) = ([.. old.Scopes], [.. old.AllowedAddresses]);
            (await ApiKeyCeiling.Of(db, actor, now, token)).Hold(successor);
            old.ReplacedById = successor.Id;
            old.ExpiresAt = old.ExpiresAt < now + overlap ? old.ExpiresAt : now + overlap;
            SignalAfterCommit(db, old.Id);
            await notices.Rotated(db, actor, old, successor.Id, token);
            var summary = $"Replaced key {Shown(old)} by {Shown(successor)}; the old one works until {old.ExpiresAt:u}.";
            return new IssuedApiKey(Add(db, actor, successor, "key.rotated", summary), secret);
        }, cancellation);
    }

    private static IQueryable<ApiKey> Visible(PortalDbContext db, Actor actor)
    {
        var mode = actor.Tenant.Mode;
        return actor.Type == "api_key" ? db.ApiKeys.Where(key => key.Mode == mode) : db.ApiKeys;
    }

    internal static async Task<ApiKey> Find(PortalDbContext db, Actor actor, string id, CancellationToken cancellation) =>
        // An id of other characters names nothing, and PostgreSQL would not even compare some of them.
        id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_')
        && await Visible(db, actor).SingleOrDefaultAsync(key => key.Id == id, cancellation) is { } found
            ? found
            : throw Problem.NotFound("key", id).AsException();

    internal static IQueryable<ApiKey> Matching(IQueryable<ApiKey> keys, ApiKeyFilter filter, DateTimeOffset now)
    {
        if (filter.Mode is { } mode) keys = keys.Where(key => key.Mode == mode);
        if (!string.IsNullOrWhiteSpace(filter.Search)) keys = Containing(keys, filter.Search.Trim());
        if (filter.Status is null) return keys;
        if (filter.Status == ApiKeyStatus.Revoked) return keys.Where(key => key.RevokedAt != null);
        keys = keys.Where(key => key.RevokedAt == null);
        if (filter.Status == ApiKeyStatus.Expired) return keys.Where(key => key.ExpiresAt <= now);
        keys = keys.Where(key => key.ExpiresAt == null || key.ExpiresAt > now);
        return filter.Status switch
        {
            ApiKeyStatus.Disabled => keys.Where(key => !key.Enabled),
            ApiKeyStatus.Rotating => keys.Where(key => key.Enabled && key.ReplacedById != null),
            _ => keys.Where(key => key.Enabled && key.ReplacedById == null),
        };
    }

    // ToLower is the database's: every letter on PostgreSQL, ASCII's on SQLite. PostgreSQL cannot hold U+0000, so nothing has it.
    private static IQueryable<ApiKey> Containing(IQueryable<ApiKey> keys, string search)
    {
        var text = search.Replace("\0", "", StringComparison.Ordinal);
        var lower = text.ToLowerInvariant();
#pragma warning disable CA1304, CA1311, CA1862, MA0011 // Translated to SQL, where no culture has a say.
        return keys.Where(key => key.Name.ToLower().Contains(lower) || key.Prefix.Contains(text) || key.Id == text || key.LastFour == text);
#pragma warning restore CA1304, CA1311, CA1862, MA0011
    }

    private static (string Name, List<string> Scopes, List<string> Addresses) ReadPatch(ApiKeyPatch patch)
    {
        var faults = new Faults();
        var name = patch.Name.IsSet ? ApiKeyRules.Name(faults, patch.Name.Value) : "";
        var scopes = patch.Scopes.IsSet ? ApiKeyRules.Scopes(faults, patch.ScopesField, patch.Scopes.Value) : [];
        var addresses = patch.AllowedAddresses.IsSet ? ApiKeyRules.Addresses(faults, patch.AllowedAddresses.Value) : [];
        if (patch.RateLimit.IsSet) ApiKeyRules.RateLimit(faults, patch.RateLimitField, patch.RateLimit.Value);
        if (patch.Enabled is { IsSet: true, Value: null }) faults.Add("enabled", "enabled must be true or false.");
        faults.ThrowIfAny();
        return (name, scopes, addresses);
    }

    private static void Apply(ApiKeyPatch patch, (string Name, List<string> Scopes, List<string> Addresses) read, ApiKey key, DateTimeOffset now)
    {
        if (patch.Name.IsSet) key.Name = read.Name;
        if (patch.Scopes.IsSet) key.Scopes = read.Scopes;
        if (patch.AllowedAddresses.IsSet) key.AllowedAddresses = read.Addresses;
        key.RateLimit = patch.RateLimit.Or(key.RateLimit);
        key.Enabled = patch.Enabled.Or(key.Enabled) ?? key.Enabled;
        if (!patch.ExpiresAt.IsSet) return;
        if (key.ReplacedById is not null && !(patch.ExpiresAt.Value <= now + ApiKeyRules.LongestOverlap))
            throw Problem.Field(ErrorCode.Validation, "expires_at", "A replaced key can go on for 30 days at most.").AsException();
        key.ExpiresAt = patch.ExpiresAt.Value;
    }

    private static ProblemException RevokedConflict(ApiKey key) =>
        Problem.Conflict("The key is revoked, which cannot be undone or changed.", ("id", key.Id), ("status", ApiKeyStatus.Revoked)).AsException();

    private static ProblemException NotRotatable(ApiKey key, string status) => status switch
    {
        ApiKeyStatus.Revoked => RevokedConflict(key),
        _ when key.ReplacedById is { } successor =>
            Problem.Conflict("The key has been replaced already.", ("id", key.Id), ("status", status), ("replaced_by_id", successor)).AsException(),
        _ => Problem.Conflict($"The key is {status}; a replacement would be too.", ("id", key.Id), ("status", status)).AsException(),
    };

    private static string Shown(ApiKey key) => $"\"{key.Name}\" ({key.Prefix}…{key.LastFour})";

    // A key's event belongs to the data of its mode. An answer to be kept for an idempotency key belongs to the mode of
    // the call; where they differ the gateway keeps it after the commit.
    private static Actor In(ApiMode mode, Actor actor) =>
        actor.Tenant.Mode == mode ? actor : actor with { Tenant = actor.Tenant with { Mode = mode }, Joining = null };

    private async Task<ApiMode> ModeOf(Actor actor, string id, CancellationToken cancellation)
    {
        if (actor.Type == "api_key") return actor.Tenant.Mode;
        await using var db = store.Read(actor.Tenant);
        return (await Find(db, actor, id, cancellation)).Mode;
    }

    private async Task<ApiKeyResource> Change(
        Actor actor, string id, Func<PortalDbContext, ApiKey, DateTimeOffset, CancellationToken, Task> change, CancellationToken cancellation) =>
        await store.Write(In(await ModeOf(actor, id, cancellation), actor), async (db, token) =>
        {
            var now = time.GetUtcNow();
            var key = await Find(db, actor, id, token);
            await change(db, key, now, token);
            SignalAfterCommit(db, id);
            return ApiKeyResource.Of(key, now);
        }, cancellation);

    private void SignalAfterCommit(PortalDbContext db, string id) => db.AfterCommit(() => signals.Send(SignalTopics.ApiKey, id));

    private ApiKey NewKey(Actor actor, ApiMode mode, string secret, string name) => new()
    {
        Id = ids.New("key"),
        OrganizationId = actor.Tenant.OrganizationId,
        Mode = mode,
        Name = name,
        Prefix = ApiKeyFormat.VisiblePrefix(secret),
        LastFour = ApiKeyFormat.LastFour(secret),
        Hash = KeyHash.Of(secret).ToArray(),
        CreatedById = actor.UserId,
        CreatedAt = time.GetUtcNow(),
    };

    private ApiKeyResource Add(PortalDbContext db, Actor actor, ApiKey key, string action, string summary)
    {
        db.ApiKeys.Add(key);
        var resource = ApiKeyResource.Of(key, key.CreatedAt);
        outbox.Add(db, "key.created", "key", key.Id, "created", resource);
        audit.Add(db, actor, action, "api_key", key.Id, summary);
        // A key that was asked for before it was made may be remembered as unknown.
        SignalAfterCommit(db, key.Id);
        return resource;
    }

    private void Record(PortalDbContext db, Actor actor, ApiKey key, ApiKeyResource before, DateTimeOffset now)
    {
        var changed = EventOutbox.Changes(before, ApiKeyResource.Of(key, now)).Select(change => change.Key)
            .Except(["permissions", "status", "active"], StringComparer.Ordinal).ToArray();
        if (changed.Length == 0) return;
        var action = changed is ["enabled"] ? (key.Enabled ? "key.enabled" : "key.disabled") : "key.updated";
        audit.Add(db, actor, action, "api_key", key.Id, $"Changed {string.Join(", ", changed)} of key {Shown(key)}.");
    }
}
