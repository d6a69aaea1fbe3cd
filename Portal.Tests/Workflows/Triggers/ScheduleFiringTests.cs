using Portal.Core.Billing;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Workflows.Engine;
using Portal.Core.Workflows.Triggers;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Workflows.Triggers;

public sealed class ScheduleFiringOnSqliteTests(SqliteCore core) : ScheduleFiringTests(core), IClassFixture<SqliteCore>;

public sealed class ScheduleFiringOnPostgresTests(PostgresCore core) : ScheduleFiringTests(core), IClassFixture<PostgresCore>;

/// <summary>Schedules start runs: each time once, whatever happens.</summary>
public abstract class ScheduleFiringTests(CoreHost core) : TriggerTest(core)
{
    private const string Hourly = """{"cron":"0 * * * *","time_zone":"UTC"}""";

    private DateTimeOffset Now => Core.Time.GetUtcNow();

    [Fact]
    public async Task Due_schedule_starts_a_run_and_knows_its_next_time()
    {
        var due = await Due(Hourly);
        Assert.True(await Schedules().FireDue(None));
        var run = Assert.Single(await Runs(due.WorkflowId));
        Assert.Equal(("schedule", "start", "start"), (run.TriggerType, run.TriggerNodeId, run.CreatedBy));
        Assert.Equal(due.NextAt, InputOf(run, "trigger").GetProperty("time").GetDateTimeOffset());
        var row = await Row(due.Id);
        Assert.Equal((Now, null), (row.LastAt, row.LastError));
        Assert.True(row.NextAt > Now && row.NextAt <= Now.AddHours(1));
        await Schedules().FireDue(None);
        Assert.Single(await Runs(due.WorkflowId));
    }

    [Fact]
    public async Task Nodes_that_fire_at_once_start_one_run()
    {
        var due = await Due(Hourly);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Schedules().FireDue(None)));
        Assert.Single(await Runs(due.WorkflowId));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Schedules().Fire(due.Id, due.NextAt!.Value, None)));
        Assert.Single(await Runs(due.WorkflowId));
        Assert.Equal(1, await Core.Get<OrganizationUsage>().Used(Tenant.OrganizationId, UsageKind.WorkflowExecutions));
    }

    [Fact]
    public async Task Unit_that_does_not_commit_has_fired_nothing_and_the_next_look_fires()
    {
        var due = await Due(Hourly);
        // The process dies after the run was added and before the commit.
        var dying = Core.Make<PortalStore>(new DyingTransactions(Core.Get<IWriteTransactions>()));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Core.Make<Schedules>(dying).Fire(due.Id, due.NextAt!.Value, None));
        Assert.Empty(await Runs(due.WorkflowId));
        Assert.Equal(due.NextAt, (await Row(due.Id)).NextAt);
        await Schedules().FireDue(None);
        Assert.Single(await Runs(due.WorkflowId));
    }

    [Fact]
    public async Task Times_missed_while_down_are_made_up_for_by_one_run()
    {
        var due = await Due(Hourly, late: TimeSpan.FromHours(5));
        await Schedules().FireDue(None);
        Assert.Equal(due.NextAt, InputOf(Assert.Single(await Runs(due.WorkflowId)), "trigger").GetProperty("time").GetDateTimeOffset());
        Assert.True((await Row(due.Id)).NextAt > Now);
    }

    [Fact]
    public async Task Missed_times_are_skipped_where_that_is_wanted_and_a_late_look_is_no_miss()
    {
        const string Skip = """{"cron":"0 * * * *","misfire":"skip"}""";
        var missed = await Due(Skip, late: TimeSpan.FromHours(5));
        var late = await Due(Skip, late: TimeSpan.FromSeconds(40));
        await Schedules().FireDue(None);
        Assert.Empty(await Runs(missed.WorkflowId));
        Assert.True((await Row(missed.Id)).NextAt > Now);
        Assert.Single(await Runs(late.WorkflowId));
    }

    [Fact]
    public async Task Schedule_that_is_switched_off_or_can_no_longer_be_read_starts_nothing()
    {
        var off = await Due(Hourly);
        var unreadable = await Due("""{"cron":"0 * * * *","time_zone":"Europe/Atlantis"}""");
        await Store(db => db.WorkflowTriggers.Where(row => row.Id == off.Id).AsEnumerable().Select(row => row.IsActive = false).ToList());
        Assert.True(await Schedules().FireDue(None));
        Assert.Empty(await Runs(off.WorkflowId));
        var row = await Row(unreadable.Id);
        Assert.Null(row.NextAt);
        Assert.Contains("time zone", row.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Workflow_that_cannot_be_run_is_noted_and_keeps_no_other_from_it()
    {
        var broken = await Due(Hourly);
        await Store(db =>
        {
            db.RemoveRange(db.WorkflowVersions.Where(version => version.WorkflowId == broken.WorkflowId).ToList());
            db.RemoveRange(db.Workflows.Where(row => row.Id == broken.WorkflowId).ToList());
            return true;
        });
        Core.Get<IClusterSignals>().Send(SignalTopics.Workflow, broken.WorkflowId);
        var good = await Due(Hourly);
        Assert.True(await Schedules().FireDue(None));
        Assert.NotNull((await Row(broken.Id)).LastError);
        Assert.True((await Row(broken.Id)).NextAt > Now);
        Assert.Single(await Runs(good.WorkflowId));
    }

    [Fact]
    public async Task Worker_wakes_when_the_next_one_is_due_and_when_a_workflow_changes()
    {
        var worker = Core.Make<ScheduleWorker>(Schedules());
        await worker.StartAsync(None);
        try
        {
            // Published while it sleeps; the signal wakes it.
            var trigger = await NewTrigger(TriggerKind.Schedule, """{"every_minutes":10}""", Now.AddSeconds(3));
            await AdvanceUntil(async () => (await Runs(trigger.WorkflowId)).Count == 1);
            await AdvanceUntil(async () => (await Runs(trigger.WorkflowId)).Count == 2);
        }
        finally
        {
            await worker.StopAsync(None);
        }
    }

    // Steps that are small beside the pauses, so that whoever sleeps wakes in order.
    private Task AdvanceUntil(Func<Task<bool>> condition) => WaitFor.Condition(async () =>
    {
        if (await condition()) return true;
        Core.Time.Advance(TimeSpan.FromSeconds(5));
        return false;
    }, "the schedule has fired");

    private Schedules Schedules() => Core.Make<Schedules>();

    private Task<TriggerRow> Due(string config, TimeSpan late = default) => NewTrigger(TriggerKind.Schedule, config, Now - late);

    private sealed class DyingTransactions(IWriteTransactions transactions) : IWriteTransactions
    {
        public Task<T> Commit<T>(Tenant? tenant, Func<PortalDbContext, CancellationToken, Task<T>> work, CancellationToken cancellation) => transactions.Commit<T>(tenant, async (db, token) =>
        {
            await work(db, token);
            await db.SaveChangesAsync(token);
            throw new InvalidOperationException("The power is gone.");
        }, cancellation);
    }
}
