using Portal.Core.Shared.Data;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;
using Portal.Tests.Workflows.Engine;

namespace Portal.Tests.Workflows.Api;

/// <summary>Much of everything: nodes, levels, runs.</summary>
public sealed class WorkflowSizeTests(ApiHost api) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task Chain_and_fan_of_500_nodes_complete()
    {
        var client = await Client();
        var names = Enumerable.Range(1, 499).Select(i => $"n{i}").ToArray();
        var chain = new GraphText($"start:webhook-trigger > {string.Join(" > ", names.Select(name => $"{name}:data-transformation"))}");
        var fan = new GraphText([.. names.Select((name, i) => $"start{(i == 0 ? ":webhook-trigger" : "")} > {name}:data-transformation")]);
        foreach (var name in names)
        {
            chain.Config(name, """{"expression":"1"}""");
            fan.Config(name, """{"expression":"1"}""");
        }

        foreach (var graph in new[] { chain, fan })
        {
            var run = await client.Ran(graph);
            Assert.True(run.Text("status") == "completed", $"{run.Text("error_message")}");
            Assert.Equal("500", run.Text("step_count"));
        }
    }

    [Fact]
    public async Task Lists_in_lists_of_many_merges_end_the_run_before_nobody_can_read_them()
    {
        var run = await (await Client()).Ran(new GraphText($"start:webhook-trigger > {string.Join(" > ", Enumerable.Range(1, 60).Select(i => $"n{i}:merge"))}"));
        Assert.Equal(("failed", "OUTPUT_TOO_DEEP"), (run.Text("status"), run.Text("error_code")));
        Assert.Equal("The output is nested more than 32 levels deep.", run.Text("error_message"));
    }

    [Fact]
    public async Task Runs_that_begin_all_at_once_complete()
    {
        var client = await Client();
        var id = await client.MadeWorkflow(new GraphText("start:webhook-trigger > work:data-transformation").Config("work", """{"expression":"inputs.n * 2"}"""));
        var runs = await Task.WhenAll(Enumerable.Range(0, 200).Select(n => client.StartedRun(id, $$"""{"n":{{n}}}""")));
        await WaitFor.Condition(async () => await client.Unended() == 0, "all have ended");
        Assert.Equal("200", (await client.Get($"{WorkflowCalls.Executions}?status=completed")).Text("pagination.total"));
        Assert.Equal("398", (await client.Get($"{WorkflowCalls.Executions}/{runs[199]}")).Text("output_data.output"));
    }

    private async Task<ApiClient> Client() => await api.WithKey(await api.NewOrganization(), ApiMode.Live, "*");
}
