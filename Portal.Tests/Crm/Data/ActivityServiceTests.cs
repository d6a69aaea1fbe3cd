using Portal.Core.Crm;
using Portal.Core.Shared.Paging;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Crm.Data;

public sealed class ActivityServiceOnSqliteTests(SqliteCore core) : ActivityServiceTests(core), IClassFixture<SqliteCore>;

public sealed class ActivityServiceOnPostgresTests(PostgresCore core) : ActivityServiceTests(core), IClassFixture<PostgresCore>;

public abstract class ActivityServiceTests(CoreHost core) : CrmTests(core)
{
    private static readonly ActivityInput Call = new() { Type = "call", Subject = "Call back" };

    [Fact]
    public async Task Created_activity_is_read_as_it_was_answered()
    {
        var contact = await NewContact();
        var deal = await Deals.Create(Actor, new DealInput { Title = "D" }, None);
        var created = await Activities.Create(Actor, Call with
        {
            Description = "Soon", ContactId = contact.Id, DealId = deal.Id, OwnerId = "usr_1", DueAt = Core.Time.GetUtcNow().AddDays(1),
        }, None);
        Assert.Equal(created, await Activities.Get(Tenant, created.Id, None));
        Assert.False(created.Completed);
    }

    [Fact]
    public async Task Completing_and_reopening_are_updates()
    {
        var id = (await Activities.Create(Actor, Call, None)).Id;
        var done = await Activities.Update(Actor, id, new ActivityPatch { CompletedAt = new(Core.Time.GetUtcNow()) }, None);
        Assert.True(done.Completed);
        Assert.False(LastEvent("activity.updated").GetProperty("changes").GetProperty("completed").GetBoolean());
        Assert.False((await Activities.Update(Actor, id, new ActivityPatch { CompletedAt = new(null) }, None)).Completed);
        await Activities.Delete(Actor, id, None);
        Assert.Equal(["activity.created", "activity.updated", "activity.updated", "activity.deleted"], EventTypes);
    }

    [Fact]
    public async Task References_must_be_the_tenants_own()
    {
        var other = Others.Last();
        var contact = await Contacts.Create(other, new ContactInput { Name = "Foreign" }, None);
        var deal = await Deals.Create(other, new DealInput { Title = "Foreign" }, None);
        await RefusedFor("contact_id", () => Activities.Create(Actor, Call with { ContactId = contact.Id }, None));
        await RefusedFor("deal_id", () => Activities.Create(Actor, Call with { DealId = deal.Id }, None));
        var id = (await Activities.Create(Actor, Call, None)).Id;
        await RefusedFor("deal_id", () => Activities.Update(Actor, id, new ActivityPatch { DealId = new(deal.Id) }, None));
        Assert.Equal(["activity.created"], EventTypes);
    }

    [Fact]
    public async Task Nobody_else_sees_or_changes_an_activity()
    {
        var id = (await Activities.Create(Actor, Call, None)).Id;
        foreach (var other in Others)
        {
            Assert.Empty((await Activities.List(other.Tenant, new ActivityFilter(), new PageRequest(), None)).Items);
            Assert.Equal(404, (await Refusal(() => Activities.Get(other.Tenant, id, None))).HttpStatus);
            Assert.Equal(404, (await Refusal(() => Activities.Update(other, id, new ActivityPatch { Subject = new("x") }, None))).HttpStatus);
            Assert.Equal(404, (await Refusal(() => Activities.Delete(other, id, None))).HttpStatus);
        }
    }

    [Fact]
    public async Task Activities_of_a_contact_are_listed_and_an_unknown_contact_is_not_found()
    {
        var contact = await NewContact();
        var mine = await Activities.Create(Actor, Call with { ContactId = contact.Id }, None);
        await Activities.Create(Actor, Call, None);
        var page = await Activities.ListOfContact(Tenant, contact.Id, new ActivityFilter { ContactId = "con_other" }, new PageRequest(), None);
        Assert.Equal([mine], page.Items);
        var other = Others.First();
        Assert.Equal(404, (await Refusal(() => Activities.ListOfContact(other.Tenant, contact.Id, new ActivityFilter(), new PageRequest(), None))).HttpStatus);
    }

    [Fact]
    public async Task Filters_find_what_matches_and_nothing_else()
    {
        var contact = await NewContact();
        var deal = await Deals.Create(Actor, new DealInput { Title = "D" }, None);
        var noon = Core.Time.GetUtcNow();
        await Activities.Create(Actor, Call with { Subject = "A", ContactId = contact.Id, DueAt = noon.AddHours(1) }, None);
        await Activities.Create(Actor, Call with { Subject = "B", Type = "task", DealId = deal.Id, OwnerId = "usr_1", CompletedAt = noon }, None);

        async Task<string> Found(ActivityFilter filter) =>
            string.Join(",", (await Activities.List(Tenant, filter, new PageRequest(Sort: "subject"), None)).Items.Select(activity => activity.Subject));
        Assert.Equal("A", await Found(new ActivityFilter { Type = "call" }));
        Assert.Equal("A", await Found(new ActivityFilter { ContactId = contact.Id }));
        Assert.Equal("B", await Found(new ActivityFilter { DealId = deal.Id }));
        Assert.Equal("B", await Found(new ActivityFilter { OwnerId = "usr_1" }));
        Assert.Equal("B", await Found(new ActivityFilter { Completed = true }));
        Assert.Equal("A", await Found(new ActivityFilter { Completed = false }));
        Assert.Equal("A", await Found(new ActivityFilter { DueAfter = noon.ToOffset(TimeSpan.FromHours(5)) }));
        Assert.Equal("", await Found(new ActivityFilter { DueBefore = noon }));
        await RefusedFor("type", () => Found(new ActivityFilter { Type = "party" }));
    }

    [Theory]
    [InlineData("due_at")]
    [InlineData("-due_at")]
    [InlineData("-subject")]
    public async Task Cursor_visits_each_row_once_in_every_order(string sort)
    {
        DateTimeOffset?[] due = [null, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, Core.Time.GetUtcNow().AddTicks(12345), null, Core.Time.GetUtcNow()];
        foreach (var moment in due) await Activities.Create(Actor, Call with { DueAt = moment }, None);
        var followed = await Follow(page => Activities.List(Tenant, new ActivityFilter(), page, None), sort, perPage: 1);
        var whole = await Activities.List(Tenant, new ActivityFilter(), new PageRequest(PerPage: 100, Sort: sort), None);
        Assert.Equal(whole.Items, followed);
        Assert.Equal(6, followed.Distinct().Count());
    }

    [Fact]
    public async Task Bad_input_is_refused_with_the_fields_name()
    {
        Task Create(ActivityInput input) => Activities.Create(Actor, input, None);
        await RefusedFor("type", () => Create(new ActivityInput { Subject = "S" }));
        await RefusedFor("type", () => Create(Call with { Type = "party" }));
        await RefusedFor("subject", () => Create(new ActivityInput { Type = "call" }));
        await RefusedFor("subject", () => Create(Call with { Subject = "\0" }));
        await RefusedFor("description", () => Create(Call with { Description = new string('x', 10_001) }));
        await RefusedFor("contact_id", () => Create(Call with { ContactId = "" }));
        await RefusedFor("deal_id", () => Create(Call with { DealId = "\ud800" }));
    }
}
