using Portal.Core.Access;
using Portal.Core.Crm;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Paging;
using Portal.Core.Workflows.Nodes;
using Portal.Core.Workflows.Nodes.Data;

[assembly: Registers<IQueryableResource, QueryableContacts>]
[assembly: Registers<IQueryableResource, QueryableLeads>]
[assembly: Registers<IQueryableResource, QueryableDeals>]
[assembly: Registers<IQueryableResource, QueryableActivities>]

namespace Portal.Core.Workflows.Nodes.Data;

internal sealed class QueryableContacts(ContactService contacts) : WritableResource<ContactResource, ContactFilter, ContactInput, ContactPatch>
{
    public override Task Delete(Actor actor, string id, CancellationToken cancellation) => contacts.Delete(actor, id, cancellation);

    protected override Task<Page<ContactResource>> List(Tenant tenant, ContactFilter filter, PageRequest page, CancellationToken cancellation) => contacts.List(tenant, filter, page, cancellation);

    protected override Task<ContactResource> Find(Tenant tenant, string id, CancellationToken cancellation) => contacts.Get(tenant, id, cancellation);

    protected override Task<ContactResource> Create(Actor actor, ContactInput values, CancellationToken cancellation) => contacts.Create(actor, values, cancellation);

    protected override Task<ContactResource> Update(Actor actor, string id, ContactPatch changes, CancellationToken cancellation) => contacts.Update(actor, id, changes, cancellation);
}

internal sealed class QueryableLeads(LeadService leads) : WritableResource<LeadResource, LeadFilter, LeadInput, LeadPatch>
{
    public override Task Delete(Actor actor, string id, CancellationToken cancellation) => leads.Delete(actor, id, cancellation);

    protected override Task<Page<LeadResource>> List(Tenant tenant, LeadFilter filter, PageRequest page, CancellationToken cancellation) => leads.List(tenant, filter, page, cancellation);

    protected override Task<LeadResource> Find(Tenant tenant, string id, CancellationToken cancellation) => leads.Get(tenant, id, cancellation);

    protected override Task<LeadResource> Create(Actor actor, LeadInput values, CancellationToken cancellation) => leads.Create(actor, values, cancellation);

    protected override Task<LeadResource> Update(Actor actor, string id, LeadPatch changes, CancellationToken cancellation) => leads.Update(actor, id, changes, cancellation);
}

internal sealed class QueryableDeals(DealService deals) : WritableResource<DealResource, DealFilter, DealInput, DealPatch>
{
    public override Task Delete(Actor actor, string id, CancellationToken cancellation) => deals.Delete(actor, id, cancellation);

    protected override Task<Page<DealResource>> List(Tenant tenant, DealFilter filter, PageRequest page, CancellationToken cancellation) => deals.List(tenant, filter, page, cancellation);

    protected override Task<DealResource> Find(Tenant tenant, string id, CancellationToken cancellation) => deals.Get(tenant, id, cancellation);

    protected override Task<DealResource> Create(Actor actor, DealInput values, CancellationToken cancellation) => deals.Create(actor, values, cancellation);

    protected override Task<DealResource> Update(Actor actor, string id, DealPatch changes, CancellationToken cancellation) => deals.Update(actor, id, changes, cancellation);
}

internal sealed class QueryableActivities(ActivityService activities) : WritableResource<ActivityResource, ActivityFilter, ActivityInput, ActivityPatch>
{
    public override Task Delete(Actor actor, string id, CancellationToken cancellation) => activities.Delete(actor, id, cancellation);

    protected override Task<Page<ActivityResource>> List(Tenant tenant, ActivityFilter filter, PageRequest page, CancellationToken cancellation) => activities.List(tenant, filter, page, cancellation);

    protected override Task<ActivityResource> Find(Tenant tenant, string id, CancellationToken cancellation) => activities.Get(tenant, id, cancellation);

    protected override Task<ActivityResource> Create(Actor actor, ActivityInput values, CancellationToken cancellation) => activities.Create(actor, values, cancellation);

    protected override Task<ActivityResource> Update(Actor actor, string id, ActivityPatch changes, CancellationToken cancellation) => activities.Update(actor, id, changes, cancellation);
}
