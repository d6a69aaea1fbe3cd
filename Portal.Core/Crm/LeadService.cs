using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;
using Portal.Core.Shared.Ids;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Crm;

/// <summary>The leads of a tenant. Every fault is a <see cref="ProblemException"/>.</summary>
public sealed class LeadService(PortalStore store, EventOutbox outbox, IdGenerator ids, TimeProvider time)
{
    private static readonly Sorting<Lead> Sorting = new Sorting<Lead>(LeadResource.Plural, row => row.Id)
        .By("created_at", row => row.CreatedAt)
        .By("updated_at", row => row.UpdatedAt)
        .By("title", row => row.Title)
        .By("status", row => row.Status)
        .By("score", row => row.Score ?? -1);

    private readonly RowLookup<Lead> _rows = new();
    private readonly RowLookup<Contact> _contacts = new();
    private readonly ResourceWriter<Lead, LeadResource> _writer = new(LeadResource.Of, outbox, time);

    /// <summary>The fields that a list can be sorted by. Leads without a score come first in ascending order.</summary>
    public static IEnumerable<string> SortFields => Sorting.Fields;

    public async Task<Page<LeadResource>> List(Tenant tenant, LeadFilter filter, PageRequest page, CancellationToken cancellation)
    {
        filter.Check();
        await using var db = store.Read(tenant);
        var rows = await Sorting.Cut(Matching(db.Leads, filter).Include(row => row.Contact), page, cancellation);
        return rows.Select(LeadResource.Of);
    }

    public async Task<LeadResource> Get(Tenant tenant, string id, CancellationToken cancellation)
    {
        if (!Faults.IsStorable(id)) throw NotFound(id);
        await using var db = store.Read(tenant);
        var row = await _rows.Find(db, id, cancellation) ?? throw NotFound(id);
        if (row.ContactId is { } contactId) row.Contact = await _contacts.Find(db, contactId, cancellation);
        return LeadResource.Of(row);
    }

    public Task<LeadResource> Create(Actor actor, LeadInput input, CancellationToken cancellation)
    {
        var lead = new Lead
        {
            Id = ids.New("lead"),
            OrganizationId = actor.Tenant.OrganizationId,
            Mode = actor.Tenant.Mode,
            Title = input.Title ?? "",
            OwnerId = input.OwnerId,
            Status = input.Status ?? LeadResource.New,
            Source = input.Source,
            Notes = input.Notes,
            Amount = input.Amount,
            Currency = input.Currency,
        };
        Check(lead, new Faults());
        return store.Write(actor, async (db, token) =>
        {
            await Link(db, lead, input.ContactId, token);
            return _writer.Create(db, lead);
        }, cancellation);
    }

    public Task<LeadResource> Update(Actor actor, string id, LeadPatch patch, CancellationToken cancellation) =>
        store.Write(actor, async (db, token) =>
        {
            var lead = await Find(db, id, token);
            var contact = patch.ContactId.IsSet ? await Contact(db, patch.ContactId.Value, token) : lead.Contact;
            return _writer.Update(db, lead, row => Apply(patch, row, contact));
        }, cancellation);

    public Task Delete(Actor actor, string id, CancellationToken cancellation) =>
        store.Write(actor, async (db, token) =>
        {
            _writer.Delete(db, await Find(db, id, token));
            return true;
        }, cancellation);

    private static IQueryable<Lead> Matching(IQueryable<Lead> rows, LeadFilter filter)
    {
        if (filter.Status is { } status) rows = rows.Where(row => row.Status == status);
        if (filter.Source is { } source) rows = rows.Where(row => row.Source == source);
        if (filter.OwnerId is { } owner) rows = rows.Where(row => row.OwnerId == owner);
        if (filter.ContactId is { } contact) rows = rows.Where(row => row.ContactId == contact);
        if (filter.QuoteId is { } quote) rows = rows.Where(row => row.QuoteId == quote);
        if (filter.ScoreMin is { } least) rows = rows.Where(row => row.Score >= least);
        if (filter.ScoreMax is { } most) rows = rows.Where(row => row.Score <= most);
        if (filter.CreatedAfter is { } after) rows = rows.Where(row => row.CreatedAt > after);
        if (filter.CreatedBefore is { } before) rows = rows.Where(row => row.CreatedAt < before);
        if (!string.IsNullOrEmpty(filter.Q))
        {
            var part = SqlText.Fold(filter.Q)!;
            rows = rows.Where(row => SqlText.Fold(row.Title)!.Contains(part) || SqlText.Fold(row.Notes)!.Contains(part)
                || SqlText.Fold(row.Contact!.Name)!.Contains(part) || SqlText.Fold(row.Contact.Email)!.Contains(part) || SqlText.Fold(row.Contact.Company)!.Contains(part));
        }

        return rows;
    }

    private static void Apply(LeadPatch patch, Lead lead, Contact? contact)
    {
        var faults = new Faults();
        if (patch.Status is { IsSet: true, Value: null }) faults.Add("status", "status cannot be emptied.", ErrorCode.MissingField);
        lead.Title = patch.Title.Or(lead.Title) ?? "";
        lead.OwnerId = patch.OwnerId.Or(lead.OwnerId);
        lead.Status = patch.Status.Or(lead.Status) ?? lead.Status;
        lead.Source = patch.Source.Or(lead.Source);
        lead.Notes = patch.Notes.Or(lead.Notes);
        lead.Amount = patch.Amount.Or(lead.Amount);
        lead.Currency = patch.Currency.Or(lead.Currency);
        (lead.ContactId, lead.Contact) = (contact?.Id, contact);
        Check(lead, faults);
    }

    private static void Check(Lead lead, Faults faults)
    {
        faults.Required("title", lead.Title);
        faults.Text("owner_id", lead.OwnerId);
        faults.OneOf("status", lead.Status, LeadResource.Statuses);
        faults.Text("source", lead.Source, 100);
        faults.Text("notes", lead.Notes, 10_000);
        faults.Amount("amount", lead.Amount);
        faults.Currency("currency", lead.Currency);
        faults.ThrowIfAny();
    }

    private static async Task Link(PortalDbContext db, Lead lead, string? contactId, CancellationToken cancellation)
    {
        var contact = await Contact(db, contactId, cancellation);
        (lead.ContactId, lead.Contact) = (contact?.Id, contact);
    }

    private static async Task<Contact?> Contact(PortalDbContext db, string? id, CancellationToken cancellation)
    {
        if (id is null) return null;
        var contact = Faults.IsStorable(id) ? await db.Contacts.FirstOrDefaultAsync(row => row.Id == id, cancellation) : null;
        return contact ?? throw Problem.Field(ErrorCode.Validation, "contact_id", "There is no contact with this id.").AsException();
    }

    private static async Task<Lead> Find(PortalDbContext db, string id, CancellationToken cancellation) =>
        Faults.IsStorable(id) && await db.Leads.Include(row => row.Contact).FirstOrDefaultAsync(row => row.Id == id, cancellation) is { } lead ? lead : throw NotFound(id);

    private static ProblemException NotFound(string id) => Problem.NotFound("lead", id).AsException();
}
