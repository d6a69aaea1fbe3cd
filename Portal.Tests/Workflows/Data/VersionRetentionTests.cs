using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Engine;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Workflows.Data;

public sealed class VersionRetentionOnSqliteTests(SqliteCore core) : VersionRetentionTests(core), IClassFixture<SqliteCore>;

public sealed class VersionRetentionOnPostgresTests(PostgresCore core) : VersionRetentionTests(core), IClassFixture<PostgresCore>;

/// <summary>Which versions go when nobody looks for them any more.</summary>
public abstract class VersionRetentionTests(CoreHost core)
{
    private const int Newest = 100;
    private readonly Actor _actor = Actor.System(core.NewTenant());
    private readonly DefinitionsBench _bench = new(core);

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Versions_go_that_were_not_published_nor_run_and_are_neither_new_nor_among_the_newest()
    {
        var id = (await _bench.Workflows.Create(_actor, DefinitionsBench.Read<WorkflowInput>("""{"name":"Saved","nodes":[{"id":"a","type":"sample-step"}]}"""), None)).Id;
        for (var version = 2; version <= 7; version++) await Save(id);
        await _bench.Versions.Publish(_actor, id, new() { Version = 2 }, None);
        await _bench.Versions.Publish(_actor, id, new() { Version = 5 }, None);
        await Run(id, 4);
        while (await Save(id) < Newest + 6) continue;

        // A day has to pass first.
        await Sweep();
        Assert.Equal(Newest + 6, (await Numbers(id)).Count);
        core.Time.Advance(TimeSpan.FromHours(25));
        await Sweep();
        Assert.Equal([2, 4, 5, .. Enumerable.Range(7, Newest)], await Numbers(id));

        foreach (var gone in new Func<Task>[]
        {
            () => _bench.Workflows.Get(_actor.Tenant, id, 3, None), () => _bench.Versions.Restore(_actor, id, 3, None), () => _bench.Versions.Publish(_actor, id, new() { Version = 3 }, None),
            () => _bench.Versions.Diff(_actor.Tenant, id, 3, 5, None), () => _bench.Versions.Diff(_actor.Tenant, id, null, 3, None), () => _bench.Transfer.Export(_actor.Tenant, id, 3, None),
        }) Assert.Equal(ErrorCode.WorkflowNotFound, (await Assert.ThrowsAsync<ProblemException>(gone)).Problem.Code);
        Assert.Equal(Newest + 3, (await _bench.Versions.List(_actor.Tenant, id, new(), None)).Total);
        // What comes before a version is the one that is there.
        Assert.Equal((2, 4), await Compared(id, 4));
        Assert.Equal((2, 2), await Compared(id, 2));
        Assert.Equal(Newest + 7, (await _bench.Versions.Restore(_actor, id, 4, None)).Version);

        // The run is no longer on record, and neither is what it ran.
        await core.Get<PortalStore>().Write(_actor.Tenant, (db, token) => db.WorkflowExecutions.Where(run => run.WorkflowId == id).ExecuteDeleteAsync(token), None);
        await Sweep();
        Assert.Equal([2, 5, .. Enumerable.Range(8, Newest)], await Numbers(id));
    }

    private Task<int> Sweep() => core.Get<RetentionSweep>().Sweep(None);

    private async Task<(int From, int To)> Compared(string id, int to)
    {
        var diff = await _bench.Versions.Diff(_actor.Tenant, id, null, to, None);
        return (diff.From, diff.To);
    }

    private async Task<int> Save(string id)
    {
        var saved = await _bench.Workflows.Get(_actor.Tenant, id, null, None);
        return (await _bench.Workflows.Update(_actor, id, new() { Settings = saved.Settings with { TimeoutSeconds = saved.Version } }, None)).Version;
    }

    private Task<bool> Run(string id, int version) => core.Get<PortalStore>().Write(_actor.Tenant, (db, _) =>
    {
        var now = core.Time.GetUtcNow();
        db.Add(new WorkflowExecution { Id = $"exe_{id}", WorkflowId = id, Version = version, Status = ExecutionStatus.Completed, TriggerType = "api", Input = "{}", CreatedBy = "usr_1", CreatedAt = now, CompletedAt = now });
        return Task.FromResult(true);
    }, None);

    private async Task<List<int>> Numbers(string id)
    {
        await using var db = core.Get<PortalStore>().Read(_actor.Tenant);
        return await db.WorkflowVersions.Where(version => version.WorkflowId == id).Select(version => version.Number).Order().ToListAsync(None);
    }
}
