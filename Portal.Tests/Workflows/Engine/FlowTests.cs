using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Engine;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Workflows.Engine;

public sealed class FlowOnSqliteTests(SqliteCore core) : FlowTests(core), IClassFixture<SqliteCore>;

public sealed class FlowOnPostgresTests(PostgresCore core) : FlowTests(core), IClassFixture<PostgresCore>;

/// <summary>Which steps follow from which, what flows between them, and what failures lead to.</summary>
public abstract class FlowTests(CoreHost core) : EngineTest(core)
{
    [Fact]
    public async Task Steps_run_in_order_and_the_last_output_is_the_result()
    {
        var row = await Run(new GraphText("start:start > a:set > b:echo").Config("a", """{"value":{"name":"{{ inputs.name }}","twice":"{{ inputs.n * 2 }}","said":"n is {{ inputs.n }}"}}"""), """{"name":"Ada","n":4}""");
        Assert.Equal(ExecutionStatus.Completed, row.Status);
        Assert.Equal(100, row.Progress);
        AssertJson("""{"name":"Ada","twice":8,"said":"n is 4"}""", row.Output);
        var steps = await Steps(row.Id);
        Assert.Equal(["start", "a", "b"], steps.Select(step => step.NodeId));
        Assert.All(steps, step => Assert.Equal(ExecutionStatus.Completed, step.Status));
        Assert.Equal(["e1", "e2", ""], steps.Select(step => step.FollowedEdges));
    }

    [Fact]
    public async Task Run_and_its_end_are_one_event()
    {
        var row = await Run(new GraphText("start:start > a:set").Config("a", """{"value":1}"""));
        AssertJson("""{"output":1}""", row.Output);
        Assert.Equal("workflow.execution.completed", Assert.Single(Core.Events(Tenant)).Type);
    }

    [Fact]
    public async Task Branches_run_beside_each_other_and_a_merge_waits_for_all()
    {
        var graph = new GraphText("start:start > a:gate > m:merge", "start > b:gate > m", "start > c:set > m").Config("c", """{"value":"c"}""");
        var id = await Start(await NewWorkflow(graph), """{"x":1}""");
        await Reached(id, _ => Nodes.Ran("a").Any() && Nodes.Ran("b").Any(), "both branches are under way");
        Nodes.Gate("b").SetResult();
        Nodes.Gate("a").SetResult();
        var row = await Ended(id);
        Assert.Equal(3, JsonNode.Parse(row.Output!)!["output"]!.AsArray().Count);
    }

    [Fact]
    public async Task Merge_of_any_goes_on_with_the_first_and_runs_once()
    {
        var graph = new GraphText("start:start > a:gate > m:merge > z:set", "start > b:set > m").Config("b", """{"value":"b"}""").Config("m", """{"mode":"any"}""").Config("z", """{"value":1}""");
        var id = await Start(await NewWorkflow(graph));
        await Reached(id, _ => Nodes.Ran("z").Any(), "the merge has gone on");
        Nodes.Gate("a").SetResult();
        await Ended(id);
        Assert.Single(Nodes.Ran("z"));
    }

    [Fact]
    public async Task Edges_whose_condition_does_not_hold_pass_their_branch_by()
    {
        var graph = new GraphText("start:start > big:set > end:echo", "start > small:set > end", "small > never:set").When("e1", "output.body.n > 10").When("e3", "inputs.n <= 10")
            .Config("big", """{"value":"big"}""").Config("small", """{"value":"small"}""").Config("never", """{"value":0}""");
        var row = await Run(graph, """{"n":11}""");
        AssertJson("""{"output":"big"}""", row.Output);
        Assert.DoesNotContain(await Steps(row.Id), step => step.NodeId is "small" or "never");
    }

    [Fact]
    public async Task Ports_decide_which_edges_are_followed()
    {
        var graph = new GraphText("start:start > p:port", "p.yes > y:set", "p.no > n:set").Config("p", """{"port":"no"}""").Config("y", """{"value":"y"}""").Config("n", """{"value":"n"}""");
        AssertJson("""{"output":"n"}""", (await Run(graph)).Output);
    }

    [Fact]
    public async Task Failure_ends_the_run_and_says_why()
    {
        var row = await Run(new GraphText("start:start > bad:fail > after:set").Config("after", """{"value":1}"""));
        Assert.Equal((ExecutionStatus.Failed, "TEST", "It was told to fail.", "bad"), (row.Status, row.ErrorCode, row.ErrorMessage, row.ErrorNodeId));
        Assert.Empty(Nodes.Ran("after"));
        Assert.Equal("workflow.execution.failed", Assert.Single(Core.Events(Tenant)).Type);
    }

    [Fact]
    public async Task Failure_follows_the_error_edge_where_there_is_one()
    {
        var row = await Run(new GraphText("start:start > bad:fail > fine:set", "bad.error > rescue:echo").Config("fine", """{"value":1}"""));
        Assert.Equal(ExecutionStatus.Completed, row.Status);
        AssertJson("""{"error":{"code":"TEST","message":"It was told to fail.","node_id":"bad"}}""", row.Output);
        Assert.Empty(Nodes.Ran("fine"));
    }

    [Fact]
    public async Task Node_that_may_fail_lets_the_run_go_on()
    {
        var row = await Run(new GraphText("start:start > bad:fail > after:set").Set("bad", new NodeSettings { OnError = NodeFailure.Continue }).Config("after", """{"value":"{{ nodes.bad.status }}: {{ nodes.bad.error.message }}"}"""));
        AssertJson("""{"output":"failed: It was told to fail."}""", row.Output);
    }

    [Fact]
    public async Task Configuration_that_its_values_make_too_long_fails_its_node()
    {
        var row = await Run(new GraphText("start:start > a:set").Config("a", """{"value":"{{ [1,2,3,4,5,6,7,8,9,10].map(n, inputs.text) }}{{ [1,2,3,4,5,6,7,8,9,10].map(n, [1,2,3,4,5,6,7,8,9,10].map(m, inputs.text)) }}"}"""), $$"""{"text":"{{new string('x', 300_000)}}"}""");
        Assert.Equal("EXPRESSION_FAILED", row.ErrorCode);
        Assert.Contains("longer than 16 MiB", row.ErrorMessage);
    }

    [Fact]
    public async Task Expression_without_a_value_fails_its_node_and_says_where()
    {
        var row = await Run(new GraphText("start:start > a:set").Config("a", """{"value":"{{ inputs.missing.x }}"}"""));
        Assert.Equal("EXPRESSION_FAILED", row.ErrorCode);
        Assert.Contains("value: There is no field “missing” here.", row.ErrorMessage);
        Assert.Contains("1:", row.ErrorMessage);
    }

    [Fact]
    public async Task Retries_come_after_their_pauses_and_count_as_attempts()
    {
        var graph = new GraphText("start:start > f:fail").Config("f", """{"times":2}""").Set("f", new NodeSettings { Retry = new RetrySettings { MaxAttempts = 5, DelaySeconds = 10 } });
        var id = await Start(await NewWorkflow(graph));
        await Reached(id, row => row.LeaseOwner is null && row.DueAt is not null, "the run waits for its second attempt");
        Core.Time.Advance(TimeSpan.FromSeconds(9));
        Assert.Single(Nodes.Ran("f"));
        await AdvanceUntil(async () => (await Row(id)).CompletedAt is not null, TimeSpan.FromSeconds(1), "the third attempt has ended");
        Assert.Equal([1, 2, 3], Nodes.Ran("f").Select(context => context.Attempt));
        Assert.Single(Nodes.Ran("f").Select(context => context.IdempotencyKey).Distinct());
        AssertJson("""{"attempt":3}""", (await Row(id)).Output);
    }

    [Fact]
    public async Task Attempts_that_are_used_up_fail_the_run()
    {
        var graph = new GraphText("start:start > f:fail").Config("f", """{"times":9}""").Set("f", new NodeSettings { Retry = new RetrySettings { MaxAttempts = 2, DelaySeconds = 0 } });
        Assert.Equal(ExecutionStatus.Failed, (await Run(graph)).Status);
        Assert.Equal(2, Nodes.Ran("f").Count());
    }

    [Fact]
    public async Task Loop_runs_its_body_for_each_item_and_gathers_the_results()
    {
        var graph = new GraphText("start:start > each:each", "each.item > a:set > each.back", "each.done > z:echo")
            .Config("each", """{"items":"{{ inputs.list }}","concurrency":3}""").Config("a", """{"value":"{{ item * 10 + index }}"}""");
        var row = await Run(graph, """{"list":[1,2,3,4,5]}""");
        AssertJson("""{"results":[10,21,32,43,54],"count":5,"failed":0}""", row.Output);
        Assert.Equal(["each:0", "each:1", "each:2", "each:3", "each:4"], (await Steps(row.Id)).Where(step => step.NodeId == "a").Select(step => step.Scope).Order());
    }

    [Fact]
    public async Task Loops_within_loops_see_what_lies_around_them()
    {
        var graph = new GraphText("start:start > out:each", "out.item > in:each", "in.item > a:set > in.back", "in.done > out.back", "out.done > z:echo")
            .Config("out", """{"items":[[1,2],[3]]}""").Config("in", """{"items":"{{ item }}"}""").Config("a", """{"value":"{{ item + size(trigger.body.text) }}"}""");
        var row = await Run(graph, """{"text":"abc"}""");
        AssertJson("""{"results":[{"results":[4,5],"count":2,"failed":0},{"results":[6],"count":1,"failed":0}],"count":2,"failed":0}""", row.Output);
    }

    [Theory]
    [InlineData("""{"items":[]}""")]
    [InlineData("""{"items":[1,2,3]}""")]
    public async Task Loop_without_items_or_without_a_body_ends_at_once(string config)
    {
        var row = await Run(new GraphText("start:start > each:each", "each.done > z:echo").Config("each", config));
        Assert.Equal(ExecutionStatus.Completed, row.Status);
    }

    [Fact]
    public async Task Failed_round_ends_the_loop_unless_it_goes_on()
    {
        GraphText Graph(string more) => new GraphText("start:start > each:each", "each.item > a:port > each.back", "a.bad > f:fail > each.back", "each.done > z:echo")
            .Config("each", $$"""{"items":["output","bad","output"]{{more}}}""").Config("a", """{"port":"{{ item }}"}""");
        var stopped = await Run(Graph(""));
        Assert.Equal((ExecutionStatus.Failed, "TEST"), (stopped.Status, stopped.ErrorCode));
        Assert.Contains("Round 1", stopped.ErrorMessage);

        var went = await Run(Graph(""","on_item_error":"continue" """));
        Assert.Equal(ExecutionStatus.Completed, went.Status);
        var output = JsonNode.Parse(went.Output!)!;
        Assert.Equal(1, (int)output["failed"]!);
        Assert.Equal("TEST", (string)output["results"]![1]!["error"]!["code"]!);
    }

    [Fact]
    public async Task Large_outputs_lie_in_blobs_and_are_read_from_there()
    {
        var graph = new GraphText("start:start > a:set > b:pause > c:set").Config("a", """{"value":"{{ inputs.text }}"}""").Config("b", """{"until":"2024-01-15T11:00:00Z"}""").Config("c", """{"value":"{{ size(nodes.a.output) }}"}""");
        var row = await Run(graph, $$"""{"text":"{{new string('x', 200_000)}}"}""");
        AssertJson("""{"output":200000}""", row.Output);
        Assert.True((await Steps(row.Id))[1].OutputInBlob);
    }

    protected static void AssertJson(string expected, string? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual!)), $"Expected {expected}, got {actual}");
}
