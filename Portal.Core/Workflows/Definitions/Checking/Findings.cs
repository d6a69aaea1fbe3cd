using Portal.Core.Expressions;

namespace Portal.Core.Workflows.Definitions.Checking;

/// <summary>Collects findings: of each severity as many as somebody will read.</summary>
internal sealed class Findings(WorkflowGraph graph)
{
    private const int MostOfEach = 200;
    private readonly List<WorkflowFinding> _errors = [];
    private readonly List<WorkflowFinding> _warnings = [];

    /// <summary>Errors first, each kind in the order of the definition.</summary>
    public IReadOnlyList<WorkflowFinding> All => [.. _errors, .. _warnings];

    public void Error(string code, string field, string message) => Add(new() { Severity = FindingSeverity.Error, Code = code, Field = field, Message = message });

    /// <param name="node">The node's index.</param>
    /// <param name="field">Below the node, as <c>config.url</c>; empty for the node itself.</param>
    public void Node(int node, string code, string field, string message, FindingSeverity severity = FindingSeverity.Error) => Add(new()
    {
        Severity = severity, Code = code, NodeId = graph.Nodes[node].Id, Field = Below($"nodes[{node}]", field), Message = message,
    });

    public void Edge(int edge, string code, string field, string message) => Add(new()
    {
        Severity = FindingSeverity.Error, Code = code, EdgeId = graph.Edges[edge].Id, Field = Below($"edges[{edge}]", field), Message = message,
    });

    /// <param name="place">Where the expression stands.</param>
    /// <param name="offset">The place at fault in the field's text.</param>
    public void Expression(ExpressionPlace place, string code, int offset, string message, FindingSeverity severity = FindingSeverity.Error)
    {
        var at = new CelFault(place.Text, Math.Min(offset, place.Text.Length), message);
        Add(new()
        {
            Severity = severity, Code = code, Message = message, Line = at.Line, Column = at.Column, Field = place.Field,
            NodeId = place.Edge is null ? graph.Nodes[place.Node].Id : null, EdgeId = place.Edge is { } edge ? graph.Edges[edge].Id : null,
        });
    }

    private static string Below(string path, string field) => field.Length == 0 ? path : $"{path}.{field}";

    private void Add(WorkflowFinding finding)
    {
        var kind = finding.Severity == FindingSeverity.Error ? _errors : _warnings;
        if (kind.Count < MostOfEach) kind.Add(finding);
    }
}

/// <summary>Where an expression stands, and what it may name there.</summary>
internal sealed record ExpressionPlace
{
    /// <summary>In the definition, as <c>nodes[2].config.url</c>.</summary>
    public required string Field { get; init; }

    /// <summary>The field's whole text.</summary>
    public required string Text { get; init; }

    /// <summary>The index of the node as which the expression sees things: of an edge its source.</summary>
    public required int Node { get; init; }

    /// <summary>The index of the edge whose condition it is; null on nodes.</summary>
    public int? Edge { get; init; }
    public bool MayUseSecrets { get; init; }

    /// <summary>Whether <c>item</c> and <c>index</c> have a value.</summary>
    public bool IsInLoop { get; init; }
}
