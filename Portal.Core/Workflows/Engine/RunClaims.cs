using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;
using Portal.Core.Workflows.Definitions;

namespace Portal.Core.Workflows.Engine;

/// <summary>This node's hold on runs: takes those that are due and free, prolongs, gives back.</summary>
internal sealed class RunClaims(PortalStore store, PlanCache plans, RunPlaces places, RunEnds ends, DatabaseOptions database, WorkflowOptions options, string node, TimeProvider time)
{
    private const int MostClaimed = 100;
    private volatile HashSet<string> _full = [];

    /// <summary>Takes a run that is not stored yet.</summary>
    public void Take(WorkflowExecution row, WorkflowPlan plan)
    {
        var now = time.GetUtcNow();
        Lease(row, now);
        Begin(row, plan, now);
    }

    /// <summary>Whether runs of the workflow waited for its others when runs were last looked for.</summary>
    public bool IsFull(string workflowId) => _full.Contains(workflowId);

    /// <summary>SQLite has one node: a lease of another one is that of a process that died.</summary>
    public Task FreeOwnPast(CancellationToken cancellation) => database.Provider == DatabaseProvider.Postgres ? Task.CompletedTask : Free(_ => true, cancellation);

    /// <summary>Gives all back that this node has, for others to take at once: what it has claimed and not loaded too.</summary>
    public Task GiveBack(CancellationToken cancellation) => Free(row => row.LeaseOwner == node, cancellation);

    private Task<int> Free(Expression<Func<WorkflowExecution, bool>> which, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        return store.WriteAcross((db, token) => db.Across<WorkflowExecution>().Where(row => row.LeaseUntil != null).Where(which)
            .ExecuteUpdateAsync(row => row.SetProperty(x => x.LeaseOwner, (string?)null).SetProperty(x => x.LeaseUntil, (DateTimeOffset?)null).SetProperty(x => x.DueAt, now), token), cancellation);
    }

    /// <summary>
    /// Takes runs that are due, those of higher priority first, and those whose node let its lease run out. Each of them
    /// has its place among <see cref="RunPlaces"/>, which is to be left with it.
    /// </summary>
    /// <param name="isHeld">Whether this node has a run: its own lease may have run out while the process slept.</param>
    public async Task<List<WorkflowExecution>> Due(int most, Func<string, bool> isHeld, CancellationToken cancellation)
    {
        var full = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            // What is at its limit, organizations and workflows, stands in front of others: those are looked for behind it.
            var candidates = await Candidates(full, Math.Min(most, MostClaimed), cancellation);
            candidates.RemoveAll(candidate => isHeld(candidate.Id));
            if (candidates.Count == 0) break;
            candidates.RemoveAll(candidate => !places.TryTake(candidate.OrganizationId));
            if (candidates.Count > 0)
            {
                var taken = await Take(candidates, full, cancellation);
                if (taken.Count > 0) return taken;
                if (full.Count == 0) break;
            }
            else if (places.Room() == 0)
            {
                break;
            }
        }

        _full = full;
        return [];
    }

    private async Task<List<Candidate>> Candidates(HashSet<string> full, int most, CancellationToken cancellation)
    {
        var (now, workflows, organizations) = (time.GetUtcNow(), full.ToArray(), places.Full());
        await using var db = store.ReadAcross();
        var others = db.Across<WorkflowExecution>().Where(row => !organizations.Contains(row.OrganizationId) && !workflows.Contains(row.WorkflowId));
        // Two queries: of one with an OR, SQLite reads the whole table.
        var found = await Shown(others.Where(row => row.LeaseUntil < now).OrderBy(row => row.LeaseUntil)).Take(most).ToListAsync(cancellation);
        var due = others.Where(row => row.DueAt <= now && row.LeaseUntil == null).OrderByDescending(row => row.Priority).ThenBy(row => row.DueAt);
        found.AddRange(await Shown(due).Take(most - found.Count).ToListAsync(cancellation));
        return found;
    }

    private static IQueryable<Candidate> Shown(IQueryable<WorkflowExecution> rows) =>
        rows.Select(row => new Candidate(row.Id, row.OrganizationId, row.Mode, row.WorkflowId, row.Version));

    private async Task<List<WorkflowExecution>> Take(List<Candidate> candidates, HashSet<string> full, CancellationToken cancellation)
    {
        var left = candidates.ToDictionary(candidate => candidate.Id, candidate => candidate.OrganizationId, StringComparer.Ordinal);
        try
        {
            var found = new Dictionary<string, WorkflowPlan?>(StringComparer.Ordinal);
            foreach (var candidate in candidates) found[candidate.Id] = await PlanOf(candidate, cancellation);
            var taken = await store.WriteAcross((db, token) => Take(db, found, full, token), cancellation);
            foreach (var row in taken) left.Remove(row.Id);
            return taken;
        }
        finally
        {
            foreach (var organizationId in left.Values) places.Leave(organizationId);
        }
    }

    private async Task<WorkflowPlan?> PlanOf(Candidate row, CancellationToken cancellation)
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
        var rows = await db.Across<WorkflowExecution>().Where(row => ids.Contains(row.Id) && ((row.DueAt <= now && row.LeaseUntil == null) || row.LeaseUntil < now))
            .OrderByDescending(row => row.Priority).ThenBy(row => row.DueAt).ToListAsync(cancellation);
        var running = found.Values.Any(plan => plan?.Settings.MaxConcurrency is not null) ? await Running(db, now, cancellation) : [];
        var limited = new HashSet<string>(StringComparer.Ordinal);
        var taken = new List<WorkflowExecution>(rows.Count);
        foreach (var row in rows)
        {
            var plan = found[row.Id];
            if (plan?.Settings.MaxConcurrency is { } most)
            {
                var others = running.GetValueOrDefault(row.WorkflowId);
                if (others >= most)
                {
                    full.Add(row.WorkflowId);
                    continue;
                }

                running[row.WorkflowId] = others + 1;
                limited.Add(row.WorkflowId);
            }

            Lease(row, now);
            if (plan is not null) Begin(row, plan, now);
            taken.Add(row);
        }

        if (limited.Count > 0) await Claim(db, limited, cancellation);
        return taken;
    }

    // Counted here: SQLite groups along the index of all runs that there ever were.
    private static async Task<Dictionary<string, int>> Running(PortalDbContext db, DateTimeOffset now, CancellationToken cancellation)
    {
        var workflows = await db.Across<WorkflowExecution>().Where(row => row.LeaseUntil >= now).Select(row => row.WorkflowId).ToListAsync(cancellation);
        return workflows.CountBy(id => id, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
    }

    // Another node that has counted runs of one of these workflows meanwhile meets this change of its row, and counts again.
    private static Task<int> Claim(PortalDbContext db, HashSet<string> workflows, CancellationToken cancellation) =>
        db.Across<Workflow>().Where(row => workflows.Contains(row.Id)).ExecuteUpdateAsync(row => row.SetProperty(x => x.UpdatedAt, x => x.UpdatedAt), cancellation);

    private void Lease(WorkflowExecution row, DateTimeOffset now) =>
        (row.LeaseOwner, row.LeaseUntil, row.LeaseNumber, row.DueAt) = (node, now + options.Lease, row.LeaseNumber + 1, null);

    private static void Begin(WorkflowExecution row, WorkflowPlan plan, DateTimeOffset now)
    {
        if (row.StartedAt is not null) return;
        (row.Status, row.StartedAt) = (ExecutionStatus.Running, now);
        if (plan.Settings.TimeoutSeconds is { } seconds) row.DeadlineAt = now.AddSeconds(seconds);
    }

    /// <summary>Runs of this node that somebody made due.</summary>
    public async Task<List<string>> Disturbed(CancellationToken cancellation)
    {
        await using var db = store.ReadAcross();
        return await db.Across<WorkflowExecution>().Where(row => row.LeaseUntil != null && row.LeaseOwner == node && row.DueAt != null).Select(row => row.Id).ToListAsync(cancellation);
    }

    /// <summary>Forgets that runs were made due, before they are looked at: what comes after that is another disturbance.</summary>
    /// <returns>Those of them that are to end, as of this moment.</returns>
    public Task<HashSet<string>> Calm(List<string> ids, CancellationToken cancellation) => store.WriteAcross(async (db, token) =>
    {
        var rows = db.Across<WorkflowExecution>().Where(row => ids.Contains(row.Id) && row.LeaseOwner == node);
        await rows.ExecuteUpdateAsync(row => row.SetProperty(x => x.DueAt, (DateTimeOffset?)null), token);
        return (await rows.Where(row => row.CancelRequested).Select(row => row.Id).ToListAsync(token)).ToHashSet(StringComparer.Ordinal);
    }, cancellation);

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

    /// <summary>Ends a run that cannot be loaded or stored, with what it waits for.</summary>
    public Task Fail(WorkflowExecution claimed, string code, string message, CancellationToken cancellation) => store.WriteAcross(async (db, token) =>
    {
        var row = await db.Across<WorkflowExecution>().SingleOrDefaultAsync(row => row.Id == claimed.Id && row.LeaseOwner == node && row.LeaseNumber == claimed.LeaseNumber, token);
        if (row is null) return false;
        // Who wanted it ended gets what they wanted: a workflow that is deleted cancels its runs, and leaves nothing to load.
        await ends.End(db, row, row.CancelRequested ? RunEnds.Cancelled : (ExecutionStatus.Failed, code, message), token);
        return true;
    }, cancellation);

    private sealed record Candidate(string Id, string OrganizationId, ApiMode Mode, string WorkflowId, int Version);
}
