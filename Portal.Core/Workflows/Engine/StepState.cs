using System.Text.Json;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Nodes;

namespace Portal.Core.Workflows.Engine;

/// <summary>A step of a run that is held in memory. Changed under the run's lock alone.</summary>
internal sealed class StepState(int number, PlanNode node, ScopeState scope)
{
    /// <summary>What <see cref="WaitsFor"/> is before another attempt.</summary>
    public const string Retry = "retry";

    public int Number => number;
    public PlanNode Node => node;
    public ScopeState Scope => scope;
    public ExecutionStatus Status { get; set; } = ExecutionStatus.Running;
    public int Attempt { get; set; } = 1;

    /// <summary>What is kept of configuration and input, secrets masked.</summary>
    public string? Input { get; set; }
    public JsonElement Output { get; set; }
    public string? ErrorCode { get; set; }
    public string? ErrorMessage { get; set; }
    public string? FollowedEdges { get; set; }
    public DateTimeOffset? WaitsUntil { get; set; }
    public string? WaitsFor { get; set; }
    public DateTimeOffset StartedAt { get; set; }
    public DateTimeOffset? CompletedAt { get; set; }

    /// <summary>The rounds, of a loop that has its items.</summary>
    public LoopState? Loop { get; set; }

    /// <summary>Set when the node runs again after it has waited.</summary>
    public NodeResumption? Resumption { get; set; }

    /// <summary>The run's sequence when it last changed.</summary>
    public long Sequence { get; set; }

    /// <summary>Ends its attempt early.</summary>
    public CancellationTokenSource? Stop { get; set; }

    /// <summary>The task or the other run that it waits for.</summary>
    public string? AwaitedId => WaitsFor is Retry ? null : WaitsFor;
    public bool HasEnded => Status != ExecutionStatus.Running;
    public bool IsWaiting => Status == ExecutionStatus.Running && (WaitsUntil is not null || WaitsFor is not null);
}

/// <summary>The rounds of a loop's step.</summary>
internal sealed class LoopState(JsonElement items)
{
    public JsonElement Items => items;
    public int Count { get; } = items.GetArrayLength();
    public JsonElement[] Results { get; } = new JsonElement[items.GetArrayLength()];
    public List<ScopeState> Rounds { get; } = [];
    public int Next { get; set; }
    public int Done { get; set; }
    public int Failed { get; set; }
}

/// <summary>
/// Where steps and edges count once: the run itself, or one round of a loop. What lies in a round sees what lies around
/// it, and not other rounds.
/// </summary>
internal sealed class ScopeState(WorkflowPlan plan, ScopeState? parent = null, StepState? loop = null, int round = 0)
{
    private readonly StepState?[] _steps = new StepState?[plan.Nodes.Length];
    private readonly sbyte[] _edges = new sbyte[plan.Edges.Length];
    private readonly bool[] _skipped = new bool[plan.Nodes.Length];

    public ScopeState? Parent => parent;
    public StepState? Loop => loop;
    public int Round => round;

    /// <summary>As <c>each:3/inner:0</c>; empty outside of loops.</summary>
    public string Path { get; } = loop is null ? "" : $"{(parent!.Path.Length == 0 ? "" : parent.Path + "/")}{loop.Node.Id}:{round}";
    public JsonElement Item => loop!.Loop!.Items[round];

    /// <summary>Steps that have begun and not ended.</summary>
    public int Active { get; set; }

    /// <summary>Nodes that will not be heard of any more: ended or passed by.</summary>
    public int Decided { get; private set; }

    /// <summary>The result that an edge back to the loop brought; undefined if none did.</summary>
    public JsonElement Result { get; set; }

    /// <summary>Whether it was given up.</summary>
    public bool IsAbandoned { get; set; }

    public StepState? Step(PlanNode node) => Volatile.Read(ref _steps[node.Index]);

    public void Add(StepState step) => Volatile.Write(ref _steps[step.Node.Index], step);

    public bool IsSkipped(PlanNode node) => _skipped[node.Index];

    public void Skip(PlanNode node)
    {
        _skipped[node.Index] = true;
        Decided++;
    }

    public void Ended() => Decided++;

    public void Decide(PlanEdge edge, bool isFollowed) => _edges[edge.Index] = isFollowed ? (sbyte)1 : (sbyte)-1;

    public bool IsDecided(PlanEdge edge) => _edges[edge.Index] != 0;

    public bool IsFollowed(PlanEdge edge) => _edges[edge.Index] > 0;

    public bool IsWithin(ScopeState outer)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope == outer) return true;
        }

        return false;
    }

    /// <summary>The outputs of what came last: one's own, or an object by node id where there are several; undefined where there are none.</summary>
    public JsonElement Leaves()
    {
        var leaves = new List<StepState>();
        foreach (var step in _steps)
        {
            if (step is { FollowedEdges: not null, Node.IsLeaf: true } && step.Output.ValueKind != JsonValueKind.Undefined) leaves.Add(step);
        }

        return leaves.Count switch
        {
            0 => default,
            1 => leaves[0].Output,
            _ => JsonSerializer.SerializeToElement(leaves.ToDictionary(step => step.Node.Id, step => step.Output.OrNull(), StringComparer.Ordinal)),
        };
    }
}
