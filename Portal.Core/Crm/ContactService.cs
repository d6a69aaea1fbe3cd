using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;
using Portal.Core.Shared.Ids;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Crm;

/// <summary>The contacts of a tenant. Every fault is a <see cref="ProblemException"/>.</summary>
public sealed class ContactService(PortalStore store, EventOutbox outbox, IdGenerator ids, TimeProvider time)
{
    private const int MostTags = 50;

    private static readonly Sorting<Contact> Sorting = new Sorting<Contact>(ContactResource.Plural, row => row.Id)
        .By("created_at", row => row.CreatedAt)
        .By("updated_at", row => row.UpdatedAt)
        .By("name", row => row.Name)
        .By("company", row => row.Company ?? "")
        .By("email", row => row.Email ?? "");

    private readonly RowLookup<Contact> _rows = new();

    private readonly ResourceWriter<Contact, ContactResource> _writer = new(ContactResource.Of, outbox, time);
    private readonly CrmReferences _references = new(outbox, time);

    /// <summary>The fields that a list can be sorted by.</summary>
    public static IEnumerable<string> SortFields => Sorting.Fields;

    public async Task<Page<ContactResource>> List(Tenant tenant, ContactFilter filter, PageRequest page, CancellationToken cancellation)
    {
        filter.Check();
        await using var db = store.Read(tenant);
        var rows = await Sorting.Cut(Matching(db.Contacts, filter), page, cancellation);
        return rows.Select(ContactResource.Of);
    }

    public async Task<ContactResource> Get(Tenant tenant, string id, CancellationToken cancellation)
    {
        if (!Faults.IsStorable(id)) throw NotFound(id);
        await using var db = store.Read(tenant);
        return await _rows.Find(db, id, cancellation) is { } row ? ContactResource.Of(row) : throw NotFound(id);
    }

    public Task<ContactResource> Create(Actor actor, ContactInput input, CancellationToken cancellation)
    {
        var faults = new Faults();
        var contact = new Contact
        {
            Id = ids.New("con"),
            Name = "",
            Email = input.Email,
            Phone = input.Phone,
            Company = input.Company,
            Title = input.Title,
            OwnerId = input.OwnerId,
            Tags = Distinct(input.Tags),
        };
        contact.Rename(new(input.Name), new(input.FirstName), new(input.LastName), faults);
        Check(contact, faults);
        return store.Write(actor, (db, _) => Task.FromResult(_writer.Create(db, contact)), cancellation);
    }

    public Task<ContactResource> Update(Actor actor, string id, ContactPatch patch, CancellationToken cancellation) =>
        store.Write(actor, async (db, token) => _writer.Update(db, await Find(db, id, token), contact => Apply(patch, contact)), cancellation);

    /// <summary>Deletes a contact. Leads, deals and activities that point to it stay, and point to none.</summary>
    public Task Delete(Actor actor, string id, CancellationToken cancellation) =>
        store.Write(actor, async (db, token) =>
        {
            var contact = await Find(db, id, token);
            await _references.Clear(db, contact, token);
            _writer.Delete(db, contact);
            return true;
        }, cancellation);

    private static IQueryable<Contact> Matching(IQueryable<Contact> rows, ContactFilter filter)
    {
        if (SqlText.Fold(filter.Email) is { } email) rows = rows.Where(row => row.EmailKey == email);
        if (filter.Company is { } company) rows = rows.Where(row => row.Company == company);
        if (filter.OwnerId is { } owner) rows = rows.Where(row => row.OwnerId == owner);
        if (filter.Tag is { } tag) rows = rows.Where(row => row.Tags.Contains(tag));
        if (filter.CreatedAfter is { } after) rows = rows.Where(row => row.CreatedAt > after);
        if (filter.CreatedBefore is { } before) rows = rows.Where(row => row.CreatedAt < before);
        if (!string.IsNullOrEmpty(filter.Q))
        {
            var part = SqlText.Fold(filter.Q)!;
            rows = rows.Where(row => SqlText.Fold(row.Name)!.Contains(part) || SqlText.Fold(row.Email)!.Contains(part) || SqlText.Fold(row.Company)!.Contains(part));
        }

        return rows;
    }

    private static void Apply(ContactPatch patch, Contact contact)
    {
        var faults = new Faults();
        contact.Rename(patch.Name, patch.FirstName, patch.LastName, faults);
        contact.Email = patch.Email.Or(contact.Email);
        contact.Phone = patch.Phone.Or(contact.Phone);
        contact.Company = patch.Company.Or(contact.Company);
        contact.Title = patch.Title.Or(contact.Title);
        contact.OwnerId = patch.OwnerId.Or(contact.OwnerId);
        if (patch.Tags.IsSet) contact.Tags = Distinct(patch.Tags.Value);
        Check(contact, faults);
    }

    private static void Check(Contact contact, Faults faults)
    {
        if (contact.Name.Length == 0) faults.Add("name", "name is required, or first_name and last_name.", ErrorCode.MissingField);
        faults.Text("name", contact.Name);
        faults.Text("first_name", contact.FirstName);
        faults.Text("last_name", contact.LastName);
        faults.Email("email", contact.Email);
        faults.Text("phone", contact.Phone, 50);
        faults.Text("company", contact.Company);
        faults.Text("title", contact.Title);
        faults.Text("owner_id", contact.OwnerId);
        if (contact.Tags.Count > MostTags) faults.Add("tags", $"A contact has at most {MostTags} tags.");
        else for (var i = 0; i < contact.Tags.Count; i++) faults.Required($"tags[{i}]", contact.Tags[i], 50);
        faults.ThrowIfAny();
    }

    private static List<string> Distinct(IReadOnlyList<string>? tags) => tags is null ? [] : [.. tags.Distinct(StringComparer.Ordinal)];

    private static async Task<Contact> Find(PortalDbContext db, string id, CancellationToken cancellation) =>
        Faults.IsStorable(id) && await db.Contacts.FirstOrDefaultAsync(row => row.Id == id, cancellation) is { } contact ? contact : throw NotFound(id);

    private static ProblemException NotFound(string id) => Problem.NotFound("contact", id).AsException();
}
