using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Core.Shared.Data;
using Portal.Core.Workflows;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Engine;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Workflows.Engine;

public sealed class FairnessOnSqliteTests(SqliteCore core) : FairnessTests(core), IClassFixture<SqliteCore>;

public sealed class FairnessOnPostgresTests(PostgresCore core) : FairnessTests(core), IClassFixture<PostgresCore>
{
    [Fact]
    public async Task Two_nodes_together_keep_to_the_limit_of_a_workflow()
    {
        var second = await StartNode();
        var workflow = await NewWorkflow(Limited(3));
        var ids = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Start(workflow, on: i % 2 == 0 ? Engine : second)));
        await HangAt(3, second);
        await AllEnd(ids);
    }
}

/// <summary>Who gets the places of a node: no organization all of them, and no workflow more than it may have.</summary>
public abstract class FairnessTests(CoreHost core) : EngineTest(core)
{
    private static readonly IOptions<WorkflowOptions> Small = Options.Create(new WorkflowOptions { Concurrency = 10, StepConcurrency = 4 });

    [Fact]
    public async Task Organization_whose_steps_hang_leaves_places_to_others()
    {
        await Engine.Stop();
        var node = await StartNode(given: Small);
        var flooding = await NewWorkflow(Hanging());
        var ids = new List<string>();
        for (var i = 0; i < 8; i++) ids.Add(await Start(flooding, on: node));
        await HangAt(2, node);
        Assert.Equal(5, await Leased());

        var other = Core.NewTenant();
        var quick = await NewWorkflow(Quick(), other);
        Assert.Equal(ExecutionStatus.Completed, (await Ended(await Start(quick, on: node, tenant: other))).Status);
        Assert.Equal(2, Nodes.Ran("g").Count());
        await AllEnd(ids);
    }

    [Fact]
    public async Task Runs_that_wait_for_a_place_of_their_organization_stand_in_nobodys_way()
    {
        await Engine.Stop();
        var node = await StartNode(given: Small);
        var flooding = await NewWorkflow(Hanging());
        var waiting = await Queue(node, Enumerable.Repeat(flooding, 90), Tenant, priority: 9);
        await HangAt(2, node);

        var other = Core.NewTenant();
        var quick = await NewWorkflow(Quick(), other);
        var queued = await Queue(node, [quick], other, priority: 0);
        Assert.Equal(ExecutionStatus.Completed, (await Ended(queued[0])).Status);
        Assert.Equal(5, await Leased());
        await AllEnd(waiting);
    }

    [Fact]
    public async Task New_run_does_not_overtake_those_of_its_organization_that_wait()
    {
        await Engine.Stop();
        var node = await StartNode(given: Options.Create(new WorkflowOptions { Concurrency = 10, ConcurrencyPerOrganization = 1 }));
        var first = await Start(await NewWorkflow(Hanging()), on: node);
        await HangAt(1, node);
        var workflow = await NewWorkflow(Quick());
        var second = await Start(workflow, on: node);
        Assert.Equal(ExecutionStatus.Pending, (await Row(second)).Status);
        await AllEnd([first, second]);
    }

    [Fact]
    public async Task Runs_that_start_at_once_keep_to_the_limit_of_their_workflow()
    {
        var workflow = await NewWorkflow(Limited(2));
        var ids = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => Start(workflow))));
        await HangAt(2, Engine);
        await AllEnd(ids);
    }

    [Fact]
    public void Share_of_an_organization_is_half_unless_it_is_set()
    {
        Assert.Equal((250, 100), (new WorkflowOptions().ConcurrencyPerOrganization, new WorkflowOptions().StepConcurrencyPerOrganization));
        var options = new WorkflowOptions { Concurrency = 7, StepConcurrency = 1, ConcurrencyPerOrganization = -1 };
        Assert.Equal(1, options.StepConcurrencyPerOrganization);
        Assert.Contains("Workflows:ConcurrencyPerOrganization is -1; it must lie between 1 and 100000.", new WorkflowOptionsValidation().Validate(null, options).Failures!);
    }

    private static GraphText Hanging() => new("start:start > g:gate");

    internal static GraphText Limited(int most)
    {
        var graph = Hanging();
        graph.Settings = new WorkflowSettings { MaxConcurrency = most };
        return graph;
    }

    /// <summary>So many steps hang, and no more come although the node has looked for runs that are due.</summary>
    internal async Task HangAt(int most, TestEngine node)
    {
        await AdvanceUntil(() => Task.FromResult(Nodes.Ran("g").Count() >= most), TimeSpan.FromMilliseconds(500), "the places are taken");
        var beside = Core.NewTenant();
        var quick = await NewWorkflow(Quick(), beside);
        for (var i = 0; i < 3; i++) await Ended((await Queue(node, [quick], beside, priority: 0))[0]);
        Assert.Equal(most, Nodes.Ran("g").Count());
    }

    protected async Task AllEnd(IReadOnlyCollection<string> ids)
    {
        Nodes.Gate("g").TrySetResult();
        await AdvanceUntil(async () => await Open() == 0, TimeSpan.FromMilliseconds(500), "all have ended");
        foreach (var id in ids) Assert.Equal(ExecutionStatus.Completed, (await Row(id)).Status);
    }

    private static GraphText Quick() => new GraphText("start:start > a:set").Config("a", """{"value":1}""");

    // As triggers do it: in a unit of work.
    private async Task<List<string>> Queue(TestEngine node, IEnumerable<string> workflows, Tenant tenant, int priority)
    {
        var prepared = new List<PreparedRun>();
        foreach (var workflow in workflows)
            prepared.Add(await node.Executions.Prepare(new ExecutionStart { Tenant = tenant, WorkflowId = workflow, TriggerType = "schedule", CreatedBy = "n", Trigger = JsonElement.Parse("{}"), Priority = priority }, None));
        return await Core.Get<PortalStore>().Write(tenant, (db, _) => Task.FromResult(prepared.ConvertAll(run => node.Executions.Queue(db, run).Id)), None);
    }

    private async Task<int> Leased()
    {
        await using var db = Core.Get<PortalStore>().Read(Tenant);
        return await db.WorkflowExecutions.CountAsync(row => row.LeaseOwner != null);
    }

    private async Task<int> Open()
    {
        await using var db = Core.Get<PortalStore>().Read(Tenant);
        return await db.WorkflowExecutions.CountAsync(row => row.CompletedAt == null);
    }
}
