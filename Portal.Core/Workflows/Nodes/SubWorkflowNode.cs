using System.Text.Json;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Nodes;

[assembly: Registers<INodeType, SubWorkflowNode>]

namespace Portal.Core.Workflows.Nodes;

/// <summary>Runs another workflow and goes on with its outcome.</summary>
internal sealed class SubWorkflowNode : NodeType<SubWorkflowNode.Settings>
{
    public override NodeDescriptor Descriptor { get; } = new()
    {
        Type = "sub-workflow",
        Title = "Sub-workflow",
        Description = "Runs another workflow of the organization, waits for its end and hands on what it gave.",
        Icon = "account_tree",
        Category = "flow",
        HasEffects = true,
        ConfigSchema = NodePorts.Schema("""
            {
              "type": "object",
              "additionalProperties": false,
              "required": ["workflow_id"],
              "properties": {
                "workflow_id": { "type": "string", "title": "Workflow", "minLength": 1, "maxLength": 100, "description": "Its id; its published version runs." },
                "inputs": { "type": "object", "title": "Inputs", "description": "What its expressions know as inputs; this node's input, where it is an object, unless given.", "examples": [{ "contact_id": "{{ input.id }}" }] },
                "on_failure": { "enum": ["fail", "continue"], "default": "fail", "title": "When it fails", "description": "Fail too, or go on; the output then has the status and the error." }
              }
            }
            """),
    };

    protected override ValueTask<NodeResult> Run(NodeContext context, Settings config, CancellationToken cancellation)
    {
        if (context.Resumed is { } outcome) return new(Ended(outcome.Value, config));
        var inputs = config.Inputs ?? context.Input;
        return new(NodeResult.Call(config.WorkflowId, inputs.ValueKind == JsonValueKind.Object ? inputs : Json.EmptyObject));
    }

    private static NodeResult Ended(JsonElement outcome, Settings config)
    {
        var status = Field(outcome, "status").GetString();
        if (status == "completed" || config.OnFailure == FailureMode.Continue) return NodeResult.Done(outcome);
        var error = Field(outcome, "error");
        var reason = error.ValueKind == JsonValueKind.Object ? Field(error, "message") : error;
        throw new NodeException("SUB_WORKFLOW_FAILED", $"The workflow's run ended as {status}{(reason.ValueKind == JsonValueKind.String ? $": {reason.GetString()}" : ".")}");
    }

    private static JsonElement Field(JsonElement value, string name) => value.TryGetProperty(name, out var field) ? field : default;

    internal enum FailureMode
    {
        Fail,
        Continue,
    }

    internal sealed record Settings(string WorkflowId, JsonElement? Inputs, FailureMode OnFailure);
}
