using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Paging;

namespace Portal.Core.Access;

/// <summary>An entry of the audit log: who did what to which thing, when and from where.</summary>
public sealed record AuditEntryResource : IResource
{
    static string IResource.Kind => "audit_entry";

    static string IResource.Plural => "audit_entries";

    public required string Id { get; init; }

    /// <summary>What was done, as <c>key.created</c>.</summary>
    public required string Action { get; init; }

    /// <summary>A sentence for a person.</summary>
    public required string Summary { get; init; }

    /// <summary><c>user</c>, <c>api_key</c> or <c>system</c>.</summary>
    public required string ActorType { get; init; }

    /// <summary>The user's or key's id; null for the system.</summary>
    public required string? ActorId { get; init; }

    /// <summary>What the actor was called then.</summary>
    public required string ActorName { get; init; }

    /// <summary>The kind of thing it was done to, as <c>api_key</c>.</summary>
    public required string TargetType { get; init; }
    public required string? TargetId { get; init; }

    /// <summary>The network address that it came from; null within the portal.</summary>
    public required string? Address { get; init; }

    /// <summary>For each field that changed <c>from</c> and <c>to</c>; null where nothing had a value before.</summary>
    public required JsonObject? Changes { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    internal static AuditEntryResource Of(AuditEntry entry) => new()
    {
        Id = entry.Id,
        Action = entry.Action,
        Summary = entry.Summary,
        ActorType = entry.ActorType,
        ActorId = entry.ActorId,
        ActorName = entry.ActorName,
        TargetType = entry.TargetType,
        TargetId = entry.TargetId,
        Address = entry.Address,
        Changes = entry.Changes is { } changes ? JsonNode.Parse(changes)!.AsObject() : null,
        CreatedAt = entry.CreatedAt,
    };
}

/// <summary>Which entries are wanted; every part that is given must match.</summary>
/// <param name="Actor">The actor's id, or a part of its name in any case.</param>
/// <param name="Action">As <c>key.created</c>, or the beginning up to the dot: <c>key</c>.</param>
/// <param name="Target">The id of the thing, or its kind.</param>
/// <param name="From">From this moment.</param>
/// <param name="Until">Before this moment.</param>
public sealed record AuditFilter(string? Actor = null, string? Action = null, string? Target = null, DateTimeOffset? From = null, DateTimeOffset? Until = null);

/// <summary>Reads the audit log of the actor's organization; needs the scope <c>audit:read</c>.</summary>
public sealed class AuditTrail(PortalStore store)
{
    /// <summary>Most entries of an export.</summary>
    public const int MostExported = 50_000;

    private const string ReadScope = "audit:read";
    private const int Portion = 1000;

    // Ids are ordered by time, and a cursor holds them exactly.
    private static readonly Sorting<AuditEntry> Sorting = new Sorting<AuditEntry>("audit_entries", entry => entry.Id).By("created_at", entry => entry.Id);

    /// <summary>The fields that a list can be sorted by.</summary>
    public static IEnumerable<string> SortFields => Sorting.Fields;

    /// <summary>Entries that match, newest first unless the request says otherwise.</summary>
    public async Task<Page<AuditEntryResource>> List(Actor actor, AuditFilter filter, PageRequest page, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, ReadScope);
        await using var db = store.Read(actor.Tenant);
        return (await Sorting.Cut(Matching(db, filter), page, cancellation)).Select(AuditEntryResource.Of);
    }

    /// <exception cref="Shared.Problems.ProblemException">The actor may not, or there is no such entry.</exception>
    public async Task<AuditEntryResource> Get(Actor actor, string id, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, ReadScope);
        await using var db = store.Read(actor.Tenant);
        return Shared.Problems.Faults.IsStorable(id) && await db.AuditEntries.SingleOrDefaultAsync(entry => entry.Id == id, cancellation) is { } entry
            ? AuditEntryResource.Of(entry)
            : throw Shared.Problems.Problem.NotFound("audit entry", id).AsException();
    }

    /// <summary>Every kind of action that the log holds, in alphabetical order.</summary>
    public async Task<IReadOnlyList<string>> Actions(Actor actor, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, ReadScope);
        await using var db = store.Read(actor.Tenant);
        return await db.AuditEntries.Select(entry => entry.Action).Distinct().OrderBy(action => action).ToListAsync(cancellation);
    }

    /// <summary>Entries that match, newest first, a portion at a time; <see cref="MostExported"/> at most.</summary>
    public async IAsyncEnumerable<AuditEntryResource> Export(Actor actor, AuditFilter filter, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, ReadScope);
        string? cursor = null;
        for (var sent = 0; sent < MostExported; sent += Portion)
        {
            Page<AuditEntry> portion;
            await using (var db = store.Read(actor.Tenant))
                portion = await Sorting.Cut(Matching(db, filter), new PageRequest(1, Portion, cursor), cancellation);
            foreach (var entry in portion.Items) yield return AuditEntryResource.Of(entry);
            if ((cursor = portion.NextCursor) is null) break;
        }
    }

    private static IQueryable<AuditEntry> Matching(PortalDbContext db, AuditFilter filter)
    {
        IQueryable<AuditEntry> entries = db.AuditEntries;
        if (Clean(filter.Actor) is { } actor)
        {
            var folded = SqlText.Fold(actor);
            entries = entries.Where(entry => entry.ActorId == actor || SqlText.Fold(entry.ActorName)!.Contains(folded));
        }

        if (Clean(filter.Action) is { } action)
        {
            var group = action + ".";
            entries = entries.Where(entry => entry.Action == action || entry.Action.StartsWith(group));
        }

        if (Clean(filter.Target) is { } target) entries = entries.Where(entry => entry.TargetId == target || entry.TargetType == target);
        if (filter.From is { } from) entries = entries.Where(entry => entry.CreatedAt >= from);
        if (filter.Until is { } until) entries = entries.Where(entry => entry.CreatedAt < until);
        return entries;
    }

    // PostgreSQL cannot hold U+0000, so nothing has it.
    private static string? Clean(string? text) => text?.Replace("\0", "", StringComparison.Ordinal).Trim() is { Length: > 0 } clean ? clean : null;
}
