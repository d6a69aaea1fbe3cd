using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Portal.Core.Shared.Data;
using Portal.Core.Workflows.Definitions;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;
using Portal.Tests.Webhooks.Delivery;
using Portal.Tests.Workflows.Engine;

namespace Portal.Tests.Workflows.Api;

/// <summary>What nobody should send and no server should answer: each a clear error or a correct result, and no run that never ends.</summary>
public sealed class WorkflowFaultTests(ApiHost api) : IClassFixture<ApiHost>
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Definition_of_5_MB_is_refused_as_too_large()
    {
        var client = await Client();
        var note = new string('x', 5 * 1024 * 1024);
        var refused = await client.Post("/api/v1/workflows", $$"""{"name":"Large","edges":[],"nodes":[{"id":"a","type":"delay","config":{"note":"{{note}}" } }]}""");
        Assert.Equal((413, "VALIDATION_ERROR"), (refused.Status, refused.Text("error.code")));
        Assert.Contains("large", refused.Text("error.message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Definition_of_10_000_nodes_is_refused_and_says_how_many_there_may_be()
    {
        var client = await Client();
        var nodes = string.Join(',', Enumerable.Range(0, 10_000).Select(i => $$"""{"id":"n{{i}}","type":"delay"}"""));
        var refused = await client.Post("/api/v1/workflows", $$"""{"name":"Many","nodes":[{{nodes}}],"edges":[]}""");
        Assert.Equal((400, "VALIDATION_ERROR", "nodes"), (refused.Status, refused.Text("error.code"), refused.Text("error.details.field")));
        Assert.Contains("at most 500", refused.Json.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(25, "nodes[0].config")]
    [InlineData(1000, null)]
    public async Task Deep_nesting_is_refused(int depth, string? field)
    {
        var client = await Client();
        var refused = await client.Post("/api/v1/workflows", $$"""{"name":"Deep","nodes":[{"id":"a","type":"delay","config":{{Nested(depth)}} }],"edges":[]}""");
        Assert.Equal(400, refused.Status);
        if (field is not null) Assert.Equal(field, refused.Text("error.details.field"));
    }

    [Theory]
    [InlineData("[1,2,3,4,5,6,7,8,9,10].map(a, [1,2,3,4,5,6,7,8,9,10].map(b, [1,2,3,4,5,6,7,8,9,10].map(c, [1,2,3,4,5,6,7,8,9,10].map(d, [1,2,3,4,5,6,7,8,9,10].map(e, [1,2,3,4,5,6,7,8,9,10].map(f, [1,2,3,4,5,6,7,8,9,10].map(g, 'x')))))))")]
    [InlineData("inputs.list.all(a, inputs.list.all(b, inputs.list.all(c, a + b + c >= 0)))")]
    [InlineData("[inputs.text].map(a, a + a + a + a + a + a + a + a).map(a, a + a + a + a + a + a + a + a).map(a, a + a + a + a + a + a + a + a).map(a, a + a + a + a + a + a + a + a).map(a, a + a + a + a + a + a + a + a).map(a, a + a + a + a + a + a + a + a)")]
    [InlineData("inputs.text.matches('(a+)+$')")]
    public async Task Expression_bomb_ends_in_a_moment(string expression)
    {
        var client = await Client();
        var watch = Stopwatch.StartNew();
        var run = await client.Ran(Compute(expression), JsonSerializer.Serialize(new { list = Enumerable.Range(0, 1000), text = new string('a', 5000) + "!" }));
        if (run.Text("status") != "completed") Assert.Equal(("failed", "EXPRESSION_FAILED", "work"), run.Outcome());
        Assert.True(watch.Elapsed < Moment, $"It took {watch.Elapsed}: {run.Text("error_message")}");
    }

    [Fact]
    public async Task Expression_that_is_too_long_or_too_deep_is_a_finding_at_its_node()
    {
        var client = await Client();
        foreach (var expression in new[] { $"{new string('(', 2000)}1{new string(')', 2000)}", string.Join('+', Enumerable.Repeat("1", 3000)) })
        {
            var checkedOne = await client.Post("/api/v1/workflows/validate", WorkflowCalls.Json(Compute(expression)));
            Assert.Equal((200, "False"), (checkedOne.Status, checkedOne.Text("valid")));
            Assert.Contains("\"work\"", checkedOne.Json.GetRawText(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Workflows_that_run_each_other_for_ever_fail_and_say_why()
    {
        var client = await Client();
        var a = await client.MadeWorkflow(new("start:webhook-trigger"));
        var b = await client.MadeWorkflow(new GraphText("start:webhook-trigger > call:sub-workflow").Config("call", $$"""{"workflow_id":"{{a}}"}"""));
        var graph = new GraphText("start:webhook-trigger > call:sub-workflow").Config("call", $$"""{"workflow_id":"{{b}}"}""").Build();
        var saved = await client.Patch($"/api/v1/workflows/{a}", JsonSerializer.Serialize(new { nodes = graph.Nodes, edges = graph.Edges }, Portal.Core.Shared.Json.PortalJson.Options));
        Assert.True(saved.Status == 200, saved.Json.GetRawText());
        var run = await client.EndedRun(await client.StartedRun(a));
        Assert.Equal(("failed", "SUB_WORKFLOW_FAILED", "call"), run.Outcome());
        Assert.Contains("too many runs are inside of each other", run.Text("error_message"), StringComparison.Ordinal);
        await WaitFor.Condition(async () => await client.Unended() == 0, "none runs any more");
        Assert.Equal("11", (await client.Get($"{WorkflowCalls.Executions}?status=failed")).Text("pagination.total"));
    }

    [Fact]
    public async Task Answer_of_100_MB_is_cut_off_and_an_output_of_100_MB_is_none()
    {
        await using var server = await Receiver.Start();
        server.Answer = async (context, _) =>
        {
            var part = new byte[64 * 1024];
            for (var i = 0; i < 1600; i++) await context.Response.Body.WriteAsync(part, context.RequestAborted);
        };
        var client = await Client();
        var answered = await client.Ran(Call(server));
        Assert.Equal(("failed", "RESPONSE_TOO_LARGE", "call"), answered.Outcome());

        var list = JsonSerializer.Serialize(new { list = Enumerable.Range(0, 1000), text = new string('a', 100_000) });
        var made = await client.Ran(Compute("inputs.list.map(i, inputs.text)"), list);
        Assert.Equal(("failed", "work"), (made.Text("status"), made.Text("error_node_id")));
        Assert.Contains(made.Text("error_code"), new[] { "OUTPUT_TOO_LARGE", "EXPRESSION_FAILED" });
        Assert.Matches("(large|long|more than|MiB|KiB)", made.Text("error_message"));
    }

    [Fact]
    public async Task Target_that_hangs_ends_by_the_first_of_its_limits()
    {
        await using var server = await Hanging();
        var client = await Client();
        var request = await client.Ran(Call(server, """, "timeout_seconds":0.3"""));
        Assert.Equal(("failed", "HTTP_TIMEOUT", "call"), request.Outcome());
        var node = await client.Ran(Call(server).Set("call", new NodeSettings { TimeoutSeconds = 1 }));
        Assert.Equal(("failed", "TIMED_OUT", "call"), node.Outcome());
        Assert.Equal("The node took more than 1 s.", node.Text("error_message"));
        var graph = Call(server);
        graph.Settings = new WorkflowSettings { TimeoutSeconds = 1 };
        var run = await client.Ran(graph);
        Assert.Equal(("timeout", "TIMED_OUT"), (run.Text("status"), run.Text("error_code")));
        Assert.Equal("timeout", Step(run, "call").GetProperty("status").GetString());
        Assert.Equal(0, await client.Unended());
    }

    [Fact]
    public async Task Call_that_hangs_is_cut_off_when_its_run_is_cancelled()
    {
        var isCut = new TaskCompletionSource();
        await using var server = await Hanging(isCut);
        var client = await Client();
        var run = await client.StartedRun(await client.MadeWorkflow(Call(server)));
        await WaitFor.Condition(() => !server.Requests.IsEmpty, "the call is under way");
        Assert.Equal(200, (await client.Post($"{WorkflowCalls.Executions}/{run}/cancel", "")).Status);
        Assert.Equal("cancelled", (await client.EndedRun(run, Moment)).Text("status"));
        await isCut.Task.WaitAsync(Moment);
    }

    [Theory]
    [InlineData("""{"cron":"0 0 31 2 *"}""", "config.cron", "never fires")]
    [InlineData("""{"cron":"0 9 * * *","time_zone":"Europe/Atlantis"}""", "config.time_zone", "no time zone")]
    public async Task Schedule_that_cannot_be_is_not_published(string config, string field, string message)
    {
        var client = await Client();
        var id = await client.MadeWorkflow(new GraphText("start:schedule-trigger > wait:delay").Config("start", config).Config("wait", """{"seconds":0}"""));
        var refused = await client.Post($"/api/v1/workflows/{id}/publish", "{}");
        Assert.Equal((400, "VALIDATION_ERROR"), (refused.Status, refused.Text("error.code")));
        Assert.Equal($"nodes[0].{field}", refused.Text("error.details.field"));
        Assert.Contains(message, refused.Text("error.message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delay_until_a_time_that_the_clocks_leave_out_ends_at_the_moment_they_change()
    {
        var time = new ManualTime(DateTimeOffset.Parse("2024-03-31T00:30:00Z"));
        await using var portal = ApiHost.Of(new PortalApp(new PortalAppOptions { Time = time }));
        var client = await portal.WithKey(await portal.NewOrganization(), ApiMode.Live, "*");
        // Half past two does not exist that night in Berlin: from 01:00 UTC on the clocks show three.
        var run = await client.StartedRun(await client.MadeWorkflow(new GraphText("start:webhook-trigger > wait:delay").Config("wait", """{"until":"2024-03-31T02:30:00","time_zone":"Europe/Berlin"}""")));
        await WaitFor.Condition(async () => (await client.Get($"{WorkflowCalls.Executions}/{run}")).Text("waits_until").StartsWith("2024-03-31T01:", StringComparison.Ordinal), "the run waits until the change");
        await WaitFor.Condition(async () =>
        {
            time.Advance(TimeSpan.FromMinutes(1));
            return (await client.Get($"{WorkflowCalls.Executions}/{run}")).Text("status") == "completed";
        }, "the run goes on");
        var zone = await client.Ran(new GraphText("start:webhook-trigger > wait:delay").Config("wait", """{"until":"2024-05-01T00:00:00","time_zone":"Europe/{{ inputs.city }}"}"""), """{"city":"Atlantis"}""");
        Assert.Equal(("failed", "wait"), (zone.Text("status"), zone.Text("error_node_id")));
        Assert.Contains("time zone", zone.Text("error_message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Loop_goes_over_10_000_items_and_not_over_more_nor_over_what_is_no_list()
    {
        var client = await Client();
        var graph = new GraphText("start:webhook-trigger > each:for-each", "each.item > work:data-transformation", "work > each.back")
            .Config("each", """{"items":"{{ inputs.list }}","most_items":10000,"concurrency":50}""").Config("work", """{"expression":"item + 1"}""");
        var id = await client.MadeWorkflow(graph);
        var all = await client.EndedRun(await client.StartedRun(id, List(9_999)));
        Assert.True(all.Text("status") == "completed", all.Text("error_message"));
        Assert.Equal(("9999", "0", 9_999), (all.Text("output_data.count"), all.Text("output_data.failed"), all.Json.GetProperty("output_data").GetProperty("results")[9_998].GetInt32()));
        Assert.Equal(("failed", "TOO_MANY_ITEMS", "each"), (await client.EndedRun(await client.StartedRun(id, List(10_001)))).Outcome());
        var none = await client.EndedRun(await client.StartedRun(id, """{"list":"a, b"}"""));
        Assert.Equal(("failed", "NOT_A_LIST", "each"), none.Outcome());
        Assert.Equal("items is a text where a list is needed.", none.Text("error_message"));

        static string List(int count) => JsonSerializer.Serialize(new { list = Enumerable.Range(0, count) });
    }

    [Fact]
    public async Task Run_that_waits_for_another_attempt_is_cancelled_at_once()
    {
        await using var server = await Receiver.Start();
        server.AnswerWith(503);
        var client = await Client();
        var run = await client.StartedRun(await client.MadeWorkflow(Call(server).Set("call", new NodeSettings { Retry = new RetrySettings { MaxAttempts = 5, DelaySeconds = 300 } })));
        await WaitFor.Condition(async () => (await client.Get($"{WorkflowCalls.Executions}/{run}")).Json.GetProperty("waits_until").ValueKind == JsonValueKind.String, "the run waits");
        Assert.Equal(200, (await client.Post($"{WorkflowCalls.Executions}/{run}/cancel", "")).Status);
        var ended = await client.EndedRun(run, Moment);
        Assert.Equal(("cancelled", "CANCELLED"), (ended.Text("status"), ended.Text("error_code")));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Caller_that_waits_in_vain_is_told_so_and_the_run_goes_on()
    {
        var go = new TaskCompletionSource();
        await using var server = await Receiver.Start();
        server.Answer = (context, _) => go.Task.WaitAsync(context.RequestAborted);
        var organization = await api.NewOrganization();
        var client = await api.WithKey(organization, ApiMode.Live, "*");
        var workflow = await api.Publish(organization, Call(server).Config("start", """{"respond":"when_finished","wait_seconds":1}"""));
        using var http = api.Http();
        using var body = new StringContent("{}", Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(workflow.PathOf(), body);
        var run = JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync()).GetProperty("execution_id").GetString()!;
        Assert.Equal((202, "running"), ((int)answer.StatusCode, (await client.Get($"{WorkflowCalls.Executions}/{run}")).Text("status")));
        go.SetResult();
        Assert.Equal("completed", (await client.EndedRun(run)).Text("status"));
    }

    [Fact]
    public async Task Run_whose_workflow_is_deleted_ends()
    {
        await using var server = await Hanging();
        var client = await Client();
        var calling = await client.MadeWorkflow(Call(server));
        var waiting = await client.MadeWorkflow(new GraphText("start:webhook-trigger > wait:delay").Config("wait", """{"seconds":86400}"""));
        string[] runs = [await client.StartedRun(calling), await client.StartedRun(waiting)];
        await WaitFor.Condition(() => !server.Requests.IsEmpty, "the call is under way");
        foreach (var id in new[] { calling, waiting }) Assert.Contains((await client.Delete($"/api/v1/workflows/{id}")).Status, new[] { 200, 204 });
        foreach (var run in runs) Assert.Equal("cancelled", (await client.EndedRun(run, Moment)).Text("status"));
        Assert.Equal(0, await client.Unended());
    }

    [Theory]
    [InlineData("""{"a":"x\u0000y"}""", "completed")]
    [InlineData("""{"a":"\ud800"}""", "failed")]
    [InlineData("""{"\udc00":1}""", "failed")]
    [InlineData("""{"a":1""", "failed")]
    public async Task Text_that_no_database_takes_comes_through_or_fails_the_step(string json, string status)
    {
        await using var server = await Receiver.Start();
        server.Answer = (context, _) =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(json);
        };
        var client = await Client();
        var called = await client.Ran(Call(server));
        Assert.Equal(status, called.Text("status"));
        var parsed = await client.Ran(Parse(), JsonSerializer.Serialize(new { json }));
        Assert.Equal(status, parsed.Text("status"));
        if (status == "failed") Assert.Equal(("INVALID_JSON", "INVALID_JSON"), (called.Text("error_code"), parsed.Text("error_code")));
        else Assert.Equal("x\0y", parsed.Text("output_data.a"));
    }

    [Fact]
    public async Task Answer_that_is_no_utf_8_fails_the_step()
    {
        await using var server = await Receiver.Start();
        server.Answer = async (context, _) =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync((byte[])[(byte)'"', 0xC3, 0x28, 0xFF, (byte)'"']);
        };
        Assert.Equal(("failed", "INVALID_JSON", "call"), (await (await Client()).Ran(Call(server))).Outcome());
    }

    [Theory]
    [InlineData(20)]
    [InlineData(26)]
    [InlineData(27)]
    [InlineData(28)]
    [InlineData(29)]
    [InlineData(40)]
    [InlineData(500)]
    public async Task Deep_json_is_shown_or_fails_the_step(int depth)
    {
        await using var server = await Receiver.Start();
        server.Answer = (context, _) =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(Nested(depth));
        };
        var client = await Client();
        string[] runs =
        [
            (await client.Ran(Call(server))).Id, (await client.Ran(Parse(), JsonSerializer.Serialize(new { json = Nested(depth) }))).Id,
            // What a loop gives holds what its rounds gave, and its own rounds that in turn.
            (await client.Ran(new GraphText("start:webhook-trigger > each:for-each", "each.item > parse:data-transformation > again:for-each", "again.item > same:data-transformation", "same > again.back", "again.done > each.back")
                .Config("each", """{"items":"{{ [inputs.json] }}"}""").Config("parse", """{"data":"{{ [item] }}","operations":[{"operation":"parse_json"}]}""").Config("same", """{"expression":"item"}"""), JsonSerializer.Serialize(new { json = Nested(depth) }))).Id,
        ];
        foreach (var run in runs)
        {
            foreach (var surface in new[] { "/api/v1/executions", "/api/executions" })
            {
                foreach (var path in new[] { $"{surface}/{run}", $"{surface}/{run}/steps" }) Assert.Equal(200, (await client.Get(path)).Status);
            }

            var ended = await client.Get($"{WorkflowCalls.Executions}/{run}");
            var count = int.Parse(ended.Text("step_count"));
            for (var step = 1; step <= count; step++) Assert.Equal(200, (await client.Get($"/api/executions/{run}/steps/{step}")).Status);
            if (depth <= 20) Assert.True(ended.Text("status") == "completed", ended.Text("error_message"));
            else if (ended.Text("status") != "completed") Assert.Contains("deep", ended.Text("error_message"), StringComparison.Ordinal);
        }
    }

    private static GraphText Compute(string expression) => new GraphText("start:webhook-trigger > work:data-transformation").Config("work", JsonSerializer.Serialize(new { expression }));

    private static GraphText Parse() => new GraphText("start:webhook-trigger > parse:data-transformation").Config("parse", """{"data":"{{ inputs.json }}","operations":[{"operation":"parse_json"}]}""");

    private static GraphText Call(Receiver server, string more = "") => new GraphText("start:webhook-trigger > call:api-integration").Config("call", $$"""{"url":"{{server.Url}}"{{more}}}""");

    private static string Nested(int depth) => $"{string.Concat(Enumerable.Repeat("{\"a\":", depth))}1{new string('}', depth)}";

    private static async Task<Receiver> Hanging(TaskCompletionSource? isCut = null)
    {
        var server = await Receiver.Start();
        server.Answer = async (context, _) =>
        {
            var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var cut = context.RequestAborted.Register(gone.SetResult);
            await gone.Task;
            isCut?.TrySetResult();
        };
        return server;
    }

    private static JsonElement Step(ApiAnswer run, string nodeId) => run.Json.GetProperty("steps").EnumerateArray().Single(step => step.GetProperty("node_id").GetString() == nodeId);

    private async Task<ApiClient> Client() => await api.WithKey(await api.NewOrganization(), ApiMode.Live, "*");
}
