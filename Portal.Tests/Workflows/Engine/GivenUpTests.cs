using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Engine;
using Portal.Core.Workflows.Tasks;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Workflows.Engine;

public sealed class GivenUpOnSqliteTests(SqliteCore core) : GivenUpTests(core), IClassFixture<SqliteCore>;

public sealed class GivenUpOnPostgresTests(PostgresCore core) : GivenUpTests(core), IClassFixture<PostgresCore>;

/// <summary>What a step had asked of a person or of another run is not left open when nobody waits for it any more.</summary>
public abstract class GivenUpTests(CoreHost core) : EngineTest(core)
{
    [Theory]
    [InlineData("""{"items":[1],"on_item_error":"continue"}""")]
    [InlineData("""{"items":[1]}""")]
    public async Task Round_that_is_given_up_cancels_its_task_and_its_part_while_the_run_goes_on(string loop)
    {
        var inner = await NewWorkflow(new GraphText("start:start > inside:gate"));
        var graph = new GraphText("start:start > each:each", "start > other:gate", "each.item > q:ask > each.back", "each.item > c:call > each.back", "each.item > g:gate > f:fail", "each.done > z:echo", "each.error > z")
            .Config("each", loop).Config("c", $$"""{"workflow_id":"{{inner}}"}""");
        var id = await Start(await NewWorkflow(graph));
        await Reached(id, _ => Nodes.Ran("q").Any() && Nodes.Ran("inside").Any() && Nodes.Ran("g").Any(), "the round waits");
        var task = await WaitFor.Value(() => TaskOf(id), "the task is open");
        Nodes.Gate("g").SetResult();
        await WaitFor.Condition(() => Nodes.Ran("z").Any(), "the loop is over");
        var part = await Ended((await PartOf(id))!.Id);
        Assert.Equal(ExecutionStatus.Cancelled, part.Status);
        await WaitFor.Condition(async () => (await TaskOf(id))!.State == TaskState.Cancelled, "the task is cancelled");
        Assert.Null((await Row(id)).CompletedAt);
        var late = await Assert.ThrowsAsync<Portal.Core.Shared.Problems.ProblemException>(() => Do(task.Id));
        Assert.Equal(409, late.Problem.HttpStatus);

        Nodes.Gate("other").SetResult();
        Assert.Equal(ExecutionStatus.Completed, (await Ended(id)).Status);
    }

    [Fact]
    public async Task Round_that_goes_on_keeps_its_task()
    {
        var graph = new GraphText("start:start > each:each", "each.item > p:port", "p.bad > f:fail", "p.yes > q:ask > each.back", "each.done > z:echo")
            .Config("each", """{"items":["yes","bad"],"concurrency":2,"on_item_error":"continue"}""").Config("p", """{"port":"{{ item }}"}""");
        var id = await Start(await NewWorkflow(graph));
        await Reached(id, row => row.LeaseOwner is null && Nodes.Ran("f").Any(), "the other round has failed");
        var task = (await TaskOf(id))!;
        Assert.Equal(TaskState.Open, task.State);
        await Do(task.Id);
        Assert.Contains("\"failed\":1", (await Ended(id)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Task_that_is_opened_and_given_up_in_one_batch_is_not_left_open()
    {
        var database = new FlakyTransactions(Core.Get<IWriteTransactions>());
        await Engine.Stop();
        var node = await StartNode(given: Core.Make<PortalStore>(database));
        var other = await Start(await NewWorkflow(CrashTests.Gated()), on: node);
        var id = await Start(await NewWorkflow(new GraphText("start:start > q:ask", "start > h:gate > bad:port").Config("q", """{"gated":true}""").When("e3", "input.nothing > 1")), on: node);
        await Reached(id, _ => Nodes.Ran("g").Any() && Nodes.Ran("q").Any() && Nodes.Ran("h").Any(), "all are under way");
        var run = node.Running.Held(id)!;
        var hold = database.HoldNext();
        var tries = database.Tries;
        try
        {
            Nodes.Gate("g").SetResult();
            await WaitFor.Condition(() => database.Tries > tries, "another run's checkpoint is being stored");
            Nodes.Gate("q").SetResult();
            await WaitFor.Condition(() =>
            {
                lock (run.Gate) return run.Active.Any(step => step.AwaitedId is not null);
            }, "the task is asked for");
            Nodes.Gate("h").SetResult();
            await WaitFor.Condition(() => run.HasEnded, "the run has failed");
        }
        finally
        {
            hold.SetResult();
        }

        Assert.Equal("CONDITION_FAILED", (await Ended(id)).ErrorCode);
        Assert.Equal(TaskState.Cancelled, (await TaskOf(id))!.State);
        await Ended(other);
    }

    private async Task<WorkflowTask?> TaskOf(string executionId)
    {
        await using var db = Core.Get<PortalStore>().Read(Tenant);
        return await db.WorkflowTasks.SingleOrDefaultAsync(task => task.ExecutionId == executionId);
    }

    private async Task<WorkflowExecution?> PartOf(string executionId)
    {
        await using var db = Core.Get<PortalStore>().Read(Tenant);
        return await db.WorkflowExecutions.SingleOrDefaultAsync(row => row.ParentId == executionId);
    }

    private Task Do(string taskId) => Core.Get<PortalStore>().Write(Tenant, async (db, token) =>
    {
        await Core.Make<TaskCompletion>().Complete(db, await db.WorkflowTasks.AsTracking().SingleAsync(row => row.Id == taskId, token), "{}", "usr_2", token);
        return true;
    }, None);
}
