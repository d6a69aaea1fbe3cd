using System.Text.Json;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Templates;

namespace Portal.Api.Workflows;

/// <summary>The examples of templates in the API's documents.</summary>
internal static class TemplateExamples
{
    private const string Id = "tpl_06bv5dk40xq4s0d2k8h1r3n7zr";
    private const string SavedId = "tpl_06bv5dq8mxq4s0d2k8h1r3n7zy";
    private static readonly DateTimeOffset Moment = new(2024, 3, 20, 10, 30, 0, TimeSpan.Zero);

    private static readonly TemplateDefinition Definition = new() { Nodes = WorkflowExamples.Nodes, Edges = WorkflowExamples.Edges };

    private static readonly IReadOnlyList<TemplateParameter> Parameters =
    [
        new()
        {
            Name = "warehouse", Type = ParameterType.String, Label = "Warehouse", Description = "Where orders go.", Required = true,
            Validation = [new() { Rule = "value.startsWith('https://')", Message = "The address begins with https://." }],
        },
        new() { Name = "WAREHOUSE_KEY", Type = ParameterType.Secret, Label = "The warehouse's key" },
    ];

    public static readonly TemplateInput NewTemplate = new()
    {
        Name = "Large orders", Description = "Tells the warehouse of each large order.", Category = "sales", Tags = ["orders"], PreviewImage = "https://example.com/large-orders.png", Definition = Definition, Parameters = Parameters,
    };

    public static readonly TemplateResource Template = new()
    {
        Id = Id, Name = "Large orders", Description = "Tells the warehouse of each large order.", Category = "sales", Tags = ["orders"], PreviewImage = "https://example.com/large-orders.png", Version = 1, IsPublic = false,
        OrganizationId = WorkflowExamples.Workflow.OrganizationId, CreatedBy = WorkflowExamples.Workflow.CreatedBy, CreatedAt = Moment, UpdatedAt = Moment, Parameters = Parameters, UsageCount = 0, Rating = 0, Reviews = [],
        Definition = new()
        {
            Id = Id, Name = "Large orders", Description = "Tells the warehouse of each large order.", Version = 1, OrganizationId = WorkflowExamples.Workflow.OrganizationId,
            CreatedBy = WorkflowExamples.Workflow.CreatedBy, CreatedAt = Moment, UpdatedAt = Moment, IsActive = false, Nodes = WorkflowExamples.Workflow.Nodes, Edges = WorkflowExamples.Edges,
            Variables = [], Triggers = [new() { NodeId = "order", Type = "webhook-trigger" }], Settings = new(),
        },
    };

    public static readonly TemplateSummary Summary = new()
    {
        Id = Id, Name = Template.Name, Description = Template.Description, Category = Template.Category, Tags = Template.Tags, PreviewImage = Template.PreviewImage, Version = 1, IsPublic = false, OrganizationId = Template.OrganizationId,
        CreatedBy = Template.CreatedBy, CreatedAt = Moment, UpdatedAt = Moment, UsageCount = 12, Rating = 4.5, ReviewCount = 2,
    };

    public static readonly TemplatePatch Change = new() { Description = "Tells the warehouse of orders above 100.", IsPublic = true };

    public static readonly TemplateResource ChangedTemplate = Template with { Description = "Tells the warehouse of orders above 100.", IsPublic = true, UpdatedAt = Moment.AddDays(1) };

    public static readonly TemplateUseInput Use = new()
    {
        Name = "Large orders, Europe", Parameters = new Dictionary<string, JsonElement>(StringComparer.Ordinal) { ["warehouse"] = JsonElement.Parse("\"https://eu.warehouse.example.com\""), ["WAREHOUSE_KEY"] = JsonElement.Parse("\"sesame-open-wide\"") },
    };

    public static readonly WorkflowResource UsedWorkflow = WorkflowExamples.Workflow with
    {
        Id = "wf_06bv5dr5txq4s0d2k8h1r3n7zz", Name = "Large orders, Europe", Description = Template.Description, TemplateId = Id, Settings = new(),
        Variables = [new() { Name = "warehouse", Type = "string", DefaultValue = JsonElement.Parse("\"https://eu.warehouse.example.com\""), Description = "Where orders go." }],
    };

    public static readonly TemplateFromWorkflow FromWorkflow = new() { Name = "Large orders, saved", Description = "Tells the warehouse of each order above 100.", Version = 1 };

    public static readonly TemplateResource SavedTemplate = Template with { Id = SavedId, PreviewImage = null, Name = "Large orders, saved", Parameters = [], Definition = Template.Definition with { Id = SavedId, Name = "Large orders, saved", Variables = WorkflowExamples.Variables } };

    public static readonly ReviewInput NewReview = new() { Rating = 5, Comment = "Saved us a day." };

    public static readonly TemplateReview Review = new() { Id = "rev_06bv5dn2wxq4s0d2k8h1r3n7zw", UserId = WorkflowExamples.Workflow.CreatedBy, UserName = "Ada Lovelace", Rating = 5, Comment = "Saved us a day.", CreatedAt = Moment };
}
