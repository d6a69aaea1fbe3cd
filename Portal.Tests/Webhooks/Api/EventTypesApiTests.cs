using System.Text.Json;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Webhooks.Catalogue;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Webhooks.Api;

/// <summary>The event catalogue and publishing, over HTTP and on both surfaces.</summary>
public sealed class EventTypesApiTests(ApiHost api) : IClassFixture<ApiHost>
{
    private const string Order = """
        {"type":"order.shipped","description":"An order left.","schema":{"type":"object","properties":{"order_id":{"type":"string"},"lines":{"type":"array","items":{"type":"object","properties":{"amount":{"type":"number"}},"required":["amount"]}}},"required":["order_id"]},"sample":{"order_id":"ord_1"}}
        """;

    [Theory]
    [InlineData("/api/v1", "event_types", "pagination.total")]
    [InlineData("/api", "data", "meta.total")]
    public async Task Catalogue_lists_searches_and_pages(string root, string list, string total)
    {
        var client = await Client();
        var first = await client.Get($"{root}/event-types?per_page=5");
        Assert.Equal((200, 5), (first.Status, first.Json.GetProperty(list).GetArrayLength()));
        Assert.Equal($"{BuiltInEventTypes.All.Count}", first.Text(total));
        Assert.Equal("2", (await client.Get($"{root}/event-types?q=INVOICE.")).Text(total));
        Assert.Equal("0", (await client.Get($"{root}/event-types?custom=true")).Text(total));
        Assert.Equal(400, (await client.Get($"{root}/event-types?sort=color")).Status);
    }

    [Fact]
    public async Task Cursor_leads_through_the_whole_catalogue()
    {
        var client = await Client();
        var seen = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await client.Get($"/api/v1/event-types?per_page=10{(cursor.Length > 0 ? $"&cursor={cursor}" : "")}");
            seen.AddRange(page.Json.GetProperty("event_types").EnumerateArray().Select(type => type.GetProperty("type").GetString()!));
            cursor = page.Json.GetProperty("pagination").GetProperty("next_cursor").GetString();
        }

        Assert.Equal(BuiltInEventTypes.All.Keys.Order(StringComparer.Ordinal), seen);
    }

    [Fact]
    public async Task Published_event_is_checked_and_stands_in_the_outbox()
    {
        var (organization, client) = await Publisher();
        foreach (var root in new[] { "/api/v1", "/api" })
        {
            var answer = await client.Post($"{root}/events", """{"type":"form.submitted","data":{"id":"sub_1","form_id":"frm_1"}}""");
            Assert.Equal(202, answer.Status);
            var prefix = root == "/api" ? "data." : "";
            Assert.Equal(("form", "submitted", "sub_1"), (answer.Text($"{prefix}data.object"), answer.Text($"{prefix}data.action"), answer.Text($"{prefix}data.id")));
        }

        Assert.Equal(["form.submitted", "form.submitted"], api.EventTypes(organization));
    }

    [Theory]
    [InlineData("""{"type":"form.submitted","data":{"id":"x"}}""", "data.form_id")]
    [InlineData("""{"type":"form.submitted","data":{"form_id":5}}""", "data.form_id")]
    [InlineData("""{"type":"form.submitted","data":{"form_id":"f","action":"approved"}}""", "data.action")]
    [InlineData("""{"type":"form.submitted","data":{"form_id":"f","id":7}}""", "data.id")]
    [InlineData("""{"type":"form.submitted","data":{"form_id":"f","form_id":"g"}}""", "data.form_id")]
    [InlineData("""{"type":"form.submitted","data":{"form_id":"\ud800"}}""", "data.form_id")]
    [InlineData("""{"type":"invoice.paid","data":{"number":"1","amount":"5","amount_paid":5,"currency":"USD","status":"paid"}}""", "data.amount")]
    [InlineData("""{"type":"form.submitted","data":{"form_id":"f","values":{"n":1e99999999999}}}""", "data.values.n")]
    [InlineData("""{"type":"nothing.happened","data":{}}""", "type")]
    [InlineData("""{"type":"form.submitted","data":[]}""", "data")]
    [InlineData("""{"type":"form.submitted"}""", "data")]
    [InlineData("""{"data":{}}""", "type")]
    public async Task Payload_that_breaks_its_schema_is_refused_with_the_path(string body, string field)
    {
        var (organization, client) = await Publisher();
        var answer = await client.Post("/api/v1/events", body);
        Assert.Equal((400, field), (answer.Status, answer.Text("error.details.field")));
        Assert.Empty(api.EventTypes(organization));
    }

    [Fact]
    public async Task Same_idempotency_key_publishes_once()
    {
        var (organization, client) = await Publisher();
        const string body = """{"type":"gl.posted","data":{"journal":"J1","date":"2024-03-20","currency":"USD","amount":1.5}}""";
        var first = await client.Post("/api/v1/events", body, "key-1");
        var second = await client.Post("/api/v1/events", body, "key-1");
        Assert.Equal((202, 202, first.Id), (first.Status, second.Status, second.Id));
        Assert.Single(api.EventTypes(organization));
        Assert.Equal(409, (await client.Post("/api/v1/events", body.Replace("J1", "J2", StringComparison.Ordinal), "key-1")).Status);
    }

    [Fact]
    public async Task Scopes_are_needed()
    {
        var organization = await api.NewOrganization();
        var reader = await api.WithKey(organization, ApiMode.Live, "webhooks:read");
        Assert.Equal(200, (await reader.Get("/api/v1/event-types/deal.created")).Status);
        Assert.Equal(403, (await reader.Post("/api/v1/event-types", Order)).Status);
        Assert.Equal(403, (await reader.Post("/api/v1/events", """{"type":"form.submitted","data":{"form_id":"f"}}""")).Status);
        Assert.Equal(401, (await api.Anonymous().Get("/api/v1/event-types")).Status);
        Assert.Equal(403, (await (await api.WithKey(organization, ApiMode.Live, "events:write")).Get("/api/v1/event-types")).Status);
        Assert.Equal(200, (await (await api.WithRole(organization, Role.Viewer)).Get("/api/v1/event-types")).Status);
    }

    [Fact]
    public async Task Custom_type_is_added_published_changed_and_deleted()
    {
        var (organization, client) = await Publisher();
        var created = await client.Post("/api/v1/event-types", Order);
        Assert.Equal((201, "1", "True"), (created.Status, created.Text("version"), created.Text("custom")));
        Assert.Equal("/api/v1/event-types/order.shipped", created.Location);
        Assert.Equal(409, (await client.Post("/api/v1/event-types", Order)).Status);
        Assert.Equal(202, (await client.Post("/api/v1/events", """{"type":"order.shipped","data":{"order_id":"o","lines":[{"amount":1}]}}""")).Status);
        var wrong = await client.Post("/api/v1/events", """{"type":"order.shipped","data":{"order_id":"o","lines":[{"amount":1},{}]}}""");
        Assert.Equal((400, "data.lines[1].amount"), (wrong.Status, wrong.Text("error.details.field")));

        const string narrower = """{"schema":{"type":"object","properties":{"order_id":{"type":"string"}},"required":["order_id"]}}""";
        var refused = await client.Patch("/api/v1/event-types/order.shipped", narrower);
        Assert.Equal(409, refused.Status);
        var change = refused.Json.GetProperty("error").GetProperty("details").GetProperty("changes")[0];
        Assert.Equal(("data.lines", "receivers"), (change.GetProperty("path").GetString(), change.GetProperty("breaks").GetString()));
        var forced = await client.Patch("/api/v1/event-types/order.shipped", narrower[..^1] + ",\"force\":true}");
        Assert.Equal((200, "2"), (forced.Status, forced.Text("version")));
        Assert.Equal("2", (await client.Patch("/api/v1/event-types/order.shipped", """{"description":"It left."}""")).Text("version"));

        var stranger = await Client();
        Assert.Equal(404, (await stranger.Get("/api/v1/event-types/order.shipped")).Status);
        Assert.Equal(404, (await stranger.Delete("/api/v1/event-types/order.shipped")).Status);
        Assert.Equal(204, (await client.Delete("/api/v1/event-types/order.shipped")).Status);
        Assert.Equal(404, (await client.Get("/api/v1/event-types/order.shipped")).Status);
        Assert.Equal(409, (await client.Delete("/api/v1/event-types/deal.created")).Status);
        Assert.Equal(["order.shipped"], api.EventTypes(organization));
        await using var db = api.Get<PortalStore>().Read(new Tenant(organization, ApiMode.Live));
        Assert.Equal(
            ["event_type.created", "event_type.updated", "event_type.updated", "event_type.deleted"],
            db.AuditEntries.OrderBy(entry => entry.Id).Select(entry => entry.Action));
    }

    [Theory]
    [InlineData("type", """{"type":"Order","description":"x","schema":{},"sample":{}}""")]
    [InlineData("schema.tpye", """{"type":"a.b","description":"x","schema":{"tpye":"object"},"sample":{}}""")]
    [InlineData("schema", """{"type":"a.b","description":"x","schema":[],"sample":{}}""")]
    [InlineData("sample.n", """{"type":"a.b","description":"x","schema":{"required":["n"]},"sample":{}}""")]
    [InlineData("sample", """{"type":"a.b","description":"x","schema":{}}""")]
    public async Task Custom_type_that_cannot_work_is_refused(string field, string body)
    {
        var answer = await (await Client()).Post("/api/v1/event-types", body);
        Assert.Equal((400, field), (answer.Status, answer.Text("error.details.field")));
    }

    private async Task<ApiClient> Client() => await api.WithKey(await api.NewOrganization(), ApiMode.Live, "webhooks:read", "webhooks:write");

    private async Task<(string Organization, ApiClient Client)> Publisher()
    {
        var organization = await api.NewOrganization();
        return (organization, await api.WithKey(organization, ApiMode.Live, "events:write", "webhooks:read", "webhooks:write"));
    }
}
