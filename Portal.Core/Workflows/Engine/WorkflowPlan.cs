using System.Text.Json;
using Portal.Core.Expressions;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Nodes;

namespace Portal.Core.Workflows.Engine;

/// <summary>An edge, ready to be followed.</summary>
internal sealed class PlanEdge(int index, WorkflowEdge edge, PlanNode source, PlanNode target, CelProgram? condition)
{
    public int Index => index;
    public string Id => edge.Id;
    public string SourcePort => edge.SourcePort;
    public string TargetPort => edge.TargetPort;
    public PlanNode Source => source;
    public PlanNode Target => target;
    public CelProgram? Condition => condition;
    public bool CarriesData => edge.Type != EdgeType.Control;

    /// <summary>Ends a loop's round with a result.</summary>
    public bool IsBack { get; } = target.IsLoop && edge.TargetPort == PlanNode.BackPort;

    /// <summary>Begins a loop's rounds.</summary>
    public bool IsItem { get; } = source.IsLoop && edge.SourcePort == PlanNode.ItemPort;
}

/// <summary>A node, ready to run.</summary>
internal sealed class PlanNode(int index, WorkflowNode node, INodeType type, ConfigTemplate config)
{
    public const string ItemPort = "item";
    public const string BackPort = "back";

    public int Index => index;
    public WorkflowNode Node => node;
    public string Id => node.Id;
    public string Title => node.Title.Length > 0 ? node.Title : node.Id;
    public INodeType Type => type;
    public ConfigTemplate Config => config;
    public NodeSettings Settings { get; } = node.Settings ?? new();
    public TimeSpan Timeout => Settings.TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : type.Descriptor.Timeout;
    public bool IsLoop => type.Descriptor.Role == NodeRole.Loop;
    public bool IsTrigger => type.Descriptor.Role == NodeRole.Trigger;

    /// <summary>Runs as soon as the first of its edges is followed.</summary>
    public bool JoinsAny { get; } = type.Descriptor.Role == NodeRole.Merge && TextOf(node.Config, "mode") == "any";

    /// <summary>Rounds at once, of a loop.</summary>
    public int Concurrency { get; } = Math.Clamp(NumberOf(node.Config, "concurrency") ?? 1, 1, 50);

    /// <summary>Whether a loop goes on when a round fails.</summary>
    public bool KeepsOn { get; } = TextOf(node.Config, "on_item_error") == "continue";

    /// <summary>Incoming edges, those back to a loop aside.</summary>
    public List<PlanEdge> In { get; } = [];
    public List<PlanEdge> Out { get; } = [];

    /// <summary>The innermost loop whose rounds it belongs to; null outside of loops.</summary>
    public PlanNode? Loop { get; set; }
    public IReadOnlyList<(CelProgram Rule, string Message)> Rules { get; set; } = [];
    public bool HasErrorEdge => Out.Exists(edge => edge.SourcePort == NodePorts.Error);

    /// <summary>Whether nothing comes after it; a loop's rounds come before its end.</summary>
    public bool IsLeaf => !Out.Exists(edge => edge.SourcePort != NodePorts.Error && !edge.IsItem);

    private static string? TextOf(JsonElement config, string field) =>
        config.ValueKind == JsonValueKind.Object && config.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int? NumberOf(JsonElement config, string field) =>
        config.ValueKind == JsonValueKind.Object && config.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;
}

/// <summary>A version of a workflow, compiled. Immutable, and shared by its runs.</summary>
internal sealed class WorkflowPlan
{
    private readonly Dictionary<string, PlanNode> _byId = new(StringComparer.Ordinal);

    /// <exception cref="InvalidOperationException">The graph has faults that its check would have found.</exception>
    public WorkflowPlan(string workflowId, string name, int version, WorkflowGraph graph, IReadOnlyCollection<string> scopes, NodeCatalogue catalogue)
    {
        (WorkflowId, Name, Version, Scopes, Settings) = (workflowId, name, version, scopes, graph.Settings);
        Nodes = [.. graph.Nodes.Select((node, index) => Compile(node, index, catalogue))];
        foreach (var node in Nodes) _byId.Add(node.Id, node);
        Edges = [.. graph.Edges.Select(Connect)];
        Variables = VariablesOf(graph);
        UsesSecrets = Nodes.Any(node => node.Config.Expressions.Any(expression => expression.Source.Contains(WorkflowNames.Secrets, StringComparison.Ordinal)));
        PlaceInLoops();
        OuterNodes = Nodes.Count(node => node.Loop is null);
    }

    public string WorkflowId { get; }
    public string Name { get; }
    public int Version { get; }

    /// <summary>What its author might do.</summary>
    public IReadOnlyCollection<string> Scopes { get; }
    public WorkflowSettings Settings { get; }
    public PlanNode[] Nodes { get; }
    public PlanEdge[] Edges { get; }

    /// <summary>The values of its variables, as an object.</summary>
    public JsonElement Variables { get; }
    public bool UsesSecrets { get; }

    /// <summary>How many nodes lie outside of loops: what progress is measured by.</summary>
    public int OuterNodes { get; }

    public PlanNode? Find(string nodeId) => _byId.GetValueOrDefault(nodeId);

    /// <summary>Where a run begins: at the trigger that fired; else at the first trigger; else at every node that nothing leads to.</summary>
    public IReadOnlyList<PlanNode> EntriesOf(string? triggerNodeId)
    {
        if (triggerNodeId is not null && Find(triggerNodeId) is { } named) return [named];
        var roots = Nodes.Where(node => node.In.Count == 0 && node.Loop is null).ToList();
        return roots.Find(node => node.IsTrigger) is { } trigger ? [trigger] : roots;
    }

    /// <summary>The nodes that can be reached from one, itself included; through loops' rounds, and not back to a loop.</summary>
    public HashSet<PlanNode> ReachableFrom(PlanNode start, bool throughItems = true)
    {
        var found = new HashSet<PlanNode> { start };
        var open = new Stack<PlanNode>([start]);
        while (open.TryPop(out var node))
        {
            foreach (var edge in node.Out)
            {
                if (!edge.IsBack && (throughItems || !edge.IsItem) && found.Add(edge.Target)) open.Push(edge.Target);
            }
        }

        return found;
    }

    private static PlanNode Compile(WorkflowNode node, int index, NodeCatalogue catalogue)
    {
        var type = catalogue.Find(node.Type) ?? throw new InvalidOperationException($"There is no node type {node.Type}.");
        return new PlanNode(index, node, type, ConfigTemplate.Compile(node.Config, type.Descriptor.ConfigSchema, WorkflowNames.Options))
        {
            Rules = [.. (node.Validation ?? []).Select(rule => (Program(rule.Rule), rule.Message ?? $"The input breaks the rule {rule.Rule}."))],
        };
    }

    private PlanEdge Connect(WorkflowEdge edge, int index)
    {
        var (source, target) = (_byId[edge.SourceNodeId], _byId[edge.TargetNodeId]);
        var made = new PlanEdge(index, edge, source, target, edge is { Type: EdgeType.Conditional, Condition: { } condition } ? Program(condition) : null);
        source.Out.Add(made);
        if (!made.IsBack) target.In.Add(made);
        return made;
    }

    private static CelProgram Program(string source) => CelProgram.TryCompile(source, WorkflowNames.Options, out var program, out var fault)
        ? program
        : throw new InvalidOperationException(fault.ToString());

    private static JsonElement VariablesOf(WorkflowGraph graph) => JsonSerializer.SerializeToElement(
        graph.Variables.ToDictionary(variable => variable.Name, variable => variable.DefaultValue ?? Json.Null, StringComparer.Ordinal));

    // A loop's body is what its items lead to. Of nested ones the inner has the smaller body.
    private void PlaceInLoops()
    {
        var size = new Dictionary<PlanNode, int>();
        foreach (var loop in Nodes.Where(node => node.IsLoop))
        {
            var body = loop.Out.Where(edge => edge.IsItem).SelectMany(edge => ReachableFrom(edge.Target)).ToHashSet();
            foreach (var node in body)
            {
                if (node == loop || (size.TryGetValue(node, out var known) && known <= body.Count)) continue;
                (node.Loop, size[node]) = (loop, body.Count);
            }
        }
    }
}
