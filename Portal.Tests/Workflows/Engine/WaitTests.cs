using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Engine;
using Portal.Core.Workflows.Tasks;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Workflows.Engine;

public sealed class WaitsOnSqliteTests(SqliteCore core) : WaitTests(core), IClassFixture<SqliteCore>;

public sealed class WaitsOnPostgresTests(PostgresCore core) : WaitTests(core), IClassFixture<PostgresCore>;

/// <summary>Pauses, people, other runs, limits of time and of number, and being cancelled.</summary>
public abstract class WaitTests(CoreHost core) : EngineTest(core)
{
    [Fact]
    public async Task Pause_holds_nothing_and_survives_a_restart()
    {
        var until = Core.Time.GetUtcNow().AddHours(3);
        var id = await Start(await NewWorkflow(new GraphText("start:start > p:pause > z:set").Config("p", $$"""{"until":"{{until:O}}"}""").Config("z", """{"value":"on"}""")));
        var waiting = await Reached(id, row => row.LeaseOwner is null && row.DueAt is not null, "the run waits");
        Assert.Equal((ExecutionStatus.Running, until), (waiting.Status, waiting.DueAt!.Value));
        Assert.Null(Engine.Running.Held(id));

        await Engine.Stop();
        var again = await StartNode();
        Core.Time.Advance(TimeSpan.FromHours(2.9));
        Assert.Null((await Row(id)).CompletedAt);
        await AdvanceUntil(async () => (await Row(id)).CompletedAt is not null, TimeSpan.FromMinutes(2), "the pause is over");
        Assert.Single(Nodes.Ran("z"));
        Assert.True(again.Running.IsAtWork);
    }

    [Fact]
    public async Task Run_waits_for_a_person_and_goes_on_with_what_they_did()
    {
        var id = await Start(await NewWorkflow(new GraphText("start:start > q:ask > z:echo")));
        var task = await OpenTask(id);
        await Reached(id, row => row.LeaseOwner is null && row.DueAt is null, "the run waits for nothing but the task");
        await Do(task, """{"decision":"approved"}""");
        AssertJson("""{"By":"usr_2","Expired":false,"value":{"decision":"approved"}}""", (await Ended(id)).Output);
    }

    [Fact]
    public async Task Task_that_expires_lets_the_run_go_on_without()
    {
        var until = Core.Time.GetUtcNow().AddMinutes(5);
        var id = await Start(await NewWorkflow(new GraphText("start:start > q:ask > z:echo").Config("q", $$"""{"until":"{{until:O}}"}""")));
        var task = await OpenTask(id);
        await AdvanceUntil(async () => (await Row(id)).CompletedAt is not null, TimeSpan.FromSeconds(20), "the task has expired");
        AssertJson("""{"By":null,"Expired":true,"value":null}""", (await Row(id)).Output);
        Assert.Equal(TaskState.Expired, (await TaskRow(task)).State);
    }

    [Fact]
    public async Task Run_that_is_busy_elsewhere_hears_of_a_task_too()
    {
        var id = await Start(await NewWorkflow(new GraphText("start:start > q:ask > z:set", "start > g:gate").Config("z", """{"value":1}""")));
        await Do(await OpenTask(id), "{}");
        await AdvanceUntil(() => Task.FromResult(Nodes.Ran("z").Any()), TimeSpan.FromMilliseconds(500), "the step behind the task has run");
        Assert.NotNull(Engine.Running.Held(id));
        Nodes.Gate("g").SetResult();
        await Ended(id);
    }

    [Fact]
    public async Task Run_calls_another_workflow_and_goes_on_with_its_outcome()
    {
        var inner = await NewWorkflow(new GraphText("start:start > a:set").Config("a", """{"value":{"sum":"{{ inputs.a + inputs.b }}"}}"""));
        var row = await Run(new GraphText("start:start > in:set > c:call > z:echo").Config("in", """{"value":{"a":1,"b":2}}""").Config("c", $$"""{"workflow_id":"{{inner}}"}"""));
        var output = JsonNode.Parse(row.Output!)!;
        Assert.Equal("completed", (string)output["status"]!);
        Assert.Equal(3, (int)output["output"]!["sum"]!);
        Assert.Equal(row.Id, (await Row((string)output["execution_id"]!)).ParentId);
    }

    [Fact]
    public async Task Workflow_that_calls_itself_for_ever_is_ended_by_its_depth()
    {
        var id = await NewWorkflow(new GraphText("start:start > c:call > z:echo"));
        await Core.Get<PortalStore>().Write(Tenant, async (db, token) =>
        {
            var version = await db.WorkflowVersions.SingleAsync(row => row.WorkflowId == id, token);
            version.Definition = version.Definition.Replace("\"config\":{}", $$"""{{"\"config\""}}:{"workflow_id":"{{id}}"}""", StringComparison.Ordinal);
            return true;
        }, None);
        var row = await Ended(await Start(id));
        Assert.Equal(ExecutionStatus.Completed, row.Status);
        await using var db = Core.Get<PortalStore>().Read(Tenant);
        var depths = await db.WorkflowExecutions.Where(row => row.WorkflowId == id).ToListAsync();
        Assert.Equal(11, depths.Count);
        Assert.Equal("WORKFLOW_NOT_RUN", depths.Single(row => row.Depth == 10).ErrorCode);
    }

    [Fact]
    public async Task Cancelled_run_ends_at_once_with_its_steps_its_tasks_and_its_parts()
    {
        var inner = await NewWorkflow(new GraphText("start:start > g:gate"));
        var id = await Start(await NewWorkflow(new GraphText("start:start > g2:gate", "start > q:ask", "start > c:call").Config("c", $$"""{"workflow_id":"{{inner}}"}""")));
        var task = await OpenTask(id);
        await Reached(id, _ => Nodes.Ran("g").Any() && Nodes.Ran("g2").Any(), "both runs are under way");
        await Cancel(id);
        var row = await Ended(id);
        Assert.Equal((ExecutionStatus.Cancelled, "CANCELLED"), (row.Status, row.ErrorCode));
        Assert.All((await Steps(id)).Where(step => step.NodeId != "start"), step => Assert.Equal(ExecutionStatus.Cancelled, step.Status));
        await WaitFor.Condition(async () => (await TaskRow(task)).State == TaskState.Cancelled, "the task is cancelled");
        await using var db = Core.Get<PortalStore>().Read(Tenant);
        var child = (await db.WorkflowExecutions.SingleAsync(row => row.ParentId == id)).Id;
        Assert.Equal(ExecutionStatus.Cancelled, (await Ended(child)).Status);
        Assert.DoesNotContain(Core.Events(Tenant), row => row.Type.StartsWith("workflow.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Waiting_run_is_cancelled_too()
    {
        var id = await Start(await NewWorkflow(new GraphText("start:start > q:ask")));
        await Reached(id, row => row.LeaseOwner is null, "the run waits");
        await Cancel(id);
        Assert.Equal(ExecutionStatus.Cancelled, (await Ended(id)).Status);
    }

    [Theory]
    [InlineData("g:gate")]
    [InlineData("q:ask")]
    public async Task Run_that_takes_too_long_is_ended(string node)
    {
        var id = await Start(await NewWorkflow(new GraphText($"start:start > {node}") { Settings = new WorkflowSettings { TimeoutSeconds = 30 } }));
        await Reached(id, row => row.LeaseOwner is null || Nodes.Ran("g").Any(), "the run is under way");
        await AdvanceUntil(async () => (await Row(id)).CompletedAt is not null, TimeSpan.FromSeconds(7), "the run has ended");
        var row = await Row(id);
        Assert.Equal((ExecutionStatus.Timeout, "TIMED_OUT"), (row.Status, row.ErrorCode));
        Assert.Equal("workflow.execution.failed", Assert.Single(Core.Events(Tenant), row => row.Type.StartsWith("workflow.", StringComparison.Ordinal)).Type);
    }

    [Fact]
    public async Task Node_that_takes_too_long_fails()
    {
        var id = await Start(await NewWorkflow(new GraphText("start:start > g:gate").Set("g", new NodeSettings { TimeoutSeconds = 5 })));
        await Reached(id, _ => Nodes.Ran("g").Any(), "the node is under way");
        await AdvanceUntil(async () => (await Row(id)).CompletedAt is not null, TimeSpan.FromSeconds(1), "the node has failed");
        Assert.Equal((ExecutionStatus.Failed, "TIMED_OUT", "g"), ((await Row(id)).Status, (await Row(id)).ErrorCode, (await Row(id)).ErrorNodeId));
    }

    [Fact]
    public async Task No_more_runs_are_at_work_than_the_workflow_allows_and_urgent_ones_come_first()
    {
        var graph = new GraphText("start:start > g:gate > z:set") { Settings = new WorkflowSettings { MaxConcurrency = 1 } }.Config("z", """{"value":1}""");
        var workflow = await NewWorkflow(graph);
        var first = await Start(workflow);
        await Reached(first, _ => Nodes.Ran("g").Any(), "the first run is under way");
        var later = await Start(workflow);
        var urgent = (await Engine.Executions.Start(new ExecutionStart { Tenant = Tenant, WorkflowId = workflow, TriggerType = "api", CreatedBy = "usr_1", Priority = 9 }, None)).Id;
        Core.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(ExecutionStatus.Pending, (await Row(urgent)).Status);
        // An unlimited one is not held up by those that wait.
        Assert.Equal(ExecutionStatus.Completed, (await Run(new GraphText("start:start > a:set").Config("a", """{"value":1}"""))).Status);
        Nodes.Gate("g").SetResult();
        await AdvanceUntil(async () => (await Row(later)).CompletedAt is not null && (await Row(urgent)).CompletedAt is not null, TimeSpan.FromMilliseconds(500), "all have run");
        Assert.True((await Row(urgent)).StartedAt <= (await Row(later)).StartedAt);
    }

    [Fact]
    public async Task Run_of_a_deleted_workflow_ends()
    {
        var until = Core.Time.GetUtcNow().AddMinutes(1);
        var workflow = await NewWorkflow(new GraphText("start:start > p:pause").Config("p", $$"""{"until":"{{until:O}}"}"""));
        var id = await Start(workflow);
        await Reached(id, row => row.LeaseOwner is null, "the run waits");
        await Core.Get<PortalStore>().Write(Tenant, async (db, token) => await db.WorkflowVersions.Where(row => row.WorkflowId == workflow).ExecuteDeleteAsync(token) + await db.Workflows.Where(row => row.Id == workflow).ExecuteDeleteAsync(token), None);
        await Engine.Stop();
        await StartNode();
        await AdvanceUntil(async () => (await Row(id)).CompletedAt is not null, TimeSpan.FromSeconds(10), "the run has ended");
        Assert.Equal("WORKFLOW_DELETED", (await Row(id)).ErrorCode);
    }

    private async Task<string> OpenTask(string executionId) => await WaitFor.Value(async () =>
    {
        await using var db = Core.Get<PortalStore>().Read(Tenant);
        return (await db.WorkflowTasks.SingleOrDefaultAsync(task => task.ExecutionId == executionId))?.Id;
    }, "the task is open");

    private async Task<WorkflowTask> TaskRow(string id)
    {
        await using var db = Core.Get<PortalStore>().Read(Tenant);
        return await db.WorkflowTasks.SingleAsync(task => task.Id == id);
    }

    private Task Do(string taskId, string result) => Core.Get<PortalStore>().Write(Tenant, async (db, token) =>
    {
        var task = await db.WorkflowTasks.SingleAsync(task => task.Id == taskId, token);
        (task.State, task.Result, task.DoneBy, task.DoneAt) = (TaskState.Done, result, "usr_2", Core.Time.GetUtcNow());
        var run = await db.WorkflowExecutions.SingleAsync(row => row.Id == task.ExecutionId, token);
        run.DueAt = Core.Time.GetUtcNow();
        db.AfterCommit(() => Core.Get<IClusterSignals>().Send(SignalTopics.WorkflowRun, run.Id));
        return true;
    }, None);

    private Task Cancel(string executionId) => Core.Get<PortalStore>().Write(Tenant, async (db, token) =>
    {
        var run = await db.WorkflowExecutions.SingleAsync(row => row.Id == executionId, token);
        (run.CancelRequested, run.DueAt) = (true, Core.Time.GetUtcNow());
        db.AfterCommit(() => Core.Get<IClusterSignals>().Send(SignalTopics.WorkflowCancel, run.Id));
        return true;
    }, None);

    private static void AssertJson(string expected, string? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual!)), $"Expected {expected}, got {actual}");
}
