using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Definitions.Checking;
using Portal.Core.Workflows.Nodes;

namespace Portal.Core.Workflows.Engine;

/// <summary>Which version of a workflow runs, and whether its triggers start it.</summary>
internal sealed record RunnableWorkflow(string Name, int Version, bool IsPublished, bool IsActive);

/// <summary>Compiled versions, and which of them counts. Versions never change, but the workflow's name and which one counts do, and it may be deleted: all of it is forgotten when it says so.</summary>
internal sealed class PlanCache : IDisposable
{
    private const int MostKept = 5_000;
    private readonly ConcurrentDictionary<(Tenant Tenant, string WorkflowId, int Version), WorkflowPlan> _plans = new();
    private readonly ConcurrentDictionary<(Tenant Tenant, string WorkflowId), RunnableWorkflow> _current = new();
    private readonly PortalStore _store;
    private readonly NodeCatalogue _catalogue;
    private readonly WorkflowChecker _checker;
    private readonly IDisposable _subscription;
    private long _changes;

    public PlanCache(PortalStore store, NodeCatalogue catalogue, WorkflowChecker checker, IClusterSignals signals)
    {
        (_store, _catalogue, _checker) = (store, catalogue, checker);
        _subscription = signals.Subscribe(SignalTopics.Workflow, Forget);
    }

    public void Dispose() => _subscription.Dispose();

    /// <summary>The version that runs; null where the tenant has no such workflow.</summary>
    public async ValueTask<RunnableWorkflow?> Current(Tenant tenant, string workflowId, CancellationToken cancellation)
    {
        if (_current.TryGetValue((tenant, workflowId), out var known)) return known;
        var before = Volatile.Read(ref _changes);
        await using var db = _store.Read(tenant);
        var row = await db.Workflows.Where(row => row.Id == workflowId).Select(row => new { row.Name, row.LatestVersion, row.PublishedVersion, row.IsActive }).SingleOrDefaultAsync(cancellation);
        if (row is null) return null;
        var current = new RunnableWorkflow(row.Name, row.PublishedVersion ?? row.LatestVersion, row.PublishedVersion is not null, row.IsActive);
        // Not what was read beside a change.
        if (_current.Count >= MostKept) _current.Clear();
        if (before == Volatile.Read(ref _changes)) _current[(tenant, workflowId)] = current;
        return current;
    }

    /// <summary>A version of the tenant's workflow; null where there is none.</summary>
    /// <exception cref="Shared.Problems.ProblemException">The version has faults: a VALIDATION_ERROR that lists them.</exception>
    public async ValueTask<WorkflowPlan?> Plan(Tenant tenant, string workflowId, int version, CancellationToken cancellation)
    {
        if (_plans.TryGetValue((tenant, workflowId, version), out var known)) return known;
        var before = Volatile.Read(ref _changes);
        await using var db = _store.Read(tenant);
        var row = await db.WorkflowVersions.SingleOrDefaultAsync(row => row.WorkflowId == workflowId && row.Number == version, cancellation);
        if (row is null) return null;
        var name = await db.Workflows.Where(row => row.Id == workflowId).Select(row => row.Name).SingleAsync(cancellation);
        var graph = StoredGraph.Read(row.Definition);
        _checker.Require(graph, workflowId: workflowId);
        var plan = new WorkflowPlan(workflowId, name, version, graph, row.Scopes, _catalogue);
        if (_plans.Count >= MostKept) _plans.Clear();
        if (before == Volatile.Read(ref _changes)) _plans[(tenant, workflowId, version)] = plan;
        return plan;
    }

    private void Forget(string workflowId)
    {
        Interlocked.Increment(ref _changes);
        foreach (var key in _current.Keys.Where(key => workflowId.Length == 0 || key.WorkflowId == workflowId)) _current.TryRemove(key, out _);
        foreach (var key in _plans.Keys.Where(key => workflowId.Length == 0 || key.WorkflowId == workflowId)) _plans.TryRemove(key, out _);
    }
}
