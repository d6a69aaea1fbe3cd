using System.Collections;
using Portal.Core.Workflows.Nodes;
using Portal.Core.Workflows.Triggers;

namespace Portal.Core.Workflows.Definitions.Checking;

/// <summary>A definition as a graph: who follows whom. Nodes and edges are known by their indexes; edges that begin or end nowhere are left out.</summary>
internal sealed class WorkflowShape
{
    public const string ItemPort = "item";
    public const string BackPort = "back";
    private const byte Unseen = 0;
    private const byte OnPath = 1;
    private const byte Closed = 2;

    private readonly WorkflowGraph _graph;
    private readonly INodeType?[] _types;
    private readonly Dictionary<string, int> _indexes;
    private readonly (int Source, int Target)[] _ends;
    private readonly List<int>[] _out;
    private readonly List<int>[] _in;
    private readonly BitArray?[] _bodies;
    private BitArray?[]? _before;

    public WorkflowShape(WorkflowGraph graph, NodeCatalogue types)
    {
        _graph = graph;
        _types = [.. graph.Nodes.Select(node => types.Find(node.Type))];
        _indexes = new(graph.Nodes.Count, StringComparer.Ordinal);
        foreach (var (index, node) in graph.Nodes.Index()) _indexes.TryAdd(node.Id, index);
        _ends = [.. graph.Edges.Select(edge => (IndexOf(edge.SourceNodeId) ?? -1, IndexOf(edge.TargetNodeId) ?? -1))];
        _out = Lists();
        _in = Lists();
        _bodies = new BitArray?[graph.Nodes.Count];
        foreach (var (edge, (source, target)) in _ends.Index())
        {
            if (source < 0 || target < 0) continue;
            _out[source].Add(edge);
            _in[target].Add(edge);
        }
    }

    public int? IndexOf(string nodeId) => _indexes.TryGetValue(nodeId, out var index) ? index : null;

    public INodeType? TypeOf(int node) => _types[node];

    /// <summary>The edges that end at a node.</summary>
    public IReadOnlyList<int> Into(int node) => _in[node];

    /// <summary>The edges that begin at a node.</summary>
    public IReadOnlyList<int> OutOf(int node) => _out[node];

    public int SourceOf(int edge) => _ends[edge].Source;

    public int TargetOf(int edge) => _ends[edge].Target;

    public bool IsLoop(int node) => _types[node]?.Descriptor.Role == NodeRole.Loop;

    public bool IsTrigger(int node) => _types[node] is { } type && TriggerNodes.Begins(_graph.Nodes[node].Type, type, _in[node].Count > 0);

    /// <summary>Whether the edge ends a loop's round.</summary>
    public bool IsBack(int edge) => IsLoop(TargetOf(edge)) && _graph.Edges[edge].TargetPort == BackPort;

    /// <summary>Whether the edge begins a loop's rounds.</summary>
    public bool IsItem(int edge) => IsLoop(SourceOf(edge)) && _graph.Edges[edge].SourcePort == ItemPort;

    /// <summary>The edges that close a circle, those that end loops' rounds aside.</summary>
    public List<int> Cycles()
    {
        var closing = new List<int>();
        var state = new byte[_graph.Nodes.Count];
        var path = new Stack<(int Node, int Next)>();
        for (var start = 0; start < state.Length; start++)
        {
            if (state[start] != Unseen) continue;
            Open(start);
            while (path.TryPop(out var at))
            {
                if (at.Next == _out[at.Node].Count)
                {
                    state[at.Node] = Closed;
                    continue;
                }

                path.Push((at.Node, at.Next + 1));
                var edge = _out[at.Node][at.Next];
                if (IsBack(edge)) continue;
                if (state[TargetOf(edge)] == OnPath) closing.Add(edge);
                else if (state[TargetOf(edge)] == Unseen) Open(TargetOf(edge));
            }
        }

        return closing;

        void Open(int node)
        {
            state[node] = OnPath;
            path.Push((node, 0));
        }
    }

    /// <summary>The nodes of a loop's rounds: what its port <c>item</c> leads to, up to the edges back to a loop.</summary>
    public BitArray Body(int loop)
    {
        if (_bodies[loop] is { } known) return known;
        var starts = _out[loop].Where(edge => IsItem(edge) && !IsBack(edge)).Select(TargetOf).Where(node => node != loop);
        return _bodies[loop] = Reached(starts, node => _out[node].Where(edge => !IsBack(edge)).Select(TargetOf).Where(next => next != loop));
    }

    /// <summary>What the triggers lead to; without a trigger, what the nodes lead to that nothing leads to.</summary>
    public BitArray Reachable()
    {
        var all = Enumerable.Range(0, _graph.Nodes.Count).ToList();
        var starts = all.Exists(IsTrigger) ? all.Where(IsTrigger) : all.Where(node => _in[node].Count == 0);
        return Reached(starts, node => _out[node].Select(TargetOf));
    }

    /// <summary>Whether one node can have run before another in the same round; in a circle, which is a fault of its own, any can.</summary>
    public bool RunsBefore(int earlier, int later) => (_before ??= Before())[later] is not { } before || before[earlier];

    // In an order in which all that leads to a node comes before it, so that each edge is looked at once.
    private BitArray?[] Before()
    {
        var before = new BitArray?[_graph.Nodes.Count];
        var missing = _in.Select(edges => edges.Count(edge => !IsBack(edge))).ToArray();
        var ready = new Stack<int>(Enumerable.Range(0, missing.Length).Where(node => missing[node] == 0));
        while (ready.TryPop(out var node))
        {
            var known = before[node] = new BitArray(before.Length);
            foreach (var source in _in[node].Where(edge => !IsBack(edge)).Select(SourceOf))
            {
                known.Or(before[source]!);
                known[source] = true;
            }

            foreach (var target in _out[node].Where(edge => !IsBack(edge)).Select(TargetOf))
            {
                if (--missing[target] == 0) ready.Push(target);
            }
        }

        return before;
    }

    private BitArray Reached(IEnumerable<int> starts, Func<int, IEnumerable<int>> next)
    {
        var reached = new BitArray(_graph.Nodes.Count);
        var open = new Stack<int>(starts);
        while (open.TryPop(out var node))
        {
            if (reached[node]) continue;
            reached[node] = true;
            foreach (var further in next(node)) open.Push(further);
        }

        return reached;
    }

    private List<int>[] Lists() => [.. _graph.Nodes.Select(_ => new List<int>())];
}
