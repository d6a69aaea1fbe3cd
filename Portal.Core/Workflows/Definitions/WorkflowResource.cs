using Portal.Core.Shared.Json;
using Portal.Core.Workflows.Definitions.Checking;

namespace Portal.Core.Workflows.Definitions;

/// <summary>Whether triggers and calls have a version to run.</summary>
public enum WorkflowStatus
{
    /// <summary>No version is published.</summary>
    Draft,

    /// <summary>A version is published; a newer one may be a draft all the same.</summary>
    Published,
}

/// <summary>A workflow with its definition: Auterity's WorkflowDefinition, and what the portal adds.</summary>
public sealed record WorkflowResource : IResource
{
    public static string Kind => "workflow";
    public static string Plural => "workflows";

    /// <summary><c>wf_…</c></summary>
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string? Description { get; init; }
    public required string? Category { get; init; }
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>The version that is shown, from 1.</summary>
    public required int Version { get; init; }

    /// <summary>The newest version.</summary>
    public required int LatestVersion { get; init; }

    /// <summary>The version that triggers and calls run; null before one is published.</summary>
    public required int? PublishedVersion { get; init; }
    public required WorkflowStatus Status { get; init; }
    public required string OrganizationId { get; init; }
    public required string CreatedBy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Whether its triggers start runs.</summary>
    public required bool IsActive { get; init; }

    /// <summary>The template that it was made from.</summary>
    public required string? TemplateId { get; init; }
    public required IReadOnlyList<WorkflowNode> Nodes { get; init; }
    public required IReadOnlyList<WorkflowEdge> Edges { get; init; }
    public required IReadOnlyList<WorkflowVariable> Variables { get; init; }

    /// <summary>Every trigger node.</summary>
    public required IReadOnlyList<WorkflowTrigger> Triggers { get; init; }
    public required WorkflowSettings Settings { get; init; }

    internal static WorkflowResource Of(Workflow row, int version, WorkflowGraph graph, IReadOnlyList<WorkflowNode> nodes, IReadOnlyList<WorkflowTrigger> triggers) => new()
    {
        Id = row.Id, Name = row.Name, Description = row.Description, Category = row.Category, Tags = row.Tags, Version = version, LatestVersion = row.LatestVersion,
        PublishedVersion = row.PublishedVersion, Status = WorkflowSummary.StatusOf(row), OrganizationId = row.OrganizationId, CreatedBy = row.CreatedBy, CreatedAt = row.CreatedAt,
        UpdatedAt = row.UpdatedAt, IsActive = row.IsActive, TemplateId = row.TemplateId, Nodes = nodes, Edges = graph.Edges, Variables = graph.Variables, Triggers = triggers, Settings = graph.Settings,
    };
}

/// <summary>A workflow as lists show it.</summary>
public sealed record WorkflowSummary : IResource
{
    public static string Kind => WorkflowResource.Kind;
    public static string Plural => WorkflowResource.Plural;

    /// <summary><c>wf_…</c></summary>
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string? Description { get; init; }
    public required string? Category { get; init; }
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>The newest version.</summary>
    public required int Version { get; init; }

    /// <summary>The version that triggers and calls run; null before one is published.</summary>
    public required int? PublishedVersion { get; init; }
    public required WorkflowStatus Status { get; init; }
    public required bool IsActive { get; init; }
    public required string OrganizationId { get; init; }
    public required string CreatedBy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    internal static WorkflowStatus StatusOf(Workflow row) => row.PublishedVersion is null ? WorkflowStatus.Draft : WorkflowStatus.Published;

    internal static WorkflowSummary Of(Workflow row) => new()
    {
        Id = row.Id, Name = row.Name, Description = row.Description, Category = row.Category, Tags = row.Tags, Version = row.LatestVersion, PublishedVersion = row.PublishedVersion,
        Status = StatusOf(row), IsActive = row.IsActive, OrganizationId = row.OrganizationId, CreatedBy = row.CreatedBy, CreatedAt = row.CreatedAt, UpdatedAt = row.UpdatedAt,
    };
}

/// <summary>A version of a workflow, without its definition.</summary>
public sealed record VersionResource : IResource
{
    public static string Kind => "workflow_version";
    public static string Plural => "versions";

    /// <summary>The number as text.</summary>
    public required string Id { get; init; }
    public required string WorkflowId { get; init; }

    /// <summary>From 1.</summary>
    public required int Version { get; init; }
    public required string? Note { get; init; }

    /// <summary>Whether it is the one that triggers and calls run.</summary>
    public required bool IsPublished { get; init; }

    /// <summary>When it was published last; null if never.</summary>
    public required DateTimeOffset? PublishedAt { get; init; }
    public required string CreatedBy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>What the check of a definition found.</summary>
public sealed record WorkflowValidation
{
    /// <summary>Whether it can be published: there may be warnings, but no errors.</summary>
    public required bool Valid { get; init; }

    /// <summary>Errors first; at most 200 of each severity.</summary>
    public required IReadOnlyList<WorkflowFinding> Findings { get; init; }

    internal static WorkflowValidation Of(IReadOnlyList<WorkflowFinding> findings) => new() { Valid = findings.All(finding => finding.Severity != FindingSeverity.Error), Findings = findings };
}

/// <summary>A workflow for another portal, or for a file: <c>POST /workflows/import</c> takes it. Values of secrets are not in it.</summary>
public sealed record WorkflowExport
{
    /// <summary><c>portal.workflow/1</c></summary>
    public required string Format { get; init; }
    public required string Name { get; init; }
    public required string? Description { get; init; }
    public required string? Category { get; init; }
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>The version that was exported.</summary>
    public required int Version { get; init; }
    public required IReadOnlyList<WorkflowNode> Nodes { get; init; }
    public required IReadOnlyList<WorkflowEdge> Edges { get; init; }
    public required IReadOnlyList<WorkflowVariable> Variables { get; init; }

    /// <summary>Those that shall not start runs.</summary>
    public required IReadOnlyList<WorkflowTrigger> Triggers { get; init; }
    public required WorkflowSettings Settings { get; init; }

    /// <summary>The names of the secrets that the workflow has, for whoever sets them again.</summary>
    public required IReadOnlyList<string> Secrets { get; init; }
}
