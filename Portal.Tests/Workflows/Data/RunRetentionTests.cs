using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;
using Portal.Core.Workflows;
using Portal.Core.Workflows.Engine;
using Portal.Core.Workflows.Tasks;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Workflows.Data;

public sealed class RunRetentionOnSqliteTests(SqliteCore core) : RunRetentionTests(core), IClassFixture<SqliteCore>;

public sealed class RunRetentionOnPostgresTests(PostgresCore core) : RunRetentionTests(core), IClassFixture<PostgresCore>;

/// <summary>Runs go with their age, and all that belongs to them goes along.</summary>
public abstract class RunRetentionTests(CoreHost core)
{
    private readonly Tenant _tenant = core.NewTenant();
    private readonly int _days = new WorkflowOptions().RetentionDays;

    [Fact]
    public async Task Runs_that_ended_long_ago_go_with_their_steps_blobs_effects_and_tasks_and_no_others()
    {
        var now = core.Time.GetUtcNow();
        var old = await NewRun(now.AddDays(-_days).AddSeconds(-1));
        var younger = await NewRun(now.AddDays(-_days).AddSeconds(1));
        var unended = await NewRun(null);
        Assert.Equal((1, 1, 1, 1, 1), await Counts(old));

        await core.Get<RetentionSweep>().Sweep(CancellationToken.None);

        Assert.Equal((0, 0, 0, 0, 0), await Counts(old));
        Assert.Equal((1, 1, 1, 1, 1), await Counts(younger));
        Assert.Equal((1, 1, 1, 1, 1), await Counts(unended));
    }

    private Task<string> NewRun(DateTimeOffset? completedAt) => core.Get<PortalStore>().Write(_tenant, (db, _) =>
    {
        var (ids, created) = (core.Get<IdGenerator>(), core.Time.GetUtcNow().AddDays(-2 * _days));
        var run = new WorkflowExecution
        {
            Id = ids.New("exe"), WorkflowId = "wf_1", TriggerType = "api", Input = "{}", CreatedBy = "usr_1", CreatedAt = created, CompletedAt = completedAt,
            Status = completedAt is null ? ExecutionStatus.Running : ExecutionStatus.Completed,
        };
        db.AddRange(
            run,
            new WorkflowStep { ExecutionId = run.Id, Number = 1, NodeId = "a", StartedAt = created },
            new WorkflowBlob { ExecutionId = run.Id, Step = 1, Data = [1] },
            new WorkflowEffect { ExecutionId = run.Id, Step = 1, Result = "{}", CreatedAt = created },
            new WorkflowTask { Id = ids.New("apr"), WorkflowId = "wf_1", ExecutionId = run.Id, NodeId = "a", Title = "Go on?", Details = "{}", CreatedAt = created });
        return Task.FromResult(run.Id);
    }, CancellationToken.None);

    private async Task<(int Runs, int Steps, int Blobs, int Effects, int Tasks)> Counts(string run)
    {
        await using var db = core.Get<PortalStore>().Read(_tenant);
        return (
            await db.WorkflowExecutions.CountAsync(row => row.Id == run), await db.WorkflowSteps.CountAsync(row => row.ExecutionId == run), await db.Set<WorkflowBlob>().CountAsync(row => row.ExecutionId == run),
            await db.WorkflowEffects.CountAsync(row => row.ExecutionId == run), await db.WorkflowTasks.CountAsync(row => row.ExecutionId == run));
    }
}
