using System.Text;
using System.Text.Json;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Workflows.Api;

/// <summary>Workflows over HTTP, on both surfaces.</summary>
public sealed class WorkflowsApiTests(WorkflowApiHost api) : IClassFixture<WorkflowApiHost>
{
    private const string Path = "/api/v1/workflows";
    private const string Input = """
        {
          "name":"Greeting","category":"chat",
          "nodes":[{"id":"hook","type":"webhook-trigger"},{"id":"say","type":"sample-step","config":{"text":"{{ variables.greeting }}"}}],
          "edges":[{"id":"1","source_node_id":"hook","target_node_id":"say"}],
          "variables":[{"name":"greeting","default_value":"Hello"}]
        }
        """;

    [Fact]
    public async Task Workflow_is_made_read_changed_published_and_deleted()
    {
        var client = await Client();
        var made = await client.Post(Path, Input);
        Assert.Equal((201, $"{Path}/{made.Id}"), (made.Status, made.Location));
        Assert.StartsWith("wf_", made.Id, StringComparison.Ordinal);
        Assert.Equal(("1", "draft", "True"), (made.Text("version"), made.Text("status"), made.Text("is_active")));
        Assert.Equal("output", made.Json.GetProperty("nodes")[0].GetProperty("outputs")[0].GetProperty("id").GetString());
        Assert.Contains("/hooks/hook_", made.Json.GetProperty("triggers")[0].GetProperty("url").GetString(), StringComparison.Ordinal);
        Assert.True(JsonElement.DeepEquals(made.Json, (await client.Get($"{Path}/{made.Id}")).Json));
        // What was read is what may be sent back.
        Assert.Equal("1", (await client.Put($"{Path}/{made.Id}", made.Json.GetRawText())).Text("version"));

        var changed = await client.Patch($"{Path}/{made.Id}", """{"version":1,"settings":{"priority":8},"note":"Urgent"}""");
        Assert.Equal((200, "2", "8"), (changed.Status, changed.Text("version"), changed.Text("settings.priority")));
        Assert.Equal(409, (await client.Patch($"{Path}/{made.Id}", """{"version":1,"settings":{"priority":7}}""")).Status);
        Assert.Equal("5", (await client.Get($"{Path}/{made.Id}?version=1")).Text("settings.priority"));
        Assert.Equal("published", (await client.Post($"{Path}/{made.Id}/publish", """{"version":1}""")).Text("status"));
        Assert.Equal("1", (await client.Get($"{Path}?status=published&search=GREET&category=chat&is_active=true")).Text("pagination.total"));
        Assert.Equal("draft", (await client.Post($"{Path}/{made.Id}/unpublish", "")).Text("status"));
        Assert.Equal(204, (await client.Delete($"{Path}/{made.Id}")).Status);
        var gone = await client.Get($"{Path}/{made.Id}");
        Assert.Equal((404, "WF_001"), (gone.Status, gone.Text("error.reference")));
    }

    [Fact]
    public async Task Enveloped_surface_wraps_the_same()
    {
        var client = await Client();
        var made = await client.Post("/api/workflows", Input);
        var id = made.Text("data.id");
        Assert.Equal((201, "True", $"/api/workflows/{id}"), (made.Status, made.Text("success"), made.Location));
        var list = await client.Get("/api/workflows?page=1&limit=5&search=greet");
        Assert.Equal(("1", id), (list.Text("meta.total"), list.Json.GetProperty("data")[0].GetProperty("id").GetString()));
        Assert.Equal($"/api/workflows/", (await client.Post($"/api/workflows/{id}/duplicate", "")).Location![..15]);
        Assert.Equal("True", (await client.Delete($"/api/workflows/{id}")).Text("success"));
    }

    [Fact]
    public async Task Versions_are_listed_compared_and_restored()
    {
        var client = await Client();
        var id = (await client.Post(Path, Input)).Id;
        await client.Patch($"{Path}/{id}", """{"settings":{"priority":8}}""");
        var versions = await client.Get($"{Path}/{id}/versions");
        Assert.Equal(["2", "1"], versions.Json.GetProperty("versions").EnumerateArray().Select(version => version.GetProperty("version").ToString()));
        Assert.Equal("5", (await client.Get($"{Path}/{id}/versions/1")).Text("settings.priority"));
        Assert.Equal(404, (await client.Get($"{Path}/{id}/versions/9")).Status);
        Assert.Equal(404, (await client.Get($"{Path}/{id}/versions/x")).Status);
        var diff = await client.Get($"{Path}/{id}/diff?from=1&to=2");
        Assert.Equal("priority", diff.Json.GetProperty("settings")[0].GetProperty("field").GetString());
        Assert.Equal(404, (await client.Get($"{Path}/{id}/diff?from=7")).Status);
        Assert.Equal(("3", "5"), ((await client.Post($"{Path}/{id}/versions/1/restore", "")).Text("version"), (await client.Get($"{Path}/{id}")).Text("settings.priority")));
    }

    [Fact]
    public async Task Draft_may_have_errors_which_are_all_named_before_it_is_published()
    {
        var client = await Client();
        const string wrong = """{"name":"Wrong","nodes":[{"id":"say","type":"sample-step","config":{"count":0,"text":"{{ variables.gone }}"}},{"id":"odd","type":"nothing"}]}""";
        var made = await client.Post(Path, wrong);
        Assert.Equal(201, made.Status);
        var validated = await client.Post($"{Path}/{made.Id}/validate", "");
        Assert.Equal((200, "False", 3), (validated.Status, validated.Text("valid"), validated.Json.GetProperty("findings").GetArrayLength()));
        Assert.Equal("False", (await client.Post($"{Path}/validate", wrong)).Text("valid"));
        Assert.Equal("True", (await client.Post($"{Path}/validate", Input)).Text("valid"));
        var refused = await client.Post($"{Path}/{made.Id}/publish", "{}");
        Assert.Equal((400, "VALIDATION_ERROR"), (refused.Status, refused.Text("error.code")));
        Assert.Equal(
            ["nodes[0].config.count", "nodes[0].config.text", "nodes[1].type"],
            refused.Json.GetProperty("error").GetProperty("details").GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString()).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("""{}""", "name")]
    [InlineData("""{"name":7}""", "name")]
    [InlineData("""{"name":"x","tags":["a",""]}""", "tags[1]")]
    [InlineData("""{"name":"x","nodes":{}}""", "nodes")]
    [InlineData("""{"name":"x","nodes":[null]}""", "nodes[0]")]
    [InlineData("""{"name":"x","nodes":[{"type":"sample-step"}]}""", "nodes[0].id")]
    [InlineData("""{"name":"x","nodes":[{"id":null,"type":"sample-step"}]}""", "nodes[0].id")]
    [InlineData("""{"name":"x","nodes":[{"id":"a","type":"sample-step","position":{"x":1e9,"y":0}}]}""", "nodes[0].position")]
    [InlineData("""{"name":"x","nodes":[{"id":"a","type":"sample-step","config":{"a":1,"a":2}}]}""", "nodes[0].config.a")]
    [InlineData("""{"name":"x","nodes":[{"id":"a","type":"sample-step","config":{"a":"\ud800"}}]}""", "nodes[0].config.a")]
    [InlineData("""{"name":"x","nodes":[{"id":"a","type":"sample-step","config":{"a":1e999}}]}""", "nodes[0].config.a")]
    [InlineData("""{"name":"x","nodes":[{"id":"a\u0000","type":"sample-step"}]}""", "nodes[0].id")]
    [InlineData("""{"name":"x","edges":[{"id":"1","source_node_id":"a","target_node_id":"b","type":"maybe"}]}""", "edges[0].type")]
    [InlineData("""{"name":"x","edges":[{"id":"1","source_node_id":null,"target_node_id":"b"}]}""", "edges[0].source_node_id")]
    [InlineData("""{"name":"x","variables":[{"name":""}]}""", "variables[0].name")]
    [InlineData("""{"name":"x","settings":{"priority":"high"}}""", "settings.priority")]
    public async Task Field_that_cannot_be_taken_is_named(string body, string field)
    {
        var refused = await (await Client()).Post(Path, body);
        Assert.Equal((400, "VALIDATION_ERROR", field), (refused.Status, refused.Text("error.code"), refused.Text("error.details.field")));
    }

    [Theory]
    [InlineData("""{"nodes":[{"id":"__proto__","type":"sample-step"},{"id":"constructor","type":"sample-step","config":{"text":"{{ variables.__proto__ }}","fields":{"__proto__":{"toString":1}}}}],"variables":[{"name":"__proto__","default_value":"x"},{"name":"constructor","default_value":"y"}]}""", "")]
    [InlineData("""{"nodes":[{"id":"say","type":"sample-step"},{"id":"say","type":"sample-step"}],"edges":[{"id":"1","source_node_id":"say","target_node_id":"say"},{"id":"1","source_node_id":"say","target_node_id":"say"}]}""", "nodes[1].id")]
    [InlineData("""{"nodes":[{"id":"s\u0430y","type":"sample-step"}]}""", "nodes[0].id")]
    [InlineData("""{"nodes":[{"id":"say","type":"sample-step","config":{"text":"{{ v\u0430riables.a }}"}}],"variables":[{"name":"a","default_value":"x"}]}""", "nodes[0].config.text")]
    [InlineData("""{"nodes":[{"id":"say","type":"sample-st\u0435p"}]}""", "nodes[0].type")]
    [InlineData("""{"nodes":[{"id":"say","type":"sample-step"}],"variables":[{"name":"\u0430","default_value":"x"}]}""", "variables[0].name")]
    public async Task Import_of_odd_names_is_a_draft_whose_faults_are_named(string definition, string field)
    {
        var client = await Client();
        var imported = await client.Post($"{Path}/import", """{"name":"Odd",""" + definition[1..]);
        Assert.Equal(201, imported.Status);
        var published = await client.Post($"{Path}/{imported.Id}/publish", "");
        if (field.Length == 0)
        {
            Assert.Equal(200, published.Status);
            Assert.Equal(imported.Json.GetProperty("nodes").GetRawText(), (await client.Get($"{Path}/{imported.Id}")).Json.GetProperty("nodes").GetRawText());
            return;
        }

        var errors = published.Json.GetProperty("error").GetProperty("details");
        Assert.Equal(400, published.Status);
        Assert.Contains(field, errors.TryGetProperty("errors", out var several) ? several.EnumerateArray().Select(error => error.GetProperty("field").GetString()) : [errors.GetProperty("field").GetString()]);
        Assert.Equal(200, (await client.Get($"{Path}/{imported.Id}/diff")).Status);
    }

    [Fact]
    public async Task Definition_without_measure_is_refused()
    {
        var client = await Client();
        Assert.Equal(413, (await client.Post(Path, $$"""{"name":"x","description":"{{new string('x', 5_000_000)}}"}""")).Status);
        var nodes = string.Join(',', Enumerable.Range(0, 10_000).Select(i => $$"""{"id":"n{{i}}","type":"sample-step"}"""));
        Assert.Equal("nodes", (await client.Post(Path, $$"""{"name":"x","nodes":[{{nodes}}]}""")).Text("error.details.field"));
        Assert.Equal(400, (await client.Post(Path, Configured(Nested(1000)))).Status);
        Assert.Equal("nodes[0].config", (await client.Post(Path, Configured(Nested(24)))).Text("error.details.field"));
        Assert.Equal(201, (await client.Post(Path, Configured(Nested(18)))).Status);
        Assert.Equal("nodes[0].config", (await client.Post(Path, Configured($"\"{new string('x', 300_000)}\""))).Text("error.details.field"));
        // An expression that is too long is a draft's fault, and is found when it is checked.
        var bomb = await client.Post(Path, Configured($"\"{{{{ {new string('(', 4000)} }}}}\""));
        Assert.Equal((201, "False"), (bomb.Status, (await client.Post($"{Path}/{bomb.Id}/validate", "")).Text("valid")));
    }

    [Fact]
    public async Task Deepest_definition_is_read_and_exported_again()
    {
        var client = await Client();
        var id = (await client.Post(Path, Configured(Nested(18)))).Id;
        Assert.Equal(200, (await client.Get($"/api/workflows/{id}")).Status);
        var exported = await client.Get($"{Path}/{id}/export");
        Assert.Equal((200, "portal.workflow/1"), (exported.Status, exported.Text("format")));
        Assert.Equal(201, (await client.Post($"{Path}/import", exported.Json.GetRawText())).Status);
        Assert.Equal(201, (await client.Post($"{Path}/{id}/save-as-template", """{"name":"Deep","description":"Deep"}""")).Status);
        Assert.Equal(200, (await client.Get("/api/templates?search=deep")).Status);
    }

    [Fact]
    public async Task Secret_is_set_listed_without_its_value_and_deleted()
    {
        var client = await Client();
        var id = (await client.Post(Path, Input)).Id;
        var set = await client.Put($"{Path}/{id}/secrets/API_TOKEN", """{"secret":"sesame-open-wide"}""");
        Assert.Equal((200, "API_TOKEN", "••••"), (set.Status, set.Text("name"), set.Text("value")));
        var list = await client.Get($"{Path}/{id}/secrets");
        Assert.Equal("1", list.Text("pagination.total"));
        Assert.DoesNotContain("sesame", list.Json.GetRawText(), StringComparison.Ordinal);
        Assert.Equal("secret", (await client.Put($"{Path}/{id}/secrets/API_TOKEN", "{}")).Text("error.details.field"));
        Assert.Equal("name", (await client.Put($"{Path}/{id}/secrets/a-b", """{"secret":"x"}""")).Text("error.details.field"));
        Assert.Equal(204, (await client.Delete($"{Path}/{id}/secrets/API_TOKEN")).Status);
        Assert.Equal(404, (await client.Delete($"{Path}/{id}/secrets/API_TOKEN")).Status);
    }

    [Fact]
    public async Task Nobody_else_finds_a_workflow()
    {
        var organization = await api.NewOrganization();
        var owner = await api.WithKey(organization, ApiMode.Live, "workflows:*");
        var id = (await owner.Post(Path, Input)).Id;
        await owner.Put($"{Path}/{id}/secrets/KEY", """{"secret":"x"}""");
        foreach (var stranger in new[] { await Client(), await api.WithKey(organization, ApiMode.Test, "workflows:*") })
        {
            var answers = new[]
            {
                await stranger.Get($"{Path}/{id}"), await stranger.Put($"{Path}/{id}", Input), await stranger.Patch($"{Path}/{id}", "{}"), await stranger.Delete($"{Path}/{id}"),
                await stranger.Post($"{Path}/{id}/duplicate", "{}"), await stranger.Get($"{Path}/{id}/export"), await stranger.Post($"{Path}/{id}/validate", "{}"), await stranger.Post($"{Path}/{id}/publish", "{}"),
                await stranger.Post($"{Path}/{id}/unpublish", ""), await stranger.Get($"{Path}/{id}/versions"), await stranger.Get($"{Path}/{id}/versions/1"), await stranger.Post($"{Path}/{id}/versions/1/restore", ""),
                await stranger.Get($"{Path}/{id}/diff"), await stranger.Get($"{Path}/{id}/secrets"), await stranger.Put($"{Path}/{id}/secrets/KEY", """{"secret":"y"}"""), await stranger.Delete($"{Path}/{id}/secrets/KEY"),
                await stranger.Post($"{Path}/{id}/save-as-template", "{}"),
            };
            Assert.All(answers, answer => Assert.Equal((404, "WF_001"), (answer.Status, answer.Text("error.reference"))));
            Assert.Equal("0", (await stranger.Get(Path)).Text("pagination.total"));
        }

        Assert.Equal("1", (await owner.Get($"{Path}/{id}")).Text("version"));
    }

    [Fact]
    public async Task Scope_and_role_decide_what_may_be_done()
    {
        var organization = await api.NewOrganization();
        var reader = await api.WithKey(organization, ApiMode.Live, "workflows:read");
        var id = (await (await api.WithKey(organization, ApiMode.Live, "workflows:write")).Post(Path, Input)).Id;
        Assert.Equal(200, (await reader.Get($"{Path}/{id}")).Status);
        Assert.Equal(200, (await reader.Post($"{Path}/{id}/validate", "")).Status);
        foreach (var refused in new[]
        {
            await reader.Post(Path, Input), await reader.Put($"{Path}/{id}", Input), await reader.Delete($"{Path}/{id}"), await reader.Post($"{Path}/{id}/publish", "{}"),
            await reader.Put($"{Path}/{id}/secrets/KEY", """{"secret":"x"}"""), await reader.Post($"{Path}/import", Input), await (await api.WithRole(organization, Role.Viewer)).Post(Path, Input),
        }) Assert.Equal((403, "AUTHORIZATION_FAILED"), (refused.Status, refused.Text("error.code")));
        Assert.Equal(403, (await (await api.WithKey(organization, ApiMode.Live, "contacts:*")).Get($"{Path}/{id}")).Status);
        Assert.Equal(401, (await api.Anonymous().Get($"{Path}/{id}")).Status);
        Assert.Equal(201, (await (await api.WithRole(organization, Role.Developer)).Post(Path, Input)).Status);
    }

    [Fact]
    public async Task Node_types_are_listed_with_ports_and_schema()
    {
        var types = await (await Client()).Get("/api/v1/node-types");
        var loop = types.Json.GetProperty("node_types").EnumerateArray().Single(type => type.GetProperty("type").GetString() == SampleNode.Loop);
        Assert.Equal(("loop", "back", "object"), (loop.GetProperty("role").GetString(), loop.GetProperty("inputs")[1].GetProperty("id").GetString(), loop.GetProperty("config_schema").GetProperty("type").GetString()));
        Assert.Equal("0", (await (await Client()).Get("/api/v1/node-types?category=people")).Text("pagination.total"));
    }

    private static string Nested(int levels) => new StringBuilder().Insert(0, "[", levels).Append('1').Insert(levels + 1, "]", levels).ToString();

    private static string Configured(string value) => """{"name":"x","nodes":[{"id":"a","type":"sample-step","config":{"fields":{"a":""" + value + "}}}]}";

    private async Task<ApiClient> Client() => await api.WithKey(await api.NewOrganization(), ApiMode.Live, "workflows:*");
}
