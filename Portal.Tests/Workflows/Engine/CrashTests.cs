using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Crm;
using Portal.Core.Shared.Data;
using Portal.Core.Workflows.Engine;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Workflows.Engine;

public sealed class CrashesOnSqliteTests(SqliteCore core) : CrashTests(core), IClassFixture<SqliteCore>
{
    [Fact]
    public async Task Process_that_comes_back_goes_on_at_once_where_it_was()
    {
        await Engine.Stop();
        var dead = await StartNode(isDeaf: true);
        var id = await HangingRun(dead);
        await StartNode();
        await Reached(id, _ => Nodes.Ran("g").Count() == 2, "the step is made again");
        await AfterTheGate(id);
    }
}

public sealed class CrashesOnPostgresTests(PostgresCore core) : CrashTests(core), IClassFixture<PostgresCore>
{
    [Fact]
    public async Task Another_node_goes_on_once_the_lease_has_run_out()
    {
        await Engine.Stop();
        var node = await StartNode(isDeaf: true);
        var id = await HangingRun(node);
        await StartNode();
        var number = (await Row(id)).LeaseNumber;
        await AdvanceUntil(async () => (await Row(id)).LeaseNumber > number, TimeSpan.FromSeconds(5), "another node has taken the run");
        await Reached(id, _ => Nodes.Ran("g").Count() == 2, "the step is made again");
        var attempts = Nodes.Ran("g").Select(context => context.IdempotencyKey).ToList();
        Assert.Equal(attempts[0], attempts[1]);

        // Both nodes' steps end now, and only one result counts.
        Nodes.Gate("g").SetResult();
        await AdvanceUntil(async () => (await Row(id)).CompletedAt is not null, TimeSpan.FromMilliseconds(500), "the run has ended");
        Assert.Single(Nodes.Ran("z"));
        Assert.Single(Core.Events(Tenant));
        await WaitFor.Condition(() => node.Running.Held(id) is null, "the stalled node has let go");
    }

    [Fact]
    public async Task Two_nodes_share_the_work_and_each_run_is_done_once()
    {
        var second = await StartNode();
        var workflow = await NewWorkflow(new GraphText("start:start > a:set > b:effect").Config("a", """{"value":1}""").Config("b", """{"value":2}"""));
        var ids = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Start(workflow, on: i % 2 == 0 ? Engine : second)));
        foreach (var id in ids) Assert.Equal(ExecutionStatus.Completed, (await Ended(id)).Status);
        Assert.Equal(40, Nodes.Ran("b").Count());
    }
}

/// <summary>Nodes that stop, stall and die between any two lines.</summary>
public abstract class CrashTests(CoreHost core) : EngineTest(core)
{
    [Fact]
    public async Task Stopping_node_gives_its_runs_to_the_next()
    {
        var id = await HangingRun(Engine);
        await Engine.Stop();
        Assert.Null((await Row(id)).LeaseOwner);
        await StartNode();
        await AfterTheGate(id);
        Assert.Equal(["start", "a", "g", "z"], (await Steps(id)).Select(step => step.NodeId));
    }

    [Fact]
    public async Task Stopping_node_gives_back_what_it_had_claimed_and_not_loaded()
    {
        var claimed = await Start(await NewWorkflow(new GraphText("start:start > q:ask")));
        await Reached(claimed, row => row.LeaseOwner is null, "the run waits");
        var node = (await Row(await HangingRun(Engine))).LeaseOwner;
        // As if the node were just about to load it.
        await Core.Get<PortalStore>().Write(Tenant, (db, token) => db.WorkflowExecutions.Where(row => row.Id == claimed)
            .ExecuteUpdateAsync(row => row.SetProperty(x => x.LeaseOwner, node).SetProperty(x => x.LeaseUntil, Core.Time.GetUtcNow().AddMinutes(1)), token), None);
        await Engine.Stop();
        var row = await Row(claimed);
        Assert.Equal((null, null), (row.LeaseOwner, row.LeaseUntil));
        Assert.True(row.DueAt <= Core.Time.GetUtcNow());
    }

    [Fact]
    public async Task Loop_goes_on_in_the_round_that_it_was_in()
    {
        var graph = new GraphText("start:start > each:each", "each.item > a:effect > p:pause > b:effect > each.back", "each.done > z:echo")
            .Config("each", """{"items":["2024-01-15T11:00:00Z","2024-01-15T19:00:00Z","2024-01-15T11:00:00Z"],"concurrency":1}""").Config("a", """{"value":"{{ item }}"}""")
            .Config("p", """{"until":"{{ item }}"}""").Config("b", """{"value":"{{ nodes.a.output }}"}""");
        var id = await Start(await NewWorkflow(graph));
        await Reached(id, row => row.LeaseOwner is null && Nodes.Ran("a").Count() == 2, "the second round waits");
        await Engine.Stop();
        await StartNode();
        Core.Time.Advance(TimeSpan.FromHours(8));
        await AdvanceUntil(async () => (await Row(id)).CompletedAt is not null, TimeSpan.FromSeconds(1), "the loop has ended");
        var row = await Row(id);
        Assert.Equal(ExecutionStatus.Completed, row.Status);
        Assert.Contains("\"count\":3", row.Output);
        Assert.Equal(3, Nodes.Ran("a").Count());
        Assert.Equal(3, Nodes.Ran("b").Count());
    }

    [Fact]
    public async Task Write_that_was_made_is_not_made_again_by_an_attempt_that_is()
    {
        var contacts = Core.Get<ContactService>();
        Nodes.Effect = async (actor, token) => (await contacts.Create(actor, new ContactInput { Name = "Ada" }, token)).Id;
        await Engine.Stop();
        var dead = await StartNode(isDeaf: true);
        var id = await Start(await NewWorkflow(new GraphText("start:start > o:once > g:gate")), on: dead);
        await Reached(id, _ => Nodes.Ran("g").Any(), "the contact is there");
        // As if the process had died between the write and the note that the step has ended.
        await Core.Get<PortalStore>().Write(Tenant, async (db, token) =>
        {
            await db.WorkflowSteps.Where(step => step.ExecutionId == id && step.NodeId == "g").ExecuteDeleteAsync(token);
            await db.WorkflowExecutions.Where(row => row.Id == id).ExecuteUpdateAsync(row => row.SetProperty(x => x.LeaseUntil, DateTimeOffset.UnixEpoch).SetProperty(x => x.LeaseNumber, 7), token);
            return await db.WorkflowSteps.Where(step => step.ExecutionId == id && step.NodeId == "o")
                .ExecuteUpdateAsync(step => step.SetProperty(x => x.Status, ExecutionStatus.Running).SetProperty(x => x.Output, (string?)null).SetProperty(x => x.FollowedEdges, (string?)null), token);
        }, None);
        Nodes.Gate("g").SetResult();
        await StartNode();
        await AdvanceUntil(async () => (await Row(id)).CompletedAt is not null, TimeSpan.FromSeconds(5), "the run has ended");
        Assert.Equal(2, Nodes.Ran("o").Count());
        await using var db = Core.Get<PortalStore>().Read(Tenant);
        Assert.Equal(1, await db.Contacts.CountAsync());
        Assert.Equal(ExecutionStatus.Completed, (await Row(id)).Status);
    }

    [Theory]
    [InlineData("gate", false)]
    [InlineData("deaf", false)]
    [InlineData("gate", true)]
    [InlineData("deaf", true)]
    public async Task Test_that_fails_while_a_step_hangs_does_not_hang_itself(string type, bool isDeaf)
    {
        await Engine.Stop();
        var id = await Start(await NewWorkflow(new GraphText($"start:start > g:{type} > g2:{type}")), on: await StartNode(isDeaf));
        await Reached(id, _ => Nodes.Ran("g").Any(), "the step hangs");
        var disposing = DisposeAsync().AsTask();
        await WaitFor.Condition(() => disposing.IsCompleted, "the nodes have stopped");
        await disposing;
    }

    [Fact]
    public async Task Another_tenants_runs_are_not_seen()
    {
        var id = await Start(await NewWorkflow(new GraphText("start:start > a:set").Config("a", """{"value":1}""")));
        await Ended(id);
        var refused = await Assert.ThrowsAsync<Portal.Core.Shared.Problems.ProblemException>(() => Engine.Executions.WaitForEnd(Core.NewTenant(), id, TimeSpan.Zero, None));
        Assert.Equal(404, refused.Problem.HttpStatus);
    }

    internal static GraphText Gated() => new GraphText("start:start > a:set > g:gate > z:set").Config("a", """{"value":1}""").Config("z", """{"value":2}""");

    internal async Task<string> HangingRun(TestEngine node)
    {
        var id = await Start(await NewWorkflow(Gated()), on: node);
        await Reached(id, _ => Nodes.Ran("g").Any(), "the step hangs");
        return id;
    }

    protected async Task AfterTheGate(string id)
    {
        Nodes.Gate("g").TrySetResult();
        await AdvanceUntil(async () => (await Row(id)).CompletedAt is not null, TimeSpan.FromMilliseconds(500), "the run has ended");
        Assert.Equal(ExecutionStatus.Completed, (await Row(id)).Status);
        Assert.Single(Nodes.Ran("a"));
        Assert.Single(Nodes.Ran("z"));
    }
}
