using Microsoft.EntityFrameworkCore;
using Portal.Core.Gateway;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Paging;

namespace Portal.Core.Access;

/// <summary>
/// What the portal's page shows of an organization's keys: the keys with their use and their makers' names. Every member
/// sees which keys there are, whatever the role, since none of it opens anything; <c>keys:read</c> is what programs need.
/// </summary>
public sealed class ApiKeyOverview(PortalStore store, ApiKeyUsage usage, UsageMeter meter, KeyUseRecorder uses, RequestLogWriter log, TimeProvider time)
{
    /// <summary>How many of a key's last calls are shown.</summary>
    public const int RecentCalls = 5;

    /// <summary>How many keys <see cref="Names"/> gives at most.</summary>
    public const int MostNames = 500;

    private const int MostAddresses = 20;
    private static readonly string[] ReadScope = ["keys:read"];

    private static readonly Sorting<ApiKey> Sorting = new Sorting<ApiKey>("key", key => key.Id).By("created_at", key => key.Id);

    /// <summary>Keys that match, newest first.</summary>
    /// <param name="member">A signed-in member of the organization.</param>
    public async Task<Page<ApiKeyRow>> List(Actor member, ApiKeyFilter filter, PageRequest page, CancellationToken cancellation)
    {
        var actor = Reading(member);
        var now = time.GetUtcNow();
        await uses.Flush(cancellation);
        await using var db = store.Read(actor.Tenant);
        var keys = await Sorting.Cut(ApiKeyService.Matching(db.ApiKeys, filter, now), page, cancellation);
        var calls = await usage.CallsPerDay(actor, [.. keys.Items.Select(key => key.Id)], cancellation);
        var makers = await Makers(db, keys.Items, cancellation);
        return keys.Select(key => new ApiKeyRow(ApiKeyResource.Of(key, now), calls[key.Id], Maker(makers, key)));
    }

    /// <summary>The keys that are not revoked, of both modes, newest first; at most <see cref="MostNames"/>.</summary>
    /// <param name="member">A signed-in member of the organization.</param>
    public async Task<IReadOnlyList<ApiKeyName>> Names(Actor member, CancellationToken cancellation)
    {
        await using var db = store.Read(Reading(member).Tenant);
        return await db.ApiKeys.Where(key => key.RevokedAt == null).OrderByDescending(key => key.Id).Take(MostNames)
            .Select(key => new ApiKeyName(key.Id, key.Name, key.Mode, key.Prefix, key.LastFour)).ToListAsync(cancellation);
    }

    /// <summary>One key with who used it in the last seven days, its last calls, and how far a rotation has come.</summary>
    /// <exception cref="Shared.Problems.ProblemException">There is no such key in the organization.</exception>
    public async Task<ApiKeyDetails> Get(Actor member, string id, CancellationToken cancellation)
    {
        var actor = Reading(member);
        var now = time.GetUtcNow();
        await meter.Flush(cancellation);
        await uses.Flush(cancellation);
        await log.Flush();
        await using var own = store.Read(actor.Tenant);
        var key = await ApiKeyService.Find(own, actor, id, cancellation);
        var calls = await usage.CallsPerDay(actor, [id], cancellation);
        var rotation = await usage.Rotation(actor, id, cancellation);
        var predecessor = await own.ApiKeys.Where(old => old.ReplacedById == id).Select(old => old.Id).FirstOrDefaultAsync(cancellation);
        // A key's calls belong to its own mode, whichever mode the member looks from.
        await using var db = store.Read(actor.Tenant with { Mode = key.Mode });
        var since = now.AddDays(-ApiKeyUsage.Days);
        var users = await Users(db, id, since, cancellation);
        var usersSinceRotation = rotation is null ? [] : await Users(db, id, rotation.RotatedAt, cancellation);
        var recent = await db.RequestLogs.Where(row => row.CallerId == id).OrderByDescending(row => row.CreatedAt).ThenByDescending(row => row.Id)
            .Take(RecentCalls)
            .Select(row => new ApiKeyCall(row.RequestId, row.Method, row.Path, row.Status, row.Latency, row.Address, row.CreatedAt))
            .ToListAsync(cancellation);
        var row = new ApiKeyRow(ApiKeyResource.Of(key, now) with { Rotation = rotation }, calls[id], Maker(await Makers(own, [key], cancellation), key));
        return new ApiKeyDetails(row, users, usersSinceRotation, recent, predecessor);
    }

    private static Actor Reading(Actor member)
    {
        if (member.Type != "user") throw new ArgumentException("Only a signed-in member has this overview.", nameof(member));
        return member with { GrantedScopes = Scopes.Expand(ReadScope) };
    }

    private static async Task<List<ApiKeyUser>> Users(PortalDbContext db, string keyId, DateTimeOffset since, CancellationToken cancellation)
    {
        var users = await db.RequestLogs.Where(row => row.CallerId == keyId && row.CreatedAt >= since).GroupBy(row => row.Address)
            .Select(calls => new { Address = calls.Key, Calls = calls.Count(), LastAt = calls.Max(row => row.CreatedAt) })
            .OrderByDescending(user => user.Calls).Take(MostAddresses).ToListAsync(cancellation);
        return [.. users.Select(user => new ApiKeyUser(user.Address, user.Calls, user.LastAt))];
    }

    private static async Task<Dictionary<string, string>> Makers(PortalDbContext db, IReadOnlyList<ApiKey> keys, CancellationToken cancellation)
    {
        var ids = keys.Select(key => key.CreatedById).OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
        var people = await db.Users.Where(user => ids.Contains(user.Id)).Select(user => new { user.Id, user.FirstName, user.LastName, user.Email }).ToListAsync(cancellation);
        return people.ToDictionary(
            person => person.Id,
            person => $"{person.FirstName} {person.LastName}".Trim() is { Length: > 0 } name ? name : person.Email ?? person.Id,
            StringComparer.Ordinal);
    }

    private static string? Maker(Dictionary<string, string> makers, ApiKey key) => key.CreatedById is { } id ? makers.GetValueOrDefault(id) : null;
}

/// <summary>What a key is called and what may be shown of its secret.</summary>
public sealed record ApiKeyName(string Id, string Name, ApiMode Mode, string Prefix, string LastFour);

/// <summary>A key in the list.</summary>
/// <param name="CallsPerDay">Seven numbers (UTC days), oldest first; refused calls count too.</param>
/// <param name="Maker">The name of who made it; null where a program did or the account is gone.</param>
public sealed record ApiKeyRow(ApiKeyResource Key, IReadOnlyList<long> CallsPerDay, string? Maker)
{
    public long Calls => CallsPerDay.Sum();
}

/// <summary>Everything that the page shows of one key.</summary>
/// <param name="Users">Who used it in the last seven days, the busiest first; at most 20 addresses.</param>
/// <param name="UsersSinceRotation">The same since it was replaced; empty where it was not.</param>
/// <param name="Recent">Its last calls, newest first, also refused ones.</param>
/// <param name="PredecessorId">The key that it replaces.</param>
public sealed record ApiKeyDetails(
    ApiKeyRow Row, IReadOnlyList<ApiKeyUser> Users, IReadOnlyList<ApiKeyUser> UsersSinceRotation, IReadOnlyList<ApiKeyCall> Recent, string? PredecessorId)
{
    public ApiKeyResource Key => Row.Key;
}

/// <summary>A network address that calls with a key came from; null where it was not known.</summary>
public sealed record ApiKeyUser(string? Address, int Calls, DateTimeOffset LastAt);

/// <summary>A call with a key.</summary>
/// <param name="RequestId">The trace id that the answer carried.</param>
/// <param name="Latency">In microseconds.</param>
public sealed record ApiKeyCall(string RequestId, string Method, string Path, int Status, long Latency, string? Address, DateTimeOffset At);
