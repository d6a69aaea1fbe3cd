using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;
using Portal.Core.Workflows;
using Portal.Core.Workflows.Engine;
using Portal.Core.Workflows.History;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Workflows.Engine;

public sealed class RunClaimsOnSqliteTests(SqliteCore core) : RunClaimsTests(core), IClassFixture<SqliteCore>;

public sealed class RunClaimsOnPostgresTests(PostgresCore core) : RunClaimsTests(core), IClassFixture<PostgresCore>;

/// <summary>A node's hold on runs that others want something of.</summary>
public abstract class RunClaimsTests(CoreHost core)
{
    private readonly Tenant _tenant = core.NewTenant();
    private readonly string _node = core.Get<IdGenerator>().New("node");

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Run_that_is_to_end_only_after_it_was_found_disturbed_is_ended_all_the_same()
    {
        var claims = Claims();
        var id = await HeldRun();
        await Change(id, row => row.DueAt = core.Time.GetUtcNow());
        Assert.Equal([id], await claims.Disturbed(None));

        await Change(id, row => (row.CancelRequested, row.DueAt) = (true, core.Time.GetUtcNow()));

        Assert.Equal([id], await claims.Calm([id], None));
        Assert.Empty(await claims.Disturbed(None));
    }

    [Fact]
    public async Task Run_that_nobody_works_on_ends_as_soon_as_it_is_cancelled_and_wakes_the_run_around_it()
    {
        var around = await HeldRun();
        var id = await HeldRun();
        await Change(id, row => (row.LeaseOwner, row.LeaseUntil, row.ParentId) = (null, null, around));

        var shown = await core.Get<ExecutionService>().Cancel(Actor.System(_tenant), id, None);

        Assert.Equal((ExecutionStatus.Cancelled, core.Time.GetUtcNow()), (shown.Status, shown.CompletedAt));
        Assert.Equal([around], await Claims().Disturbed(None));
    }

    private RunClaims Claims() => core.Make<RunClaims>(new RunPlaces(1, 1), new WorkflowOptions(), _node);

    private Task<string> HeldRun() => core.Get<PortalStore>().Write(_tenant, (db, _) =>
    {
        var now = core.Time.GetUtcNow();
        var row = new WorkflowExecution
        {
            Id = core.Get<IdGenerator>().New("exe"), WorkflowId = "wf_1", TriggerType = "api", Input = "{}", CreatedBy = "usr_1", CreatedAt = now, StartedAt = now,
            LeaseOwner = _node, LeaseUntil = now.AddSeconds(30), LeaseNumber = 1,
        };
        db.Add(row);
        return Task.FromResult(row.Id);
    }, None);

    private Task Change(string id, Action<WorkflowExecution> change) => core.Get<PortalStore>().Write(_tenant, async (db, token) =>
    {
        change((await db.WorkflowExecutions.FindAsync([id], token))!);
        return true;
    }, None);
}
