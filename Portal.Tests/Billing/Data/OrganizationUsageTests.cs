using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Billing;
using Portal.Core.Gateway;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Billing.Data;

public sealed class OrganizationUsageOnSqliteTests(SqliteCore core) : OrganizationUsageTests(core), IClassFixture<SqliteCore>;

public sealed class OrganizationUsageOnPostgresTests(PostgresCore core) : OrganizationUsageTests(core), IClassFixture<PostgresCore>;

/// <summary>Counts of organizations: over restarts, days, months and several nodes.</summary>
public abstract class OrganizationUsageTests(CoreHost core)
{
    private const UsageKind Kind = UsageKind.WorkflowExecutions;
    private readonly ManualTime _time = new(new DateTimeOffset(2024, 1, 30, 12, 0, 0, TimeSpan.Zero));
    private readonly string _organization = core.NewTenant().OrganizationId;

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Use_is_allowed_up_to_the_limit_and_a_refusal_counts_nothing()
    {
        using var usage = Node();
        Assert.True(await usage.TryUse(_organization, Kind, 3, 2));
        Assert.False(await usage.TryUse(_organization, Kind, 3, 2));
        Assert.True(await usage.TryUse(_organization, Kind, 3));
        Assert.False(await usage.TryUse(_organization, Kind, 3));
        Assert.True(await usage.TryUse(_organization, Kind, null));
        Assert.Equal(4, await usage.Used(_organization, Kind));
        Assert.Equal(0, await usage.Used(_organization, UsageKind.AiCalls));
    }

    [Fact]
    public async Task Counts_go_on_after_a_restart_where_they_left_off()
    {
        using (var before = Node())
        {
            await before.TryUse(_organization, Kind, 10, 7);
            await before.StopAsync(None);
        }

        using var after = Node();
        Assert.Equal(7, await after.Used(_organization, Kind));
        Assert.False(await after.TryUse(_organization, Kind, 10, 4));
        Assert.True(await after.TryUse(_organization, Kind, 10, 3));
    }

    [Fact]
    public async Task Stop_after_the_end_does_nothing()
    {
        var usage = Node();
        await usage.Count(_organization, Kind, 5);
        await usage.StopAsync(None);
        usage.Dispose();
        await usage.StopAsync(None);
        usage.Dispose();
        using var after = Node();
        Assert.Equal(5, await after.Used(_organization, Kind));
    }

    [Fact]
    public async Task Counts_are_kept_by_day_and_begin_anew_with_the_month()
    {
        using var usage = Node();
        await usage.Count(_organization, Kind, 5);
        _time.Advance(TimeSpan.FromDays(1));
        await usage.Count(_organization, Kind, 6);
        Assert.Equal(11, await usage.Used(_organization, Kind));
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, await usage.Used(_organization, Kind));
        Assert.True(await usage.TryUse(_organization, Kind, 1));
        await usage.Flush(None);
        Assert.Equal([("2024-01-30", 5), ("2024-01-31", 6), ("2024-02-01", 1)], await Days());
        Assert.Equal(1, await usage.Used(_organization, Kind));
        using var other = Node();
        Assert.Equal(1, await other.Used(_organization, Kind));
    }

    [Fact]
    public async Task What_is_given_back_goes_to_the_day_that_it_was_used_on()
    {
        using var usage = Node();
        _time.AdvanceTo(new DateTimeOffset(2024, 1, 31, 23, 59, 59, TimeSpan.Zero));
        var usedAt = _time.GetUtcNow();
        await usage.Count(_organization, Kind, 3);
        await usage.Flush(None);
        _time.Advance(TimeSpan.FromSeconds(2));
        await usage.Return(_organization, Kind, 2, usedAt);
        Assert.Equal(0, await usage.Used(_organization, Kind));
        await usage.Flush(None);
        Assert.Equal([("2024-01-31", 1)], await Days());
    }

    [Fact]
    public async Task Nodes_add_up_and_learn_of_each_other_with_each_write()
    {
        using var one = Node();
        using var other = Node();
        Assert.Equal(0, await one.Used(_organization, Kind) + await other.Used(_organization, Kind));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            var node = i % 2 == 0 ? one : other;
            for (var use = 0; use < 50; use++) Assert.True(await node.TryUse(_organization, Kind, 2000));
            await node.Flush(None);
        }));
        await Task.WhenAll(one.Flush(None), other.Flush(None));
        await one.Count(_organization, Kind, 1);
        await one.Flush(None);
        Assert.Equal(1001, await one.Used(_organization, Kind));
        Assert.Equal(1001, (await Days()).Sum(day => day.Amount));
        Assert.True(await other.TryUse(_organization, Kind, 5000));
        await other.Flush(None);
        Assert.Equal(1002, await other.Used(_organization, Kind));
    }

    [Fact]
    public async Task Counting_goes_on_while_a_write_is_under_way()
    {
        using var usage = Node();
        await usage.Used(_organization, Kind);
        var done = false;
        var flushing = Task.Run(async () =>
        {
            while (!Volatile.Read(ref done)) await usage.Flush(None);
        });
        for (var use = 0; use < 20_000; use++) Assert.True(await usage.TryUse(_organization, Kind, 20_000));
        Assert.False(await usage.TryUse(_organization, Kind, 20_000));
        Volatile.Write(ref done, true);
        await flushing;
        await usage.Flush(None);
        Assert.Equal(20_000, (await Days()).Sum(day => day.Amount));
    }

    [Fact]
    public async Task Host_writes_counts_by_itself()
    {
        using var usage = Node();
        await usage.StartAsync(None);
        await usage.Count(_organization, Kind, 2);
        await WaitFor.Condition(() => _time.ArmedTimers > 0, "the writer sleeps");
        _time.Advance(TimeSpan.FromSeconds(1));
        await WaitFor.Condition(async () => (await Days()) is [("2024-01-30", 2)], "the counts are written");
        await usage.Count(_organization, Kind, 3);
        await usage.StopAsync(None);
        Assert.Equal([("2024-01-30", 5)], await Days());
    }

    [Fact]
    public async Task Plan_decides_what_is_allowed_and_a_change_of_it_holds_at_once()
    {
        await SetPlan(Plan.Free);
        var quotas = core.Get<UsageQuotas>();
        await quotas.Use(_organization, UsageKind.AiCalls, 50);
        var problem = (await Assert.ThrowsAsync<ProblemException>(() => quotas.Use(_organization, UsageKind.AiCalls).AsTask())).Problem;
        Assert.Equal((ErrorCode.AiQuotaExceeded, "The free plan's 50 AI calls of this month are used up."), (problem.Code, problem.Message));
        Assert.Equal(("ai_api_calls", "free", 50L, 50L), (problem.Details["limit"], problem.Details["plan"], problem.Details["quota"], problem.Details["used"]));
        Assert.Equal(new DateTimeOffset(2024, 2, 1, 0, 0, 0, TimeSpan.Zero), problem.Details["reset_date"]);
        var executions = (await Assert.ThrowsAsync<ProblemException>(() => quotas.Use(_organization, Kind, 101).AsTask())).Problem;
        Assert.Equal((ErrorCode.QuotaExceeded, "workflow_executions", 0L), (executions.Code, executions.Details["limit"], executions.Details["used"]));
        await SetPlan(Plan.Enterprise);
        await quotas.Use(_organization, UsageKind.AiCalls, 1_000_000);
    }

    [Fact]
    public async Task Asking_for_an_execution_neither_waits_nor_allocates()
    {
        await SetPlan(Plan.Enterprise);
        var quotas = core.Get<UsageQuotas>();
        await quotas.Use(_organization, Kind);
        Assert.True(IsDone(quotas.Use(_organization, Kind)));
        // Of this part alone: what the compiler makes of async methods allocates in debug builds.
        var usage = core.Get<OrganizationUsage>();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var use = 0; use < 10_000; use++) Assert.True(IsTrue(usage.TryUse(_organization, Kind, null)));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000);

        static bool IsDone(ValueTask use) => use.IsCompletedSuccessfully;
        static bool IsTrue(ValueTask<bool> use) => use is { IsCompletedSuccessfully: true, Result: true };
    }

    private OrganizationUsage Node() => core.Make<OrganizationUsage>(_time);

    private async Task<List<(string Day, long Amount)>> Days()
    {
        await using var db = core.Get<PortalStore>().ReadAcross();
        var rows = await db.Across<UsageDay>().Where(row => row.OrganizationId == _organization && row.Kind == Kind).OrderBy(row => row.Day).ToListAsync();
        return [.. rows.Select(row => (row.Day.ToString("yyyy-MM-dd", null), row.Amount))];
    }

    private async Task SetPlan(Plan plan)
    {
        await core.Get<PortalStore>().WriteAcross(async (db, token) =>
        {
            if (await db.Organizations.FindAsync([_organization], token) is { } organization) organization.Plan = plan;
            else db.Add(new Organization { Id = _organization, Name = "Test", Plan = plan });
            return true;
        }, None);
        core.Get<IClusterSignals>().Send(SignalTopics.Organization, _organization);
    }
}
