using System.Text.Json;
using Portal.Core.Shared.Json;
using Portal.Core.Workflows.Definitions;

namespace Portal.Core.Workflows.Templates;

/// <summary>A template, wherever it is kept.</summary>
internal sealed record Template
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string Description { get; init; }
    public required string Category { get; init; }
    public required IReadOnlyList<string> Tags { get; init; }
    public string? PreviewImage { get; init; }
    public int Version { get; init; } = 1;
    public bool IsPublic { get; init; } = true;

    /// <summary>Null of those that come with the portal.</summary>
    public string? OrganizationId { get; init; }
    public string CreatedBy { get; init; } = "system";
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
    public required WorkflowGraph Definition { get; init; }
    public IReadOnlyList<TemplateParameter> Parameters { get; init; } = [];

    public static Template Of(WorkflowTemplate row) => new()
    {
        Id = row.Id, Name = row.Name, Description = row.Description, Category = row.Category, Tags = row.Tags, PreviewImage = row.PreviewImage, Version = row.Version, IsPublic = row.IsPublic, OrganizationId = row.OrganizationId,
        CreatedBy = row.CreatedBy, CreatedAt = row.CreatedAt, UpdatedAt = row.UpdatedAt, Definition = StoredGraph.Read(row.Definition),
        Parameters = JsonSerializer.Deserialize<List<TemplateParameter>>(row.Parameters, PortalJson.Options)!,
    };

    public TemplateSummary Summary(long uses, double rating, int reviews) => new()
    {
        Id = Id, Name = Name, Description = Description, Category = Category, Tags = Tags, PreviewImage = PreviewImage, Version = Version, IsPublic = IsPublic, OrganizationId = OrganizationId, CreatedBy = CreatedBy,
        CreatedAt = CreatedAt, UpdatedAt = UpdatedAt, UsageCount = uses, Rating = Math.Round(rating, 2), ReviewCount = reviews,
    };

    public TemplateResource Resource(IReadOnlyList<WorkflowNode> nodes, IReadOnlyList<WorkflowTrigger> triggers, long uses, double rating, IReadOnlyList<TemplateReview> reviews) => new()
    {
        Id = Id, Name = Name, Description = Description, Category = Category, Tags = Tags, PreviewImage = PreviewImage, Version = Version, IsPublic = IsPublic, OrganizationId = OrganizationId, CreatedBy = CreatedBy,
        CreatedAt = CreatedAt, UpdatedAt = UpdatedAt, Parameters = Parameters, UsageCount = uses, Rating = Math.Round(rating, 2), Reviews = reviews,
        Definition = new TemplateDefinition
        {
            Id = Id, Name = Name, Description = Description, Version = Version, OrganizationId = OrganizationId, CreatedBy = CreatedBy, CreatedAt = CreatedAt, UpdatedAt = UpdatedAt, IsActive = false,
            Nodes = nodes, Edges = Definition.Edges, Variables = Definition.Variables, Triggers = triggers, Settings = Definition.Settings,
        },
    };
}
