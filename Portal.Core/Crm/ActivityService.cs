using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;
using Portal.Core.Shared.Ids;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Crm;

/// <summary>The activities of a tenant. Every fault is a <see cref="ProblemException"/>.</summary>
public sealed class ActivityService(PortalStore store, ContactService contacts, EventOutbox outbox, IdGenerator ids, TimeProvider time)
{
    internal static readonly string[] Types = ["call", "email", "meeting", "task", "note"];

    private static readonly Sorting<Activity> Sorting = new Sorting<Activity>(ActivityResource.Plural, row => row.Id)
        .By("created_at", row => row.CreatedAt)
        .By("updated_at", row => row.UpdatedAt)
        .By("due_at", row => row.DueAt ?? DateTimeOffset.MaxValue)
        .By("subject", row => row.Subject);

    private readonly RowLookup<Activity> _rows = new();

    private readonly ResourceWriter<Activity, ActivityResource> _writer = new(ActivityResource.Of, outbox, time);

    /// <summary>The fields that a list can be sorted by. Activities that are not due come last in ascending order.</summary>
    public static IEnumerable<string> SortFields => Sorting.Fields;

    public async Task<Page<ActivityResource>> List(Tenant tenant, ActivityFilter filter, PageRequest page, CancellationToken cancellation)
    {
        filter.Check();
        await using var db = store.Read(tenant);
        var rows = await Sorting.Cut(Matching(db.Activities, filter), page, cancellation);
        return rows.Select(ActivityResource.Of);
    }

    /// <summary>As <see cref="List"/>, of one contact; a contact that is not there is a fault.</summary>
    public async Task<Page<ActivityResource>> ListOfContact(
        Tenant tenant, string contactId, ActivityFilter filter, PageRequest page, CancellationToken cancellation)
    {
        await contacts.Get(tenant, contactId, cancellation);
        return await List(tenant, filter with { ContactId = contactId }, page, cancellation);
    }

    public async Task<ActivityResource> Get(Tenant tenant, string id, CancellationToken cancellation)
    {
        if (!Faults.IsStorable(id)) throw NotFound(id);
        await using var db = store.Read(tenant);
        return await _rows.Find(db, id, cancellation) is { } row ? ActivityResource.Of(row) : throw NotFound(id);
    }

    public Task<ActivityResource> Create(Actor actor, ActivityInput input, CancellationToken cancellation)
    {
        var activity = new Activity
        {
            Id = ids.New("act"),
            Type = input.Type ?? "",
            Subject = input.Subject ?? "",
            Description = input.Description,
            ContactId = input.ContactId,
            DealId = input.DealId,
            OwnerId = input.OwnerId,
            DueAt = input.DueAt,
            CompletedAt = input.CompletedAt,
        };
        Check(activity);
        return store.Write(actor, async (db, token) =>
        {
            await CheckReferences(db, activity.ContactId, activity.DealId, token);
            return _writer.Create(db, activity);
        }, cancellation);
    }

    public Task<ActivityResource> Update(Actor actor, string id, ActivityPatch patch, CancellationToken cancellation) =>
        store.Write(actor, async (db, token) =>
        {
            var updated = _writer.Update(db, await Find(db, id, token), activity => Apply(patch, activity));
            await CheckReferences(db, patch.ContactId.Value, patch.DealId.Value, token);
            return updated;
        }, cancellation);

    public Task Delete(Actor actor, string id, CancellationToken cancellation) =>
        store.Write(actor, async (db, token) =>
        {
            _writer.Delete(db, await Find(db, id, token));
            return true;
        }, cancellation);

    private static IQueryable<Activity> Matching(IQueryable<Activity> rows, ActivityFilter filter)
    {
        if (filter.Type is { } type) rows = rows.Where(row => row.Type == type);
        if (filter.ContactId is { } contact) rows = rows.Where(row => row.ContactId == contact);
        if (filter.DealId is { } deal) rows = rows.Where(row => row.DealId == deal);
        if (filter.OwnerId is { } owner) rows = rows.Where(row => row.OwnerId == owner);
        if (filter.Completed is { } completed) rows = rows.Where(row => row.CompletedAt != null == completed);
        if (filter.DueAfter is { } after) rows = rows.Where(row => row.DueAt > after);
        if (filter.DueBefore is { } before) rows = rows.Where(row => row.DueAt < before);
        return rows;
    }

    private static void Apply(ActivityPatch patch, Activity activity)
    {
        activity.Type = patch.Type.Or(activity.Type) ?? "";
        activity.Subject = patch.Subject.Or(activity.Subject) ?? "";
        activity.Description = patch.Description.Or(activity.Description);
        activity.ContactId = patch.ContactId.Or(activity.ContactId);
        activity.DealId = patch.DealId.Or(activity.DealId);
        activity.OwnerId = patch.OwnerId.Or(activity.OwnerId);
        activity.DueAt = patch.DueAt.Or(activity.DueAt);
        activity.CompletedAt = patch.CompletedAt.Or(activity.CompletedAt);
        Check(activity);
    }

    private static void Check(Activity activity)
    {
        var faults = new Faults();
        if (activity.Type.Length == 0) faults.Add("type", "type is required.", ErrorCode.MissingField);
        else faults.OneOf("type", activity.Type, Types);
        faults.Required("subject", activity.Subject);
        faults.Text("description", activity.Description, 10_000);
        faults.Text("owner_id", activity.OwnerId);
        faults.ThrowIfAny();
    }

    private static async Task CheckReferences(PortalDbContext db, string? contactId, string? dealId, CancellationToken cancellation)
    {
        var faults = new Faults();
        await CrmReferences.Check(db, contactId, dealId, faults, cancellation);
        faults.ThrowIfAny();
    }

    private static async Task<Activity> Find(PortalDbContext db, string id, CancellationToken cancellation) =>
        Faults.IsStorable(id) && await db.Activities.FirstOrDefaultAsync(row => row.Id == id, cancellation) is { } activity ? activity : throw NotFound(id);

    private static ProblemException NotFound(string id) => Problem.NotFound("activity", id).AsException();
}
