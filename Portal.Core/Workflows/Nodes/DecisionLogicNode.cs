using System.Text.Json;
using Portal.Core.Expressions;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Nodes;

[assembly: Registers<INodeType, DecisionLogicNode>]

namespace Portal.Core.Workflows.Nodes;

/// <summary>Sends the run on by conditions; the input passes through unchanged.</summary>
internal sealed class DecisionLogicNode : NodeType<DecisionLogicNode.Settings>
{
    private const string Default = "default";
    private const string Yes = "true";
    private const string No = "false";
    private const string CasesField = "cases";

    public override NodeDescriptor Descriptor { get; } = new()
    {
        Type = "decision-logic",
        Title = "Decision",
        Description = "Sends the run one way or another: by one condition, or by the first of several cases that holds.",
        Icon = "call_split",
        Category = "flow",
        Outputs = [new() { Id = Yes, Label = "True" }, new() { Id = No, Label = "False" }],
        ConfigSchema = NodePorts.Schema($$"""
            {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "condition": {
                  "type": "string", "format": "cel", "title": "Condition", "maxLength": 4096, "examples": ["input.value > 1000"],
                  "description": "An expression that is true or false; the run goes on at that port. Not together with cases."
                },
                "cases": {
                  "type": "array", "title": "Cases", "maxItems": 50,
                  "description": "Ways to go on, each with its own port. Where none holds, the run goes on at the port default.",
                  "items": {
                    "type": "object", "additionalProperties": false, "required": ["port", "when"],
                    "properties": {
                      "port": { "type": "string", "title": "Port", "description": "Letters, digits, _ and -.", "pattern": "{{NamedPorts.Pattern}}", "x-literal": true },
                      "label": { "type": "string", "title": "Label", "maxLength": 100, "x-literal": true },
                      "when": { "type": "string", "format": "cel", "title": "When", "description": "An expression that is true or false.", "maxLength": 4096, "examples": ["input.status == 'open'"] }
                    }
                  }
                },
                "match": { "enum": ["first", "all"], "default": "first", "title": "Which cases", "description": "The first case that holds, or all that hold, at the same time." }
              }
            }
            """),
    };

    public override IReadOnlyList<NodePort> OutputsOf(JsonElement config) => NamedPorts.Of(config, CasesField) is { Count: > 0 } cases
        ? [.. cases, new() { Id = Default, Label = "Otherwise" }]
        : Descriptor.Outputs;

    public override IEnumerable<(string Field, string Message)> Check(JsonElement config)
    {
        var hasCases = NamedPorts.Of(config, CasesField).Count > 0;
        var hasCondition = config.ValueKind == JsonValueKind.Object && config.TryGetProperty("condition", out _);
        if (hasCases == hasCondition) yield return ("condition", hasCases ? "Give a condition or cases, not both." : "A condition or cases are needed.");
        foreach (var fault in NamedPorts.Faults(config, CasesField, Default)) yield return fault;
    }

    protected override ValueTask<NodeResult> Run(NodeContext context, Settings config, CancellationToken cancellation)
    {
        var input = context.Input.OrNull();
        if (config.Cases.Count == 0) return new(NodeResult.Done(input, Holds(context, config.Condition!, "condition") ? Yes : No));

        var holding = config.Cases.Where(way => Holds(context, way.When, way.Port)).Select(way => way.Port);
        string[] ports = config.Match == Matching.All ? [.. holding] : [.. holding.Take(1)];
        return new(NodeResult.Done(input, ports.Length == 0 ? [Default] : ports));
    }

    private static bool Holds(NodeContext context, string expression, string name)
    {
        var value = context.Evaluate(expression);
        return value.Kind == CelKind.Bool ? value.IsTrue : throw new NodeException("NOT_A_CONDITION", $"{name}: the expression gives {value.Kind.Described()} where true or false is needed.");
    }

    internal enum Matching
    {
        First,
        All,
    }

    internal sealed record Settings(string? Condition, Matching Match)
    {
        public IReadOnlyList<Case> Cases { get; init; } = [];
    }

    internal sealed record Case(string Port, string When);
}
