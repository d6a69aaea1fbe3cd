using Portal.Core.Shared.Data;

namespace Portal.Core.Workflows.Definitions;

/// <summary>A workflow: its name and which of its versions counts.</summary>
public sealed class Workflow : ITenantOwned
{
    /// <summary><c>wf_…</c></summary>
    public required string Id { get; set; }
    public string OrganizationId { get; set; } = "";
    public ApiMode Mode { get; set; }
    public required string Name { get; set; }
    public string? Description { get; set; }
    public string? Category { get; set; }
    public List<string> Tags { get; set; } = [];

    /// <summary>Whether its triggers start runs, once a version is published.</summary>
    public bool IsActive { get; set; } = true;

    /// <summary>The newest version: the draft, where it is not the published one.</summary>
    public int LatestVersion { get; set; }

    /// <summary>The version that triggers and calls run; null before the first is published.</summary>
    public int? PublishedVersion { get; set; }

    /// <summary>The template that it was made from.</summary>
    public string? TemplateId { get; set; }
    public required string CreatedBy { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>What a workflow was at one time; never changed.</summary>
public sealed class WorkflowVersion : ITenantOwned
{
    public required string WorkflowId { get; set; }

    /// <summary>From 1.</summary>
    public int Number { get; set; }
    public string OrganizationId { get; set; } = "";
    public ApiMode Mode { get; set; }

    /// <summary>The <see cref="WorkflowGraph"/> as JSON. A format that stays: newer portals read what older ones wrote.</summary>
    public required string Definition { get; set; }

    /// <summary>What its author might do, and so what its runs may do: nobody does through a workflow what they may not do.</summary>
    public List<string> Scopes { get; set; } = [];

    /// <summary>What the author said of it.</summary>
    public string? Note { get; set; }
    public required string CreatedBy { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it was published last; null if never.</summary>
    public DateTimeOffset? PublishedAt { get; set; }
}

/// <summary>A secret of a workflow, as expressions know it: <c>secrets.NAME</c>, where a field may hold one.</summary>
public sealed class WorkflowSecret : ITenantOwned
{
    public required string WorkflowId { get; set; }
    public required string Name { get; set; }
    public string OrganizationId { get; set; } = "";
    public ApiMode Mode { get; set; }

    /// <summary>Encrypted.</summary>
    public required string Value { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
}
