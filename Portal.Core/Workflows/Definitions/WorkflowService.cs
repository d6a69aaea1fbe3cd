using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;
using Portal.Core.Workflows.Engine;
using Portal.Core.Workflows.Tasks;

namespace Portal.Core.Workflows.Definitions;

/// <summary>The workflows of a tenant. Every fault is a <see cref="ProblemException"/>.</summary>
public sealed class WorkflowService
{
    private static readonly Sorting<Workflow> Sorting = new Sorting<Workflow>(WorkflowResource.Plural, row => row.Id)
        .By("created_at", row => row.CreatedAt)
        .By("updated_at", row => row.UpdatedAt)
        .By("name", row => row.Name);

    private readonly PortalStore _store;
    private readonly WorkflowRows _rows;
    private readonly GraphReader _reader;
    private readonly AuditLog _audit;
    private readonly IClusterSignals _signals;

    internal WorkflowService(PortalStore store, WorkflowRows rows, GraphReader reader, AuditLog audit, IClusterSignals signals) =>
        (_store, _rows, _reader, _audit, _signals) = (store, rows, reader, audit, signals);

    /// <summary>The fields that a list can be sorted by.</summary>
    public static IEnumerable<string> SortFields => Sorting.Fields;

    public async Task<Page<WorkflowSummary>> List(Tenant tenant, WorkflowFilter filter, PageRequest page, CancellationToken cancellation)
    {
        filter.Check();
        await using var db = _store.Read(tenant);
        return (await Sorting.Cut(Matching(db, filter), page, cancellation)).Select(WorkflowSummary.Of);
    }

    /// <param name="version">The version to show; null is the latest.</param>
    public async Task<WorkflowResource> Get(Tenant tenant, string id, int? version, CancellationToken cancellation)
    {
        await using var db = _store.Read(tenant);
        var row = await WorkflowRows.Find(db, id, cancellation);
        return await _rows.Show(db, row, version ?? row.LatestVersion, cancellation);
    }

    public Task<WorkflowResource> Create(Actor actor, WorkflowInput input, CancellationToken cancellation)
    {
        var faults = new Faults();
        WorkflowRows.Check(faults, input.Name, input.Description, input.Category, input.Tags, input.Note);
        var graph = _reader.Read(input, faults);
        faults.ThrowIfAny();
        return _store.Write(actor, (db, token) => _rows.Create(db, actor, input, graph, null, token), cancellation);
    }

    /// <summary>Changes a workflow. A definition that differs from the latest version's becomes a new version.</summary>
    public Task<WorkflowResource> Update(Actor actor, string id, WorkflowPatch patch, CancellationToken cancellation)
    {
        var faults = new Faults();
        WorkflowRows.Check(faults, patch.Name.Or("-"), patch.Description.Or(null), patch.Category.Or(null), patch.Tags, patch.Note);
        var given = _reader.Read(new() { Nodes = patch.Nodes, Edges = patch.Edges, Variables = patch.Variables, Triggers = patch.Triggers, Settings = patch.Settings }, faults);
        faults.ThrowIfAny();
        return _store.Write(actor, async (db, token) =>
        {
            var row = await WorkflowRows.Find(db, id, token);
            if (patch.Version is { } basis && basis != row.LatestVersion)
                throw Problem.Conflict($"The change was made from version {basis}; the latest is {row.LatestVersion}.", ("version", row.LatestVersion)).AsException();
            var latest = await WorkflowRows.Graph(db, id, row.LatestVersion, token);
            var graph = patch.ChangesGraph ? Merge(latest, patch) : latest;
            var isNew = patch.ChangesGraph && !GraphReader.AreEqual(latest, graph);
            if (isNew) _rows.AddVersion(db, actor, row, graph, patch.Note);
            var changed = Apply(actor, row, patch, db) || isNew;
            if (changed)
            {
                row.UpdatedAt = _rows.Now();
                _audit.Add(db, actor, "workflow.updated", WorkflowRows.Target, id, isNew ? $"{actor.Name} saved version {row.LatestVersion} of the workflow {row.Name}" : $"{actor.Name} changed the workflow {row.Name}");
            }

            return changed ? await _rows.Changed(db, row, graph, token) : await _rows.Show(db, row, row.LatestVersion, token);
        }, cancellation);
    }

    /// <summary>Deletes a workflow with its versions, secrets and triggers. Its runs are cancelled; their record stays as long as others'.</summary>
    public Task Delete(Actor actor, string id, CancellationToken cancellation) => _store.Write(actor, async (db, token) =>
    {
        var row = await WorkflowRows.Find(db, id, token);
        await db.WorkflowTriggers.Where(trigger => trigger.WorkflowId == id).ExecuteDeleteAsync(token);
        await db.WorkflowSecrets.Where(secret => secret.WorkflowId == id).ExecuteDeleteAsync(token);
        await db.WorkflowVersions.Where(version => version.WorkflowId == id).ExecuteDeleteAsync(token);
        db.Remove(row);
        await EndRuns(db, id, token);
        _audit.Add(db, actor, "workflow.deleted", WorkflowRows.Target, id, $"{actor.Name} deleted the workflow {row.Name}");
        _rows.Tell(db, id);
        return true;
    }, cancellation);

    /// <summary>Makes a workflow of another's latest version: an inactive draft without secrets.</summary>
    public Task<WorkflowResource> Duplicate(Actor actor, string id, WorkflowCopy copy, CancellationToken cancellation)
    {
        var faults = new Faults();
        faults.Text("name", copy.Name);
        faults.ThrowIfAny();
        return _store.Write(actor, async (db, token) =>
        {
            var row = await WorkflowRows.Find(db, id, token);
            var graph = await WorkflowRows.Graph(db, id, row.LatestVersion, token);
            var name = string.IsNullOrWhiteSpace(copy.Name) ? $"{TextCut.To(row.Name, WorkflowLimits.LongestTitle - 7)} (copy)" : copy.Name;
            return await _rows.Create(db, actor, new() { Name = name, Description = row.Description, Category = row.Category, Tags = row.Tags, IsActive = false }, graph, row.TemplateId, token);
        }, cancellation);
    }

    // What was given takes the place of what stands. Of nodes that are gone nothing needs to be said any more.
    private WorkflowGraph Merge(WorkflowGraph latest, WorkflowPatch patch)
    {
        var nodes = patch.Nodes ?? latest.Nodes;
        return _reader.Read(new()
        {
            Nodes = nodes, Edges = patch.Edges ?? latest.Edges, Variables = patch.Variables ?? latest.Variables, Settings = patch.Settings ?? latest.Settings,
            Triggers = patch.Triggers ?? [.. latest.Triggers.Where(trigger => nodes.Any(node => node.Id == trigger.NodeId))],
        }, new Faults());
    }

    private bool Apply(Actor actor, Workflow row, WorkflowPatch patch, PortalDbContext db)
    {
        var before = (row.Name, row.Description, row.Category, row.IsActive, Tags: string.Join('\n', row.Tags));
        (row.Name, row.Description, row.Category) = (patch.Name.Or(row.Name), patch.Description.Or(row.Description), patch.Category.Or(row.Category));
        if (patch.Tags is { } tags) row.Tags = [.. tags];
        if (patch.IsActive is { } active && active != row.IsActive)
        {
            row.IsActive = active;
            _audit.Add(db, actor, active ? "workflow.activated" : "workflow.deactivated", WorkflowRows.Target, row.Id, $"{actor.Name} switched the workflow {row.Name} {(active ? "on" : "off")}");
        }

        return before != (row.Name, row.Description, row.Category, row.IsActive, string.Join('\n', row.Tags));
    }

    private async Task EndRuns(PortalDbContext db, string id, CancellationToken cancellation)
    {
        await db.WorkflowTasks.Where(task => task.WorkflowId == id && task.State == TaskState.Open).ExecuteUpdateAsync(task => task.SetProperty(x => x.State, TaskState.Cancelled), cancellation);
        var organization = db.OrganizationId;
        db.AfterCommit(() => _signals.Send(SignalTopics.WorkflowTask, organization));
        var now = _rows.Now();
        var open = db.WorkflowExecutions.Where(run => run.WorkflowId == id && (run.Status == ExecutionStatus.Pending || run.Status == ExecutionStatus.Running));
        var runs = await open.Select(run => run.Id).ToListAsync(cancellation);
        // Due, so that whoever has them looks, and of those that wait the next worker: it ends them.
        await open.ExecuteUpdateAsync(run => run.SetProperty(x => x.CancelRequested, true).SetProperty(x => x.DueAt, now), cancellation);
        db.AfterCommit(() => runs.ForEach(run => _signals.Send(SignalTopics.WorkflowCancel, run)));
    }

    private static IQueryable<Workflow> Matching(PortalDbContext db, WorkflowFilter filter)
    {
        IQueryable<Workflow> rows = db.Workflows;
        if (filter.Category is { } category) rows = rows.Where(row => row.Category == category);
        if (filter.IsActive is { } active) rows = rows.Where(row => row.IsActive == active);
        if (filter.Status is { } status) rows = rows.Where(row => row.PublishedVersion == null == (status == "draft"));
        if (string.IsNullOrEmpty(filter.Search)) return rows;
        var part = SqlText.Fold(filter.Search);
        return rows.Where(row => SqlText.Fold(row.Name)!.Contains(part) || (row.Description != null && SqlText.Fold(row.Description)!.Contains(part)));
    }
}
