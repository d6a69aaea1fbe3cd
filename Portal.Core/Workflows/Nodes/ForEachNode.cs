using System.Text.Json;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Nodes;

[assembly: Registers<INodeType, ForEachNode>]

namespace Portal.Core.Workflows.Nodes;

/// <summary>Gives the engine the items to go through; the engine makes the rounds.</summary>
internal sealed class ForEachNode : NodeType<ForEachNode.Settings>
{
    public override NodeDescriptor Descriptor { get; } = new()
    {
        Type = "for-each",
        Title = "For each",
        Description = "Runs the nodes behind its port item once for each item of a list, one after another or several at a time. Lead the last of them back to it; when all are done it goes on with results, a list of what the rounds gave, count and failed.",
        Icon = "repeat",
        Category = "flow",
        Role = NodeRole.Loop,
        Inputs = [NodePorts.Input, new() { Id = "back", Label = "Round done" }],
        Outputs = [new() { Id = "item", Label = "Each item" }, new() { Id = "done", Label = "Done", Type = "object" }],
        ConfigSchema = NodePorts.Schema("""
            {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "items": { "title": "Items", "description": "A list; the node's input unless given.", "examples": ["{{ input.contacts }}"] },
                "concurrency": { "type": "integer", "minimum": 1, "maximum": 50, "default": 1, "title": "At a time", "x-literal": true, "description": "Rounds that run at the same time." },
                "most_items": { "type": "integer", "minimum": 1, "maximum": 10000, "default": 1000, "title": "Most items", "description": "A longer list is a failure, before the first round." },
                "on_item_error": { "enum": ["stop", "continue"], "default": "stop", "title": "When a round fails", "x-literal": true, "description": "Stop the loop, or go on with the other items." }
              }
            }
            """),
    };

    protected override ValueTask<NodeResult> Run(NodeContext context, Settings config, CancellationToken cancellation)
    {
        var items = config.Items ?? context.Input;
        if (items.ValueKind != JsonValueKind.Array) throw new NodeException("NOT_A_LIST", $"items is {NodeJson.KindOf(items)} where a list is needed.");
        return items.GetArrayLength() is var count && count > config.MostItems
            ? throw new NodeException("TOO_MANY_ITEMS", $"The list has {count} items; the loop takes {config.MostItems}.")
            : new(NodeResult.Done(items));
    }

    internal sealed record Settings
    {
        public JsonElement? Items { get; init; }
        public int MostItems { get; init; } = 1000;
    }
}
