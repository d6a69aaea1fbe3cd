using System.Text.Json;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Forms;
using Portal.Core.Workflows.Nodes;
using Portal.Core.Workflows.Tasks;
using Portal.Core.Workflows.Triggers;

[assembly: Registers<INodeType, FormInputNode>]

namespace Portal.Core.Workflows.Nodes;

/// <summary><c>form-input</c>: a hosted form page. Where no edge leads to it, its submission starts a run; else the run waits for it.</summary>
internal sealed class FormInputNode(TimeProvider time) : NodeType<FormDefinition>
{
    public const string Type = TriggerNodes.Form;

    /// <summary>The <c>type</c> of the trigger that a submission is.</summary>
    public const string TriggerType = "form";

    /// <summary>The port that is followed when nobody filled the form in.</summary>
    public const string ExpiredPort = "expired";

    private static readonly NodePort Expired = new() { Id = ExpiredPort, Label = "Expired" };

    public override NodeDescriptor Descriptor { get; } = new()
    {
        Type = Type,
        Title = "Form",
        Description = "A form on a page of its own. At the beginning of a workflow its submission starts a run; further on the run waits for it. The output has the fields by name.",
        Icon = "assignment",
        Category = "people",
        Inputs = [NodePorts.Input],
        Outputs = [NodePorts.Output, Expired],
        ConfigSchema = NodePorts.Schema($$"""
            {
              "type": "object",
              "properties": {
                "title": { "type": "string", "title": "Title", "maxLength": 200 },
                "description": { "type": "string", "title": "Introduction", "maxLength": 2000 },
                "fields": {
                  "type": "array", "title": "Fields", "minItems": 1, "maxItems": {{FormDefinition.MostFields}},
                  "items": {
                    "type": "object",
                    "properties": {
                      "name": { "type": "string", "title": "Name", "x-literal": true, "description": "As in the run's data, as email or order_number." },
                      "label": { "type": "string", "title": "Label", "maxLength": 200 },
                      "type": { "enum": ["text", "textarea", "email", "url", "phone", "number", "date", "select", "checkbox"], "title": "Type", "default": "text" },
                      "required": { "type": "boolean", "title": "Required", "default": false },
                      "options": { "type": "array", "title": "Options", "items": { "type": "string", "minLength": 1, "maxLength": 200 }, "maxItems": 200 },
                      "help": { "type": "string", "title": "Help", "maxLength": 500 }
                    },
                    "required": ["name"],
                    "additionalProperties": false
                  }
                },
                "submit_label": { "type": "string", "title": "Button", "maxLength": 60 },
                "thanks_message": { "type": "string", "title": "Thanks", "maxLength": 1000, "description": "What is said once the form was sent." },
                "expires_after_hours": { "type": "number", "title": "Expires after", "exclusiveMinimum": 0, "maximum": 8784, "description": "Hours that a run waits for the form; it then goes on at the port expired." }
              },
              "required": ["fields"],
              "additionalProperties": false
            }
            """),
    };

    public override IEnumerable<(string Field, string Message)> Check(JsonElement config) => FormDefinition.Check(config);

    protected override ValueTask<NodeResult> Run(NodeContext context, FormDefinition form, CancellationToken cancellation) => ValueTask.FromResult(Result(context, form));

    private NodeResult Result(NodeContext context, FormDefinition form)
    {
        if (context.Resumed is { Expired: true }) return NodeResult.Done(Json.EmptyObject, ExpiredPort);
        if (context.Resumed is { Value: var fields }) return NodeResult.Done(fields, NodePorts.Output.Id);
        if (Began(context) is { } begun) return NodeResult.Done(begun, NodePorts.Output.Id);
        var title = string.IsNullOrWhiteSpace(form.Title) ? context.Node.Title is { Length: > 0 } named ? named : context.WorkflowName : form.Title;
        return NodeResult.WaitFor(new TaskRequest(TaskKind.Form, title, context.Config, form.ExpiresAfterHours is { } hours ? time.GetUtcNow().AddHours(hours) : null));
    }

    // The submission that the run began with.
    private static JsonElement? Began(NodeContext context)
    {
        if (context.Trigger.ValueKind == JsonValueKind.Object && context.Trigger.TryGetProperty("node_id", out var node) && node.ValueEquals(context.Node.Id)
            && context.Trigger.TryGetProperty("fields", out var fields)) return fields;
        return null;
    }
}
