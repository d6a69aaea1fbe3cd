using System.Text.Json;
using Portal.Core.Shared.Data;
using Portal.Tests.Infrastructure.Hosts;
using Portal.Tests.Infrastructure.Postgres;
using Portal.Tests.Workflows.Engine;

namespace Portal.Tests.Workflows.Api;

/// <summary>A portal with narrow bounds.</summary>
public sealed class NarrowApiHost() : ApiHost(new PortalApp(new PortalAppOptions
{
    Settings = { ["Workflows:MostSteps"] = "20", ["Workflows:LargestOutput"] = "4096" },
}));

/// <summary>Runs at the settings' bounds.</summary>
public sealed class WorkflowBoundTests(NarrowApiHost api) : IClassFixture<NarrowApiHost>
{
    [Fact]
    public async Task Output_of_just_as_much_as_may_be_is_kept_and_one_byte_more_fails_the_step()
    {
        var client = await Client();
        var id = await client.MadeWorkflow(Line("inputs.text"));
        // With its two quotation marks.
        var fits = await client.EndedRun(await client.StartedRun(id, Text(4094)));
        Assert.Equal(("completed", 4094), (fits.Text("status"), fits.Text("output_data.output").Length));
        var exceeds = await client.EndedRun(await client.StartedRun(id, Text(4095)));
        Assert.Equal(("failed", "OUTPUT_TOO_LARGE", "work"), exceeds.Outcome());
        Assert.Equal("The output is larger than 4 KiB of JSON.", exceeds.Text("error_message"));
    }

    [Fact]
    public async Task Results_of_a_loop_and_of_the_last_nodes_are_bounded_as_outputs_are()
    {
        var client = await Client();
        var loop = new GraphText("start:webhook-trigger > each:for-each", "each.item > work:data-transformation", "work > each.back").Config("each", """{"items":"{{ [1, 2, 3] }}"}""").Config("work", """{"expression":"inputs.text"}""");
        Assert.Equal(("failed", "OUTPUT_TOO_LARGE", "each"), (await client.Ran(loop, Text(2000))).Outcome());
        var leaves = new GraphText("start:webhook-trigger > a:data-transformation", "start > b:data-transformation").Config("a", """{"expression":"inputs.text"}""").Config("b", """{"expression":"inputs.text"}""");
        var run = await client.Ran(leaves, Text(3000));
        Assert.Equal(("failed", "OUTPUT_TOO_LARGE"), (run.Text("status"), run.Text("error_code")));
        Assert.Contains("the last nodes", run.Text("error_message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_of_more_steps_than_there_may_be_fails()
    {
        var client = await Client();
        var graph = new GraphText("start:webhook-trigger > each:for-each", "each.item > work:data-transformation", "work > each.back").Config("each", """{"items":"{{ inputs.list }}"}""").Config("work", """{"expression":"item"}""");
        var id = await client.MadeWorkflow(graph);
        Assert.Equal("completed", (await client.EndedRun(await client.StartedRun(id, List(18)))).Text("status"));
        var run = await client.EndedRun(await client.StartedRun(id, List(50)));
        Assert.Equal(("failed", "TOO_MANY_STEPS"), (run.Text("status"), run.Text("error_code")));
        Assert.Equal("The run has more than 20 steps.", run.Text("error_message"));
        Assert.DoesNotContain(run.Json.GetProperty("steps").EnumerateArray(), step => step.GetProperty("status").GetString() is "running" or "pending");

        static string List(int count) => JsonSerializer.Serialize(new { list = Enumerable.Range(0, count) });
    }

    [Fact]
    public async Task Texts_that_postgresql_does_not_store_end_a_run_as_all_others()
    {
        await using var database = await (await PostgresServer.GetAsync()).CreateDatabaseAsync();
        await using var portal = ApiHost.Of(new PortalApp(new PortalAppOptions { Settings = { ["Database:Provider"] = "Postgres", ["Database:ConnectionString"] = database.ConnectionString } }));
        var client = await portal.WithKey(await portal.NewOrganization(), ApiMode.Live, "*");
        const string Inputs = """{"text":"a\u0000b"}""";
        var condition = await client.Ran(Line("inputs.text").When("e1", "{'a': 1}[inputs.text] == 1"), Inputs);
        Assert.Equal(("failed", "CONDITION_FAILED"), (condition.Text("status"), condition.Text("error_code")));
        Assert.Equal(("failed", "EXPRESSION_FAILED", "work"), (await client.Ran(Line("{'a': 1}[inputs.text]"), Inputs)).Outcome());
        var asking = await client.StartedRun(await client.MadeWorkflow(new GraphText("start:webhook-trigger > ask:approval").Config("ask", """{"title":"May {{ inputs.text }}?"}""")), Inputs);
        await Infrastructure.WaitFor.Condition(async () => (await client.Get("/api/v1/tasks")).Text("pagination.total") == "1", "the run asks");
        Assert.Equal("May ab?", (await client.Get("/api/v1/tasks")).Json.GetProperty("tasks")[0].GetProperty("title").GetString());
        Assert.Equal(200, (await client.Post($"{WorkflowCalls.Executions}/{asking}/cancel", "")).Status);
        Assert.Equal("cancelled", (await client.EndedRun(asking)).Text("status"));
    }

    private static string Text(int length) => JsonSerializer.Serialize(new { text = new string('x', length) });

    private static GraphText Line(string expression) => new GraphText("start:webhook-trigger > work:data-transformation").Config("work", JsonSerializer.Serialize(new { expression }));

    private async Task<ApiClient> Client() => await api.WithKey(await api.NewOrganization(), ApiMode.Live, "*");
}
