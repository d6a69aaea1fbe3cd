using Portal.Core.Access;
using Portal.Core.Crm;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Crm.Data;

public sealed class LeadServiceOnSqliteTests(SqliteCore core) : LeadServiceTests(core), IClassFixture<SqliteCore>;

public sealed class LeadServiceOnPostgresTests(PostgresCore core) : LeadServiceTests(core), IClassFixture<PostgresCore>;

public abstract class LeadServiceTests(CoreHost core) : CrmTests(core)
{
    [Fact]
    public async Task Created_lead_is_read_as_it_was_answered_with_its_contact()
    {
        var contact = await Contacts.Create(Actor, new ContactInput { Name = "Jane Smith", Email = "jane@company.com", Company = "Tech Corp" }, None);
        var created = await Leads.Create(Actor, new LeadInput
        {
            Title = "Enterprise Software Solution", ContactId = contact.Id, OwnerId = "usr_1", Status = "qualified", Source = "website",
            Notes = "High priority", Amount = 1200.5m, Currency = "EUR",
        }, None);
        Assert.StartsWith("lead_", created.Id, StringComparison.Ordinal);
        Assert.Equal(created, await Leads.Get(Tenant, created.Id, None));
        Assert.Equal([created], (await Leads.List(Tenant, new LeadFilter(), new PageRequest(), None)).Items);
        Assert.Equal(new LeadContact(contact.Id, "Jane Smith", "jane@company.com", "Tech Corp"), created.Contact);
        Assert.Equal((Tenant.OrganizationId, "qualified", (int?)null), (created.OrganizationId, created.Status, created.Score));
        Assert.Equal("1200.50", LastEvent("lead.created").GetProperty("amount").GetRawText());
        Assert.Equal(contact.Id, LastEvent("lead.created").GetProperty("contact").GetProperty("id").GetString());
    }

    [Fact]
    public async Task Lead_is_new_and_without_contact_where_nothing_else_is_said()
    {
        var created = await Leads.Create(Actor, new LeadInput { Title = "L" }, None);
        Assert.Equal(("new", null, null, null), (created.Status, created.ContactId, created.Contact, created.Amount));
    }

    [Fact]
    public async Task Update_moves_a_lead_to_another_contact_and_away_from_it()
    {
        var (one, other) = (await NewContact("One"), await NewContact("Other"));
        var lead = await Leads.Create(Actor, new LeadInput { Title = "L", ContactId = one.Id }, None);
        var moved = await Leads.Update(Actor, lead.Id, new LeadPatch { ContactId = new(other.Id) }, None);
        Assert.Equal("Other", moved.Contact!.Name);
        Assert.Equal(one.Id, LastEvent("lead.updated").GetProperty("changes").GetProperty("contact_id").GetString());
        Assert.Equal(moved, await Leads.Get(Tenant, lead.Id, None));
        var alone = await Leads.Update(Actor, lead.Id, new LeadPatch { ContactId = new(null) }, None);
        Assert.Null(alone.Contact);
        Assert.Equal(alone, await Leads.Get(Tenant, lead.Id, None));
    }

    [Fact]
    public async Task Update_that_changes_nothing_writes_nothing()
    {
        var contact = await NewContact();
        var lead = await Leads.Create(Actor, new LeadInput { Title = "L", ContactId = contact.Id }, None);
        Core.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(lead, await Leads.Update(Actor, lead.Id, new LeadPatch { Title = new("L"), ContactId = new(contact.Id), Status = new("new") }, None));
        Assert.Equal(["contact.created", "lead.created"], EventTypes);
    }

    [Fact]
    public async Task Contact_must_be_the_tenants_own()
    {
        foreach (var other in Others)
        {
            var foreign = await Contacts.Create(other, new ContactInput { Name = "Foreign" }, None);
            await RefusedFor("contact_id", () => Leads.Create(Actor, new LeadInput { Title = "L", ContactId = foreign.Id }, None));
        }

        await RefusedFor("contact_id", () => Leads.Create(Actor, new LeadInput { Title = "L", ContactId = "\0" }, None));
        Assert.Empty(EventTypes);
    }

    [Fact]
    public async Task Deleting_the_contact_leaves_the_lead_and_says_so()
    {
        var contact = await NewContact();
        var lead = await Leads.Create(Actor, new LeadInput { Title = "L", ContactId = contact.Id }, None);
        await Contacts.Delete(Actor, contact.Id, None);
        var left = await Leads.Get(Tenant, lead.Id, None);
        Assert.Equal((null, null), (left.ContactId, left.Contact));
        Assert.Equal(["contact.created", "lead.created", "lead.updated", "contact.deleted"], EventTypes);
    }

    [Fact]
    public async Task Deleted_lead_is_gone_and_its_contact_stays()
    {
        var contact = await NewContact();
        var lead = await Leads.Create(Actor, new LeadInput { Title = "L", ContactId = contact.Id }, None);
        await Leads.Delete(Actor, lead.Id, None);
        Assert.Equal(404, (await Refusal(() => Leads.Get(Tenant, lead.Id, None))).HttpStatus);
        Assert.Equal(contact.Id, LastEvent("lead.deleted").GetProperty("contact_id").GetString());
        Assert.NotNull(await Contacts.Get(Tenant, contact.Id, None));
    }

    [Fact]
    public async Task Leads_and_the_deletion_of_their_contact_at_once_leave_no_reference_behind()
    {
        var contact = await NewContact();
        var creating = Enumerable.Range(0, 12).Select(async i =>
        {
            try
            {
                await Leads.Create(Actor, new LeadInput { Title = $"L{i}", ContactId = contact.Id }, None);
                return true;
            }
            catch (ProblemException e) when (Equals(e.Problem.Details["field"], "contact_id"))
            {
                return false;
            }
        }).ToList();
        await Contacts.Delete(Actor, contact.Id, None);
        var created = (await Task.WhenAll(creating)).Count(done => done);
        var leads = (await Leads.List(Tenant, new LeadFilter(), new PageRequest(PerPage: 100), None)).Items;
        Assert.Equal(created, leads.Count);
        Assert.All(leads, lead => Assert.Null(lead.ContactId));
    }

    [Fact]
    public async Task Nobody_else_sees_or_changes_a_lead()
    {
        var id = (await Leads.Create(Actor, new LeadInput { Title = "L" }, None)).Id;
        foreach (var other in Others)
        {
            Assert.Empty((await Leads.List(other.Tenant, new LeadFilter(), new PageRequest(), None)).Items);
            Assert.Equal(404, (await Refusal(() => Leads.Get(other.Tenant, id, None))).HttpStatus);
            Assert.Equal(404, (await Refusal(() => Leads.Update(other, id, new LeadPatch { Notes = new("x") }, None))).HttpStatus);
            Assert.Equal(404, (await Refusal(() => Leads.Delete(other, id, None))).HttpStatus);
        }
    }

    [Fact]
    public async Task Filters_find_what_matches_and_nothing_else()
    {
        var contact = await Contacts.Create(Actor, new ContactInput { Name = "Grace Hopper", Email = "grace@compilers.example", Company = "Übersetzer" }, None);
        var cold = await Leads.Create(Actor, new LeadInput { Title = "Cold", Source = "referral", OwnerId = "usr_1" }, None);
        var warm = await Leads.Create(Actor, new LeadInput { Title = "Warm", Source = "website", Status = "qualified", ContactId = contact.Id, Notes = "50% sure" }, None);
        await Leads.Create(Actor, new LeadInput { Title = "Unscored" }, None);
        await Score(cold.Id, 10);
        await Score(warm.Id, 85);

        async Task<string> Found(LeadFilter filter) =>
            string.Join(",", (await Leads.List(Tenant, filter, new PageRequest(Sort: "title"), None)).Items.Select(lead => lead.Title));
        Assert.Equal("Warm", await Found(new LeadFilter { Status = "qualified" }));
        Assert.Equal("Cold", await Found(new LeadFilter { Source = "referral" }));
        Assert.Equal("Cold", await Found(new LeadFilter { OwnerId = "usr_1" }));
        Assert.Equal("Warm", await Found(new LeadFilter { ContactId = contact.Id }));
        Assert.Equal("Warm", await Found(new LeadFilter { ScoreMin = 11 }));
        Assert.Equal("Cold", await Found(new LeadFilter { ScoreMax = 10 }));
        Assert.Equal("Cold,Warm", await Found(new LeadFilter { ScoreMin = 10, ScoreMax = 85 }));
        Assert.Equal("", await Found(new LeadFilter { ScoreMin = 86, ScoreMax = int.MaxValue }));
        Assert.Equal("Warm", await Found(new LeadFilter { Q = "0%" }));
        Assert.Equal("Warm", await Found(new LeadFilter { Q = "COMPILERS.EX" }));
        Assert.Equal("Warm", await Found(new LeadFilter { Q = "übers" }));
        Assert.Equal("Unscored", await Found(new LeadFilter { Q = "unscored" }));
        Assert.Equal("", await Found(new LeadFilter { QuoteId = "q_1" }));
        Assert.Equal("", await Found(new LeadFilter { CreatedAfter = DateTimeOffset.MaxValue }));
        await RefusedFor("status", () => Found(new LeadFilter { Status = "maybe" }));
        await RefusedFor("source", () => Found(new LeadFilter { Source = "\0" }));
    }

    [Theory]
    [InlineData("score")]
    [InlineData("-score")]
    [InlineData("status")]
    [InlineData("-title")]
    [InlineData("updated_at")]
    public async Task Cursor_visits_each_row_once_in_every_order(string sort)
    {
        for (var i = 0; i < 6; i++)
        {
            var lead = await Leads.Create(Actor, new LeadInput { Title = $"L{i % 2}", Status = i % 3 == 0 ? "new" : "lost" }, None);
            if (i > 1) await Score(lead.Id, i / 2);
        }

        var followed = await Follow(page => Leads.List(Tenant, new LeadFilter(), page, None), sort, perPage: 1);
        var whole = await Leads.List(Tenant, new LeadFilter(), new PageRequest(PerPage: 100, Sort: sort), None);
        Assert.Equal(whole.Items, followed);
        Assert.Equal(6, followed.Distinct().Count());
    }

    [Fact]
    public async Task Bad_input_is_refused_with_the_fields_name()
    {
        var good = new LeadInput { Title = "L" };
        Task Create(LeadInput input) => Leads.Create(Actor, input, None);
        await RefusedFor("title", () => Create(new LeadInput()));
        await RefusedFor("title", () => Create(good with { Title = new string('x', 201) }));
        await RefusedFor("status", () => Create(good with { Status = "maybe" }));
        await RefusedFor("source", () => Create(good with { Source = new string('x', 101) }));
        await RefusedFor("notes", () => Create(good with { Notes = "\0" }));
        await RefusedFor("amount", () => Create(good with { Amount = 1.001m }));
        await RefusedFor("amount", () => Create(good with { Amount = -1 }));
        await RefusedFor("currency", () => Create(good with { Currency = "usd" }));
        await RefusedFor("contact_id", () => Create(good with { ContactId = "con_unknown" }));
        var id = (await Leads.Create(Actor, good, None)).Id;
        await RefusedFor("title", () => Leads.Update(Actor, id, new LeadPatch { Title = new(null) }, None));
        await RefusedFor("status", () => Leads.Update(Actor, id, new LeadPatch { Status = new(null) }, None));
        await RefusedFor("contact_id", () => Leads.Update(Actor, id, new LeadPatch { ContactId = new("\ud800") }, None));
        Assert.Equal(["lead.created"], EventTypes);
    }

    // Scores are given by the scoring, never by a client.
    private Task Score(string id, int score) => Core.Get<PortalStore>().Write(Tenant, async (db, token) =>
    {
        (await db.Leads.FindAsync([id], token))!.Score = score;
        return true;
    }, None);
}
