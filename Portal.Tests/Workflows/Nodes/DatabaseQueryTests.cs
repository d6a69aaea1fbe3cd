using System.Text.Json;
using Portal.Core.Access;
using Portal.Core.Crm;
using Portal.Core.Shared.Data;
using Portal.Core.Workflows.Nodes;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Workflows.Nodes;

public sealed class DatabaseQueryOnSqliteTests(SqliteCore core) : DatabaseQueryTests(core), IClassFixture<SqliteCore>;

public sealed class DatabaseQueryOnPostgresTests(PostgresCore core) : DatabaseQueryTests(core), IClassFixture<PostgresCore>;

/// <summary>Workflows read and write what the organization has, as their author might.</summary>
public abstract class DatabaseQueryTests(CoreHost core)
{
    private readonly NodeBench _bench = new(core, "database-query");

    private Tenant Tenant => _bench.Actor.Tenant;

    [Theory]
    [InlineData("contacts", """{"name":"Ada Lovelace"}""", """{"company":"Engines"}""", "company")]
    [InlineData("leads", """{"title":"Roof"}""", """{"source":"web"}""", "source")]
    [InlineData("deals", """{"title":"Roof","value":1500.50}""", """{"notes":"n"}""", "notes")]
    [InlineData("activities", """{"type":"call","subject":"Roof"}""", """{"description":"d"}""", "description")]
    public async Task Resource_is_created_read_changed_listed_and_deleted(string resource, string values, string changes, string field)
    {
        var created = await _bench.Output($$"""{"resource":"{{resource}}","operation":"create","values":{{values}}}""");
        var id = created.GetProperty("id").GetString()!;
        var read = await _bench.Output($$$"""{"resource":"{{{resource}}}","operation":"get","id":"{{ input.id }}"}""", $$"""{"id":"{{id}}"}""");
        Assert.True(JsonElement.DeepEquals(created, read), $"{created.GetRawText()} {read.GetRawText()}");
        var updated = await _bench.Output($$"""{"resource":"{{resource}}","operation":"update","id":"{{id}}","values":{{changes}}}""");
        Assert.Equal(JsonElement.Parse(changes).GetProperty(field).GetString(), updated.GetProperty(field).GetString());
        var list = await _bench.Output($$"""{"resource":"{{resource}}","operation":"list"}""");
        Assert.Equal((1, id), (list.GetProperty("total").GetInt32(), Assert.Single(list.GetProperty("items").EnumerateArray()).GetProperty("id").GetString()));
        Assert.Equal($$"""{"id":"{{id}}","deleted":true}""", (await _bench.Output($$"""{"resource":"{{resource}}","operation":"delete","id":"{{id}}"}""")).GetRawText());
        await _bench.Fails("RESOURCE_NOT_FOUND", $$"""{"resource":"{{resource}}","operation":"get","id":"{{id}}"}""");
        Assert.Contains($"{created.GetProperty("id").GetString()![..4]}", string.Join(' ', core.Events(Tenant).Select(row => row.ObjectId)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_is_filtered_sorted_and_cut()
    {
        await Contacts(5);
        var first = await _bench.Output("""{"resource":"contacts","operation":"list","filter":{"company":"Even"},"sort":"name","limit":2}""");
        Assert.Equal(["Contact 0", "Contact 2"], Names(first));
        Assert.Equal(3, first.GetProperty("total").GetInt32());
        var cursor = first.GetProperty("next_cursor").GetString();
        var second = await _bench.Output($$"""{"resource":"contacts","operation":"list","filter":{"company":"Even"},"sort":"name","limit":2,"cursor":"{{cursor}}"}""");
        Assert.Equal(["Contact 4"], Names(second));
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next_cursor").ValueKind);
    }

    [Fact]
    public async Task Filter_made_of_a_value_that_is_missing_is_a_failure_and_not_a_list_of_everything()
    {
        await Contacts(3);
        var failure = await _bench.Fails("INVALID_CONFIG", """{"resource":"contacts","operation":"list","filter":{"email":"{{ input.email }}"}}""", """{"email":null}""");
        Assert.Equal("filter.email has no value; leave it out to list contacts whatever theirs is.", failure.Message);
        Assert.Empty(Names(await _bench.Output("""{"resource":"contacts","operation":"list","filter":{"email":"{{ input.email }}"}}""", """{"email":""}""")));
    }

    [Fact]
    public async Task All_of_a_list_come_over_several_pages()
    {
        await Contacts(105);
        var all = await _bench.Output("""{"resource":"contacts","operation":"list","all":true,"sort":"name"}""");
        Assert.Equal((105, 105), (all.GetProperty("items").GetArrayLength(), Names(all).Distinct().Count()));
    }

    [Fact]
    public async Task All_are_ten_thousand_at_most_and_the_output_tells_of_more()
    {
        await core.Get<PortalStore>().Write(_bench.Actor.Tenant, (db, _) =>
        {
            db.Contacts.AddRange(Enumerable.Range(0, 10_001).Select(i => new Contact { Id = $"con_{_bench.Actor.Tenant.OrganizationId}_{i}", Name = "Ada" }));
            return Task.FromResult(true);
        }, default);
        var all = await _bench.Output("""{"resource":"contacts","operation":"list","all":true}""");
        Assert.Equal((10_000, 10_001), (all.GetProperty("items").GetArrayLength(), all.GetProperty("total").GetInt32()));
        Assert.Equal(JsonValueKind.String, all.GetProperty("next_cursor").ValueKind);
    }

    [Fact]
    public async Task Events_and_endpoints_can_be_read_only()
    {
        await _bench.Output("""{"resource":"contacts","operation":"create","values":{"name":"Ada"}}""");
        var events = await _bench.Output("""{"resource":"events","operation":"list","filter":{"type":"contact.created"}}""");
        Assert.Equal("contact.created", Assert.Single(events.GetProperty("items").EnumerateArray()).GetProperty("type").GetString());
        Assert.Equal(0, (await _bench.Output("""{"resource":"webhooks","operation":"list"}""")).GetProperty("total").GetInt32());
        await _bench.Fails("INVALID_CONFIG", """{"resource":"events","operation":"create","values":{}}""");
        await _bench.Fails("VALIDATION_ERROR", """{"resource":"deliveries","operation":"list"}""");
        await _bench.Fails("RESOURCE_NOT_FOUND", """{"resource":"deliveries","operation":"list","filter":{"webhook_id":"whk_none"}}""");
    }

    [Fact]
    public async Task Attempt_made_again_after_a_crash_writes_nothing_twice()
    {
        const string Create = """{"resource":"contacts","operation":"create","values":{"name":"Ada"}}""";
        var first = await _bench.Output(Create, execution: "exe_crash");
        var again = await _bench.Output(Create, execution: "exe_crash");
        Assert.Equal(first.GetProperty("id").GetString(), again.GetProperty("id").GetString());
        Assert.Equal(1, Count());
        await _bench.Output(Create);
        Assert.Equal(2, Count());

        var delete = $$"""{"resource":"contacts","operation":"delete","id":"{{first.GetProperty("id").GetString()}}"}""";
        await _bench.Output(delete, execution: "exe_crash2");
        Assert.True((await _bench.Output(delete, execution: "exe_crash2")).GetProperty("deleted").GetBoolean());
        await _bench.Fails("RESOURCE_NOT_FOUND", delete);
        Assert.Single(core.Events(Tenant), row => row.Type == "contact.deleted");
    }

    [Fact]
    public async Task Same_attempt_on_two_nodes_writes_once()
    {
        const string Create = """{"resource":"contacts","operation":"create","values":{"name":"Ada"}}""";
        var both = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _bench.Output(Create, execution: "exe_race")));
        Assert.Single(both.Select(output => output.GetProperty("id").GetString()).Distinct());
        Assert.Equal(1, Count());
    }

    [Theory]
    [InlineData("contacts", "list", "contacts:read")]
    [InlineData("leads", "get", "leads:read")]
    [InlineData("deals", "create", "deals:write")]
    [InlineData("activities", "delete", "activities:write")]
    [InlineData("deliveries", "list", "webhooks:read")]
    public async Task Scope_that_the_author_had_not_is_named(string resource, string operation, string scope)
    {
        _bench.Actor = _bench.Actor with { GrantedScopes = Scopes.Expand(["workflows:write", "contacts:write"]) };
        var failure = await _bench.Fails("FORBIDDEN", $$"""{"resource":"{{resource}}","operation":"{{operation}}","id":"x","values":{},"filter":{} }""");
        Assert.Contains(scope, failure.Message, StringComparison.Ordinal);
        Assert.False(failure.Retryable);
        Assert.Equal(0, Count());
    }

    [Fact]
    public async Task Another_tenants_resource_is_not_there()
    {
        var id = (await _bench.Output("""{"resource":"contacts","operation":"create","values":{"name":"Ada"}}""")).GetProperty("id").GetString();
        foreach (var other in new[] { core.NewTenant(), Tenant with { Mode = ApiMode.Test } })
        {
            _bench.Actor = Actor.System(other);
            await _bench.Fails("RESOURCE_NOT_FOUND", $$"""{"resource":"contacts","operation":"get","id":"{{id}}"}""");
            await _bench.Fails("RESOURCE_NOT_FOUND", $$"""{"resource":"contacts","operation":"update","id":"{{id}}","values":{"name":"Eve"} }""");
            await _bench.Fails("RESOURCE_NOT_FOUND", $$"""{"resource":"contacts","operation":"delete","id":"{{id}}"}""");
            Assert.Equal(0, (await _bench.Output("""{"resource":"contacts","operation":"list"}""")).GetProperty("total").GetInt32());
        }
    }

    [Theory]
    [InlineData("""{"operation":"create","values":{"name":"A","email":"nonsense"}}""", "email: Invalid email format")]
    [InlineData("""{"operation":"create","values":{}}""", "name: name is required")]
    [InlineData("""{"operation":"create","values":{"name":"a\u0000b"}}""", "name contains a null character")]
    [InlineData("""{"operation":"create","values":{"name":5}}""", "name cannot be read")]
    [InlineData("""{"operation":"create","values":{"name":"A","tags":"x"}}""", "tags cannot be read")]
    [InlineData("""{"operation":"list","filter":{"created_after":"yesterday"}}""", "created_after cannot be read")]
    [InlineData("""{"operation":"list","sort":"password"}""", "sort must be one of")]
    [InlineData("""{"operation":"list","cursor":"x"}""", "cursor is not")]
    public async Task What_the_service_refuses_is_a_failure_that_names_the_field(string config, string message) =>
        Assert.Contains(message, (await _bench.Fails("VALIDATION_ERROR", config.Insert(1, "\"resource\":\"contacts\","))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"resource":"contacts","operation":"list","filter":{"compny":"x"}}""")]
    [InlineData("""{"resource":"users","operation":"list"}""")]
    [InlineData("""{"resource":"contacts","operation":"drop"}""")]
    [InlineData("""{"resource":"contacts","operation":"get"}""")]
    [InlineData("""{"resource":"contacts","operation":"update","id":"x"}""")]
    [InlineData("""{"resource":"contacts","operation":"list","limit":101}""")]
    public async Task Configuration_that_cannot_be_meant_is_refused(string config) => await _bench.Fails("INVALID_CONFIG", config);

    [Fact]
    public async Task Misspelt_filter_from_a_template_is_refused_too() =>
        Assert.Contains("compny", (await _bench.Fails("INVALID_CONFIG", """{"resource":"contacts","operation":"list","filter":"{{ input }}"}""", """{"compny":"x"}""")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("x\\u0000")]
    [InlineData("'; drop table contacts; --")]
    public async Task Ids_of_nothing_are_not_found(string id) => await _bench.Fails("RESOURCE_NOT_FOUND", $$"""{"resource":"contacts","operation":"get","id":"{{id}}"}""");

    private int Count()
    {
        using var db = core.Get<PortalStore>().Read(Tenant);
        return db.Contacts.Count();
    }

    private async Task Contacts(int count)
    {
        for (var i = 0; i < count; i++)
            await core.Get<ContactService>().Create(_bench.Actor, new ContactInput { Name = $"Contact {i}", Company = i % 2 == 0 ? "Even" : "Odd" }, default);
    }

    private static IEnumerable<string?> Names(JsonElement list) => list.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString());
}
