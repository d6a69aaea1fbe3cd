using System.Text.Json;
using Portal.Core.Webhooks.Endpoints;
using Portal.Core.Workflows.Nodes;
using Portal.Core.Workflows.Triggers;

[assembly: Registers<INodeType, EventTriggerNode>]

namespace Portal.Core.Workflows.Nodes;

/// <summary><c>event-trigger</c>: something that happens in the organization starts a run.</summary>
internal sealed class EventTriggerNode : INodeType
{
    public const string Type = TriggerNodes.Event;

    public NodeDescriptor Descriptor { get; } = new()
    {
        Type = Type,
        Title = "Event",
        Description = "Starts a run when something happens: a deal is won, a contact is created. The output has the event; its data are the run's inputs.",
        Icon = "bolt",
        Category = "trigger",
        Role = NodeRole.Trigger,
        Inputs = [],
        ConfigSchema = NodePorts.Schema("""
            {
              "type": "object",
              "properties": {
                "events": {
                  "type": "array", "title": "Event types", "items": { "type": "string", "minLength": 1, "maxLength": 100 }, "minItems": 1, "maxItems": 100, "x-literal": true,
                  "description": "Names of the catalogue, as deal.created; deal.* for all that begin so, * for all."
                },
                "filter": { "type": "string", "title": "Filter", "maxLength": 2000, "x-literal": true, "description": "A CEL expression over id, type, created, timestamp and data: only events for which it is true start a run, as data.value > 1000. {{ variables.NAME }} stands for a variable's value." }
              },
              "required": ["events"],
              "additionalProperties": false
            }
            """),
    };

    public IEnumerable<(string Field, string Message)> Check(JsonElement config)
    {
        if (config.ValueKind == JsonValueKind.Object && config.TryGetProperty("filter", out var filter) && filter.ValueKind == JsonValueKind.String && filter.GetString() is { } text
            && !string.IsNullOrWhiteSpace(text) && EventFilter.Fault(text) is { } fault) yield return ("filter", fault);
    }

    public ValueTask<NodeResult> Run(NodeContext context, CancellationToken cancellation) => ValueTask.FromResult(NodeResult.Done(context.Trigger));
}
