using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;
using Portal.Core.Workflows.Definitions.Checking;

namespace Portal.Core.Workflows.Definitions;

/// <summary>The versions of workflows: what they were, how they differ, which one is published. Every fault is a <see cref="ProblemException"/>.</summary>
public sealed class WorkflowVersions
{
    // By number: the id tells one workflow's versions not apart.
    private static readonly Sorting<WorkflowVersion> Sorting = new Sorting<WorkflowVersion>(VersionResource.Plural, row => row.WorkflowId).By("version", row => row.Number);

    private readonly PortalStore _store;
    private readonly WorkflowRows _rows;
    private readonly WorkflowChecker _checker;
    private readonly GraphReader _reader;
    private readonly AuditLog _audit;

    internal WorkflowVersions(PortalStore store, WorkflowRows rows, WorkflowChecker checker, GraphReader reader, AuditLog audit) =>
        (_store, _rows, _checker, _reader, _audit) = (store, rows, checker, reader, audit);

    /// <summary>The fields that a list can be sorted by.</summary>
    public static IEnumerable<string> SortFields => Sorting.Fields;

    /// <summary>Newest first unless something else is asked for.</summary>
    public async Task<Page<VersionResource>> List(Tenant tenant, string id, PageRequest page, CancellationToken cancellation)
    {
        await using var db = _store.Read(tenant);
        var row = await WorkflowRows.Find(db, id, cancellation);
        var versions = await Sorting.Cut(db.WorkflowVersions.Where(version => version.WorkflowId == id), page with { Sort = page.Sort ?? "-version" }, cancellation);
        return versions.Select(version => Show(row, version));
    }

    /// <summary>What changed from one version to another.</summary>
    /// <param name="from">Null is the version before <paramref name="to"/>.</param>
    /// <param name="to">Null is the latest.</param>
    public async Task<WorkflowDiff> Diff(Tenant tenant, string id, int? from, int? to, CancellationToken cancellation)
    {
        await using var db = _store.Read(tenant);
        var row = await WorkflowRows.Find(db, id, cancellation);
        var later = to ?? row.LatestVersion;
        // Not always the number before: versions are let go.
        var earlier = from ?? await db.WorkflowVersions.Where(version => version.WorkflowId == id && version.Number < later).MaxAsync(version => (int?)version.Number, cancellation) ?? later;
        return GraphDiff.Between(earlier, await WorkflowRows.Graph(db, id, earlier, cancellation), later, await WorkflowRows.Graph(db, id, later, cancellation));
    }

    /// <summary>Makes an older version the latest, as a new version.</summary>
    public Task<WorkflowResource> Restore(Actor actor, string id, int number, CancellationToken cancellation) => _store.Write(actor, async (db, token) =>
    {
        var row = await WorkflowRows.Find(db, id, token);
        var graph = await WorkflowRows.Graph(db, id, number, token);
        if (GraphReader.AreEqual(graph, await WorkflowRows.Graph(db, id, row.LatestVersion, token))) return await _rows.Show(db, row, row.LatestVersion, token);
        _rows.AddVersion(db, actor, row, graph, $"Version {number} restored");
        row.UpdatedAt = _rows.Now();
        _audit.Add(db, actor, "workflow.restored", WorkflowRows.Target, id, $"{actor.Name} restored version {number} of the workflow {row.Name}");
        return await _rows.Changed(db, row, graph, token);
    }, cancellation);

    /// <summary>Makes a version the one that triggers and calls run.</summary>
    public async Task<WorkflowResource> Publish(Actor actor, string id, VersionChoice choice, CancellationToken cancellation)
    {
        var (number, graph, secrets) = await Read(actor.Tenant, id, choice.Version, cancellation);
        _checker.Require(graph, secrets, id);
        return await _store.Write(actor, async (db, token) =>
        {
            var row = await WorkflowRows.Find(db, id, token);
            var version = await WorkflowRows.Version(db, id, number, token);
            (row.PublishedVersion, row.UpdatedAt, version.PublishedAt) = (number, _rows.Now(), _rows.Now());
            _audit.Add(db, actor, "workflow.published", WorkflowRows.Target, id, $"{actor.Name} published version {number} of the workflow {row.Name}");
            return await Changed(db, row, token);
        }, cancellation);
    }

    /// <summary>Leaves triggers and calls without a version. Runs that have begun go on.</summary>
    public Task<WorkflowResource> Unpublish(Actor actor, string id, CancellationToken cancellation) => _store.Write(actor, async (db, token) =>
    {
        var row = await WorkflowRows.Find(db, id, token);
        if (row.PublishedVersion is null) return await _rows.Show(db, row, row.LatestVersion, token);
        (row.PublishedVersion, row.UpdatedAt) = (null, _rows.Now());
        _audit.Add(db, actor, "workflow.unpublished", WorkflowRows.Target, id, $"{actor.Name} unpublished the workflow {row.Name}");
        return await Changed(db, row, token);
    }, cancellation);

    /// <summary>Checks a stored version.</summary>
    public async Task<WorkflowValidation> Validate(Tenant tenant, string id, VersionChoice choice, CancellationToken cancellation)
    {
        var (_, graph, secrets) = await Read(tenant, id, choice.Version, cancellation);
        return WorkflowValidation.Of(_checker.Check(graph, secrets, id));
    }

    /// <summary>Checks a definition that is stored nowhere. It has no secrets, so that none is missed.</summary>
    public WorkflowValidation Validate(WorkflowInput input)
    {
        var faults = new Faults();
        var graph = _reader.Read(input, faults);
        faults.ThrowIfAny();
        return WorkflowValidation.Of(_checker.Check(graph));
    }

    private async Task<(int Number, WorkflowGraph Graph, IReadOnlySet<string> Secrets)> Read(Tenant tenant, string id, int? version, CancellationToken cancellation)
    {
        await using var db = _store.Read(tenant);
        var row = await WorkflowRows.Find(db, id, cancellation);
        var number = version ?? row.LatestVersion;
        return (number, await WorkflowRows.Graph(db, id, number, cancellation), await WorkflowRows.SecretNames(db, id, cancellation));
    }

    private async Task<WorkflowResource> Changed(PortalDbContext db, Workflow row, CancellationToken cancellation) =>
        await _rows.Changed(db, row, await WorkflowRows.Graph(db, row.Id, row.LatestVersion, cancellation), cancellation);

    private static VersionResource Show(Workflow row, WorkflowVersion version) => new()
    {
        Id = version.Number.ToString(CultureInfo.InvariantCulture), WorkflowId = row.Id, Version = version.Number, Note = version.Note, IsPublished = version.Number == row.PublishedVersion,
        PublishedAt = version.PublishedAt, CreatedBy = version.CreatedBy, CreatedAt = version.CreatedAt,
    };
}
