using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;
using Portal.Core.Shared.Ids;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Crm;

/// <summary>A quote that another system made; every field has been checked.</summary>
/// <param name="Id">As the quoting system calls it.</param>
/// <param name="CustomerName">Name or e-mail address, or both, are there.</param>
internal sealed record IncomingQuote(string Id, decimal Amount, string? Currency, string? CustomerName, string? CustomerEmail);

/// <summary>What became of a quote.</summary>
/// <param name="Changes">What the quote was before, where it was known; null where it was not.</param>
internal sealed record TakenQuote(LeadResource Lead, JsonObject? Changes);

/// <summary>Takes quotes over as contacts and leads, one lead for each quote, in a unit of work of the caller's.</summary>
internal sealed class QuoteIntake(EventOutbox outbox, IdGenerator ids, TimeProvider time)
{
    private const int LongestTitle = 200;
    private readonly ResourceWriter<Contact, ContactResource> _contacts = new(ContactResource.Of, outbox, time);
    private readonly ResourceWriter<Lead, LeadResource> _leads = new(LeadResource.Of, outbox, time);

    /// <param name="db">The unit of work, in the quote's tenant.</param>
    /// <param name="source">The quoting system's name.</param>
    /// <param name="onlyNew">Leaves a lead as it is that the quote has already: a message that tells of the quote's beginning may come after one of its changes.</param>
    /// <param name="cancellation">Ends the queries.</param>
    public async Task<TakenQuote> Take(PortalDbContext db, IncomingQuote quote, string source, bool onlyNew, CancellationToken cancellation)
    {
        var lead = await db.Leads.Include(row => row.Contact).SingleOrDefaultAsync(row => row.QuoteId == quote.Id, cancellation);
        if (lead is not null && onlyNew) return new(LeadResource.Of(lead), null);
        var contact = await ContactOf(db, quote, lead?.Contact, cancellation);
        if (lead is null) return new(_leads.Create(db, NewLead(db, quote, source, contact)), null);

        var before = LeadResource.Of(lead);
        var updated = _leads.Update(db, lead, row =>
        {
            row.Amount = quote.Amount;
            row.Currency = quote.Currency ?? row.Currency;
            (row.ContactId, row.Contact) = (contact.Id, contact);
        });
        var changes = new JsonObject();
        if (before.Amount != updated.Amount) changes["amount"] = before.Amount;
        if (before.Currency != updated.Currency) changes["currency"] = before.Currency;
        if (before.ContactId != updated.ContactId) changes["contact_id"] = before.ContactId;
        return new(updated, changes);
    }

    private Lead NewLead(PortalDbContext db, IncomingQuote quote, string source, Contact contact) => new()
    {
        Id = ids.New("lead"),
        OrganizationId = db.OrganizationId,
        Mode = db.Mode,
        Title = TextCut.To($"Quote {quote.Id} for {quote.CustomerName ?? quote.CustomerEmail}", LongestTitle),
        ContactId = contact.Id,
        Contact = contact,
        Status = LeadResource.FromIntegration,
        Source = source,
        QuoteId = quote.Id,
        Amount = quote.Amount,
        Currency = quote.Currency,
    };

    private async Task<Contact> ContactOf(PortalDbContext db, IncomingQuote quote, Contact? current, CancellationToken cancellation)
    {
        if (quote.CustomerEmail is not { } email) return current ?? NewContact(db, quote);
        if (current?.Email is { } known && known.Equals(email, StringComparison.OrdinalIgnoreCase)) return current;
        var key = SqlText.Fold(email);
        return await db.Contacts.Where(row => row.EmailKey == key).OrderBy(row => row.CreatedAt).FirstOrDefaultAsync(cancellation) ?? NewContact(db, quote);
    }

    private Contact NewContact(PortalDbContext db, IncomingQuote quote)
    {
        var contact = new Contact { Id = ids.New("con"), Name = "", Email = quote.CustomerEmail };
        var faults = new Faults();
        contact.Rename(new(quote.CustomerName ?? quote.CustomerEmail), default, default, faults);
        faults.ThrowIfAny();
        _contacts.Create(db, contact);
        return contact;
    }
}
