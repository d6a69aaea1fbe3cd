using System.Runtime.InteropServices;
using System.Text.Json;
using Portal.Core.Shared.Json.Schema;
using Portal.Core.Shared.Problems;
using Portal.Core.Workflows.Definitions.Checking;
using Portal.Core.Workflows.Nodes;

namespace Portal.Core.Workflows.Definitions;

/// <summary>
/// Takes a definition as somebody sent it: holds it to <see cref="WorkflowLimits"/>, and brings it to the form that is
/// stored, which leaves out what follows from the node types. What it refuses is not even a draft.
/// </summary>
internal sealed class GraphReader(NodeCatalogue types, int mostNodes)
{
    /// <summary>Reads a definition; where there are faults, the result is of no use.</summary>
    public WorkflowGraph Read(WorkflowInput input, Faults faults)
    {
        var reading = new Reading(faults);
        var graph = new WorkflowGraph
        {
            Nodes = reading.List("nodes", input.Nodes, mostNodes, reading.Node),
            Edges = reading.List("edges", input.Edges, mostNodes * WorkflowLimits.EdgesANode, reading.Edge),
            Variables = reading.List("variables", input.Variables, WorkflowLimits.MostVariables, reading.Variable),
            Triggers = reading.List("triggers", input.Triggers, mostNodes, reading.Trigger),
            Settings = input.Settings ?? new(),
        };
        return faults.Any ? graph : Brief(graph);
    }

    /// <summary>Whether two definitions say the same, in whatever order their fields stand.</summary>
    public static bool AreEqual(WorkflowGraph one, WorkflowGraph other) => JsonElement.DeepEquals(StoredGraph.Element(one), StoredGraph.Element(other));

    private WorkflowGraph Brief(WorkflowGraph graph)
    {
        var brief = graph with { Nodes = [.. graph.Nodes.Select(node => WorkflowPorts.Brief(node, types.Find(node.Type)))] };
        var shape = new WorkflowShape(brief, types);
        // A trigger is enabled unless something else is said. One of no trigger node stays, for the check to find.
        return brief with { Triggers = [.. brief.Triggers.Where(trigger => !trigger.IsEnabled || shape.IndexOf(trigger.NodeId) is not { } node || !shape.IsTrigger(node))] };
    }

    // Fields that the types call required may be null all the same: JSON says so.
    private sealed class Reading(Faults faults)
    {
        public List<T> List<T>(string field, IReadOnlyList<T>? items, int most, Func<string, T, T> read) where T : class
        {
            if (items is null) return [];
            if (items.Count > most)
            {
                faults.Add(field, $"{field} has at most {most} items.");
                return [];
            }

            var taken = new List<T>(items.Count);
            foreach (var (index, item) in items.Index())
            {
                if (item is null) faults.Add($"{field}[{index}]", $"{field}[{index}] is null.", ErrorCode.WrongFormat);
                else taken.Add(read($"{field}[{index}]", item));
            }

            return taken;
        }

        public WorkflowNode Node(string path, WorkflowNode node)
        {
            faults.Required($"{path}.id", node.Id, WorkflowLimits.LongestId);
            faults.Required($"{path}.type", node.Type, WorkflowLimits.LongestId);
            faults.Text($"{path}.title", node.Title, WorkflowLimits.LongestTitle);
            faults.Text($"{path}.description", node.Description, WorkflowLimits.LongestDescription);
            if (node.Position is { } place && (Math.Abs(place.X) > WorkflowLimits.FarthestPlace || Math.Abs(place.Y) > WorkflowLimits.FarthestPlace))
                faults.Add($"{path}.position", $"A position lies within {WorkflowLimits.FarthestPlace:0} pixels.");
            Value($"{path}.config", node.Config);
            return node with
            {
                Title = node.Title ?? "", Position = node.Position ?? new(0, 0), Config = Kept(node.Config),
                Inputs = node.Inputs is null ? null : List($"{path}.inputs", node.Inputs, WorkflowLimits.MostPorts, Port),
                Outputs = node.Outputs is null ? null : List($"{path}.outputs", node.Outputs, WorkflowLimits.MostPorts, Port),
                Validation = node.Validation is { Count: > 0 } rules ? List($"{path}.validation", rules, WorkflowLimits.MostRules, Rule) : null,
            };
        }

        public WorkflowEdge Edge(string path, WorkflowEdge edge)
        {
            faults.Required($"{path}.id", edge.Id, WorkflowLimits.LongestId);
            faults.Required($"{path}.source_node_id", edge.SourceNodeId, WorkflowLimits.LongestId);
            faults.Required($"{path}.target_node_id", edge.TargetNodeId, WorkflowLimits.LongestId);
            faults.Text($"{path}.source_port", edge.SourcePort, WorkflowLimits.LongestId);
            faults.Text($"{path}.target_port", edge.TargetPort, WorkflowLimits.LongestId);
            faults.Text($"{path}.condition", edge.Condition, WorkflowLimits.LongestExpression);
            return edge with { SourcePort = edge.SourcePort ?? "output", TargetPort = edge.TargetPort ?? "input", Condition = string.IsNullOrEmpty(edge.Condition) ? null : edge.Condition };
        }

        public WorkflowVariable Variable(string path, WorkflowVariable variable)
        {
            faults.Required($"{path}.name", variable.Name, WorkflowLimits.LongestId);
            faults.Text($"{path}.type", variable.Type, WorkflowLimits.LongestId);
            faults.Text($"{path}.description", variable.Description, WorkflowLimits.LongestDescription);
            if (variable.DefaultValue is { } value) Value($"{path}.default_value", value);
            return variable with { Type = variable.Type ?? "string", DefaultValue = variable.DefaultValue is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } given ? given : null };
        }

        public WorkflowTrigger Trigger(string path, WorkflowTrigger trigger)
        {
            faults.Required($"{path}.node_id", trigger.NodeId, WorkflowLimits.LongestId);
            return new() { NodeId = trigger.NodeId ?? "", IsEnabled = trigger.IsEnabled };
        }

        private NodePort Port(string path, NodePort port)
        {
            faults.Required($"{path}.id", port.Id, WorkflowLimits.LongestId);
            faults.Text($"{path}.label", port.Label, WorkflowLimits.LongestTitle);
            faults.Text($"{path}.type", port.Type, WorkflowLimits.LongestId);
            return port with { Type = port.Type ?? "any" };
        }

        private ValidationRule Rule(string path, ValidationRule rule)
        {
            faults.Required($"{path}.rule", rule.Rule, WorkflowLimits.LongestExpression);
            faults.Text($"{path}.message", rule.Message, WorkflowLimits.LongestTitle);
            return rule;
        }

        private void Value(string path, JsonElement value)
        {
            if (value.ValueKind == JsonValueKind.Undefined) return;
            // The bytes as they came: what is no UTF-8 cannot be had as text.
            if (JsonMarshal.GetRawUtf8Value(value).Length > WorkflowLimits.LongestValue) faults.Add(path, $"{path} is longer than {WorkflowLimits.LongestValue} bytes.");
            else if (Depth(value) > WorkflowLimits.DeepestValue) faults.Add(path, $"{path} is nested deeper than {WorkflowLimits.DeepestValue} levels.");
            else if (JsonText.Fault(value, path) is var (field, reason)) faults.Add(field, reason, ErrorCode.WrongFormat);
        }

        private static JsonElement Kept(JsonElement config) => config.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? Json.EmptyObject : config;

        // The body's reader has bounded it already.
        private static int Depth(JsonElement value) => value.ValueKind switch
        {
            JsonValueKind.Object => 1 + value.EnumerateObject().Select(field => Depth(field.Value)).DefaultIfEmpty().Max(),
            JsonValueKind.Array => 1 + value.EnumerateArray().Select(Depth).DefaultIfEmpty().Max(),
            _ => 0,
        };
    }
}
