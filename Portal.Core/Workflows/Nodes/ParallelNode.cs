using System.Text.Json;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Nodes;

[assembly: Registers<INodeType, ParallelNode>]

namespace Portal.Core.Workflows.Nodes;

/// <summary>Goes on at all of its ports at once.</summary>
internal sealed class ParallelNode : NodeType<ParallelNode.Settings>
{
    public override NodeDescriptor Descriptor { get; } = new()
    {
        Type = "parallel",
        Title = "Parallel",
        Description = "Runs several branches at the same time, each with the same input.",
        Icon = "alt_route",
        Category = "flow",
        Outputs = [new() { Id = "branch-1", Label = "Branch 1" }, new() { Id = "branch-2", Label = "Branch 2" }],
        ConfigSchema = NodePorts.Schema($$"""
            {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "branches": {
                  "type": "array", "title": "Branches", "minItems": 1, "maxItems": 50,
                  "description": "A port for each branch; two of them, branch-1 and branch-2, unless given.",
                  "items": {
                    "type": "object", "additionalProperties": false, "required": ["port"],
                    "properties": {
                      "port": { "type": "string", "title": "Port", "description": "Letters, digits, _ and -.", "pattern": "{{NamedPorts.Pattern}}", "x-literal": true },
                      "label": { "type": "string", "title": "Label", "maxLength": 100, "x-literal": true }
                    }
                  }
                }
              }
            }
            """),
    };

    public override IReadOnlyList<NodePort> OutputsOf(JsonElement config) => NamedPorts.Of(config, "branches") is { Count: > 0 } branches ? branches : Descriptor.Outputs;

    public override IEnumerable<(string Field, string Message)> Check(JsonElement config) => NamedPorts.Faults(config, "branches");

    protected override ValueTask<NodeResult> Run(NodeContext context, Settings config, CancellationToken cancellation) => new(NodeResult.Done(context.Input.OrNull()));

    internal sealed record Settings;
}
