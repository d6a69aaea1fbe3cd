using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Crm;

/// <summary>
/// What contacts, leads, deals and activities say about each other. The database would empty references by itself when their
/// target goes; here it is done in the unit of work, so that whoever listens hears that the rows have changed.
/// </summary>
internal sealed class CrmReferences(EventOutbox outbox, TimeProvider time)
{
    private readonly ResourceWriter<Lead, LeadResource> _leads = new(LeadResource.Of, outbox, time);
    private readonly ResourceWriter<Deal, DealResource> _deals = new(DealResource.Of, outbox, time);
    private readonly ResourceWriter<Activity, ActivityResource> _activities = new(ActivityResource.Of, outbox, time);

    /// <summary>Empties what points to a contact.</summary>
    public async Task Clear(PortalDbContext db, Contact contact, CancellationToken cancellation)
    {
        foreach (var lead in await db.Leads.Include(row => row.Contact).Where(row => row.ContactId == contact.Id).ToListAsync(cancellation))
            _leads.Update(db, lead, row => (row.ContactId, row.Contact) = (null, null));
        foreach (var deal in await db.Deals.Where(row => row.ContactId == contact.Id).ToListAsync(cancellation))
            _deals.Update(db, deal, row => row.ContactId = null);
        foreach (var activity in await db.Activities.Where(row => row.ContactId == contact.Id).ToListAsync(cancellation))
            _activities.Update(db, activity, row => row.ContactId = null);
    }

    /// <summary>Empties what points to a deal.</summary>
    public async Task Clear(PortalDbContext db, Deal deal, CancellationToken cancellation)
    {
        foreach (var activity in await db.Activities.Where(row => row.DealId == deal.Id).ToListAsync(cancellation))
            _activities.Update(db, activity, row => row.DealId = null);
    }

    /// <summary>Adds a fault for each reference that points to nothing of the tenant's.</summary>
    public static async Task Check(PortalDbContext db, string? contactId, string? dealId, Faults faults, CancellationToken cancellation)
    {
        if (contactId is not null && !(Faults.IsStorable(contactId) && await db.Contacts.AnyAsync(row => row.Id == contactId, cancellation)))
            faults.Add("contact_id", "There is no contact with this id.");
        if (dealId is not null && !(Faults.IsStorable(dealId) && await db.Deals.AnyAsync(row => row.Id == dealId, cancellation)))
            faults.Add("deal_id", "There is no deal with this id.");
    }
}
