using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Portal.Core.Shared.Data;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Engine;
using Portal.Core.Workflows.Tasks;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Workflows.Engine;

public sealed class OutagesOnSqliteTests(SqliteCore core) : OutageTests(core), IClassFixture<SqliteCore>;

public sealed class OutagesOnPostgresTests(PostgresCore core) : OutageTests(core), IClassFixture<PostgresCore>;

/// <summary>A database that is away for a while fails no run, and nothing is done twice.</summary>
public abstract class OutageTests(CoreHost core) : EngineTest(core)
{
    private FlakyTransactions Database { get; } = new(core.Get<IWriteTransactions>());

    [Theory]
    [InlineData("disk")]
    [InlineData("network")]
    [InlineData("shutdown")]
    [InlineData("timeout")]
    public async Task Runs_go_on_where_they_were_once_the_database_is_back(string fault)
    {
        var node = await OnlyNode();
        var ids = new List<string>();
        for (var i = 0; i < 3; i++) ids.Add(await Start(await NewWorkflow(CrashTests.Gated()), on: node));
        await WaitFor.Condition(() => Nodes.Ran("g").Count() == 3, "all are under way");
        Database.Fault = FaultOf(fault);
        Nodes.Gate("g").SetResult();
        var (tries, since) = (Database.Tries, Core.Time.GetUtcNow());
        await AdvanceUntil(() => Task.FromResult(Core.Time.GetUtcNow() - since > TimeSpan.FromSeconds(25) && Database.Tries > tries + 7), TimeSpan.FromMilliseconds(500), "it has been away for long");
        Assert.All(ids, id => Assert.NotNull(node.Running.Held(id)));

        Database.Fault = null;
        foreach (var id in ids)
        {
            await AdvanceUntil(async () => (await Row(id)).CompletedAt is not null, TimeSpan.FromMilliseconds(500), "the run has ended");
            Assert.Equal(ExecutionStatus.Completed, (await Row(id)).Status);
        }

        Assert.Equal((3, 3), (Nodes.Ran("g").Count(), Nodes.Ran("z").Count()));
    }

    [Fact]
    public async Task Run_that_is_started_meanwhile_is_acknowledged_once_it_is_stored()
    {
        var node = await OnlyNode();
        var workflow = await NewWorkflow(new GraphText("start:start > a:set").Config("a", """{"value":1}"""));
        Database.Fault = FaultOf("network");
        var tries = Database.Tries;
        var starting = Start(workflow, on: node);
        await WaitFor.Condition(() => Database.Tries > tries, "it was tried");
        Assert.False(starting.IsCompleted);
        Database.Fault = null;
        await AdvanceUntil(() => Task.FromResult(starting.IsCompleted), TimeSpan.FromMilliseconds(100), "it is stored");
        Assert.Equal(ExecutionStatus.Completed, (await Ended(await starting)).Status);
    }

    [Fact]
    public async Task What_was_committed_although_nobody_heard_of_it_is_not_written_again()
    {
        var node = await OnlyNode();
        Database.LosesAnswer = true;
        var id = await Start(await NewWorkflow(new GraphText("start:start > q:ask > z:set", "start > g:gate").Config("z", """{"value":1}""")), on: node);
        await AdvanceUntil(() => Task.FromResult(!Database.LosesAnswer), TimeSpan.FromMilliseconds(100), "the answer is lost");
        Nodes.Gate("g").SetResult();
        await AdvanceUntil(async () => (await Row(id)).LeaseOwner is null, TimeSpan.FromMilliseconds(100), "the run waits for the task alone");
        await using var db = Core.Get<PortalStore>().Read(Tenant);
        Assert.Equal(TaskState.Open, (await db.WorkflowTasks.SingleAsync()).State);
        Assert.Equal(ExecutionStatus.Running, (await Row(id)).Status);
        Assert.Single(Core.Events(Tenant), told => told.Type == "approval.requested");
    }

    [Fact]
    public async Task Stopping_node_does_not_wait_for_a_database_that_is_away()
    {
        var node = await OnlyNode();
        var id = await Start(await NewWorkflow(CrashTests.Gated()), on: node);
        await Reached(id, _ => Nodes.Ran("g").Any(), "the step is under way");
        Database.Fault = FaultOf("network");
        var tries = Database.Tries;
        Nodes.Gate("g").SetResult();
        await WaitFor.Condition(() => Database.Tries > tries, "the result was to be stored");
        await node.Stop();

        Database.Fault = null;
        await StartNode();
        await AdvanceUntil(async () => (await Row(id)).CompletedAt is not null, TimeSpan.FromSeconds(5), "the next node has ended it");
        Assert.Equal((ExecutionStatus.Completed, 2), ((await Row(id)).Status, Nodes.Ran("g").Count()));
    }

    [Fact]
    public async Task Run_that_is_disturbed_while_it_is_given_back_is_looked_at()
    {
        var node = await OnlyNode();
        var id = await Start(await NewWorkflow(new GraphText("start:start > q:ask > z:set", "start > g:gate").Config("z", """{"value":1}""")), on: node);
        var task = await WaitFor.Value(async () => (await TaskOf(id))?.Id, "the task is open");
        await Reached(id, row => Nodes.Ran("g").Any() && row.LeaseOwner is not null, "the other step is under way");
        var hold = Database.HoldNext();
        var tries = Database.Tries;
        try
        {
            Nodes.Gate("g").SetResult();
            await WaitFor.Condition(() => Database.Tries > tries, "the run is being given back");
            await Core.Get<PortalStore>().Write(Tenant, async (db, token) =>
            {
                await Core.Make<TaskCompletion>().Complete(db, await db.WorkflowTasks.SingleAsync(row => row.Id == task, token), "{}", "usr_2", token);
                return true;
            }, None);
            // A run that waits its turn: the node claims it after it has seen to those that were disturbed.
            var limited = new GraphText("start:start > a:set") { Settings = new WorkflowSettings { MaxConcurrency = 1 } }.Config("a", """{"value":1}""");
            await Reached(await Start(await NewWorkflow(limited), on: node), row => row.Status == ExecutionStatus.Running, "the node has looked");
        }
        finally
        {
            // Or its engine would wait for it when it stops.
            hold.SetResult();
        }

        Assert.Equal(ExecutionStatus.Completed, (await Ended(id)).Status);
    }

    private async Task<WorkflowTask?> TaskOf(string executionId)
    {
        await using var db = Core.Get<PortalStore>().Read(Tenant);
        return await db.WorkflowTasks.SingleOrDefaultAsync(task => task.ExecutionId == executionId);
    }

    private async Task<TestEngine> OnlyNode()
    {
        await Engine.Stop();
        return await StartNode(given: Core.Make<PortalStore>(Database));
    }

    private static Exception FaultOf(string name) => name switch
    {
        "disk" => new SqliteException("disk I/O error", 10),
        "network" => new InvalidOperationException("Likely a transient failure.", new NpgsqlException("Failed to connect.", new IOException("Connection refused."))),
        "shutdown" => new PostgresException("terminating connection due to administrator command", "FATAL", "FATAL", "57P01"),
        _ => new TimeoutException("The operation has timed out."),
    };
}
