using System.Collections.Concurrent;
using System.Text.Json;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Nodes;
using Portal.Core.Workflows.Tasks;

namespace Portal.Tests.Workflows.Engine;

/// <summary>Node types that do as a test tells them, and remember what they were asked.</summary>
internal sealed class TestNodes
{
    private readonly ConcurrentQueue<NodeContext> _ran = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _gates = new(StringComparer.Ordinal);
    private volatile bool _isOver;

    public TestNodes() => Catalogue = new NodeCatalogue([
        new Node(this, "start", NodeRole.Trigger, (context, _) => Done(context.Trigger)),
        new Node(this, "set", NodeRole.Action, (context, _) => Done(context.Config.GetProperty("value"))),
        new Node(this, "echo", NodeRole.Action, (context, _) => Done(context.Input)),
        new Node(this, "port", NodeRole.Action, (context, _) => ValueTask.FromResult(NodeResult.Done(context.Input, context.Config.GetProperty("port").GetString()!))),
        new Node(this, "effect", NodeRole.Action, (context, _) => Done(context.Config.GetProperty("value"))) { HasEffects = true },
        new Node(this, "fail", NodeRole.Action, Fail),
        new Node(this, "gate", NodeRole.Action, Wait) { HasEffects = true },
        new Node(this, "deaf", NodeRole.Action, WaitWhatever),
        new Node(this, "garbled", NodeRole.Action, (_, _) => Done(JsonElement.Parse([(byte)'"', 0xC3, 0x28, (byte)'"']))),
        new Node(this, "pause", NodeRole.Action, Pause),
        new Node(this, "ask", NodeRole.Action, Ask),
        new Node(this, "call", NodeRole.Action, Call),
        new Node(this, "once", NodeRole.Action, Once) { HasEffects = true },
        new Node(this, "each", NodeRole.Loop, (context, _) => Done(context.Config.GetProperty("items"))),
        new Node(this, "merge", NodeRole.Merge, (context, _) => Done(context.Input)),
    ]);

    public NodeCatalogue Catalogue { get; }

    /// <summary>What <c>once</c> nodes do.</summary>
    public Func<Actor, CancellationToken, Task<string>>? Effect { get; set; }

    public IEnumerable<NodeContext> Ran(string nodeId) => _ran.Where(context => context.Node.Id == nodeId);

    public TaskCompletionSource Gate(string name)
    {
        var gate = _gates.GetOrAdd(name, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        if (_isOver) gate.TrySetResult();
        return gate;
    }

    /// <summary>Opens all gates, those that steps have yet to come to as well: the test is over.</summary>
    public void OpenGates()
    {
        _isOver = true;
        foreach (var name in _gates.Keys) Gate(name);
    }

    private static ValueTask<NodeResult> Done(JsonElement output) => ValueTask.FromResult(NodeResult.Done(output));

    private ValueTask<NodeResult> Fail(NodeContext context, CancellationToken cancellation)
    {
        var times = context.Config.TryGetProperty("times", out var value) ? value.GetInt32() : int.MaxValue;
        return context.Attempt > times ? Done(JsonSerializer.SerializeToElement(new { attempt = context.Attempt })) : throw new NodeException("TEST", "It was told to fail.", times < int.MaxValue);
    }

    private async ValueTask<NodeResult> Wait(NodeContext context, CancellationToken cancellation)
    {
        await Gate(context.Node.Id).Task.WaitAsync(cancellation);
        return NodeResult.Done(context.Input);
    }

    private async ValueTask<NodeResult> WaitWhatever(NodeContext context, CancellationToken cancellation)
    {
        await Gate(context.Node.Id).Task;
        return NodeResult.Done(context.Input);
    }

    private static ValueTask<NodeResult> Pause(NodeContext context, CancellationToken cancellation) => context.Resumed is null
        ? ValueTask.FromResult(NodeResult.WaitUntil(DateTimeOffset.Parse(context.Config.GetProperty("until").GetString()!)))
        : Done(context.Input);

    private async ValueTask<NodeResult> Ask(NodeContext context, CancellationToken cancellation)
    {
        if (context.Resumed is { } resumed) return NodeResult.Done(JsonSerializer.SerializeToElement(new { resumed.By, resumed.Expired, value = resumed.Value.ValueKind == JsonValueKind.Undefined ? null : (JsonElement?)resumed.Value }));
        if (context.Config.TryGetProperty("gated", out _)) await Gate(context.Node.Id).Task.WaitAsync(cancellation);
        DateTimeOffset? until = context.Config.TryGetProperty("until", out var text) ? DateTimeOffset.Parse(text.GetString()!) : null;
        return NodeResult.WaitFor(new TaskRequest(TaskKind.Approval, "May it?", JsonElement.Parse("{}"), until));
    }

    private static ValueTask<NodeResult> Call(NodeContext context, CancellationToken cancellation) =>
        context.Resumed is { } resumed ? Done(resumed.Value) : ValueTask.FromResult(NodeResult.Call(context.Config.GetProperty("workflow_id").GetString()!, context.Input));

    private async ValueTask<NodeResult> Once(NodeContext context, CancellationToken cancellation) => NodeResult.Done(await context.Once(Effect!, cancellation));

    private sealed class Node(TestNodes nodes, string type, NodeRole role, Func<NodeContext, CancellationToken, ValueTask<NodeResult>> run) : INodeType
    {
        public bool HasEffects { get; init; }

        public NodeDescriptor Descriptor => new()
        {
            Type = type, Title = type, Description = type, Icon = "science", Category = "flow", Role = role, HasEffects = HasEffects, ConfigSchema = NodePorts.Schema("{}"),
            // The clock leaps in these tests; a node's own time must not be over with it.
            Timeout = TimeSpan.FromDays(1),
            Inputs = role == NodeRole.Trigger ? [] : Ports(role == NodeRole.Loop ? "input back" : "input"), Outputs = Ports(role == NodeRole.Loop ? "item done" : type == "port" ? "output yes no bad" : "output"),
        };

        private static List<NodePort> Ports(string names) => [.. names.Split(' ').Select(name => new NodePort { Id = name })];

        public ValueTask<NodeResult> Run(NodeContext context, CancellationToken cancellation)
        {
            nodes._ran.Enqueue(context);
            return run(context, cancellation);
        }
    }
}

/// <summary>Writes graphs in a line: <c>"a:start > b:set > c:echo"</c>; further lines add edges, <c>b.error > d:set</c> from a port, <c>c > each.back</c> to one.</summary>
internal sealed class GraphText
{
    private readonly Dictionary<string, WorkflowNode> _nodes = new(StringComparer.Ordinal);
    private readonly List<WorkflowEdge> _edges = [];

    public GraphText(params ReadOnlySpan<string> lines)
    {
        foreach (var line in lines)
        {
            var parts = line.Split('>', StringSplitOptions.TrimEntries);
            for (var i = 0; i < parts.Length; i++)
            {
                var (node, _) = Node(parts[i]);
                if (i == 0) continue;
                var (source, sourcePort) = Node(parts[i - 1]);
                var (_, targetPort) = Node(parts[i]);
                _edges.Add(new WorkflowEdge { Id = $"e{_edges.Count + 1}", SourceNodeId = source, SourcePort = sourcePort ?? "output", TargetNodeId = node, TargetPort = targetPort ?? "input" });
            }
        }
    }

    public WorkflowSettings Settings { get; set; } = new();

    public GraphText Config(string node, string json)
    {
        _nodes[node] = _nodes[node] with { Config = JsonElement.Parse(json) };
        return this;
    }

    public GraphText Set(string node, NodeSettings settings)
    {
        _nodes[node] = _nodes[node] with { Settings = settings };
        return this;
    }

    public GraphText When(string edge, string condition)
    {
        var index = _edges.FindIndex(candidate => candidate.Id == edge);
        _edges[index] = _edges[index] with { Type = EdgeType.Conditional, Condition = condition };
        return this;
    }

    public GraphText Rename(string edge, string id)
    {
        var index = _edges.FindIndex(candidate => candidate.Id == edge);
        _edges[index] = _edges[index] with { Id = id };
        return this;
    }

    public WorkflowGraph Build() => new() { Nodes = [.. _nodes.Values], Edges = _edges, Settings = Settings };

    private (string Id, string? Port) Node(string text)
    {
        var (name, type) = text.Split(':') is [var before, var after] ? (before, after) : (text, null);
        var (id, port) = name.Split('.') is [var node, var at] ? (node, at) : (name, null);
        if (type is not null) _nodes[id] = new WorkflowNode { Id = id, Type = type, Config = JsonElement.Parse("{}") };
        return (id, port);
    }
}
