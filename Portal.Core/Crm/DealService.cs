using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;
using Portal.Core.Shared.Ids;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Crm;

/// <summary>The deals of a tenant. Every fault is a <see cref="ProblemException"/>.</summary>
public sealed class DealService(PortalStore store, EventOutbox outbox, IdGenerator ids, TimeProvider time)
{
    private static readonly Sorting<Deal> Sorting = new Sorting<Deal>(DealResource.Plural, row => row.Id)
        .By("created_at", row => row.CreatedAt)
        .By("updated_at", row => row.UpdatedAt)
        .By("value", row => row.Value)
        .By("title", row => row.Title)
        .By("expected_close_date", row => row.ExpectedCloseDate ?? DateOnly.MaxValue);

    private readonly RowLookup<Deal> _rows = new();

    private readonly ResourceWriter<Deal, DealResource> _writer = new(DealResource.Of, outbox, time);
    private readonly CrmReferences _references = new(outbox, time);

    /// <summary>The fields that a list can be sorted by. Deals without a close date come last in ascending order.</summary>
    public static IEnumerable<string> SortFields => Sorting.Fields;

    public async Task<Page<DealResource>> List(Tenant tenant, DealFilter filter, PageRequest page, CancellationToken cancellation)
    {
        filter.Check();
        await using var db = store.Read(tenant);
        var rows = await Sorting.Cut(Matching(db.Deals, filter), page, cancellation);
        return rows.Select(DealResource.Of);
    }

    public async Task<DealResource> Get(Tenant tenant, string id, CancellationToken cancellation)
    {
        if (!Faults.IsStorable(id)) throw NotFound(id);
        await using var db = store.Read(tenant);
        return await _rows.Find(db, id, cancellation) is { } row ? DealResource.Of(row) : throw NotFound(id);
    }

    public Task<DealResource> Create(Actor actor, DealInput input, CancellationToken cancellation)
    {
        var faults = new Faults();
        var deal = new Deal
        {
            Id = ids.New("deal"),
            Title = input.Title ?? "",
            Value = input.Value ?? 0,
            Currency = input.Currency ?? "USD",
            StageId = DealStages.First.Id,
            Status = DealStages.First.Status,
            OwnerId = input.OwnerId,
            ContactId = input.ContactId,
            ExpectedCloseDate = input.ExpectedCloseDate,
            Notes = input.Notes,
        };
        Move(deal, input.StageId, input.Status, faults);
        Check(deal, faults);
        return store.Write(actor, async (db, token) =>
        {
            await CheckReferences(db, deal, token);
            return _writer.Create(db, deal);
        }, cancellation);
    }

    public Task<DealResource> Update(Actor actor, string id, DealPatch patch, CancellationToken cancellation) =>
        store.Write(actor, async (db, token) =>
        {
            var deal = await Find(db, id, token);
            var updated = _writer.Update(db, deal, row => Apply(patch, row), ("stage_id", "stage_changed"));
            if (patch.ContactId.IsSet) await CheckReferences(db, deal, token);
            return updated;
        }, cancellation);

    /// <summary>Deletes a deal. Activities that point to it stay, and point to none.</summary>
    public Task Delete(Actor actor, string id, CancellationToken cancellation) =>
        store.Write(actor, async (db, token) =>
        {
            var deal = await Find(db, id, token);
            await _references.Clear(db, deal, token);
            _writer.Delete(db, deal);
            return true;
        }, cancellation);

    private static IQueryable<Deal> Matching(IQueryable<Deal> rows, DealFilter filter)
    {
        if (filter.Status is { } status) rows = rows.Where(row => row.Status == status);
        if (filter.StageId is { } stage) rows = rows.Where(row => row.StageId == stage);
        if (filter.OwnerId is { } owner) rows = rows.Where(row => row.OwnerId == owner);
        if (filter.ContactId is { } contact) rows = rows.Where(row => row.ContactId == contact);
        if (filter.ValueMin is { } least) rows = rows.Where(row => row.Value >= least);
        if (filter.ValueMax is { } most) rows = rows.Where(row => row.Value <= most);
        if (filter.CreatedAfter is { } after) rows = rows.Where(row => row.CreatedAt > after);
        if (filter.CreatedBefore is { } before) rows = rows.Where(row => row.CreatedAt < before);
        if (!string.IsNullOrEmpty(filter.Q))
        {
            var part = SqlText.Fold(filter.Q)!;
            rows = rows.Where(row => SqlText.Fold(row.Title)!.Contains(part) || SqlText.Fold(row.Notes)!.Contains(part));
        }

        return rows;
    }

    private static void Apply(DealPatch patch, Deal deal)
    {
        var faults = new Faults();
        if (patch.Value is { IsSet: true, Value: null }) faults.Add("value", "value cannot be emptied.", ErrorCode.MissingField);
        if (patch.StageId is { IsSet: true, Value: null }) faults.Add("stage_id", "stage_id cannot be emptied.", ErrorCode.MissingField);
        if (patch.Status is { IsSet: true, Value: null }) faults.Add("status", "status cannot be emptied.", ErrorCode.MissingField);
        deal.Title = patch.Title.Or(deal.Title) ?? "";
        deal.Value = patch.Value.Or(deal.Value) ?? deal.Value;
        deal.Currency = patch.Currency.Or(deal.Currency) ?? "";
        deal.OwnerId = patch.OwnerId.Or(deal.OwnerId);
        deal.ContactId = patch.ContactId.Or(deal.ContactId);
        deal.ExpectedCloseDate = patch.ExpectedCloseDate.Or(deal.ExpectedCloseDate);
        deal.Notes = patch.Notes.Or(deal.Notes);
        Move(deal, patch.StageId.Value, patch.Status.Value, faults);
        Check(deal, faults);
    }

    private static void Move(Deal deal, int? stageId, string? status, Faults faults)
    {
        faults.OneOf("status", status, DealStages.Statuses);
        if (stageId is { } number)
        {
            if (DealStages.Find(number) is not { } stage) faults.Add("stage_id", $"stage_id must be from 1 to {DealStages.All.Count}.");
            else if (status is not null && status != stage.Status) faults.Add("status", $"Deals in stage {stage.Id} ({stage.Name}) are {stage.Status}.");
            else deal.Enter(stage);
        }
        else if (status is not null && status != deal.Status && DealStages.FirstOf(status) is { } first)
        {
            deal.Enter(first);
        }
    }

    private static void Check(Deal deal, Faults faults)
    {
        faults.Required("title", deal.Title);
        faults.Amount("value", deal.Value);
        faults.Currency("currency", deal.Currency);
        faults.Text("owner_id", deal.OwnerId);
        faults.Text("notes", deal.Notes, 10_000);
        faults.ThrowIfAny();
    }

    private static async Task CheckReferences(PortalDbContext db, Deal deal, CancellationToken cancellation)
    {
        var faults = new Faults();
        await CrmReferences.Check(db, deal.ContactId, null, faults, cancellation);
        faults.ThrowIfAny();
    }

    private static async Task<Deal> Find(PortalDbContext db, string id, CancellationToken cancellation) =>
        Faults.IsStorable(id) && await db.Deals.FirstOrDefaultAsync(row => row.Id == id, cancellation) is { } deal ? deal : throw NotFound(id);

    private static ProblemException NotFound(string id) => Problem.NotFound("deal", id).AsException();
}
