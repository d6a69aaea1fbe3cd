using System.Text.Json;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Definitions.Checking;
using Portal.Core.Workflows.Nodes;

namespace Portal.Api.Workflows;

/// <summary>The examples of workflows in the API's documents.</summary>
internal static class WorkflowExamples
{
    private const string Id = "wf_06bv5dk40xq4s0d2k8h1r3n7zr";
    private const string OrganizationId = "org_06bv59g1wxq4s0d2k8h1r3n7zs";
    private const string UserId = "usr_06bv59g1wxq4s0d2k8h1r3n7zt";
    private static readonly DateTimeOffset Moment = new(2024, 3, 20, 10, 30, 0, TimeSpan.Zero);

    public static readonly IReadOnlyList<WorkflowNode> Nodes =
    [
        new() { Id = "order", Type = "webhook-trigger", Title = "Order placed", Position = new(0, 0), Config = Json("{}") },
        new()
        {
            Id = "forward", Type = "api-integration", Title = "Tell the warehouse", Position = new(280, 0),
            Config = Json("""{"method":"POST","url":"{{ variables.warehouse }}/orders","body":"{{ trigger.body }}"}"""),
            Settings = new() { TimeoutSeconds = 30, Retry = new() { MaxAttempts = 3, DelaySeconds = 2 } },
        },
    ];

    public static readonly IReadOnlyList<WorkflowEdge> Edges =
        [new() { Id = "large", SourceNodeId = "order", TargetNodeId = "forward", Type = EdgeType.Conditional, Condition = "trigger.body.total > 100" }];

    public static readonly IReadOnlyList<WorkflowVariable> Variables = [new() { Name = "warehouse", Type = "string", DefaultValue = Json("\"https://warehouse.example.com\""), Description = "Where orders go" }];

    public static readonly WorkflowSettings Settings = new() { TimeoutSeconds = 600, MaxConcurrency = 10, Priority = 5 };

    public static readonly WorkflowInput NewWorkflow = new()
    {
        Name = "Large orders", Description = "Tells the warehouse of each order above 100.", Category = "sales", Tags = ["orders"], Nodes = Nodes, Edges = Edges, Variables = Variables, Settings = Settings,
    };

    public static readonly WorkflowResource Workflow = new()
    {
        Id = Id, Name = "Large orders", Description = "Tells the warehouse of each order above 100.", Category = "sales", Tags = ["orders"], Version = 1, LatestVersion = 1, PublishedVersion = null,
        Status = WorkflowStatus.Draft, OrganizationId = OrganizationId, CreatedBy = UserId, CreatedAt = Moment, UpdatedAt = Moment, IsActive = true, TemplateId = null,
        Nodes = [Nodes[0] with { Inputs = [], Outputs = [Port("Output") with { Id = "output" }] }, Nodes[1] with { Inputs = [Port("Input") with { Id = "input" }], Outputs = [Port("Output") with { Id = "output" }] }],
        Edges = Edges, Variables = Variables, Settings = Settings,
        Triggers = [new() { NodeId = "order", Type = "webhook-trigger", IsEnabled = true, Url = "https://portal.example.com/hooks/hook_3k9x7t2m5q8w1r4v6b0n3j5h7c" }],
    };

    public static readonly WorkflowPatch Change = new() { Version = 1, Settings = Settings with { Priority = 9 }, Note = "Orders are urgent" };

    public static readonly WorkflowResource ChangedWorkflow = Workflow with { Version = 2, LatestVersion = 2, Settings = Settings with { Priority = 9 }, UpdatedAt = Moment.AddMinutes(5) };

    public static readonly WorkflowResource PublishedWorkflow = Workflow with { PublishedVersion = 1, Status = WorkflowStatus.Published, UpdatedAt = Moment.AddMinutes(1) };

    public static readonly WorkflowSummary Summary = new()
    {
        Id = Id, Name = Workflow.Name, Description = Workflow.Description, Category = Workflow.Category, Tags = Workflow.Tags, Version = 1, PublishedVersion = null, Status = WorkflowStatus.Draft, IsActive = true,
        OrganizationId = OrganizationId, CreatedBy = UserId, CreatedAt = Moment, UpdatedAt = Moment,
    };

    public static readonly WorkflowCopy Copy = new() { Name = "Large orders, Europe" };

    public static readonly WorkflowResource CopiedWorkflow = Workflow with { Id = "wf_06bv5dm7rxq4s0d2k8h1r3n7zt", Name = "Large orders, Europe", IsActive = false, CreatedAt = Moment.AddDays(1), UpdatedAt = Moment.AddDays(1) };

    public static readonly WorkflowExport Exported = new()
    {
        Format = WorkflowTransfer.Format, Name = Workflow.Name, Description = Workflow.Description, Category = Workflow.Category, Tags = Workflow.Tags, Version = 1, Nodes = Nodes, Edges = Edges,
        Variables = Variables, Triggers = [], Settings = Settings, Secrets = ["API_TOKEN"],
    };

    public static readonly WorkflowImport Imported = new() { Format = WorkflowTransfer.Format, Name = Workflow.Name, Category = "sales", Nodes = Nodes, Edges = Edges, Variables = Variables };

    public static readonly WorkflowResource ImportedWorkflow = Workflow with { Id = "wf_06bv5dq8mxq4s0d2k8h1r3n7zy", Description = null, Tags = [], Settings = new() };

    public static readonly VersionChoice Choice = new() { Version = 1 };

    public static readonly VersionResource Version = new()
    {
        Id = "1", WorkflowId = Id, Version = 1, Note = null, IsPublished = false, PublishedAt = null, CreatedBy = UserId, CreatedAt = Moment,
    };

    public static readonly WorkflowValidation Sound = new()
    {
        Valid = true,
        Findings =
        [
            new()
            {
                Severity = FindingSeverity.Warning, Code = FindingCodes.NodeNotBefore, Message = "The node archive never runs before this one, so that it has no output here.", NodeId = "forward",
                Field = "nodes[1].config.body", Line = 1, Column = 10,
            },
        ],
    };

    public static readonly WorkflowDiff Diff = new()
    {
        From = 1, To = 2, Nodes = Nothing(), Edges = Nothing() with { Changed = [new("large", "order → forward", [new("condition", Json("\"trigger.body.total > 100\""), Json("\"trigger.body.total > 50\""))])] },
        Variables = Nothing() with { Added = [new("limit", "limit")] }, Triggers = Nothing(), Settings = [new("priority", Json("5"), Json("9"))],
    };

    public static readonly SecretInput NewSecret = new() { Secret = "sesame-open-wide" };

    public static readonly SecretResource Secret = new() { Id = "API_TOKEN", Name = "API_TOKEN", Value = "••••", UpdatedAt = Moment };

    public static readonly NodeTypeResource NodeType = new()
    {
        Id = "delay", Type = "delay", Title = "Delay", Description = "Waits before the run goes on.", Icon = "hourglass", Category = "flow", Role = "action",
        Inputs = [Port("Input") with { Id = "input" }], Outputs = [Port("Output") with { Id = "output" }], HasEffects = false, TimeoutSeconds = 60,
        ConfigSchema = Json("""{"type":"object","properties":{"seconds":{"type":"number","minimum":0,"title":"Seconds"}}}"""),
    };

    public static readonly ExpressionInput Expression = new()
    {
        Expression = "trigger.body.items.filter(item, item.price > 10).size()",
        Variables = new Dictionary<string, JsonElement>(StringComparer.Ordinal) { ["trigger"] = Json("""{"body":{"items":[{"price":5},{"price":20}]}}""") },
    };

    public static readonly ExpressionResult ExpressionResult = new() { Value = Json("1"), Type = "int" };

    private static NodePort Port(string label) => new() { Id = "", Label = label };

    private static PartDiff Nothing() => new() { Added = [], Removed = [], Changed = [] };

    private static JsonElement Json(string json) => JsonElement.Parse(json);
}
