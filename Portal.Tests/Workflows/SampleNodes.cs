using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Nodes;
using Portal.Core.Workflows.Triggers;

namespace Portal.Tests.Workflows;

/// <summary>Node types of the tests, for what must hold of every type.</summary>
internal sealed class SampleNode(string type) : INodeType
{
    public const string Trigger = "sample-trigger";
    public const string Step = "sample-step";
    public const string Choice = "sample-choice";
    public const string Loop = "sample-loop";
    public const string Typed = "sample-typed";

    public static IReadOnlyList<INodeType> All { get; } =
    [
        new SampleNode(Trigger) { Role = NodeRole.Trigger, Inputs = [] },
        new SampleNode(Step),
        new SampleNode(Choice) { Choices = true },
        new SampleNode(Loop) { Role = NodeRole.Loop, Inputs = [NodePorts.Input, new() { Id = "back" }], Outputs = [new() { Id = "item" }, new() { Id = "done" }] },
        // The triggers of which rows are kept have the real ones' names.
        new SampleNode(TriggerNodes.Webhook) { Role = NodeRole.Trigger, Inputs = [] },
        new SampleNode(TriggerNodes.Schedule) { Role = NodeRole.Trigger, Inputs = [] },
        new SampleNode(TriggerNodes.Form),
        new SampleNode(Typed) { Inputs = [new() { Id = "input", Type = "list", Required = true }], Outputs = [new() { Id = "output", Type = "string" }] },
    ];

    private NodeRole Role { get; init; }
    private IReadOnlyList<NodePort> Inputs { get; init; } = [NodePorts.Input];
    private IReadOnlyList<NodePort> Outputs { get; init; } = [NodePorts.Output];
    private bool Choices { get; init; }

    public NodeDescriptor Descriptor => field ??= new()
    {
        Type = type, Title = "Sample", Description = "A node of the tests.", Icon = "science", Category = "data", Role = Role, Inputs = Inputs, Outputs = Outputs, ConfigSchema = Schema(),
    };

    public IReadOnlyList<NodePort> OutputsOf(JsonElement config) => Choices && config.TryGetProperty("ports", out var ports)
        ? [.. ports.EnumerateArray().Select(port => new NodePort { Id = port.GetString()! })]
        : Outputs;

    public IEnumerable<(string Field, string Message)> Check(JsonElement config) =>
        config.TryGetProperty("text", out var text) && text.ValueEquals("forbidden") ? [("text", "This text is not taken.")] : [];

    public ValueTask<NodeResult> Run(NodeContext context, CancellationToken cancellation) => ValueTask.FromResult(NodeResult.Done(context.Input));

    private static JsonObject Schema() => NodePorts.Schema("""
        {
          "type": "object",
          "properties": {
            "text": { "type": "string", "maxLength": 20 },
            "count": { "type": "integer", "minimum": 1 },
            "size": { "enum": ["small", "large"] },
            "when": { "type": "string", "format": "cel" },
            "raw": { "type": "string", "x-literal": true, "maxLength": 5 },
            "token": { "type": "string", "x-secret": true },
            "ports": { "type": "array", "items": { "type": "string" } },
            "fields": { "type": "object" }
          }
        }
        """);
}
