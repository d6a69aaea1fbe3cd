using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Workflows.Definitions;

/// <summary>Takes workflows from one portal to another, as JSON. Every fault is a <see cref="ProblemException"/>.</summary>
public sealed class WorkflowTransfer(PortalStore store, WorkflowService workflows)
{
    /// <summary>The format that exports have. Imports read it for ever; another number would be another format.</summary>
    public const string Format = "portal.workflow/1";

    /// <param name="version">The version to export; null is the latest.</param>
    public async Task<WorkflowExport> Export(Tenant tenant, string id, int? version, CancellationToken cancellation)
    {
        await using var db = store.Read(tenant);
        var row = await WorkflowRows.Find(db, id, cancellation);
        var number = version ?? row.LatestVersion;
        var graph = await WorkflowRows.Graph(db, id, number, cancellation);
        return new WorkflowExport
        {
            Format = Format, Name = row.Name, Description = row.Description, Category = row.Category, Tags = row.Tags, Version = number, Nodes = graph.Nodes, Edges = graph.Edges,
            Variables = graph.Variables, Triggers = graph.Triggers, Settings = graph.Settings, Secrets = [.. (await WorkflowRows.SecretNames(db, id, cancellation)).Order(StringComparer.Ordinal)],
        };
    }

    /// <summary>Makes a workflow of a definition from elsewhere: a draft under a new id.</summary>
    public Task<WorkflowResource> Import(Actor actor, WorkflowImport import, CancellationToken cancellation)
    {
        if (import.Format is not (null or Format)) throw Problem.Field(ErrorCode.WrongFormat, "format", $"format is {Format}, or absent.").AsException();
        return workflows.Create(actor, import, cancellation);
    }
}
