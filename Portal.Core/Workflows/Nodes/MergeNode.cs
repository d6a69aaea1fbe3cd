using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Nodes;

[assembly: Registers<INodeType, MergeNode>]

namespace Portal.Core.Workflows.Nodes;

/// <summary>Brings branches together; what came over their edges is its output.</summary>
internal sealed class MergeNode : NodeType<MergeNode.Settings>
{
    public override NodeDescriptor Descriptor { get; } = new()
    {
        Type = "merge",
        Title = "Merge",
        Description = "Waits for all branches that end here, or for the first, and hands on what they gave.",
        Icon = "merge",
        Category = "flow",
        Role = NodeRole.Merge,
        ConfigSchema = NodePorts.Schema("""
            {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "mode": { "enum": ["all", "any"], "default": "all", "title": "Wait for", "description": "All branches, of which the output is a list; or any, the first of which goes on alone.", "x-literal": true }
              }
            }
            """),
    };

    protected override ValueTask<NodeResult> Run(NodeContext context, Settings config, CancellationToken cancellation) => new(NodeResult.Done(context.Input.OrNull()));

    internal sealed record Settings;
}
