using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;
using Portal.Core.Shared.Problems;
using Portal.Core.Workflows.Nodes;
using Portal.Core.Workflows.Triggers;

namespace Portal.Core.Workflows.Definitions;

/// <summary>What every change of a workflow is made of, within a unit of work: its row, its versions, its triggers, and telling who has to know.</summary>
internal sealed class WorkflowRows(NodeCatalogue types, TriggerRows triggers, AuditLog audit, IClusterSignals signals, IdGenerator ids, TimeProvider time)
{
    public const string Target = "workflow";

    /// <summary>The tenant's workflow.</summary>
    /// <exception cref="ProblemException">There is none.</exception>
    public static async Task<Workflow> Find(PortalDbContext db, string id, CancellationToken cancellation) =>
        Faults.IsStorable(id) && await db.Workflows.FirstOrDefaultAsync(row => row.Id == id, cancellation) is { } row ? row : throw NotFound(id);

    public static async Task<WorkflowVersion> Version(PortalDbContext db, string id, int number, CancellationToken cancellation) =>
        await db.WorkflowVersions.FirstOrDefaultAsync(row => row.WorkflowId == id && row.Number == number, cancellation)
        ?? throw new Problem(ErrorCode.WorkflowNotFound, $"The workflow has no version {number}.") { Details = Problem.Pairs(("resource", "workflow_version"), ("id", id), ("version", number)) }.AsException();

    public static async Task<WorkflowGraph> Graph(PortalDbContext db, string id, int number, CancellationToken cancellation) =>
        StoredGraph.Read((await Version(db, id, number, cancellation)).Definition);

    public static async Task<HashSet<string>> SecretNames(PortalDbContext db, string id, CancellationToken cancellation) =>
        (await db.WorkflowSecrets.Where(row => row.WorkflowId == id).Select(row => row.Name).ToListAsync(cancellation)).ToHashSet(StringComparer.Ordinal);

    public static ProblemException NotFound(string id) => new Problem(ErrorCode.WorkflowNotFound, "There is no workflow with this id.")
    {
        Details = Problem.Pairs(("resource", Target), ("id", id)),
    }.AsException();

    /// <summary>Checks what is said of a workflow beside its definition.</summary>
    public static void Check(Faults faults, string? name, string? description, string? category, IReadOnlyList<string>? tags, string? note)
    {
        faults.Required("name", name);
        faults.Text("description", description, WorkflowLimits.LongestDescription);
        faults.Text("category", category, 100);
        faults.Text("note", note, 500);
        Tags(faults, tags);
    }

    public static void Tags(Faults faults, IReadOnlyList<string>? tags)
    {
        if (tags?.Count > WorkflowLimits.MostTags) faults.Add("tags", $"There are at most {WorkflowLimits.MostTags} tags.");
        else foreach (var (index, tag) in (tags ?? []).Index()) faults.Required($"tags[{index}]", tag, WorkflowLimits.LongestTag);
    }

    /// <summary>Adds a workflow with its first version.</summary>
    public async Task<WorkflowResource> Create(PortalDbContext db, Actor actor, WorkflowInput input, WorkflowGraph graph, string? templateId, CancellationToken cancellation)
    {
        var now = Now();
        var row = new Workflow
        {
            Id = ids.New("wf"), OrganizationId = actor.Tenant.OrganizationId, Mode = actor.Tenant.Mode, Name = input.Name!, Description = input.Description, Category = input.Category,
            Tags = [.. input.Tags ?? []], IsActive = input.IsActive ?? true, TemplateId = templateId, CreatedBy = AuthorOf(actor), CreatedAt = now, UpdatedAt = now,
        };
        db.Add(row);
        AddVersion(db, actor, row, graph, input.Note);
        audit.Add(db, actor, "workflow.created", Target, row.Id, $"{actor.Name} made the workflow {row.Name}");
        return await Changed(db, row, graph, cancellation);
    }

    /// <summary>Adds a version, which becomes the latest.</summary>
    public void AddVersion(PortalDbContext db, Actor actor, Workflow row, WorkflowGraph graph, string? note) => db.Add(new WorkflowVersion
    {
        WorkflowId = row.Id, Number = ++row.LatestVersion, OrganizationId = row.OrganizationId, Mode = row.Mode, Definition = StoredGraph.Write(graph),
        Scopes = [.. (actor.GrantedScopes ?? []).Order(StringComparer.Ordinal)], Note = note, CreatedBy = AuthorOf(actor), CreatedAt = Now(),
    });

    /// <summary>Ends a change: brings the triggers in step, and tells everybody after the commit.</summary>
    /// <param name="latest">The newest version's definition.</param>
    /// <returns>The workflow in its newest version.</returns>
    public async Task<WorkflowResource> Changed(PortalDbContext db, Workflow row, WorkflowGraph latest, CancellationToken cancellation)
    {
        var published = row.PublishedVersion is not { } number ? null : number == row.LatestVersion ? latest : await Graph(db, row.Id, number, cancellation);
        var rows = await triggers.Sync(db, row, latest, published, cancellation);
        Tell(db, row.Id);
        return Show(row, row.LatestVersion, latest, rows);
    }

    public static WorkflowSecret NewSecret(string workflowId, string name) => new() { WorkflowId = workflowId, Name = name, Value = "" };

    /// <summary>Gives a secret its value.</summary>
    /// <param name="stored">Encrypted.</param>
    public void Set(PortalDbContext db, Actor actor, WorkflowSecret secret, string stored, string workflowName)
    {
        (secret.Value, secret.UpdatedAt) = (stored, Now());
        audit.Add(db, actor, "workflow.secret_set", Target, secret.WorkflowId, $"{actor.Name} set the secret {secret.Name} of the workflow {workflowName}");
        Tell(db, secret.WorkflowId);
    }

    public void Tell(PortalDbContext db, string id) => db.AfterCommit(() => signals.Send(SignalTopics.Workflow, id));

    public async Task<WorkflowResource> Show(PortalDbContext db, Workflow row, int version, CancellationToken cancellation) =>
        Show(row, version, await Graph(db, row.Id, version, cancellation), await TriggerRows.Rows(db, row.Id, cancellation));

    // What answers show: milliseconds.
    public DateTimeOffset Now()
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
    }

    /// <summary>A definition's nodes with all of their ports.</summary>
    public IReadOnlyList<WorkflowNode> Full(WorkflowGraph graph) => [.. graph.Nodes.Select(node => WorkflowPorts.Full(node, types.Find(node.Type)))];

    private WorkflowResource Show(Workflow row, int version, WorkflowGraph graph, IReadOnlyDictionary<string, TriggerRow> rows) =>
        WorkflowResource.Of(row, version, graph, Full(graph), triggers.Shown(graph, rows));

    private static string AuthorOf(Actor actor) => actor.UserId ?? actor.Id ?? actor.Type;
}
