using System.Collections.Frozen;
using System.Text.Json;
using System.Text.RegularExpressions;
using Portal.Core.Shared.Problems;
using Portal.Core.Workflows.Nodes;

namespace Portal.Core.Workflows.Definitions.Checking;

/// <summary>
/// Looks for what would keep a definition from running, or make it do what nobody meant. It reads nothing but what it is
/// given; the time it takes grows with nodes and edges, and for each loop with what is in it.
/// </summary>
internal sealed partial class WorkflowChecker(NodeCatalogue types)
{
    private readonly FrozenDictionary<string, JsonElement> _schemas = types.All.ToFrozenDictionary(
        type => type.Descriptor.Type, type => JsonSerializer.SerializeToElement(type.Descriptor.ConfigSchema), StringComparer.Ordinal);

    /// <summary>What is wrong with a definition; one with errors may be saved as a draft, and neither published nor run.</summary>
    /// <param name="secrets">The names of the workflow's secrets; null where they are not known, and then none is missing.</param>
    /// <param name="workflowId">The workflow that the definition is of; null where it is of none yet.</param>
    /// <returns>Errors first; of each severity the first 200.</returns>
    public IReadOnlyList<WorkflowFinding> Check(WorkflowGraph graph, IReadOnlySet<string>? secrets = null, string? workflowId = null)
    {
        var findings = new Findings(graph);
        var shape = new WorkflowShape(graph, types);
        if (graph.Nodes.Count == 0) findings.Error(FindingCodes.Empty, "nodes", "The workflow has no nodes.");
        CheckIds(graph, findings);
        new SettingsCheck(graph, shape, findings).Run();
        new EdgeCheck(graph, shape, findings).Run();
        var expressions = new ExpressionCheck(graph, shape, findings, secrets);
        new NodeCheck(graph, shape, findings, expressions, _schemas, workflowId).Run();
        expressions.CheckConditions();
        return findings.All;
    }

    /// <summary>As <see cref="Check"/>, for what is about to be published or run.</summary>
    /// <exception cref="ProblemException">There are errors: a VALIDATION_ERROR that lists them all.</exception>
    public void Require(WorkflowGraph graph, IReadOnlySet<string>? secrets = null, string? workflowId = null)
    {
        var faults = new Faults();
        foreach (var finding in Check(graph, secrets, workflowId).Where(finding => finding.Severity == FindingSeverity.Error)) faults.Add(finding.Field ?? "nodes", finding.Message);
        faults.ThrowIfAny();
    }

    /// <summary>The secrets that a definition uses, whether they are set or not; expressions that cannot be read use none.</summary>
    /// <param name="set">Those that are: all of them may be meant where an expression works out the name.</param>
    public IReadOnlyCollection<string> SecretsOf(WorkflowGraph graph, IReadOnlySet<string> set)
    {
        var used = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var node in graph.Nodes)
        {
            if (types.Find(node.Type) is not { } type) continue;
            var template = ConfigTemplate.Compile(node.Config, type.Descriptor.ConfigSchema, WorkflowNames.Options);
            var unread = template.Faults.Select(fault => (fault.Field, fault.Offset)).ToHashSet();
            foreach (var use in template.Expressions.Where(expression => !unread.Contains((expression.Field, expression.Offset))).SelectMany(expression => ExpressionNames.Of(expression.Source)))
            {
                if (use.Root == WorkflowNames.Secrets) used.UnionWith(use.Member is { } name ? [name] : set);
            }
        }

        return used;
    }

    /// <summary>Whether a text can be the name of a variable or secret: what expressions take after a dot.</summary>
    public static bool IsName(string text) => Name().IsMatch(text);

    private static void CheckIds(WorkflowGraph graph, Findings findings)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, node) in graph.Nodes.Index())
        {
            if (!Id().IsMatch(node.Id)) findings.Node(index, FindingCodes.IdInvalid, "id", "A node's id consists of letters, digits, _ and -, at most 64.");
            else if (!seen.Add(node.Id)) findings.Node(index, FindingCodes.IdDuplicate, "id", $"Another node has the id {node.Id} already.");
        }

        seen.Clear();
        foreach (var (index, edge) in graph.Edges.Index())
        {
            // Steps keep the edges that they followed as a list with commas.
            if (edge.Id.Length is 0 or > WorkflowLimits.LongestId || edge.Id.Contains(',', StringComparison.Ordinal)) findings.Edge(index, FindingCodes.IdInvalid, "id", "An edge's id has 1 to 64 characters, and no comma.");
            else if (!seen.Add(edge.Id)) findings.Edge(index, FindingCodes.IdDuplicate, "id", $"Another edge has the id {edge.Id} already.");
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,64}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Id();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]{0,63}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}
