using System.Text.Json;
using Portal.Core.Shared.Json;
using Portal.Core.Workflows.Definitions;

namespace Portal.Core.Workflows.Templates;

/// <summary>A template as lists show it.</summary>
public sealed record TemplateSummary : IResource
{
    public static string Kind => "template";
    public static string Plural => "templates";

    /// <summary><c>tpl_…</c></summary>
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string Description { get; init; }
    public required string Category { get; init; }
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>The address of a picture of it; null where it has none.</summary>
    public required string? PreviewImage { get; init; }

    /// <summary>From 1; grows with each change of the definition or the parameters.</summary>
    public required int Version { get; init; }

    /// <summary>Whether every organization sees it.</summary>
    public required bool IsPublic { get; init; }

    /// <summary>Whose it is; null of those that come with the portal.</summary>
    public required string? OrganizationId { get; init; }
    public required string CreatedBy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>How many workflows were made from it.</summary>
    public required long UsageCount { get; init; }

    /// <summary>The mean of its reviews, 1 to 5; 0 where there are none.</summary>
    public required double Rating { get; init; }
    public required int ReviewCount { get; init; }
}

/// <summary>A template with its definition: Auterity's WorkflowTemplate.</summary>
public sealed record TemplateResource : IResource
{
    public static string Kind => TemplateSummary.Kind;
    public static string Plural => TemplateSummary.Plural;

    /// <summary><c>tpl_…</c></summary>
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string Description { get; init; }
    public required string Category { get; init; }
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>The address of a picture of it; null where it has none.</summary>
    public required string? PreviewImage { get; init; }

    /// <summary>From 1; grows with each change of the definition or the parameters.</summary>
    public required int Version { get; init; }

    /// <summary>Whether every organization sees it.</summary>
    public required bool IsPublic { get; init; }

    /// <summary>Whose it is; null of those that come with the portal.</summary>
    public required string? OrganizationId { get; init; }
    public required string CreatedBy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>What its workflows begin with.</summary>
    public required TemplateDefinition Definition { get; init; }
    public required IReadOnlyList<TemplateParameter> Parameters { get; init; }

    /// <summary>How many workflows were made from it.</summary>
    public required long UsageCount { get; init; }

    /// <summary>The mean of its reviews, 1 to 5; 0 where there are none.</summary>
    public required double Rating { get; init; }

    /// <summary>The newest ten; <c>GET /templates/{id}/reviews</c> lists all.</summary>
    public required IReadOnlyList<TemplateReview> Reviews { get; init; }
}

/// <summary>What a template's workflows begin with: a WorkflowDefinition. Of what is sent, only nodes, edges, variables, triggers and settings count.</summary>
public sealed record TemplateDefinition
{
    /// <summary>The template's; in answers, as the fields down to <c>is_active</c>.</summary>
    public string? Id { get; init; }
    public string? Name { get; init; }
    public string? Description { get; init; }
    public int? Version { get; init; }
    public string? OrganizationId { get; init; }
    public string? CreatedBy { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>False: a template starts no runs.</summary>
    public bool? IsActive { get; init; }
    public IReadOnlyList<WorkflowNode>? Nodes { get; init; }
    public IReadOnlyList<WorkflowEdge>? Edges { get; init; }

    /// <summary>Those of parameters need not be among them.</summary>
    public IReadOnlyList<WorkflowVariable>? Variables { get; init; }
    public IReadOnlyList<WorkflowTrigger>? Triggers { get; init; }
    public WorkflowSettings? Settings { get; init; }

    internal WorkflowInput Input => new() { Nodes = Nodes, Edges = Edges, Variables = Variables, Triggers = Triggers, Settings = Settings };
}

/// <summary>What a user says of a template.</summary>
public sealed record TemplateReview : IResource
{
    public static string Kind => "template_review";
    public static string Plural => "reviews";

    /// <summary><c>rev_…</c></summary>
    public required string Id { get; init; }
    public required string UserId { get; init; }
    public required string UserName { get; init; }

    /// <summary>1 to 5.</summary>
    public required int Rating { get; init; }
    public required string? Comment { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A new template.</summary>
public sealed record TemplateInput
{
    /// <summary>At most 200 characters.</summary>
    public string? Name { get; init; }

    /// <summary>What it is for; at most 2000 characters.</summary>
    public string? Description { get; init; }

    /// <summary>At most 100 characters; <c>general</c> unless given.</summary>
    public string? Category { get; init; }

    /// <summary>At most 20 of at most 50 characters.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>The address of a picture of it, http or https; at most 2000 characters.</summary>
    public string? PreviewImage { get; init; }

    /// <summary>Whether other organizations see it too; false unless given.</summary>
    public bool? IsPublic { get; init; }

    /// <summary>It must have no errors.</summary>
    public TemplateDefinition? Definition { get; init; }
    public IReadOnlyList<TemplateParameter>? Parameters { get; init; }
}

/// <summary>How a workflow is saved as a template.</summary>
public sealed record TemplateFromWorkflow
{
    /// <summary>The workflow's unless given.</summary>
    public string? Name { get; init; }

    /// <summary>The workflow's unless given.</summary>
    public string? Description { get; init; }

    /// <summary>The workflow's unless given.</summary>
    public string? Category { get; init; }

    /// <summary>The workflow's unless given.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Whether other organizations see it too; false unless given.</summary>
    public bool? IsPublic { get; init; }

    /// <summary>The latest unless given.</summary>
    public int? Version { get; init; }

    /// <summary>Secrets that the workflow uses need not be among them: each that is not becomes a parameter of the type <c>secret</c>.</summary>
    public IReadOnlyList<TemplateParameter>? Parameters { get; init; }
}

/// <summary>A change of a template. Fields that are absent stay as they are.</summary>
public sealed record TemplatePatch
{
    public string? Name { get; init; }
    public string? Description { get; init; }
    public string? Category { get; init; }
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>An empty text takes it away.</summary>
    public string? PreviewImage { get; init; }
    public bool? IsPublic { get; init; }
    public TemplateDefinition? Definition { get; init; }
    public IReadOnlyList<TemplateParameter>? Parameters { get; init; }
}

/// <summary>How a workflow is made from a template.</summary>
public sealed record TemplateUseInput
{
    /// <summary>The workflow's name; the template's unless given.</summary>
    public string? Name { get; init; }

    /// <summary>Values by parameter. A parameter that is not given takes its default. Of this request's body nothing is logged.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Parameters { get; init; }
}

/// <summary>A user's opinion of a template.</summary>
public sealed record ReviewInput
{
    /// <summary>1 to 5.</summary>
    public int? Rating { get; init; }

    /// <summary>At most 2000 characters.</summary>
    public string? Comment { get; init; }
}

/// <summary>Which templates a list shows; everything that is given must match.</summary>
public sealed record TemplateFilter
{
    public string? Category { get; init; }

    /// <summary>Whether to leave out those that only the organization sees.</summary>
    public bool PublicOnly { get; init; }

    /// <summary>Part of the name, the description or a tag, in any case.</summary>
    public string? Search { get; init; }
}
