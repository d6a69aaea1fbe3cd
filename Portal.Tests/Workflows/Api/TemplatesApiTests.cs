using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Workflows.Api;

/// <summary>Templates over HTTP, on both surfaces.</summary>
public sealed class TemplatesApiTests(WorkflowApiHost api) : IClassFixture<WorkflowApiHost>
{
    private const string Path = "/api/v1/templates";
    private const string Input = """
        {
          "name":"Greeting","description":"Says it.","category":"chat","tags":["hello"],
          "definition":{"nodes":[{"id":"say","type":"sample-step","config":{"text":"{{ variables.greeting }}"}}]},
          "parameters":[{"name":"greeting","type":"string","label":"Greeting","required":true}]
        }
        """;

    [Fact]
    public async Task Template_is_made_used_reviewed_changed_and_deleted()
    {
        var organization = await api.NewOrganization();
        var client = await api.WithRole(organization, Role.Owner);
        var made = await client.Post(Path, Input);
        Assert.Equal((201, $"{Path}/{made.Id}"), (made.Status, made.Location));
        Assert.StartsWith("tpl_", made.Id, StringComparison.Ordinal);
        Assert.Equal((organization, "1", "0", "0"), (made.Text("organization_id"), made.Text("version"), made.Text("usage_count"), made.Text("rating")));
        Assert.Equal((made.Id, "Greeting", "False"), (made.Text("definition.id"), made.Text("definition.name"), made.Text("definition.is_active")));

        var used = await client.Post($"{Path}/{made.Id}/instantiate", """{"name":"Mine","parameters":{"greeting":"Hi"}}""");
        Assert.Equal((201, $"/api/v1/workflows/{used.Id}", made.Id), (used.Status, used.Location, used.Text("template_id")));
        var missing = await client.Post($"{Path}/{made.Id}/instantiate", "{}");
        Assert.Equal((400, "VAL_002", "parameters.greeting"), (missing.Status, missing.Text("error.reference"), missing.Text("error.details.field")));
        var review = await client.Post($"{Path}/{made.Id}/reviews", """{"rating":1}""");
        Assert.Equal("1", (await client.Get($"{Path}/{made.Id}/reviews/{review.Id}")).Text("rating"));
        Assert.Equal(204, (await client.Delete($"{Path}/{made.Id}/reviews/{review.Id}")).Status);
        Assert.Equal((404, "RES_001"), ((await client.Get($"{Path}/{made.Id}/reviews/{review.Id}")).Status, (await client.Delete($"{Path}/{made.Id}/reviews/{review.Id}")).Text("error.reference")));
        Assert.Equal("5", (await client.Post($"{Path}/{made.Id}/reviews", """{"rating":5,"comment":"Good"}""")).Text("rating"));
        Assert.Equal("1", (await client.Get($"{Path}/{made.Id}/reviews")).Text("pagination.total"));
        var listed = (await client.Get($"{Path}?search=HELLO&category=chat")).Json.GetProperty("templates");
        Assert.Equal(("1", "5"), (listed[0].GetProperty("usage_count").ToString(), listed[0].GetProperty("rating").ToString()));
        Assert.Equal("2", (await client.Patch($"{Path}/{made.Id}", """{"definition":{"nodes":[{"id":"say","type":"sample-step"}]}}""")).Text("version"));
        Assert.Equal(204, (await client.Delete($"{Path}/{made.Id}")).Status);
        var gone = await client.Get($"{Path}/{made.Id}");
        Assert.Equal((404, "TPL_001"), (gone.Status, gone.Text("error.reference")));
        Assert.Equal(200, (await client.Get($"/api/v1/workflows/{used.Id}")).Status);
    }

    [Fact]
    public async Task Enveloped_surface_wraps_the_same()
    {
        var client = await Client();
        var list = await client.Get("/api/templates?public_only=true&category=integration");
        Assert.Contains("tpl_webhook_relay", list.Json.GetProperty("data").EnumerateArray().Select(template => template.GetProperty("id").GetString()));
        var used = await client.Post("/api/templates/tpl_webhook_relay/instantiate", """{"name":"Relay","parameters":{"target_url":"https://example.com/hook","alert_email":"ada@example.com"}}""");
        Assert.Equal((201, "Relay"), (used.Status, used.Text("data.name")));
        Assert.Equal($"/api/workflows/{used.Text("data.id")}", used.Location);
    }

    [Fact]
    public async Task Trigger_names_parameters_that_have_a_default()
    {
        var client = await Client();
        Assert.Equal(201, (await client.Post(Path, Daily(""","default_value":7"""))).Status);
        Assert.Equal(400, (await client.Post(Path, Daily(""","required":true"""))).Status);

        static string Daily(string more) => $$$"""
            {
              "name": "Daily", "parameters": [{ "name": "hour", "type": "number"{{{more}}} }],
              "definition": { "nodes": [{ "id": "a", "type": "schedule-trigger", "config": { "cron": "0 {{ variables.hour }} * * *" } }] }
            }
            """;
    }

    [Theory]
    [InlineData("""{"description":"x","definition":{}}""", "name")]
    [InlineData("""{"name":"x"}""", "definition")]
    [InlineData("""{"name":"x","definition":{}}""", "nodes")]
    [InlineData("""{"name":"x","definition":{"nodes":[{"id":"a","type":"nothing"}]}}""", "nodes[0].type")]
    [InlineData("""{"name":"x","definition":{},"parameters":[{"name":"a","type":"date"}]}""", "parameters[0].type")]
    public async Task Field_that_cannot_be_taken_is_named(string body, string field)
    {
        var refused = await (await Client()).Post(Path, body);
        Assert.Equal((400, field), (refused.Status, refused.Text("error.details.field")));
    }

    [Fact]
    public async Task Others_see_a_template_once_it_is_public_and_never_change_it()
    {
        var (owner, other) = (await Client(), await Client());
        var id = (await owner.Post(Path, Input)).Id;
        foreach (var answer in new[]
        {
            await other.Get($"{Path}/{id}"), await other.Patch($"{Path}/{id}", "{}"), await other.Delete($"{Path}/{id}"), await other.Post($"{Path}/{id}/instantiate", "{}"),
            await other.Get($"{Path}/{id}/reviews"), await other.Post($"{Path}/{id}/reviews", """{"rating":1}"""),
            await other.Get($"{Path}/{id}/reviews/rev_1"), await other.Delete($"{Path}/{id}/reviews/rev_1"),
        }) Assert.Equal((404, "TPL_001"), (answer.Status, answer.Text("error.reference")));
        Assert.Equal(200, (await owner.Patch($"{Path}/{id}", """{"is_public":true}""")).Status);
        Assert.Equal(200, (await other.Get($"{Path}/{id}")).Status);
        Assert.Equal(201, (await other.Post($"{Path}/{id}/instantiate", """{"parameters":{"greeting":"Hi"}}""")).Status);
        Assert.Equal(403, (await other.Patch($"{Path}/{id}", """{"name":"Theirs"}""")).Status);
        Assert.Equal(403, (await other.Delete($"{Path}/{id}")).Status);
    }

    [Fact]
    public async Task Scope_decides_what_may_be_done()
    {
        var reader = await api.WithKey(await api.NewOrganization(), ApiMode.Live, "workflows:read");
        Assert.Equal(200, (await reader.Get(Path)).Status);
        foreach (var refused in new[] { await reader.Post(Path, Input), await reader.Post($"{Path}/tpl_webhook_relay/instantiate", "{}"), await reader.Post($"{Path}/tpl_webhook_relay/reviews", """{"rating":1}""") })
            Assert.Equal(403, refused.Status);
        Assert.Equal(401, (await api.Anonymous().Get(Path)).Status);
    }

    private async Task<ApiClient> Client() => await api.WithKey(await api.NewOrganization(), ApiMode.Live, "workflows:*");
}
