using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Webhooks.Catalogue;

/// <summary>Which events are wanted; every part that is given must match.</summary>
public sealed record EventFilterInput
{
    /// <summary>One event type.</summary>
    public string? Type { get; init; }

    /// <summary>The id of what they are about, as <c>deal_…</c>.</summary>
    public string? ObjectId { get; init; }
    public DateTimeOffset? CreatedAfter { get; init; }
    public DateTimeOffset? CreatedBefore { get; init; }
}

/// <summary>The events that happened, as far back as they are kept.</summary>
public sealed class EventLog(PortalStore store)
{
    private static readonly Sorting<EventRecord> Sorting = new Sorting<EventRecord>(EventResource.Plural, row => row.Id).By("created_at", row => row.CreatedAt);

    /// <summary>The fields that a list can be sorted by.</summary>
    public static IEnumerable<string> SortFields => Sorting.Fields;

    public async Task<Page<EventResource>> List(Tenant tenant, EventFilterInput filter, PageRequest page, CancellationToken cancellation)
    {
        var faults = new Faults();
        faults.Text("type", filter.Type);
        faults.Text("object_id", filter.ObjectId);
        faults.ThrowIfAny();
        await using var db = store.Read(tenant);
        IQueryable<EventRecord> rows = db.Events;
        if (!string.IsNullOrEmpty(filter.Type)) rows = rows.Where(row => row.Type == filter.Type);
        if (!string.IsNullOrEmpty(filter.ObjectId)) rows = rows.Where(row => row.ObjectId == filter.ObjectId);
        if (filter.CreatedAfter is { } after) rows = rows.Where(row => row.CreatedAt > after);
        if (filter.CreatedBefore is { } before) rows = rows.Where(row => row.CreatedAt < before);
        return (await Sorting.Cut(rows, page, cancellation)).Select(EventResource.Of);
    }

    public async Task<EventResource> Get(Tenant tenant, string id, CancellationToken cancellation)
    {
        await using var db = store.Read(tenant);
        return Faults.IsStorable(id) && await db.Events.FirstOrDefaultAsync(row => row.Id == id, cancellation) is { } row
            ? EventResource.Of(row)
            : throw Problem.NotFound("event", id).AsException();
    }
}
