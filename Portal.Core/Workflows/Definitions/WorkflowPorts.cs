using System.Text.Json;
using Portal.Core.Workflows.Nodes;

namespace Portal.Core.Workflows.Definitions;

/// <summary>
/// The ports of nodes: the type's, and what the definition says of them. A definition may add inputs, to which the data of
/// several edges comes apart; outputs are the type's alone, since nothing would follow another one.
/// </summary>
internal static class WorkflowPorts
{
    public static IReadOnlyList<string> Types { get; } = ["any", "object", "list", "string", "number", "boolean", "file"];

    public static IReadOnlyList<NodePort> Inputs(WorkflowNode node, INodeType? type)
    {
        var own = type?.Descriptor.Inputs ?? [];
        if (node.Inputs is not { Count: > 0 } given || type?.Descriptor.Role == NodeRole.Trigger) return own;
        return [.. own.Select(port => Said(given, port)), .. given.Where(port => !Has(own, port.Id))];
    }

    /// <summary>Without the port for failures, which every node has.</summary>
    public static IReadOnlyList<NodePort> Outputs(WorkflowNode node, INodeType? type)
    {
        if (type is null) return node.Outputs ?? [];
        var own = type.OutputsOf(ConfigOf(node));
        return node.Outputs is { Count: > 0 } given ? [.. own.Select(port => Said(given, port))] : own;
    }

    /// <summary>The node without what its type says anyway, so that a definition that came from an answer is the one that was stored.</summary>
    public static WorkflowNode Brief(WorkflowNode node, INodeType? type)
    {
        if (type is null) return node with { Inputs = OrNull(node.Inputs), Outputs = OrNull(node.Outputs) };
        var own = type.OutputsOf(ConfigOf(node));
        var inputs = type.Descriptor.Role == NodeRole.Trigger ? null : node.Inputs?.Where(port => !type.Descriptor.Inputs.Contains(port)).ToList();
        return node with { Inputs = OrNull(inputs), Outputs = OrNull(node.Outputs?.Where(port => Has(own, port.Id) && !own.Contains(port)).ToList()) };
    }

    /// <summary>The node with every port it has, as answers show it.</summary>
    public static WorkflowNode Full(WorkflowNode node, INodeType? type) => node with { Inputs = Inputs(node, type), Outputs = Outputs(node, type) };

    /// <summary>The node's configuration; of a node without one an empty object.</summary>
    public static JsonElement ConfigOf(WorkflowNode node) => node.Config.ValueKind == JsonValueKind.Object ? node.Config : Json.EmptyObject;

    private static NodePort Said(IReadOnlyList<NodePort> given, NodePort port) => given.FirstOrDefault(other => other.Id == port.Id) ?? port;

    private static bool Has(IReadOnlyList<NodePort> ports, string id) => ports.Any(port => port.Id == id);

    private static IReadOnlyList<NodePort>? OrNull(IReadOnlyList<NodePort>? ports) => ports is { Count: > 0 } ? ports : null;
}
