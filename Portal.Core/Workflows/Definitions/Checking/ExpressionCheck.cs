using System.Collections;
using Portal.Core.Expressions;

namespace Portal.Core.Workflows.Definitions.Checking;

/// <summary>Checks expressions: whether they can be read, and whether what they name is there.</summary>
internal sealed class ExpressionCheck
{
    private static readonly CelOptions Test = WorkflowNames.Options with { Result = CelKind.Bool };
    private readonly WorkflowGraph _graph;
    private readonly WorkflowShape _shape;
    private readonly Findings _findings;
    private readonly IReadOnlySet<string>? _secrets;
    private readonly HashSet<string> _variables;
    private readonly BitArray _inLoops;

    public ExpressionCheck(WorkflowGraph graph, WorkflowShape shape, Findings findings, IReadOnlySet<string>? secrets)
    {
        (_graph, _shape, _findings, _secrets) = (graph, shape, findings, secrets);
        _variables = graph.Variables.Select(variable => variable.Name).ToHashSet(StringComparer.Ordinal);
        _inLoops = new BitArray(graph.Nodes.Count);
        for (var node = 0; node < graph.Nodes.Count; node++)
        {
            if (shape.IsLoop(node)) _inLoops.Or(shape.Body(node));
        }
    }

    public bool IsInLoop(int node) => _inLoops[node];

    public void CheckConditions()
    {
        foreach (var (index, edge) in _graph.Edges.Index())
        {
            if (_shape.SourceOf(index) is not (>= 0 and var source) || string.IsNullOrWhiteSpace(edge.Condition)) continue;
            CheckTest(new() { Field = $"edges[{index}].condition", Text = edge.Condition, Node = source, Edge = index, IsInLoop = IsInLoop(source) || _shape.IsItem(index) });
        }
    }

    /// <summary>Checks an expression that must be true or false.</summary>
    public void CheckTest(ExpressionPlace place)
    {
        if (CelProgram.TryCompile(place.Text, Test, out _, out var fault)) CheckNames(place, place.Text, 0);
        else Report(place, fault, 0);
    }

    public void Report(ExpressionPlace place, CelFault fault, int offset) => _findings.Expression(place, FindingCodes.ExpressionInvalid, offset + fault.Offset, fault.Message);

    /// <summary>Checks the names of an expression that compiles.</summary>
    /// <param name="offset">Where it begins in the text of its place.</param>
    public void CheckNames(ExpressionPlace place, string source, int offset)
    {
        foreach (var use in ExpressionNames.Of(source))
        {
            if (FaultOf(use, place) is var (code, message, severity)) _findings.Expression(place, code, offset + use.Offset, message, severity);
        }
    }

    private (string Code, string Message, FindingSeverity Severity)? FaultOf(NameUse use, ExpressionPlace place) => use.Root switch
    {
        WorkflowNames.Nodes when use.Member is { } id => NodeFault(id, place),
        WorkflowNames.Variables when use.Member is { } name && !_variables.Contains(name) => Error(FindingCodes.NameUnknown, $"There is no variable {name}."),
        WorkflowNames.Secrets when !place.MayUseSecrets => Error(FindingCodes.SecretOutOfScope, "Secrets may not be named here: the value would be shown."),
        WorkflowNames.Secrets when use.Member is { } name && _secrets is { } known && !known.Contains(name) => Error(FindingCodes.NameUnknown, $"The workflow has no secret {name}."),
        WorkflowNames.Item or WorkflowNames.Index when !place.IsInLoop => Error(FindingCodes.NameOutOfScope, $"{use.Root} has a value only inside of loops."),
        WorkflowNames.Output when place.Edge is null => Error(FindingCodes.NameOutOfScope, "output has a value only in the conditions of edges; a node's is nodes.ID.output."),
        _ => null,
    };

    private (string Code, string Message, FindingSeverity Severity)? NodeFault(string id, ExpressionPlace place)
    {
        if (_shape.IndexOf(id) is not { } node) return Error(FindingCodes.NameUnknown, $"There is no node {id}.");
        // When an edge is decided, its source has run.
        if ((place.Edge is not null && node == place.Node) || _shape.RunsBefore(node, place.Node)) return null;
        return (FindingCodes.NodeNotBefore, $"The node {id} never runs before this one, so that it has no output here.", FindingSeverity.Warning);
    }

    private static (string, string, FindingSeverity)? Error(string code, string message) => (code, message, FindingSeverity.Error);
}
