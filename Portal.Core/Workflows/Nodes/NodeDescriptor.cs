using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Core.Workflows.Definitions;

namespace Portal.Core.Workflows.Nodes;

/// <summary>What part the engine gives to nodes of a type.</summary>
internal enum NodeRole
{
    /// <summary>Runs once its incoming edges are decided and one of them at least is followed.</summary>
    Action,

    /// <summary>Begins runs: has no incoming edges.</summary>
    Trigger,

    /// <summary>Runs the nodes behind its port <c>item</c> for each item, then follows <c>done</c>.</summary>
    Loop,

    /// <summary>As <see cref="Action"/>, and with <c>mode</c> <c>any</c> as soon as the first of its edges is followed.</summary>
    Merge,
}

/// <summary>What there is to know of a node type without running it.</summary>
internal sealed record NodeDescriptor
{
    /// <summary>As workflow definitions name it. A name that is stored, so it stays.</summary>
    public required string Type { get; init; }
    public required string Title { get; init; }

    /// <summary>A sentence or two for the person who looks for it.</summary>
    public required string Description { get; init; }

    /// <summary>A name of Material Symbols, which the canvas draws.</summary>
    public required string Icon { get; init; }

    /// <summary><c>trigger</c>, <c>flow</c>, <c>data</c>, <c>ai</c>, <c>integration</c>, <c>communication</c> or <c>people</c>.</summary>
    public required string Category { get; init; }
    public NodeRole Role { get; init; }
    public IReadOnlyList<NodePort> Inputs { get; init; } = [NodePorts.Input];
    public IReadOnlyList<NodePort> Outputs { get; init; } = [NodePorts.Output];

    /// <summary>
    /// JSON Schema (2020-12) of the configuration, which also draws its form. Texts hold templates <c>{{ … }}</c>, but for
    /// fields with <c>"format": "cel"</c>, which are expressions, and those with <c>"x-literal": true</c>, which are left
    /// as they are, with all that is in them. Fields with <c>"x-secret": true</c> may name <c>secrets</c>.
    /// A form shows a field with <c>"x-when": {"operation": ["set"]}</c> only where the field beside it has one of these values.
    /// </summary>
    public required JsonObject ConfigSchema { get; init; }

    /// <summary>Whether it does something outside of the run, which a test of the node would do for real.</summary>
    public bool HasEffects { get; init; }

    /// <summary>How long an attempt may take unless the node says otherwise.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>Ports that many node types have.</summary>
internal static class NodePorts
{
    /// <summary>The port that failures leave by. Every node has it; without an edge there a failure ends the run.</summary>
    public const string Error = "error";

    public static NodePort Input { get; } = new() { Id = "input", Label = "Input" };
    public static NodePort Output { get; } = new() { Id = "output", Label = "Output" };

    /// <summary>A schema written as JSON.</summary>
    public static JsonObject Schema(string json) => JsonNode.Parse(json)!.AsObject();
}

/// <summary>
/// A node type: adding one is adding its file, which says <c>[assembly: Registers&lt;INodeType, …&gt;]</c>. Instances are shared by all runs.
/// </summary>
internal interface INodeType
{
    NodeDescriptor Descriptor { get; }

    /// <summary>The output ports of a node with this configuration, besides <see cref="NodePorts.Error"/>.</summary>
    IReadOnlyList<NodePort> OutputsOf(JsonElement config) => Descriptor.Outputs;

    /// <summary>What is wrong with a configuration that its schema allows: field below <c>config</c>, and a sentence.</summary>
    IEnumerable<(string Field, string Message)> Check(JsonElement config) => [];

    /// <summary>Runs the node once. Called again with <see cref="NodeContext.Resumed"/> when what it waited for has come.</summary>
    /// <exception cref="NodeException">It failed.</exception>
    ValueTask<NodeResult> Run(NodeContext context, CancellationToken cancellation);
}

/// <summary>All node types by name.</summary>
internal sealed class NodeCatalogue
{
    private readonly Dictionary<string, INodeType> _types;

    public NodeCatalogue(IEnumerable<INodeType> types)
    {
        _types = types.ToDictionary(type => type.Descriptor.Type, StringComparer.Ordinal);
        All = [.. _types.Values.OrderBy(type => type.Descriptor.Type, StringComparer.Ordinal)];
    }

    public IReadOnlyList<INodeType> All { get; }

    public INodeType? Find(string type) => _types.GetValueOrDefault(type);
}
