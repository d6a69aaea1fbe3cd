using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;
using Portal.Core.Workflows.Tasks;

namespace Portal.Core.Workflows.Engine;

/// <summary>This node's hold on runs: takes those that are due and free, prolongs, gives back.</summary>
internal sealed class RunClaims(PortalStore store, PlanCache plans, DatabaseOptions database, WorkflowOptions options, string node, TimeProvider time)
{
    private const int MostClaimed = 100;

    // The name under which nodes agree on who counts a limited workflow's runs.
    private const long LockName = 0x776f_726b_666c;

    /// <summary>Whether more may be due than was taken.</summary>
    public bool HasMore { get; private set; }

    /// <summary>Takes a run that is not stored yet.</summary>
    public void Take(WorkflowExecution row, WorkflowPlan plan)
    {
        var now = time.GetUtcNow();
        (row.LeaseOwner, row.LeaseUntil, row.LeaseNumber, row.DueAt) = (node, now + options.Lease, row.LeaseNumber + 1, null);
        Begin(row, plan, now);
    }

    /// <summary>Whether a new run may begin at once, as far as this node can tell: other nodes' runs of a limited workflow it cannot.</summary>
    public bool MayBeginHere(WorkflowPlan plan, IEnumerable<RunState> held)
    {
        if (plan.Settings.MaxConcurrency is not { } most) return true;
        return database.Provider == DatabaseProvider.Sqlite && held.Count(run => run.Plan.WorkflowId == plan.WorkflowId) < most;
    }

    /// <summary>SQLite has one node: a lease of another one is that of a process that died.</summary>
    public Task FreeOwnPast(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        return database.Provider == DatabaseProvider.Postgres
            ? Task.CompletedTask
            : store.WriteAcross((db, token) => db.Across<WorkflowExecution>().Where(row => row.LeaseUntil != null)
                .ExecuteUpdateAsync(row => row.SetProperty(x => x.LeaseOwner, (string?)null).SetProperty(x => x.LeaseUntil, (DateTimeOffset?)null).SetProperty(x => x.DueAt, now), token), cancellation);
    }

    /// <summary>Takes runs that are due, those of higher priority first, and those whose node let its lease run out.</summary>
    /// <param name="isHeld">Whether this node has a run: its own lease may have run out while the process slept.</param>
    public async Task<List<WorkflowExecution>> Due(int most, Func<string, bool> isHeld, CancellationToken cancellation)
    {
        var full = new HashSet<string>(StringComparer.Ordinal);
        var wanted = Math.Min(most, MostClaimed);
        while (true)
        {
            var candidates = await Candidates(full, wanted, cancellation);
            HasMore = candidates.Count == wanted || full.Count > 0;
            candidates.RemoveAll(row => isHeld(row.Id));
            if (candidates.Count == 0) return [];
            var settings = new Dictionary<string, WorkflowPlan?>(StringComparer.Ordinal);
            foreach (var row in candidates) settings[row.Id] = await PlanOf(row, cancellation);
            var taken = await store.WriteAcross((db, token) => Take(db, settings, full, token), cancellation);
            // Workflows that are at their limit stand in front of others: those are looked for behind them.
            if (taken.Count > 0 || full.Count == 0) return taken;
        }
    }

    private async Task<List<WorkflowExecution>> Candidates(HashSet<string> full, int most, CancellationToken cancellation)
    {
        await using var db = store.ReadAcross();
        var names = full.ToArray();
        return await Free(db, time.GetUtcNow()).Where(row => !names.Contains(row.WorkflowId)).OrderByDescending(row => row.Priority).ThenBy(row => row.DueAt).Take(most).ToListAsync(cancellation);
    }

    private static IQueryable<WorkflowExecution> Free(PortalDbContext db, DateTimeOffset now) =>
        db.Across<WorkflowExecution>().Where(row => (row.DueAt <= now && row.LeaseUntil == null) || row.LeaseUntil < now);

    private async Task<WorkflowPlan?> PlanOf(WorkflowExecution row, CancellationToken cancellation)
    {
        try
        {
            return await plans.Plan(new Tenant(row.OrganizationId, row.Mode), row.WorkflowId, row.Version, cancellation);
        }
        catch (ProblemException)
        {
            // Whoever loads the run says what is wrong with it.
            return null;
        }
    }

    private async Task<List<WorkflowExecution>> Take(PortalDbContext db, Dictionary<string, WorkflowPlan?> found, HashSet<string> full, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var ids = found.Keys.ToArray();
        var rows = await Free(db, now).Where(row => ids.Contains(row.Id)).OrderByDescending(row => row.Priority).ThenBy(row => row.DueAt).ToListAsync(cancellation);
        var taken = new List<WorkflowExecution>(rows.Count);
        foreach (var row in rows)
        {
            var plan = found[row.Id];
            if (full.Contains(row.WorkflowId)) continue;
            if (plan?.Settings.MaxConcurrency is { } most && !await HasPlace(db, row.WorkflowId, most, now, cancellation))
            {
                full.Add(row.WorkflowId);
                continue;
            }

            (row.LeaseOwner, row.LeaseUntil, row.LeaseNumber, row.DueAt) = (node, now + options.Lease, row.LeaseNumber + 1, null);
            if (plan is not null) Begin(row, plan, now);
            taken.Add(row);
            // What is counted next must see it.
            if (plan?.Settings.MaxConcurrency is not null) await db.SaveChangesAsync(cancellation);
        }

        return taken;
    }

    private static async Task<bool> HasPlace(PortalDbContext db, string workflowId, int most, DateTimeOffset now, CancellationToken cancellation) =>
        await db.TryLock(LockName, cancellation)
        && await db.Across<WorkflowExecution>().CountAsync(other => other.WorkflowId == workflowId && other.LeaseUntil >= now, cancellation) < most;

    private static void Begin(WorkflowExecution row, WorkflowPlan plan, DateTimeOffset now)
    {
        if (row.StartedAt is not null) return;
        (row.Status, row.StartedAt) = (ExecutionStatus.Running, now);
        if (plan.Settings.TimeoutSeconds is { } seconds) row.DeadlineAt = now.AddSeconds(seconds);
    }

    /// <summary>Runs of this node that somebody made due, and whether they are to end. Forgets that they were.</summary>
    public async Task<List<(string Id, bool IsCancelled)>> Disturbed(CancellationToken cancellation)
    {
        await using (var db = store.ReadAcross())
        {
            if (!await db.Across<WorkflowExecution>().AnyAsync(row => row.LeaseOwner == node && row.DueAt != null, cancellation)) return [];
        }

        return await store.WriteAcross(async (db, token) =>
        {
            var rows = await db.Across<WorkflowExecution>().Where(row => row.LeaseOwner == node && row.DueAt != null).ToListAsync(token);
            foreach (var row in rows) row.DueAt = null;
            return rows.ConvertAll(row => (row.Id, row.CancelRequested));
        }, cancellation);
    }

    /// <returns>The runs that are still this node's.</returns>
    public Task<HashSet<string>> Renew(List<RunState> runs, CancellationToken cancellation)
    {
        var until = time.GetUtcNow() + options.Lease;
        var numbers = runs.ToDictionary(run => run.Row.Id, run => run.Row.LeaseNumber, StringComparer.Ordinal);
        var names = numbers.Keys.ToArray();
        return store.WriteAcross(async (db, token) =>
        {
            await db.Across<WorkflowExecution>().Where(row => names.Contains(row.Id) && row.LeaseOwner == node).ExecuteUpdateAsync(row => row.SetProperty(x => x.LeaseUntil, until), token);
            var rows = await db.Across<WorkflowExecution>().Where(row => names.Contains(row.Id) && row.LeaseOwner == node).Select(row => new { row.Id, row.LeaseNumber }).ToListAsync(token);
            return rows.Where(row => numbers[row.Id] == row.LeaseNumber).Select(row => row.Id).ToHashSet(StringComparer.Ordinal);
        }, cancellation);
    }

    /// <summary>Gives runs back that this node will not go on with, for others to take at once.</summary>
    public Task GiveBack(List<RunState> runs, CancellationToken cancellation)
    {
        if (runs.Count == 0) return Task.CompletedTask;
        var names = runs.Select(run => run.Row.Id).ToArray();
        var now = time.GetUtcNow();
        return store.WriteAcross((db, token) => db.Across<WorkflowExecution>().Where(row => names.Contains(row.Id) && row.LeaseOwner == node)
            .ExecuteUpdateAsync(row => row.SetProperty(x => x.LeaseOwner, (string?)null).SetProperty(x => x.LeaseUntil, (DateTimeOffset?)null).SetProperty(x => x.DueAt, now), token), cancellation);
    }

    /// <summary>Ends a run that cannot be loaded or stored, with what it waits for.</summary>
    public Task Fail(WorkflowExecution claimed, string code, string message, CancellationToken cancellation) => store.WriteAcross(async (db, token) =>
    {
        var row = await db.Across<WorkflowExecution>().SingleOrDefaultAsync(row => row.Id == claimed.Id && row.LeaseOwner == node && row.LeaseNumber == claimed.LeaseNumber, token);
        if (row is null) return false;
        // Of a workflow that is gone nothing can be loaded, and its runs were cancelled with it.
        (row.Status, row.ErrorCode, row.ErrorMessage) = row.CancelRequested ? (ExecutionStatus.Cancelled, "CANCELLED", "The run was cancelled.") : (ExecutionStatus.Failed, code, message);
        row.CompletedAt = time.GetUtcNow();
        (row.LeaseOwner, row.LeaseUntil, row.DueAt, row.Sequence) = (null, null, null, row.Sequence + 1);
        var now = row.CompletedAt.Value;
        await db.Across<WorkflowStep>().Where(step => step.ExecutionId == row.Id && step.Status == ExecutionStatus.Running)
            .ExecuteUpdateAsync(step => step.SetProperty(x => x.Status, ExecutionStatus.Cancelled).SetProperty(x => x.CompletedAt, now).SetProperty(x => x.WaitsUntil, (DateTimeOffset?)null).SetProperty(x => x.WaitsFor, (string?)null), token);
        await db.Across<WorkflowTask>().Where(task => task.ExecutionId == row.Id && task.State == TaskState.Open).ExecuteUpdateAsync(task => task.SetProperty(x => x.State, TaskState.Cancelled), token);
        await db.Across<WorkflowExecution>().Where(child => child.ParentId == row.Id && child.CompletedAt == null)
            .ExecuteUpdateAsync(child => child.SetProperty(x => x.CancelRequested, true).SetProperty(x => x.DueAt, now), token);
        if (row.ParentId is { } parentId)
        {
            await db.Across<WorkflowExecution>().Where(parent => parent.Id == parentId && parent.CompletedAt == null).ExecuteUpdateAsync(parent => parent.SetProperty(x => x.DueAt, now), token);
        }

        return true;
    }, cancellation);
}
