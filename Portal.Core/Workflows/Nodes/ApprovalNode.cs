using System.Text.Json;
using Portal.Core.Shared.Json;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Nodes;
using Portal.Core.Workflows.Tasks;

[assembly: Registers<INodeType, ApprovalNode>]

namespace Portal.Core.Workflows.Nodes;

/// <summary><c>approval</c>: waits for a person to approve or reject.</summary>
internal sealed class ApprovalNode(TimeProvider time) : NodeType<ApprovalNode.Settings>
{
    public const string Type = "approval";
    private const string Approved = "approved";
    private const string Rejected = "rejected";
    private const string Expired = "expired";

    public override NodeDescriptor Descriptor { get; } = new()
    {
        Type = Type,
        Title = "Approval",
        Description = "Asks somebody to approve or reject, and waits for it without holding anything. The output has decision, comment, decided_by and decided_at.",
        Icon = "approval",
        Category = "people",
        Outputs = [new() { Id = Approved, Label = "Approved" }, new() { Id = Rejected, Label = "Rejected" }, new() { Id = Expired, Label = "Expired" }],
        HasEffects = true,
        ConfigSchema = NodePorts.Schema("""
            {
              "type": "object",
              "properties": {
                "title": { "type": "string", "title": "Title", "minLength": 1, "maxLength": 200, "description": "What is asked, as: Discount of 20 % for Analytical Engines" },
                "message": { "type": "string", "title": "Message", "maxLength": 4000 },
                "data": { "title": "Data", "description": "What whoever decides should see, as {{ nodes.quote.output }}." },
                "role": { "enum": ["owner", "admin", "developer", "viewer"], "title": "Role", "description": "Members of this role and above may decide. Without a role and users, everybody who may change workflows." },
                "user_ids": { "type": "array", "title": "Users", "items": { "type": "string", "minLength": 1, "maxLength": 64 }, "maxItems": 50, "description": "These users may decide, whatever their role." },
                "expires_after_hours": { "type": "number", "title": "Expires after", "exclusiveMinimum": 0, "maximum": 8784, "description": "Hours until nobody can decide any more; the run then goes on at the port expired." }
              },
              "required": ["title"],
              "additionalProperties": false
            }
            """),
    };

    protected override ValueTask<NodeResult> Run(NodeContext context, Settings config, CancellationToken cancellation) => ValueTask.FromResult(Result(context, config));

    private NodeResult Result(NodeContext context, Settings config)
    {
        if (context.Resumed is { Expired: true }) return Done(new(Expired, null, null, time.GetUtcNow()), Expired);
        if (context.Resumed is { } decided)
        {
            var decision = decided.Value.Deserialize<ApprovalDecision>(PortalJson.Options)!;
            return Done(new(decision.Decision, decision.Comment, decided.By, decision.DecidedAt), decision.Decision == Approved ? Approved : Rejected);
        }

        var details = JsonSerializer.SerializeToElement(new ApprovalDetails(config.Message, config.Data.OrNull(), config.Role, config.UserIds ?? []), PortalJson.Options);
        return NodeResult.WaitFor(new TaskRequest(TaskKind.Approval, config.Title, details, config.ExpiresAfterHours is { } hours ? time.GetUtcNow().AddHours(hours) : null));
    }

    private static NodeResult Done(Output output, string port) => NodeResult.Done(JsonSerializer.SerializeToElement(output, PortalJson.Options), port);

    private sealed record Output(string Decision, string? Comment, string? DecidedBy, DateTimeOffset DecidedAt);

    internal sealed record Settings
    {
        public string Title { get; init; } = "";
        public string? Message { get; init; }
        public JsonElement Data { get; init; }
        public string? Role { get; init; }
        public IReadOnlyList<string>? UserIds { get; init; }
        public double? ExpiresAfterHours { get; init; }
    }
}
