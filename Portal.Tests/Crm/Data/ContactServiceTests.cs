using Portal.Core.Access;
using Portal.Core.Crm;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Paging;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Crm.Data;

public sealed class ContactServiceOnSqliteTests(SqliteCore core) : ContactServiceTests(core), IClassFixture<SqliteCore>;

public sealed class ContactServiceOnPostgresTests(PostgresCore core) : ContactServiceTests(core), IClassFixture<PostgresCore>;

public abstract class ContactServiceTests(CoreHost core) : CrmTests(core)
{
    [Fact]
    public async Task Created_contact_is_read_as_it_was_answered()
    {
        var created = await Contacts.Create(Actor, new ContactInput
        {
            Name = "John Smith", Email = "john@company.com", Phone = "+1-555-0123", Company = "Tech Solutions Inc",
            Title = "CTO", OwnerId = "usr_1", Tags = ["vip", "vip", "tech"],
        }, None);
        var read = await Contacts.Get(Tenant, created.Id, None);
        Assert.StartsWith("con_", created.Id, StringComparison.Ordinal);
        Assert.Equal(["vip", "tech"], read.Tags);
        Assert.Equal(created with { Tags = [] }, read with { Tags = [] });
        Assert.Equal(("John", "Smith"), (read.FirstName, read.LastName));
    }

    [Fact]
    public async Task Nobody_else_sees_or_changes_a_contact()
    {
        var id = (await NewContact()).Id;
        foreach (var other in Others)
        {
            Assert.Empty((await Contacts.List(other.Tenant, new ContactFilter(), new PageRequest(), None)).Items);
            Assert.Equal(404, (await Refusal(() => Contacts.Get(other.Tenant, id, None))).HttpStatus);
            Assert.Equal(404, (await Refusal(() => Contacts.Update(other, id, new ContactPatch { Title = new("x") }, None))).HttpStatus);
            Assert.Equal(404, (await Refusal(() => Contacts.Delete(other, id, None))).HttpStatus);
        }

        Assert.Null((await Contacts.Get(Tenant, id, None)).Title);
        Assert.Equal(["contact.created"], EventTypes);
    }

    [Fact]
    public async Task Absent_fields_stay_and_null_empties()
    {
        var created = await Contacts.Create(Actor, new ContactInput { Name = "Ada Lovelace", Email = "ada@example.com", Company = "Engines", Tags = ["a"] }, None);
        Core.Time.Advance(TimeSpan.FromSeconds(1));
        var updated = await Contacts.Update(Actor, created.Id, new ContactPatch { Company = new(null), Tags = new(null) }, None);
        Assert.Equal("ada@example.com", updated.Email);
        Assert.Null(updated.Company);
        Assert.Empty(updated.Tags);
        Assert.True(updated.UpdatedAt > created.UpdatedAt);
        var changes = LastEvent("contact.updated").GetProperty("changes");
        Assert.Equal("""{"company":"Engines","tags":["a"]}""", changes.GetRawText());
        Assert.Empty((await Contacts.Get(Tenant, created.Id, None)).Tags);
    }

    [Fact]
    public async Task Update_that_changes_nothing_writes_nothing()
    {
        var created = await Contacts.Create(Actor, new ContactInput { Name = "Ada Lovelace", Tags = ["a"] }, None);
        Core.Time.Advance(TimeSpan.FromSeconds(1));
        var updated = await Contacts.Update(Actor, created.Id, new ContactPatch { Name = new("Ada Lovelace"), Tags = new(["a"]) }, None);
        Assert.Equal(created.UpdatedAt, updated.UpdatedAt);
        Assert.Equal(created.UpdatedAt, (await Contacts.Get(Tenant, created.Id, None)).UpdatedAt);
        Assert.Equal(["contact.created"], EventTypes);
    }

    [Fact]
    public async Task Event_carries_the_resource_and_commits_or_goes_with_the_change()
    {
        var created = await Contacts.Create(Actor, new ContactInput { Name = "Zoë Smith" }, None);
        var data = LastEvent("contact.created");
        Assert.Equal("contact", data.GetProperty("object").GetString());
        Assert.Equal(created.Id, data.GetProperty("id").GetString());
        Assert.Equal("created", data.GetProperty("action").GetString());
        Assert.Equal("{}", data.GetProperty("changes").GetRawText());
        Assert.Equal("Zoë", data.GetProperty("first_name").GetString());
        Assert.Single(data.EnumerateObject(), field => field.Name == "id");

        var failing = Actor with { Joining = (_, _) => throw new InvalidOperationException("joined and failed") };
        await Assert.ThrowsAsync<InvalidOperationException>(() => Contacts.Create(failing, new ContactInput { Name = "Never" }, None));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Contacts.Delete(failing, created.Id, None));
        Assert.Equal(["contact.created"], EventTypes);
        Assert.Equal(1, (await Contacts.List(Tenant, new ContactFilter(), new PageRequest(), None)).Total);
    }

    [Fact]
    public async Task Deleting_empties_what_pointed_to_the_contact_and_says_so()
    {
        var contact = await NewContact();
        var deal = await Deals.Create(Actor, new DealInput { Title = "Deal", ContactId = contact.Id }, None);
        var activity = await Activities.Create(Actor, new ActivityInput { Type = "call", Subject = "Call", ContactId = contact.Id, DealId = deal.Id }, None);
        await Contacts.Delete(Actor, contact.Id, None);
        Assert.Equal(404, (await Refusal(() => Contacts.Get(Tenant, contact.Id, None))).HttpStatus);
        Assert.Null((await Deals.Get(Tenant, deal.Id, None)).ContactId);
        Assert.Null((await Activities.Get(Tenant, activity.Id, None)).ContactId);
        Assert.Equal(deal.Id, (await Activities.Get(Tenant, activity.Id, None)).DealId);
        Assert.Equal(
            ["contact.created", "deal.created", "activity.created", "deal.updated", "activity.updated", "contact.deleted"], EventTypes);
        Assert.Equal(contact.Id, LastEvent("deal.updated").GetProperty("changes").GetProperty("contact_id").GetString());
    }

    [Fact]
    public async Task Address_is_kept_as_given_and_found_in_any_case_after_a_change_too()
    {
        var contact = await Contacts.Create(Actor, new ContactInput { Name = "Ada", Email = "Ada.Ärger@Example.com" }, None);
        Assert.Equal("Ada.Ärger@Example.com", await Shown("ada.ärger@example.COM"));
        await Contacts.Update(Actor, contact.Id, new ContactPatch { Email = new("Countess@Example.com") }, None);
        Assert.Equal((null, "Countess@Example.com"), (await Shown("ada.ärger@example.com"), await Shown("countess@example.com")));
        await Contacts.Update(Actor, contact.Id, new ContactPatch { Email = new(null) }, None);
        Assert.Null(await Shown("countess@example.com"));

        async Task<string?> Shown(string email) => (await Contacts.List(Tenant, new ContactFilter { Email = email }, new PageRequest(), None)).Items.SingleOrDefault()?.Email;
    }

    [Fact]
    public async Task Filters_find_what_matches_and_nothing_else()
    {
        await Contacts.Create(Actor, new ContactInput { Name = "Ada Lovelace", Email = "ada@engines.org", Company = "Engines", OwnerId = "usr_1", Tags = ["math", "vip"] }, None);
        Core.Time.Advance(TimeSpan.FromMinutes(1));
        var middle = Core.Time.GetUtcNow();
        Core.Time.Advance(TimeSpan.FromMinutes(1));
        await Contacts.Create(Actor, new ContactInput { Name = "JÜRGEN Groß", Email = "j@100%.de", Company = "Brot_Haus" }, None);

        async Task<string> Found(ContactFilter filter) =>
            string.Join(",", (await Contacts.List(Tenant, filter, new PageRequest(Sort: "name"), None)).Items.Select(contact => contact.FirstName));
        Assert.Equal("Ada", await Found(new ContactFilter { Email = "ada@engines.org" }));
        Assert.Equal("Ada", await Found(new ContactFilter { Email = "Ada@ENGINES.org" }));
        Assert.Equal("", await Found(new ContactFilter { Email = "ada@engines" }));
        Assert.Equal("Ada", await Found(new ContactFilter { Company = "Engines", OwnerId = "usr_1" }));
        Assert.Equal("", await Found(new ContactFilter { Company = "Engines", OwnerId = "usr_2" }));
        Assert.Equal("Ada", await Found(new ContactFilter { Tag = "vip" }));
        Assert.Equal("", await Found(new ContactFilter { Tag = "vi" }));
        Assert.Equal("JÜRGEN", await Found(new ContactFilter { Q = "jürGEN" }));
        Assert.Equal("JÜRGEN", await Found(new ContactFilter { Q = "0%" }));
        Assert.Equal("JÜRGEN", await Found(new ContactFilter { Q = "t_h" }));
        Assert.Equal("Ada", await Found(new ContactFilter { Q = "ENGINES.ORG" }));
        Assert.Equal("", await Found(new ContactFilter { Q = "_%" }));
        Assert.Equal("JÜRGEN", await Found(new ContactFilter { CreatedAfter = middle.ToOffset(TimeSpan.FromHours(9)) }));
        Assert.Equal("Ada", await Found(new ContactFilter { CreatedBefore = middle.ToOffset(TimeSpan.FromHours(-9)) }));
        Assert.Equal("", await Found(new ContactFilter { CreatedAfter = DateTimeOffset.MaxValue }));
        Assert.Equal("Ada,JÜRGEN", await Found(new ContactFilter { CreatedAfter = DateTimeOffset.MinValue }));
    }

    [Theory]
    [InlineData("name")]
    [InlineData("-name")]
    [InlineData("company")]
    [InlineData("-email")]
    [InlineData("created_at")]
    [InlineData("-created_at")]
    [InlineData(null)]
    public async Task Cursor_visits_each_row_once_in_order_although_keys_tie(string? sort)
    {
        for (var i = 0; i < 9; i++)
        {
            await Contacts.Create(Actor, new ContactInput { Name = $"Name {i / 3}", Company = i % 2 == 0 ? null : "C" }, None);
            if (i % 4 == 0) Core.Time.Advance(TimeSpan.FromTicks(7));
        }

        var followed = await Follow(page => Contacts.List(Tenant, new ContactFilter(), page, None), sort);
        var whole = await Contacts.List(Tenant, new ContactFilter(), new PageRequest(PerPage: 100, Sort: sort), None);
        Assert.Equal(whole.Items.Select(contact => contact.Id), followed.Select(contact => contact.Id));
        Assert.Equal(9, followed.Distinct().Count());
    }

    [Fact]
    public async Task Rows_that_come_and_go_while_a_cursor_is_followed_shift_nothing()
    {
        var names = new List<string>();
        for (var i = 0; i < 7; i++) names.Add((await NewContact($"N{i}")).Name);
        var newcomers = 0;
        var followed = await Follow(page => Contacts.List(Tenant, new ContactFilter(), page, None), "-name", between: async () =>
        {
            // One before the place that the cursor names, one that was visited already.
            await NewContact($"Z{newcomers++}");
            var gone = (await Contacts.List(Tenant, new ContactFilter(), new PageRequest(Sort: "-name", PerPage: 100), None)).Items.First(contact => contact.Name[0] == 'Z');
            await Contacts.Delete(Actor, gone.Id, None);
        });
        Assert.Equal(Enumerable.Reverse(names), followed.Select(contact => contact.Name));
    }

    [Fact]
    public async Task Pages_by_number_tell_where_they_are()
    {
        for (var i = 0; i < 5; i++) await NewContact($"N{i}");
        var page = await Contacts.List(Tenant, new ContactFilter(), new PageRequest(2, 2, Sort: "name"), None);
        Assert.Equal(["N2", "N3"], page.Items.Select(contact => contact.Name));
        Assert.Equal((2, 2, 5, 3), (page.PageNumber, page.PerPage, page.Total, page.TotalPages));
        Assert.NotNull(page.NextCursor);
        Assert.Empty((await Contacts.List(Tenant, new ContactFilter(), new PageRequest(9, 2), None)).Items);
    }

    [Fact]
    public async Task Cursor_of_another_list_or_order_and_forged_ones_are_refused()
    {
        for (var i = 0; i < 3; i++)
        {
            await NewContact();
            await Deals.Create(Actor, new DealInput { Title = "D", Value = 1 }, None);
        }

        var contacts = (await Contacts.List(Tenant, new ContactFilter(), new PageRequest(PerPage: 1), None)).NextCursor;
        Task Read(string? cursor, string? sort = null) => Contacts.List(Tenant, new ContactFilter(), new PageRequest(Cursor: cursor, Sort: sort), None);
        await RefusedFor("cursor", () => Deals.List(Tenant, new DealFilter(), new PageRequest(Cursor: contacts), None));
        await RefusedFor("cursor", () => Read(contacts, "name"));
        await RefusedFor("cursor", () => Read("not base 64!"));
        await RefusedFor("cursor", () => Read("bm90IGpzb24"));
        await RefusedFor("cursor", () => Read(Forge("contacts", "name", "\"a\\u0000\"", "con_1"), "name"));
        await RefusedFor("cursor", () => Read(Forge("contacts", "name", "\"\\ud800\"", "con_1"), "name"));
        await RefusedFor("cursor", () => Read(Forge("contacts", "name", "\"a\"", "\\u0000"), "name"));
        await RefusedFor("cursor", () => Read(Forge("contacts", "name", "7", "con_1"), "name"));
        await RefusedFor("cursor", () => Read(Forge("contacts", "name", "null", "con_1"), "name"));
        await RefusedFor("cursor", () => Deals.List(Tenant, new DealFilter(), new PageRequest(Cursor: Forge("deals", "value", "1e28", "deal_1"), Sort: "value"), None));
        await RefusedFor("sort", () => Read(null, "secret"));

        static string Forge(string list, string sort, string key, string id) => System.Buffers.Text.Base64Url.EncodeToString(
            System.Text.Encoding.UTF8.GetBytes($$"""{"List":"{{list}}","Sort":"{{sort}}","Key":{{key}},"Id":"{{id}}"}"""));
    }

    [Fact]
    public async Task Bad_input_is_refused_with_the_fields_name()
    {
        Task Create(ContactInput input) => Contacts.Create(Actor, input, None);
        await RefusedFor("name", () => Create(new ContactInput()));
        await RefusedFor("name", () => Create(new ContactInput { Name = "  " }));
        await RefusedFor("name", () => Create(new ContactInput { Name = new string('x', 201) }));
        await RefusedFor("name", () => Create(new ContactInput { Name = "a\0b" }));
        await RefusedFor("name", () => Create(new ContactInput { FirstName = "\ud800" }));
        await RefusedFor("email", () => Create(new ContactInput { Name = "A", Email = "nonsense" }));
        await RefusedFor("phone", () => Create(new ContactInput { Name = "A", Phone = new string('1', 51) }));
        await RefusedFor("company", () => Create(new ContactInput { Name = "A", Company = "\0" }));
        await RefusedFor("tags[1]", () => Create(new ContactInput { Name = "A", Tags = ["ok", ""] }));
        await RefusedFor("tags[0]", () => Create(new ContactInput { Name = "A", Tags = [null!] }));
        await RefusedFor("tags", () => Create(new ContactInput { Name = "A", Tags = [.. Enumerable.Range(0, 51).Select(i => $"t{i}")] }));
        await RefusedFor("q", () => Contacts.List(Tenant, new ContactFilter { Q = "a\0" }, new PageRequest(), None));
        await RefusedFor("tag", () => Contacts.List(Tenant, new ContactFilter { Tag = "\udc00" }, new PageRequest(), None));
        var problem = await Refusal(() => Create(new ContactInput { Email = "x", Phone = new string('1', 51) }));
        Assert.Equal(["name", "email", "phone"], problem.Errors.Select(fault => fault.Field));
        var id = (await NewContact()).Id;
        await RefusedFor("name", () => Contacts.Update(Actor, id, new ContactPatch { Name = new(null) }, None));
        Assert.Equal(["contact.created"], EventTypes);
    }

    [Theory]
    [InlineData("con_06bz8x")]
    [InlineData("")]
    [InlineData("a\0b")]
    [InlineData("\ud800")]
    public async Task Unknown_ids_are_not_found(string id)
    {
        Assert.Equal(404, (await Refusal(() => Contacts.Get(Tenant, id, None))).HttpStatus);
        Assert.Equal(404, (await Refusal(() => Contacts.Update(Actor, id, new ContactPatch(), None))).HttpStatus);
        Assert.Equal(404, (await Refusal(() => Contacts.Delete(Actor, id, None))).HttpStatus);
    }

    [Fact]
    public async Task Concurrent_changes_all_take_effect()
    {
        var id = (await NewContact()).Id;
        ContactPatch[] patches =
        [
            new() { Email = new("a@example.com") }, new() { Phone = new("1") }, new() { Company = new("C") },
            new() { Title = new("T") }, new() { OwnerId = new("usr_1") }, new() { Tags = new(["t"]) },
        ];
        await Task.WhenAll(patches.Select(patch => Contacts.Update(Actor, id, patch, None)));
        var contact = await Contacts.Get(Tenant, id, None);
        Assert.Equal(("a@example.com", "1", "C", "T", "usr_1"), (contact.Email, contact.Phone, contact.Company, contact.Title, contact.OwnerId));
        Assert.Equal(["t"], contact.Tags);
        Assert.Equal(6, EventTypes.Count(type => type == "contact.updated"));
    }

    [Fact]
    public async Task Reads_of_many_tenants_at_once_never_mix()
    {
        var owners = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            var actor = Actor.System(Core.NewTenant(i % 2 == 0 ? ApiMode.Live : ApiMode.Test));
            return (actor.Tenant, (await Contacts.Create(actor, new ContactInput { Name = $"Owner {i}" }, None)).Id);
        }));
        await Parallel.ForAsync(0, 400, async (i, _) =>
        {
            var (mine, id) = owners[i % 8];
            Assert.Equal(id, (await Contacts.Get(mine, id, None)).Id);
            Assert.Equal([id], (await Contacts.List(mine, new ContactFilter(), new PageRequest(), None)).Items.Select(contact => contact.Id));
            Assert.Equal(404, (await Refusal(() => Contacts.Get(mine, owners[(i + 1) % 8].Id, None))).HttpStatus);
        });
    }
}
