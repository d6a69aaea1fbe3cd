using Portal.Core.Crm;
using Portal.Core.Shared.Paging;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Crm.Data;

public sealed class DealServiceOnSqliteTests(SqliteCore core) : DealServiceTests(core), IClassFixture<SqliteCore>;

public sealed class DealServiceOnPostgresTests(PostgresCore core) : DealServiceTests(core), IClassFixture<PostgresCore>;

public abstract class DealServiceTests(CoreHost core) : CrmTests(core)
{
    [Fact]
    public async Task Created_deal_is_read_as_it_was_answered()
    {
        var contact = await NewContact();
        var created = await Deals.Create(Actor, new DealInput
        {
            Title = "Enterprise Deal", Value = 50000, ContactId = contact.Id, OwnerId = "usr_1",
            ExpectedCloseDate = new DateOnly(2024, 6, 30), Notes = "Soon.",
        }, None);
        Assert.Equal(created, await Deals.Get(Tenant, created.Id, None));
        Assert.Equal(("USD", 1, "Prospecting", "open"), (created.Currency, created.StageId, created.Stage, created.Status));
        // Two decimals in every answer and event, as the documents show them.
        Assert.Equal("50000.00", LastEvent("deal.created").GetProperty("value").GetRawText());
        Assert.Equal("50000.00", (await Deals.Get(Tenant, created.Id, None)).Value.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData(5, null, 5, "won")]
    [InlineData(null, "lost", 6, "lost")]
    [InlineData(null, "open", 1, "open")]
    [InlineData(3, "open", 3, "open")]
    public async Task Status_and_stage_follow_each_other(int? stage, string? status, int expectedStage, string expectedStatus)
    {
        var created = await Deals.Create(Actor, new DealInput { Title = "D", StageId = stage, Status = status }, None);
        Assert.Equal((expectedStage, expectedStatus), (created.StageId, created.Status));
    }

    [Fact]
    public async Task Move_to_another_stage_is_an_event_of_its_own()
    {
        var id = (await Deals.Create(Actor, new DealInput { Title = "D", StageId = 2 }, None)).Id;
        Assert.Equal(2, (await Deals.Update(Actor, id, new DealPatch { Status = new("open") }, None)).StageId);
        await Deals.Update(Actor, id, new DealPatch { Notes = new("n") }, None);
        var won = await Deals.Update(Actor, id, new DealPatch { Status = new("won") }, None);
        Assert.Equal((5, "Closed won", "won"), (won.StageId, won.Stage, won.Status));
        Assert.Equal(["deal.created", "deal.updated", "deal.updated", "deal.stage_changed"], EventTypes);
        var moved = LastEvent("deal.stage_changed");
        Assert.Equal("stage_changed", moved.GetProperty("action").GetString());
        Assert.Equal(2, moved.GetProperty("changes").GetProperty("stage_id").GetInt32());
    }

    [Fact]
    public async Task Contact_must_be_the_tenants_own()
    {
        var other = Others.First();
        var foreign = await Contacts.Create(other, new ContactInput { Name = "Foreign" }, None);
        await RefusedFor("contact_id", () => Deals.Create(Actor, new DealInput { Title = "D", ContactId = foreign.Id }, None));
        await RefusedFor("contact_id", () => Deals.Create(Actor, new DealInput { Title = "D", ContactId = "\0" }, None));
        var deal = await Deals.Create(Actor, new DealInput { Title = "D" }, None);
        await RefusedFor("contact_id", () => Deals.Update(Actor, deal.Id, new DealPatch { ContactId = new(foreign.Id) }, None));
        Assert.Null((await Deals.Get(Tenant, deal.Id, None)).ContactId);
        Assert.Equal(["deal.created"], EventTypes);
    }

    [Fact]
    public async Task Deals_and_the_deletion_of_their_contact_at_once_leave_no_reference_behind()
    {
        var contact = await NewContact();
        var creating = Enumerable.Range(0, 12).Select(async i =>
        {
            try
            {
                await Deals.Create(Actor, new DealInput { Title = $"D{i}", ContactId = contact.Id }, None);
                return true;
            }
            catch (Portal.Core.Shared.Problems.ProblemException e) when (Equals(e.Problem.Details["field"], "contact_id"))
            {
                return false;
            }
        }).ToList();
        await Contacts.Delete(Actor, contact.Id, None);
        var created = (await Task.WhenAll(creating)).Count(done => done);
        var deals = (await Deals.List(Tenant, new DealFilter(), new PageRequest(PerPage: 100), None)).Items;
        Assert.Equal(created, deals.Count);
        Assert.All(deals, deal => Assert.Null(deal.ContactId));
    }

    [Fact]
    public async Task Deleting_a_deal_empties_its_activities_and_says_so()
    {
        var deal = await Deals.Create(Actor, new DealInput { Title = "D" }, None);
        var activity = await Activities.Create(Actor, new ActivityInput { Type = "task", Subject = "S", DealId = deal.Id }, None);
        await Deals.Delete(Actor, deal.Id, None);
        Assert.Null((await Activities.Get(Tenant, activity.Id, None)).DealId);
        Assert.Equal(["deal.created", "activity.created", "activity.updated", "deal.deleted"], EventTypes);
    }

    [Fact]
    public async Task Nobody_else_sees_or_changes_a_deal()
    {
        var id = (await Deals.Create(Actor, new DealInput { Title = "D" }, None)).Id;
        foreach (var other in Others)
        {
            Assert.Empty((await Deals.List(other.Tenant, new DealFilter(), new PageRequest(), None)).Items);
            Assert.Equal(404, (await Refusal(() => Deals.Get(other.Tenant, id, None))).HttpStatus);
            Assert.Equal(404, (await Refusal(() => Deals.Update(other, id, new DealPatch { Notes = new("x") }, None))).HttpStatus);
            Assert.Equal(404, (await Refusal(() => Deals.Delete(other, id, None))).HttpStatus);
        }
    }

    [Fact]
    public async Task Filters_find_what_matches_and_nothing_else()
    {
        var contact = await NewContact();
        await Deals.Create(Actor, new DealInput { Title = "Small", Value = 9.99m, OwnerId = "usr_1" }, None);
        await Deals.Create(Actor, new DealInput { Title = "Large", Value = 1000, StageId = 5, ContactId = contact.Id, Notes = "Über alles" }, None);

        async Task<string> Found(DealFilter filter) =>
            string.Join(",", (await Deals.List(Tenant, filter, new PageRequest(Sort: "value"), None)).Items.Select(deal => deal.Title));
        Assert.Equal("Small", await Found(new DealFilter { Status = "open" }));
        Assert.Equal("Large", await Found(new DealFilter { StageId = 5 }));
        Assert.Equal("Small", await Found(new DealFilter { OwnerId = "usr_1" }));
        Assert.Equal("Large", await Found(new DealFilter { ContactId = contact.Id }));
        Assert.Equal("Small", await Found(new DealFilter { ValueMax = 9.99m }));
        Assert.Equal("Large", await Found(new DealFilter { ValueMin = 10 }));
        Assert.Equal("Small,Large", await Found(new DealFilter { ValueMin = 9.99m, ValueMax = 1000 }));
        Assert.Equal("Large", await Found(new DealFilter { Q = "ÜBER" }));
        await RefusedFor("status", () => Found(new DealFilter { Status = "maybe" }));
        await RefusedFor("value_min", () => Found(new DealFilter { ValueMin = 1e20m }));
    }

    [Theory]
    [InlineData("value")]
    [InlineData("-value")]
    [InlineData("title")]
    [InlineData("expected_close_date")]
    [InlineData("-expected_close_date")]
    [InlineData("updated_at")]
    public async Task Cursor_visits_each_row_once_in_every_order(string sort)
    {
        DateOnly?[] dates = [null, DateOnly.MinValue, DateOnly.MaxValue, new DateOnly(2024, 2, 29), null, new DateOnly(2024, 2, 29)];
        for (var i = 0; i < 6; i++)
            await Deals.Create(Actor, new DealInput { Title = $"D{i % 2}", Value = i / 2 * 10.01m, ExpectedCloseDate = dates[i] }, None);
        var followed = await Follow(page => Deals.List(Tenant, new DealFilter(), page, None), sort, perPage: 1);
        var whole = await Deals.List(Tenant, new DealFilter(), new PageRequest(PerPage: 100, Sort: sort), None);
        Assert.Equal(whole.Items, followed);
        Assert.Equal(6, followed.Distinct().Count());
    }

    [Fact]
    public async Task Extreme_values_are_kept_exactly()
    {
        foreach (var value in new[] { 0m, 0.01m, 9_999_999_999_999.99m, 10_000_000_000_000m, 1.50000m })
        {
            var created = await Deals.Create(Actor, new DealInput { Title = "D", Value = value, ExpectedCloseDate = DateOnly.MaxValue }, None);
            Assert.Equal(value, (await Deals.Get(Tenant, created.Id, None)).Value);
            Assert.Equal(created, await Deals.Get(Tenant, created.Id, None));
        }
    }

    [Fact]
    public async Task Bad_input_is_refused_with_the_fields_name()
    {
        var good = new DealInput { Title = "D" };
        Task Create(DealInput input) => Deals.Create(Actor, input, None);
        await RefusedFor("title", () => Create(new DealInput()));
        await RefusedFor("title", () => Create(good with { Title = new string('x', 201) }));
        await RefusedFor("value", () => Create(good with { Value = 1.001m }));
        await RefusedFor("value", () => Create(good with { Value = -1 }));
        await RefusedFor("value", () => Create(good with { Value = decimal.MaxValue }));
        await RefusedFor("currency", () => Create(good with { Currency = "usd" }));
        await RefusedFor("currency", () => Create(good with { Currency = "USD\n" }));
        await RefusedFor("stage_id", () => Create(good with { StageId = 7 }));
        await RefusedFor("stage_id", () => Create(good with { StageId = int.MinValue }));
        await RefusedFor("status", () => Create(good with { Status = "maybe" }));
        await RefusedFor("status", () => Create(good with { StageId = 5, Status = "open" }));
        await RefusedFor("notes", () => Create(good with { Notes = "\0" }));
        var id = (await Deals.Create(Actor, good, None)).Id;
        await RefusedFor("title", () => Deals.Update(Actor, id, new DealPatch { Title = new(null) }, None));
        await RefusedFor("value", () => Deals.Update(Actor, id, new DealPatch { Value = new(null) }, None));
        await RefusedFor("stage_id", () => Deals.Update(Actor, id, new DealPatch { StageId = new(null) }, None));
        await RefusedFor("currency", () => Deals.Update(Actor, id, new DealPatch { Currency = new(null) }, None));
        Assert.Equal(["deal.created"], EventTypes);
    }
}
