using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Workflows.Engine;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Workflows.Api;

/// <summary>Runs over HTTP: started, looked at, cancelled, repeated, and one node by itself.</summary>
public sealed class ExecutionsApiTests(ApiHost api) : IClassFixture<ApiHost>
{
    private const string Executions = "/api/v1/executions";

    /// <summary>Doubles a number, fails where it is told to, and says what came of it.</summary>
    private const string Doubling = """
        {
          "name":"Doubling",
          "nodes":[
            {"id":"start","type":"webhook-trigger","config":{}},
            {"id":"double","type":"data-transformation","title":"Double it","config":{"expression":"{'n': inputs.n * 2}"}},
            {"id":"check","type":"decision-logic","config":{"cases":[{"port":"small","when":"input.n < 100"}]}},
            {"id":"say","type":"output-formatter","config":{"format":"text","template":"It is {{ nodes.double.output.n }}"}},
            {"id":"large","type":"data-transformation","config":{"expression":"input.missing"}}
          ],
          "edges":[
            {"id":"e1","source_node_id":"start","target_node_id":"double"},
            {"id":"e2","source_node_id":"double","target_node_id":"check"},
            {"id":"e3","source_node_id":"check","source_port":"small","target_node_id":"say"},
            {"id":"e4","source_node_id":"check","source_port":"default","target_node_id":"large"}
          ]
        }
        """;

    private const string Waiting = """
        {"name":"Waiting","nodes":[{"id":"start","type":"webhook-trigger","config":{}},{"id":"wait","type":"delay","config":{"seconds":86400}}],
         "edges":[{"id":"e1","source_node_id":"start","target_node_id":"wait"}]}
        """;

    [Fact]
    public async Task Run_is_accepted_and_shown_with_its_steps_and_metrics()
    {
        var client = await Client();
        var id = await Made(client, Doubling);
        var started = await client.Post($"/api/v1/workflows/{id}/execute", """{"inputs":{"n":21},"context":{"source":"test"}}""");
        Assert.Equal(202, started.Status);
        Assert.Contains(started.Text("status"), new[] { "pending", "running" });
        var run = await Ended(client, started.Text("execution_id"));
        Assert.Equal(("completed", "100", id, "api"), (run.Text("status"), run.Text("progress"), run.Text("workflow_id"), run.Text("trigger_type")));
        Assert.Equal(("21", "It is 42", "4"), (run.Text("input_data.n"), run.Text("output_data.content"), run.Text("step_count")));
        var step = run.Json.GetProperty("steps")[1];
        Assert.Equal(("double", "Double it", "completed", 42), (step.GetProperty("node_id").GetString(), step.GetProperty("node_name").GetString(), step.GetProperty("status").GetString(), step.GetProperty("output_data").GetProperty("n").GetInt32()));
        Assert.Equal(run.Id, (await client.Get($"{Executions}?workflow_id={id}&status=completed")).Json.GetProperty("executions")[0].GetProperty("id").GetString());
        Assert.Equal("4", (await client.Get($"{Executions}/{run.Id}/steps?per_page=2")).Text("pagination.total"));
        Assert.Equal("42", (await client.Get($"{Executions}/{run.Id}/steps/2")).Text("output_data.n"));
        Assert.Equal(404, (await client.Get($"{Executions}/{run.Id}/steps/99")).Status);
    }

    [Fact]
    public async Task Unversioned_surface_answers_the_same_wrapped()
    {
        var client = await Client();
        var made = await client.Post("/api/workflows", Doubling);
        var started = await client.Post($"/api/workflows/{made.Text("data.id")}/execute", """{"inputs":{"n":1}}""");
        Assert.Equal((202, "True"), (started.Status, started.Text("success")));
        await Ended(client, started.Text("data.execution_id"));
        Assert.Equal("completed", (await client.Get($"/api/executions/{started.Text("data.execution_id")}")).Text("data.status"));
    }

    [Fact]
    public async Task Failed_run_says_why_and_is_repeated_from_where_it_failed()
    {
        var client = await Client();
        var id = await Made(client, Doubling);
        var failed = await Run(client, id, """{"inputs":{"n":200}}""");
        Assert.Equal(("failed", "EXPRESSION_FAILED", "large"), (failed.Text("status"), failed.Text("error_code"), failed.Text("error_node_id")));
        Assert.Contains("missing", failed.Text("error_message"), StringComparison.Ordinal);

        var again = await Repeat(client, failed.Id, """{"from":"failed"}""");
        Assert.Equal(("failed", failed.Id, "retry"), (again.Text("status"), again.Text("retry_of"), again.Text("trigger_type")));
        // What came before was not done again: its steps are the old ones.
        Assert.Equal(Started(failed, "double"), Started(again, "double"));
        Assert.NotEqual(Started(failed, "large"), Started(again, "large"));
        Assert.Equal(again.Id, (await client.Get($"{Executions}?retry_of={failed.Id}")).Json.GetProperty("executions")[0].GetProperty("id").GetString());
    }

    [Fact]
    public async Task Run_is_repeated_from_the_start_with_other_inputs_and_from_any_node_with_another_input()
    {
        var client = await Client();
        var first = await Run(client, await Made(client, Doubling), """{"inputs":{"n":200}}""");
        var start = await Repeat(client, first.Id, """{"from":"start","inputs":{"n":2}}""");
        Assert.Equal(("completed", "It is 4"), (start.Text("status"), start.Text("output_data.content")));

        var node = await Repeat(client, first.Id, """{"from":"check","node_input":{"n":5}}""");
        Assert.Equal(("completed", "It is 400"), (node.Text("status"), node.Text("output_data.content")));
        Assert.Equal(Started(first, "double"), Started(node, "double"));
    }

    [Theory]
    [InlineData("""{"from":"nowhere"}""", "from")]
    [InlineData("""{"from":"failed","inputs":{}}""", "inputs")]
    [InlineData("""{"from":"start","node_input":1}""", "node_input")]
    [InlineData("""{"from":"start","inputs":[1]}""", "inputs")]
    public async Task Repetition_that_makes_no_sense_is_refused(string json, string field)
    {
        var client = await Client();
        var run = await Run(client, await Made(client, Doubling), """{"inputs":{"n":1}}""");
        var refused = await client.Post($"{Executions}/{run.Id}/retry", json);
        Assert.Equal((400, field), (refused.Status, refused.Text("error.details.field")));
    }

    [Fact]
    public async Task Waiting_run_shows_until_when_and_is_cancelled_once()
    {
        var client = await Client();
        var started = await client.Post($"/api/v1/workflows/{await Made(client, Waiting)}/execute", "{}");
        var path = $"{Executions}/{started.Text("execution_id")}";
        await WaitFor.Condition(async () => (await client.Get(path)).Json.GetProperty("waits_until").ValueKind == JsonValueKind.String, "the run waits");
        Assert.Equal(409, (await client.Post($"{path}/retry", """{"from":"start"}""")).Status);
        Assert.Equal("cancelled", (await client.Post($"{path}/cancel", "")).Text("status"));
        Assert.Equal("cancelled", (await client.Get(path)).Json.GetProperty("steps").EnumerateArray().Last().GetProperty("status").GetString());
        Assert.Equal((409, "CONFLICT"), await StatusOf(client.Post($"{path}/cancel", "")));
    }

    [Theory]
    [InlineData("""{"inputs":[]}""", "inputs")]
    [InlineData("""{"context":"x"}""", "context")]
    [InlineData("""{"priority":10}""", "priority")]
    [InlineData("""{"version":7}""", "version")]
    [InlineData("""{"trigger":"nowhere"}""", "trigger")]
    public async Task Start_with_bad_input_is_refused_and_names_the_field(string json, string field)
    {
        var client = await Client();
        var refused = await client.Post($"/api/v1/workflows/{await Made(client, Doubling)}/execute", json);
        Assert.Equal((400, field), (refused.Status, refused.Text("error.details.field")));
    }

    [Fact]
    public async Task Draft_with_errors_is_not_run_and_every_finding_is_named()
    {
        var client = await Client();
        var id = await Made(client, """{"name":"Broken","nodes":[{"id":"a","type":"nothing-known"},{"id":"b","type":"delay","config":{"seconds":-1}}],"edges":[]}""");
        var refused = await client.Post($"/api/v1/workflows/{id}/execute", "{}");
        Assert.Equal((400, "VALIDATION_ERROR"), (refused.Status, refused.Text("error.code")));
        Assert.True(refused.Json.GetProperty("error").GetProperty("details").GetProperty("errors").GetArrayLength() >= 2);
    }

    [Fact]
    public async Task Same_request_under_one_idempotency_key_is_one_run()
    {
        var client = await Client();
        var id = await Made(client, Doubling);
        var first = await client.Post($"/api/v1/workflows/{id}/execute", """{"inputs":{"n":3}}""", "run-once");
        var second = await client.Post($"/api/v1/workflows/{id}/execute", """{"inputs":{"n":3}}""", "run-once");
        Assert.Equal((202, first.Text("execution_id")), (second.Status, second.Text("execution_id")));
        Assert.Equal("1", (await client.Get($"{Executions}?workflow_id={id}")).Text("pagination.total"));
        Assert.Equal("completed", (await Ended(client, first.Text("execution_id"))).Text("status"));
    }

    [Fact]
    public async Task Published_version_runs_until_another_is_published()
    {
        var client = await Client();
        var id = await Made(client, Doubling);
        await client.Post($"/api/v1/workflows/{id}/publish", "{}");
        await client.Patch($"/api/v1/workflows/{id}", Doubling.Replace("inputs.n * 2", "inputs.n * 3", StringComparison.Ordinal));
        Assert.Equal(("1", "It is 4"), await VersionAndResult("""{"inputs":{"n":2}}"""));
        Assert.Equal(("2", "It is 6"), await VersionAndResult("""{"inputs":{"n":2},"version":2}"""));
        await client.Post($"/api/v1/workflows/{id}/publish", "{}");
        Assert.Equal(("2", "It is 6"), await VersionAndResult("""{"inputs":{"n":2}}"""));

        async Task<(string, string)> VersionAndResult(string json)
        {
            var run = await Run(client, id, json);
            return (run.Text("version"), run.Text("output_data.content"));
        }
    }

    [Fact]
    public async Task Runs_keep_their_record_when_the_workflow_goes_and_are_not_repeated()
    {
        var client = await Client();
        var id = await Made(client, Doubling);
        var run = await Run(client, id, """{"inputs":{"n":1}}""");
        Assert.Equal("Doubling", run.Text("workflow_name"));
        await client.Patch($"/api/v1/workflows/{id}", """{"name":"Twice"}""");
        Assert.Equal("Twice", (await client.Get($"{Executions}/{run.Id}")).Text("workflow_name"));
        Assert.Equal(204, (await client.Delete($"/api/v1/workflows/{id}")).Status);
        Assert.Equal(("completed", ""), ((await client.Get($"{Executions}/{run.Id}")).Text("status"), (await client.Get($"{Executions}/{run.Id}")).Text("workflow_name")));
        Assert.Equal((409, "CONFLICT"), await StatusOf(client.Post($"{Executions}/{run.Id}/retry", """{"from":"start"}""")));
        Assert.Equal(404, (await client.Post($"/api/v1/workflows/{id}/execute", "{}")).Status);
    }

    [Fact]
    public async Task Nobody_does_through_a_workflow_what_its_author_may_not_do()
    {
        const string reading = """
            {"name":"Reading","nodes":[{"id":"read","type":"database-query","config":{"resource":"contacts","operation":"list"}}],"edges":[]}
            """;
        var organization = await api.NewOrganization();
        var author = await api.WithKey(organization, ApiMode.Live, "workflows:read", "workflows:write");
        var admin = await api.WithKey(organization, ApiMode.Live, "*");
        var id = await Made(author, reading);
        var refused = await Run(admin, id, "{}");
        Assert.Equal(("failed", "FORBIDDEN"), (refused.Text("status"), refused.Text("error_code")));
        Assert.Contains("contacts:read", refused.Text("error_message"), StringComparison.Ordinal);
        // Once somebody who may has saved it, it does it for everybody who may run it.
        await admin.Patch($"/api/v1/workflows/{id}", reading.Replace("\"operation\"", "\"limit\":5,\"operation\"", StringComparison.Ordinal));
        Assert.Equal("completed", (await Run(author, id, "{}")).Text("status"));
    }

    [Fact]
    public async Task Workflow_that_causes_what_it_listens_to_breaks_off()
    {
        var client = await Client();
        var id = await Made(client, """
            {
              "name":"Restless",
              "nodes":[
                {"id":"changed","type":"event-trigger","config":{"events":["contact.*"]}},
                {"id":"change","type":"database-query","config":{"resource":"contacts","operation":"update","id":"{{ trigger.event.data.id }}","values":{"title":"{{ string(now()) }}"}}}
              ],
              "edges":[{"id":"e1","source_node_id":"changed","target_node_id":"change"}]
            }
            """);
        await client.Post($"/api/v1/workflows/{id}/publish", "{}");
        await client.Post("/api/v1/contacts", """{"name":"Ada"}""");
        await WaitFor.Condition(async () => (await client.Get($"{Executions}?workflow_id={id}&status=completed")).Text("pagination.total") == "10", "ten runs have led to each other");
        await using var db = api.Get<PortalStore>().ReadAcross();
        await WaitFor.Condition(async () => await db.Across<Portal.Core.Workflows.Triggers.TriggerRow>().AnyAsync(row => row.WorkflowId == id && row.LastError!.Contains("break off")), "the eleventh was refused");
        Assert.Equal("10", (await client.Get($"{Executions}?workflow_id={id}")).Text("pagination.total"));
    }

    [Fact]
    public async Task Plan_without_runs_left_refuses_and_says_when_there_are_more()
    {
        var organization = await api.NewOrganization();
        await api.Get<PortalStore>().WriteAcross((db, token) => db.Organizations.Where(row => row.Id == organization).ExecuteUpdateAsync(row => row.SetProperty(x => x.Plan, Plan.Free), token), CancellationToken.None);
        var actor = new Actor(new Tenant(organization, ApiMode.Live), "user", "usr_1", "Test") { GrantedScopes = Scopes.Expand(["*"]) };
        var workflow = await api.Get<Portal.Core.Workflows.Definitions.WorkflowService>().Create(
            actor, JsonSerializer.Deserialize<Portal.Core.Workflows.Definitions.WorkflowInput>(Waiting, Portal.Core.Shared.Json.PortalJson.Options)!, CancellationToken.None);
        var runs = api.Get<Portal.Core.Workflows.History.ExecutionService>();
        for (var i = 0; i < 100; i++) await runs.Start(actor, workflow.Id, new(), CancellationToken.None);
        var refused = await Assert.ThrowsAsync<Portal.Core.Shared.Problems.ProblemException>(() => runs.Start(actor, workflow.Id, new(), CancellationToken.None));
        Assert.Equal((429, "QUOTA_EXCEEDED"), (refused.Problem.HttpStatus, refused.Problem.Code.Code));
        Assert.Equal(100L, refused.Problem.Details["used"]);
    }

    [Fact]
    public async Task Another_tenants_runs_and_workflows_are_not_there()
    {
        var owner = await Client();
        var id = await Made(owner, Doubling);
        var run = await Run(owner, id, """{"inputs":{"n":1}}""");
        var other = await Client();
        foreach (var path in new[] { $"{Executions}/{run.Id}", $"{Executions}/{run.Id}/steps", $"{Executions}/{run.Id}/steps/1" })
            Assert.Equal((404, "RESOURCE_NOT_FOUND"), await StatusOf(other.Get(path)));
        Assert.Equal(404, (await other.Post($"{Executions}/{run.Id}/cancel", "")).Status);
        Assert.Equal(404, (await other.Post($"{Executions}/{run.Id}/retry", "{}")).Status);
        var refused = await other.Post($"/api/v1/workflows/{id}/execute", "{}");
        Assert.Equal((404, "WF_001"), (refused.Status, refused.Text("error.reference")));
        Assert.Equal(404, (await other.Post($"/api/v1/workflows/{id}/test-node", """{"node_id":"double"}""")).Status);
        Assert.Equal("0", (await other.Get(Executions)).Text("pagination.total"));
    }

    [Theory]
    [InlineData("GET", "", 403)]
    [InlineData("POST", "/cancel", 403)]
    [InlineData("POST", "/retry", 403)]
    public async Task Runs_need_their_scope(string method, string tail, int status)
    {
        var organization = await api.NewOrganization();
        var run = await Run(await api.WithKey(organization, ApiMode.Live, "*"), await Made(await api.WithKey(organization, ApiMode.Live, "*"), Doubling), """{"inputs":{"n":1}}""");
        var stranger = await api.WithKey(organization, ApiMode.Live, method == "GET" ? "contacts:read" : "workflows:read");
        var answer = method == "GET" ? await stranger.Get($"{Executions}/{run.Id}{tail}") : await stranger.Post($"{Executions}/{run.Id}{tail}", "{}");
        Assert.Equal(status, answer.Status);
        Assert.Equal(401, (await api.Anonymous().Get($"{Executions}/{run.Id}")).Status);
    }

    [Fact]
    public async Task Runs_and_what_they_store_are_counted()
    {
        var organization = await api.NewOrganization();
        var client = await api.WithKey(organization, ApiMode.Live, "*");
        var run = await Run(client, await Made(client, Doubling), """{"inputs":{"n":1}}""");
        await using var db = api.Get<PortalStore>().ReadAcross();
        Assert.True((await db.Across<WorkflowExecution>().SingleAsync(row => row.Id == run.Id)).StoredBytes > 0);
        Assert.Equal("1", (await client.Get("/api/v1/quotas")).Text("current_usage.workflow_executions"));
    }

    private async Task<ApiClient> Client() => await api.WithKey(await api.NewOrganization(), ApiMode.Live, "*");

    private static async Task<string> Made(ApiClient client, string definition)
    {
        var made = await client.Post("/api/v1/workflows", definition);
        Assert.True(made.Status == 201, made.Json.GetRawText());
        return made.Id;
    }

    private static async Task<ApiAnswer> Run(ApiClient client, string workflowId, string json)
    {
        var started = await client.Post($"/api/v1/workflows/{workflowId}/execute", json);
        Assert.True(started.Status == 202, started.Json.GetRawText());
        return await Ended(client, started.Text("execution_id"));
    }

    private static async Task<ApiAnswer> Repeat(ApiClient client, string executionId, string json)
    {
        var started = await client.Post($"{Executions}/{executionId}/retry", json);
        Assert.True(started.Status == 202, started.Json.GetRawText());
        return await Ended(client, started.Text("execution_id"));
    }

    private static async Task<ApiAnswer> Ended(ApiClient client, string executionId)
    {
        ApiAnswer? last = null;
        await WaitFor.Condition(async () => (last = await client.Get($"{Executions}/{executionId}")).Json.GetProperty("completed_at").ValueKind == JsonValueKind.String, "the run has ended");
        return last!;
    }

    private static string Started(ApiAnswer run, string nodeId) =>
        run.Json.GetProperty("steps").EnumerateArray().Single(step => step.GetProperty("node_id").GetString() == nodeId).GetProperty("started_at").GetString()!;

    private static async Task<(int, string)> StatusOf(Task<ApiAnswer> answering)
    {
        var answer = await answering;
        return (answer.Status, answer.Text("error.code"));
    }
}
