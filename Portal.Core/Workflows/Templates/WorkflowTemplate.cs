using Portal.Core.Shared.Data;

namespace Portal.Core.Workflows.Templates;

/// <summary>A template that an organization saved; those that the portal ships are files.</summary>
public sealed class WorkflowTemplate : IOrganizationOwned
{
    /// <summary><c>tpl_…</c></summary>
    public required string Id { get; set; }
    public string OrganizationId { get; set; } = "";
    public required string Name { get; set; }
    public required string Description { get; set; }
    public required string Category { get; set; }
    public List<string> Tags { get; set; } = [];

    /// <summary>The address of a picture of it.</summary>
    public string? PreviewImage { get; set; }

    /// <summary>From 1; grows with each change of the definition or the parameters.</summary>
    public int Version { get; set; } = 1;

    /// <summary>Whether other organizations see it too.</summary>
    public bool IsPublic { get; set; }

    /// <summary>The <see cref="Definitions.WorkflowGraph"/> as JSON.</summary>
    public required string Definition { get; set; }

    /// <summary>The parameters as JSON.</summary>
    public required string Parameters { get; set; }
    public required string CreatedBy { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>How often a template was used, by all organizations.</summary>
public sealed class TemplateUse
{
    public required string TemplateId { get; set; }
    public long Count { get; set; }
}

/// <summary>What a user says of a template; each user says it once and may change it.</summary>
public sealed class TemplateReviewRow
{
    /// <summary><c>rev_…</c></summary>
    public required string Id { get; set; }
    public required string TemplateId { get; set; }

    /// <summary>Whose user wrote it; reviews of public templates are seen by all.</summary>
    public required string OrganizationId { get; set; }
    public required string UserId { get; set; }
    public required string UserName { get; set; }

    /// <summary>1 to 5.</summary>
    public int Rating { get; set; }
    public string? Comment { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}
