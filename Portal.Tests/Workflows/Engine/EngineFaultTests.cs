using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Engine;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Workflows.Engine;

public sealed class EngineFaultsOnSqliteTests(SqliteCore core) : EngineFaultTests(core), IClassFixture<SqliteCore>
{
    [Fact]
    public async Task Run_that_the_database_refuses_fails_and_keeps_no_other_from_being_stored()
    {
        // It takes any text; this stands for whatever else breaks a rule of it.
        await Core.Get<PortalStore>().WriteAcross((db, token) => db.Database.ExecuteSqlRawAsync("CREATE TRIGGER refuse BEFORE INSERT ON workflow_steps WHEN NEW.node_id = 'refused' BEGIN SELECT RAISE(ABORT, 'refused'); END", token), None);
        await OneIsRefused(new GraphText("start:start > g:gate > refused:set").Config("refused", """{"value":1}"""));
    }
}

public sealed class EngineFaultsOnPostgresTests(PostgresCore core) : EngineFaultTests(core), IClassFixture<PostgresCore>
{
    // No definition that comes over the API has such an edge; it stands for whatever a column does not take.
    [Fact]
    public Task Run_that_the_database_refuses_fails_and_keeps_no_other_from_being_stored() =>
        OneIsRefused(new GraphText("start:start > g:gate > z:set").Config("z", """{"value":1}""").Rename("e2", "e\0"));
}

/// <summary>Faults of nodes and of the engine itself: they end the run, and never hold it.</summary>
public abstract class EngineFaultTests(CoreHost core) : EngineTest(core)
{
    internal async Task OneIsRefused(GraphText graph)
    {
        var refused = await Start(await NewWorkflow(graph));
        var fine = await Start(await NewWorkflow(new GraphText("start:start > g:gate > z:set").Config("z", """{"value":2}""")));
        await Reached(fine, _ => Nodes.Ran("g").Count() == 2, "both wait at the gate");
        Nodes.Gate("g").SetResult();
        // No time passes: neither waits for further tries.
        Assert.Equal(ExecutionStatus.Completed, (await Ended(fine)).Status);
        var row = await Ended(refused);
        Assert.Equal((ExecutionStatus.Failed, "NOT_STORABLE", null), (row.Status, row.ErrorCode, row.LeaseOwner));
        Assert.DoesNotContain(await Steps(refused), step => step.Status == ExecutionStatus.Running);
        Assert.Null(Engine.Running.Held(refused));
    }

    [Fact]
    public async Task Node_that_does_not_end_when_its_time_is_up_is_left_behind()
    {
        var id = await Start(await NewWorkflow(new GraphText("start:start > d:deaf > z:set", "d.error > rescue:set").Config("z", """{"value":1}""").Config("rescue", """{"value":"{{ input.error.code }}"}""").Set("d", new NodeSettings { TimeoutSeconds = 2 })));
        await Reached(id, _ => Nodes.Ran("d").Any(), "the node has begun");
        await AdvanceUntil(async () => (await Row(id)).CompletedAt is not null, TimeSpan.FromMilliseconds(500), "the run has ended");
        var row = await Row(id);
        Assert.Equal((ExecutionStatus.Completed, """{"output":"TIMED_OUT"}"""), (row.Status, row.Output));
        // What it gives now counts for nothing.
        Nodes.Gate("d").SetResult();
        Assert.Equal(ExecutionStatus.Failed, (await Steps(id)).Single(step => step.NodeId == "d").Status);
        Assert.Empty(Nodes.Ran("z"));
    }

    [Fact]
    public async Task Result_that_the_engine_cannot_handle_fails_the_run()
    {
        var row = await Run(new GraphText("start:start > g:garbled > z:set").Config("z", """{"value":1}"""));
        Assert.Equal((ExecutionStatus.Failed, "INTERNAL_ERROR", "g"), (row.Status, row.ErrorCode, row.ErrorNodeId));
        Assert.Equal(ExecutionStatus.Failed, (await Steps(row.Id)).Single(step => step.NodeId == "g").Status);
        Assert.DoesNotContain(await Steps(row.Id), step => step.Status == ExecutionStatus.Running);
        await WaitFor.Condition(() => Engine.Running.Held(row.Id) is null, "the node has let go");
    }

    [Fact]
    public async Task Run_whose_steps_cannot_be_read_back_fails()
    {
        var id = await Start(await NewWorkflow(new GraphText("start:start > a:effect > p:pause").Config("a", """{"value":1}""").Config("p", """{"until":"2030-01-01T00:00:00Z"}""")));
        await Reached(id, row => row.LeaseOwner is null && row.DueAt is not null, "the run waits");
        await Core.Get<PortalStore>().Write(Tenant, async (db, token) =>
        {
            await db.WorkflowSteps.Where(step => step.ExecutionId == id && step.NodeId == "a").ExecuteUpdateAsync(step => step.SetProperty(x => x.Output, "no JSON"), token);
            return await db.WorkflowExecutions.Where(row => row.Id == id).ExecuteUpdateAsync(row => row.SetProperty(x => x.DueAt, DateTimeOffset.UnixEpoch), token);
        }, None);
        await AdvanceUntil(async () => (await Row(id)).CompletedAt is not null, TimeSpan.FromMilliseconds(500), "the run has ended");
        Assert.Equal((ExecutionStatus.Failed, "INTERNAL_ERROR"), ((await Row(id)).Status, (await Row(id)).ErrorCode));
        Assert.DoesNotContain(await Steps(id), step => step.Status == ExecutionStatus.Running);
        Assert.Equal("workflow.execution.failed", Assert.Single(Core.Events(Tenant)).Type);
    }

    [Fact]
    public async Task Run_that_is_lost_tells_the_run_that_waits_for_it()
    {
        var inner = await NewWorkflow(new GraphText("start:start > a:effect > p:pause").Config("a", """{"value":1}""").Config("p", """{"until":"2030-01-01T00:00:00Z"}"""));
        var id = await Start(await NewWorkflow(new GraphText("start:start > c:call > z:echo").Config("c", $$"""{"workflow_id":"{{inner}}"}""")));
        var part = await WaitFor.Value(async () =>
        {
            await using var db = Core.Get<PortalStore>().Read(Tenant);
            return await db.WorkflowExecutions.SingleOrDefaultAsync(row => row.ParentId == id && row.LeaseOwner == null && row.DueAt > Core.Time.GetUtcNow());
        }, "the part waits");
        await Core.Get<PortalStore>().Write(Tenant, async (db, token) =>
        {
            await db.WorkflowSteps.Where(step => step.ExecutionId == part.Id && step.NodeId == "a").ExecuteUpdateAsync(step => step.SetProperty(x => x.Output, "no JSON"), token);
            db.AfterCommit(() => Core.Get<IClusterSignals>().Send(SignalTopics.WorkflowRun, part.Id));
            return await db.WorkflowExecutions.Where(row => row.Id == part.Id).ExecuteUpdateAsync(row => row.SetProperty(x => x.DueAt, DateTimeOffset.UnixEpoch), token);
        }, None);
        // No beat comes: time stands still.
        var row = await Ended(id);
        Assert.Contains("\"status\":\"failed\"", row.Output);
        Assert.Equal([("workflow.execution.failed", part.Id), ("workflow.execution.completed", id)], Core.Events(Tenant).Select(told => (told.Type, told.ObjectId!)));
    }

    [Fact]
    public async Task Deadline_ends_a_run_whose_only_step_is_under_way()
    {
        var graph = new GraphText("start:start > d:deaf");
        graph.Settings = new WorkflowSettings { TimeoutSeconds = 3 };
        var id = await Start(await NewWorkflow(graph));
        await Reached(id, _ => Nodes.Ran("d").Any(), "the node has begun");
        await AdvanceUntil(async () => (await Row(id)).CompletedAt is not null, TimeSpan.FromMilliseconds(500), "the run has ended");
        Assert.Equal(ExecutionStatus.Timeout, (await Row(id)).Status);
        // Or its engine would wait for it when it stops, on a clock that stands still.
        Nodes.Gate("d").SetResult();
    }
}
