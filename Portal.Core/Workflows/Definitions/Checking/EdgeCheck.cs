using System.Collections;
using Portal.Core.Workflows.Nodes;

namespace Portal.Core.Workflows.Definitions.Checking;

/// <summary>Checks how nodes hang together: the ends of edges and their ports, circles, the bodies of loops, what nothing leads to.</summary>
internal sealed class EdgeCheck(WorkflowGraph graph, WorkflowShape shape, Findings findings)
{
    private readonly IReadOnlyList<NodePort>[] _inputs = [.. graph.Nodes.Select((node, index) => WorkflowPorts.Inputs(node, shape.TypeOf(index)))];
    private readonly IReadOnlyList<NodePort>[] _outputs = [.. graph.Nodes.Select((node, index) => WorkflowPorts.Outputs(node, shape.TypeOf(index)))];

    public void Run()
    {
        for (var edge = 0; edge < graph.Edges.Count; edge++) CheckEdge(edge);
        for (var node = 0; node < graph.Nodes.Count; node++) CheckPorts(node);
        foreach (var edge in shape.Cycles())
            findings.Edge(edge, FindingCodes.Cycle, "", $"The edge from {NameOf(shape.SourceOf(edge))} to {NameOf(shape.TargetOf(edge))} closes a circle. Only a loop's body leads back, to its port {WorkflowShape.BackPort}.");
        for (var node = 0; node < graph.Nodes.Count; node++)
        {
            if (shape.IsLoop(node)) CheckLoop(node, shape.Body(node));
        }

        CheckReach(shape.Reachable());
    }

    private void CheckEdge(int index)
    {
        var edge = graph.Edges[index];
        if (edge.Type == EdgeType.Conditional && string.IsNullOrWhiteSpace(edge.Condition)) findings.Edge(index, FindingCodes.ConditionMissing, "condition", "A conditional edge needs a condition.");
        if (edge.Type != EdgeType.Conditional && !string.IsNullOrEmpty(edge.Condition)) findings.Edge(index, FindingCodes.ConditionMisplaced, "condition", "Only an edge of the type conditional has a condition.");
        var (source, target) = (shape.SourceOf(index), shape.TargetOf(index));
        if (source < 0) findings.Edge(index, FindingCodes.EdgeEndUnknown, "source_node_id", $"No node has the id {edge.SourceNodeId}.");
        if (target < 0) findings.Edge(index, FindingCodes.EdgeEndUnknown, "target_node_id", $"No node has the id {edge.TargetNodeId}.");
        var output = source < 0 ? null : Find(_outputs[source], edge.SourcePort);
        var input = target < 0 ? null : Find(_inputs[target], edge.TargetPort);
        // What ports a node of an unknown type has cannot be said.
        if (source >= 0 && output is null && edge.SourcePort != NodePorts.Error && shape.TypeOf(source) is not null)
            findings.Edge(index, FindingCodes.PortUnknown, "source_port", $"{NameOf(source)} has no output port {edge.SourcePort}.");
        if (target >= 0 && input is null && shape.TypeOf(target) is not null)
            findings.Edge(index, FindingCodes.PortUnknown, "target_port", _inputs[target].Count == 0 ? $"{NameOf(target)} begins runs: no edge leads to it." : $"{NameOf(target)} has no input port {edge.TargetPort}.");
        if (output is not null && input is not null && edge.Type != EdgeType.Control && !Fits(output.Type, input.Type))
            findings.Edge(index, FindingCodes.PortTypeMismatch, "target_port", $"{NameOf(source)} gives {output.Type} where {NameOf(target)} takes {input.Type}.");
    }

    private void CheckPorts(int node)
    {
        CheckGiven(node, "inputs", graph.Nodes[node].Inputs);
        CheckGiven(node, "outputs", graph.Nodes[node].Outputs);
        foreach (var port in _inputs[node].Where(port => port.Required && !shape.Into(node).Any(edge => graph.Edges[edge].TargetPort == port.Id)))
            findings.Node(node, FindingCodes.PortUnconnected, "inputs", $"An edge must lead to the port {port.Id} of {NameOf(node)}.");
        foreach (var port in _outputs[node].Where(port => port.Required && !shape.OutOf(node).Any(edge => graph.Edges[edge].SourcePort == port.Id)))
            findings.Node(node, FindingCodes.PortUnconnected, "outputs", $"An edge must begin at the port {port.Id} of {NameOf(node)}.");
    }

    private void CheckGiven(int node, string field, IReadOnlyList<NodePort>? ports)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, port) in (ports ?? []).Index())
        {
            if (!seen.Add(port.Id)) findings.Node(node, FindingCodes.PortInvalid, $"{field}[{index}].id", $"{NameOf(node)} has the port {port.Id} twice.");
            if (!WorkflowPorts.Types.Contains(port.Type)) findings.Node(node, FindingCodes.PortInvalid, $"{field}[{index}].type", $"A port's type is one of {string.Join(", ", WorkflowPorts.Types)}.");
        }
    }

    private void CheckLoop(int loop, BitArray body)
    {
        for (var node = 0; node < body.Count; node++)
        {
            if (!body[node]) continue;
            foreach (var edge in shape.Into(node).Where(edge => !body[shape.SourceOf(edge)] && !(shape.SourceOf(edge) == loop && shape.IsItem(edge))))
                findings.Edge(edge, FindingCodes.LoopEntered, "", $"{NameOf(node)} belongs to the rounds of the loop {NameOf(loop)}, so that nothing outside may lead to it. What follows the loop begins at its port done.");
            foreach (var edge in shape.OutOf(node).Where(edge => !body[shape.TargetOf(edge)] && !(shape.TargetOf(edge) == loop && shape.IsBack(edge))))
                findings.Edge(edge, FindingCodes.LoopLeft, "", $"{NameOf(node)} belongs to the rounds of the loop {NameOf(loop)}, which end only at its port {WorkflowShape.BackPort}.");
        }

        foreach (var edge in shape.Into(loop).Where(edge => shape.IsBack(edge) && !body[shape.SourceOf(edge)] && !(shape.SourceOf(edge) == loop && shape.IsItem(edge))))
            findings.Edge(edge, FindingCodes.LoopEntered, "target_port", $"Only the rounds of the loop {NameOf(loop)} lead to its port {WorkflowShape.BackPort}, and {NameOf(shape.SourceOf(edge))} is in none.");
    }

    private void CheckReach(BitArray reached)
    {
        for (var node = 0; node < reached.Count; node++)
        {
            if (!reached[node]) findings.Node(node, FindingCodes.NodeUnreachable, "", $"Nothing leads to {NameOf(node)}, so that it never runs.", FindingSeverity.Warning);
        }
    }

    private string NameOf(int node) => graph.Nodes[node] is { Title.Length: > 0 } named ? $"“{named.Title}”" : $"“{graph.Nodes[node].Id}”";

    private static NodePort? Find(IReadOnlyList<NodePort> ports, string id) => ports.FirstOrDefault(port => port.Id == id);

    // A file is an object that says where its bytes are.
    private static bool Fits(string output, string input) => output == input || output == "any" || input == "any" || (output == "file" && input == "object");
}
