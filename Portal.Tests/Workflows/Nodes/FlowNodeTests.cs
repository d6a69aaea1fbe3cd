using System.Text.Json;
using Portal.Core.Workflows.Nodes;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Workflows.Nodes;

/// <summary>Nodes that decide where a run goes on, and when.</summary>
public sealed class FlowNodeTests(SqliteCore core) : IClassFixture<SqliteCore>
{
    private static readonly string[] Both = ["high", "even"];

    [Theory]
    [InlineData("1500", "true")]
    [InlineData("10", "false")]
    public async Task Condition_leads_to_true_or_false_and_hands_the_input_on(string value, string port)
    {
        var bench = new NodeBench(core, "decision-logic");
        var done = Assert.IsType<NodeDone>(await bench.Run("""{"condition":"input.value > 1000"}""", $$"""{"value":{{value}}}"""));
        Assert.Equal([port], done.Ports!);
        Assert.Equal($$"""{"value":{{value}}}""", done.Output.GetRawText());
    }

    [Theory]
    [InlineData("first", "high")]
    [InlineData("all", "high,even")]
    public async Task Cases_are_tried_in_order(string match, string ports)
    {
        var bench = new NodeBench(core, "decision-logic");
        var config = $$"""{"match":"{{match}}","cases":[{"port":"high","label":"High","when":"input > 10"},{"port":"even","when":"input % 2 == 0"}]}""";
        Assert.Equal(ports.Split(','), await bench.Ports(config, "20"));
        Assert.Equal(["default"], await bench.Ports(config, "3"));
        Assert.Equal([.. Both, "default"], bench.OutputsOf(config));
    }

    [Fact]
    public async Task Condition_must_be_true_or_false()
    {
        var bench = new NodeBench(core, "decision-logic");
        Assert.Contains("an int", (await bench.Fails("NOT_A_CONDITION", """{"condition":"input.value"}""", """{"value":1}""")).Message, StringComparison.Ordinal);
        await bench.Fails("EXPRESSION_FAILED", """{"condition":"input.missing == 1"}""", "{}");
        await bench.Fails("INVALID_CONFIG", "{}");
        await bench.Fails("INVALID_CONFIG", """{"condition":"true","cases":[{"port":"a","when":"true"}]}""");
        await bench.Fails("INVALID_CONFIG", """{"condition":"true","colour":"red"}""");
    }

    [Fact]
    public void Ports_of_cases_must_differ_and_drafts_may_hold_anything()
    {
        var bench = new NodeBench(core, "decision-logic");
        Assert.Equal(["cases[1].port", "cases[2].port", "cases[3].port"], bench.Faults("""{"cases":[{"port":"a"},{"port":"a"},{"port":"default"},{"port":"error"}]}"""));
        Assert.Equal(["true", "false"], bench.OutputsOf("""{"cases":[1,{"port":2},null]}"""));
        Assert.Equal(["true", "false"], bench.OutputsOf("[]"));
        Assert.Equal(["true", "false"], bench.Node.OutputsOf(default).Select(port => port.Id));
    }

    [Fact]
    public async Task Parallel_goes_on_at_every_port()
    {
        var bench = new NodeBench(core, "parallel");
        Assert.Equal(["branch-1", "branch-2"], bench.OutputsOf("{}"));
        Assert.Equal(["mail", "crm"], bench.OutputsOf("""{"branches":[{"port":"mail","label":"Mail"},{"port":"crm"}]}"""));
        Assert.Equal(["branches[1].port"], bench.Faults("""{"branches":[{"port":"a"},{"port":"a"}]}"""));
        Assert.Null(await bench.Ports("{}", "1"));
        await bench.Gives("""{"a":1}""", "{}", """{"a":1}""");
    }

    [Fact]
    public async Task Merge_hands_on_what_came()
    {
        var bench = new NodeBench(core, "merge");
        await bench.Gives("[1,2]", """{"mode":"all"}""", "[1,2]");
        await bench.Gives("null", "{}");
        await bench.Fails("INVALID_CONFIG", """{"mode":"some"}""");
    }

    [Fact]
    public async Task Loop_gets_its_items()
    {
        var bench = new NodeBench(core, "for-each");
        await bench.Gives("[1,2]", """{"items":"{{ input.list }}"}""", """{"list":[1,2]}""");
        await bench.Gives("[3]", "{}", "[3]");
        await bench.Fails("NOT_A_LIST", "{}", """{"list":[]}""");
        await bench.Fails("NOT_A_LIST", "{}");
        Assert.Contains("3 items", (await bench.Fails("TOO_MANY_ITEMS", """{"most_items":2}""", "[1,2,3]")).Message, StringComparison.Ordinal);
        await bench.Fails("INVALID_CONFIG", """{"most_items":10001}""", "[]");
        await bench.Fails("INVALID_CONFIG", """{"concurrency":51}""", "[]");
        // results, count and failed: an edge to a port that takes a list would break every run.
        Assert.Equal("object", core.Get<NodeCatalogue>().Find("for-each")!.Descriptor.Outputs.Single(port => port.Id == "done").Type);
    }

    [Fact]
    public async Task Sub_workflow_is_called_with_inputs()
    {
        var bench = new NodeBench(core, "sub-workflow");
        var call = Assert.IsType<NodeCalls>(await bench.Run("""{"workflow_id":"wf_2","inputs":{"id":"{{ input.id }}"}}""", """{"id":7,"x":1}"""));
        Assert.Equal(("wf_2", """{"id":7}"""), (call.WorkflowId, call.Inputs.GetRawText()));
        Assert.Equal("""{"id":7}""", Assert.IsType<NodeCalls>(await bench.Run("""{"workflow_id":"wf_2"}""", """{"id":7}""")).Inputs.GetRawText());
        Assert.Equal("{}", Assert.IsType<NodeCalls>(await bench.Run("""{"workflow_id":"wf_2"}""", "[1]")).Inputs.GetRawText());
        await bench.Fails("INVALID_CONFIG", "{}");
    }

    [Fact]
    public async Task Sub_workflow_hands_its_outcome_on_or_fails_with_it()
    {
        var bench = new NodeBench(core, "sub-workflow");
        const string Failed = """{"status":"failed","output":null,"error":{"code":"X","message":"It broke."}}""";
        var done = Assert.IsType<NodeDone>(await bench.Run("""{"workflow_id":"wf_2"}""", resumed: Outcome("""{"status":"completed","output":5,"error":null}""")));
        Assert.Equal(5, done.Output.GetProperty("output").GetInt32());
        var failure = await Assert.ThrowsAsync<NodeException>(() => bench.Run("""{"workflow_id":"wf_2"}""", resumed: Outcome(Failed)));
        Assert.Equal(("SUB_WORKFLOW_FAILED", "The workflow's run ended as failed: It broke."), (failure.Code, failure.Message));
        Assert.Equal(Failed, Assert.IsType<NodeDone>(await bench.Run("""{"workflow_id":"wf_2","on_failure":"continue"}""", resumed: Outcome(Failed))).Output.GetRawText());
    }

    [Fact]
    public async Task Delay_waits_once_and_hands_the_input_on()
    {
        var bench = new NodeBench(core, "delay");
        var now = core.Time.GetUtcNow();
        Assert.Equal(now.AddSeconds(90), Assert.IsType<NodeWaits>(await bench.Run("""{"seconds":90}""", "1")).Until);
        Assert.Equal("1", Assert.IsType<NodeDone>(await bench.Run("""{"seconds":90}""", "1", resumed: new NodeResumption(default))).Output.GetRawText());
        Assert.IsType<NodeDone>(await bench.Run("""{"seconds":0}"""));
        Assert.IsType<NodeDone>(await bench.Run("""{"until":"2020-01-01"}"""));
        Assert.Equal(now.AddSeconds(1.5), Assert.IsType<NodeWaits>(await bench.Run("""{"seconds":"{{ input }}"}""", "1.5")).Until);
    }

    [Theory]
    [InlineData("2024-06-01T09:00:00", "Europe/Berlin", "2024-06-01T07:00:00Z")]
    [InlineData("2024-06-01T09:00:00+05:00", "Europe/Berlin", "2024-06-01T04:00:00Z")]
    [InlineData("2024-06-01T09:00", "America/New_York", "2024-06-01T13:00:00Z")]
    // The clock goes from 2:00 to 3:00, and 2:30 is an hour later.
    [InlineData("2024-03-31T02:30:00", "Europe/Berlin", "2024-03-31T01:30:00Z")]
    [InlineData("2024-03-10T02:30:00", "America/New_York", "2024-03-10T07:30:00Z")]
    // 2:30 comes twice, and the first of them counts.
    [InlineData("2024-10-27T02:30:00", "Europe/Berlin", "2024-10-27T00:30:00Z")]
    [InlineData("2024-11-03T01:30:00", "America/New_York", "2024-11-03T05:30:00Z")]
    public async Task Delay_until_a_wall_clocks_time_heeds_summer_time(string until, string zone, string moment) =>
        Assert.Equal(DateTimeOffset.Parse(moment), Assert.IsType<NodeWaits>(await new NodeBench(core, "delay").Run($$"""{"until":"{{until}}","time_zone":"{{zone}}"}""")).Until);

    [Theory]
    [InlineData("""{"until":"2025-06-01"}""", "DELAY_TOO_LONG")]
    [InlineData("""{"until":"tomorrow"}""", "INVALID_TIME")]
    [InlineData("""{"until":"2024-02-30T10:00:00"}""", "INVALID_TIME")]
    [InlineData("""{"until":"9999-12-31T23:59:59","time_zone":"America/New_York"}""", "DELAY_TOO_LONG")]
    [InlineData("""{"until":"2024-06-01T09:00:00","time_zone":"Mars/Olympus"}""", "UNKNOWN_TIME_ZONE")]
    [InlineData("""{"until":"2024-06-01T09:00:00","time_zone":"../../etc/passwd"}""", "UNKNOWN_TIME_ZONE")]
    [InlineData("""{"seconds":31622401}""", "INVALID_CONFIG")]
    [InlineData("""{"seconds":-1}""", "INVALID_CONFIG")]
    [InlineData("""{"seconds":1,"until":"2024-06-01"}""", "INVALID_CONFIG")]
    [InlineData("{}", "INVALID_CONFIG")]
    public async Task Delay_that_has_no_end_is_a_failure(string config, string code) => await new NodeBench(core, "delay").Fails(code, config);

    private static NodeResumption Outcome(string json) => new(JsonElement.Parse(json));
}
