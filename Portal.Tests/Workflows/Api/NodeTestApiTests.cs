using Portal.Core.Shared.Data;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Workflows.Api;

/// <summary>One node tried by itself.</summary>
public sealed class NodeTestApiTests(ApiHost api) : IClassFixture<ApiHost>
{
    private const string Doubling = """
        {
          "name":"Doubling",
          "nodes":[
            {"id":"start","type":"webhook-trigger","config":{}},
            {"id":"double","type":"data-transformation","config":{"expression":"{'n': inputs.n * 2}"}},
            {"id":"check","type":"decision-logic","config":{"cases":[{"port":"small","when":"input.n < 100"}]}},
            {"id":"say","type":"output-formatter","config":{"format":"text","template":"It is {{ nodes.double.output.n }}"}}
          ],
          "edges":[
            {"id":"e1","source_node_id":"start","target_node_id":"double"},
            {"id":"e2","source_node_id":"double","target_node_id":"check"},
            {"id":"e3","source_node_id":"check","source_port":"small","target_node_id":"say"}
          ]
        }
        """;

    [Fact]
    public async Task One_node_is_tried_with_pinned_data_and_leaves_no_run()
    {
        var client = await api.WithKey(await api.NewOrganization(), ApiMode.Live, "*");
        var id = (await client.Post("/api/v1/workflows", Doubling)).Id;
        var said = await client.Post($"/api/v1/workflows/{id}/test-node", """{"node_id":"say","nodes":{"double":{"n":7}}}""");
        Assert.Equal((200, "completed", "It is 7"), (said.Status, said.Text("status"), said.Text("output.content")));
        var chosen = await client.Post($"/api/v1/workflows/{id}/test-node", """{"node_id":"check","input":{"n":7}}""");
        Assert.Equal("small", chosen.Json.GetProperty("ports")[0].GetString());
        var edited = await client.Post($"/api/v1/workflows/{id}/test-node", """{"node_id":"double","inputs":{"n":7},"config":{"expression":"{'n': inputs.n + 1}"}}""");
        Assert.Equal("8", edited.Text("output.n"));
        var failed = await client.Post($"/api/v1/workflows/{id}/test-node", """{"node_id":"double"}""");
        Assert.Equal(("failed", "EXPRESSION_FAILED"), (failed.Text("status"), failed.Text("error_code")));
        Assert.Equal("node_id", (await client.Post($"/api/v1/workflows/{id}/test-node", """{"node_id":"nowhere"}""")).Text("error.details.field"));
        Assert.Equal("0", (await client.Get($"{WorkflowCalls.Executions}?workflow_id={id}")).Text("pagination.total"));
    }

    [Theory]
    [InlineData("""{"expression":"secrets.TOKEN"}""", "config.expression")]
    [InlineData("""{"expression":"[1].map(x, secrets['TOKEN'])[0]"}""", "config.expression")]
    [InlineData("""{"operations":[{"operation":"set","values":{"a":"{{ secrets.TOKEN }}"}}]}""", "config.operations[0].values.a")]
    public async Task Node_that_would_show_a_secret_is_not_tried(string config, string field)
    {
        var client = await api.WithKey(await api.NewOrganization(), ApiMode.Live, "*");
        var id = (await client.Post("/api/v1/workflows", Doubling)).Id;
        Assert.InRange((await client.Put($"/api/v1/workflows/{id}/secrets/TOKEN", """{"secret":"sesame-open-wide"}""")).Status, 200, 299);
        var refused = await client.Post($"/api/v1/workflows/{id}/test-node", $$"""{"node_id":"double","inputs":{"n":7},"config":{{config}}}""");
        Assert.Equal((400, field), (refused.Status, refused.Text("error.details.field")));
        var named = await client.Post($"/api/v1/workflows/{id}/test-node", """{"node_id":"double","inputs":{"secrets":7},"config":{"expression":"inputs.secrets"}}""");
        Assert.Equal(("completed", "7"), (named.Text("status"), named.Text("output")));
    }
}
