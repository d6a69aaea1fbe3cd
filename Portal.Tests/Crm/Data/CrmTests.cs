using System.Text.Json;
using Portal.Core.Access;
using Portal.Core.Crm;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Crm.Data;

/// <summary>What the tests of the CRM's services share: a tenant of their own on the class's database.</summary>
public abstract class CrmTests
{
    protected CrmTests(CoreHost core)
    {
        Core = core;
        Tenant = core.NewTenant();
        Actor = Actor.System(Tenant);
    }

    protected static CancellationToken None => CancellationToken.None;
    protected CoreHost Core { get; }
    protected Tenant Tenant { get; }
    protected Actor Actor { get; }
    protected ContactService Contacts => Core.Get<ContactService>();
    protected LeadService Leads => Core.Get<LeadService>();
    protected DealService Deals => Core.Get<DealService>();
    protected ActivityService Activities => Core.Get<ActivityService>();

    /// <summary>The tenants that must see nothing of <see cref="Tenant"/>: another organization, and the other mode.</summary>
    protected IEnumerable<Actor> Others => [Actor.System(Core.NewTenant()), Actor.System(Tenant with { Mode = ApiMode.Test })];

    protected Task<ContactResource> NewContact(string name = "Ada Lovelace") => Contacts.Create(Actor, new ContactInput { Name = name }, None);

    protected IEnumerable<string> EventTypes => Core.Events(Tenant).Select(row => row.Type);

    protected JsonElement LastEvent(string type) => JsonElement.Parse(Core.Events(Tenant).Last(row => row.Type == type).Data);

    /// <summary>The problem that a call is refused with.</summary>
    protected static async Task<Problem> Refusal(Func<Task> call) => (await Assert.ThrowsAsync<ProblemException>(call)).Problem;

    /// <summary>Asserts that a call is refused, and for this field.</summary>
    protected static async Task RefusedFor(string field, Func<Task> call)
    {
        var problem = await Refusal(call);
        Assert.Equal("VALIDATION_ERROR", problem.Code.Code);
        Assert.Equal(field, problem.Details["field"]);
    }

    /// <summary>All pages of a list, following the cursor.</summary>
    protected static async Task<List<T>> Follow<T>(Func<PageRequest, Task<Page<T>>> list, string? sort, int perPage = 2, Func<Task>? between = null)
    {
        var all = new List<T>();
        var page = await list(new PageRequest(PerPage: perPage, Sort: sort));
        while (true)
        {
            all.AddRange(page.Items);
            if (page.NextCursor is null) return all;
            if (between is not null) await between();
            page = await list(new PageRequest(PerPage: perPage, Sort: sort, Cursor: page.NextCursor));
        }
    }
}
