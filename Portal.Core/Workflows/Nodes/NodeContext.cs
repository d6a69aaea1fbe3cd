using System.Text.Json;
using Portal.Core.Access;
using Portal.Core.Expressions;
using Portal.Core.Workflows.Definitions;

namespace Portal.Core.Workflows.Nodes;

/// <summary>What one run of a node sees and may do.</summary>
internal sealed class NodeContext
{
    private readonly INodeHost _host;

    internal NodeContext(INodeHost host) => _host = host;

    public required WorkflowNode Node { get; init; }
    public required string WorkflowId { get; init; }
    public required string WorkflowName { get; init; }
    public required string ExecutionId { get; init; }

    /// <summary>The step's number within the run.</summary>
    public required int Step { get; init; }

    /// <summary>From 1. An attempt that a crash cut off is made again under its number.</summary>
    public required int Attempt { get; init; }

    /// <summary>Whether the node runs for itself, with pinned data.</summary>
    public bool IsTest { get; init; }

    /// <summary>The configuration with its templates filled in.</summary>
    public required JsonElement Config { get; init; }

    /// <summary>What came over data edges: the one output, an object by port where several have edges, a list where several came to one; undefined where none did.</summary>
    public required JsonElement Input { get; init; }

    /// <summary>What started the run.</summary>
    public required JsonElement Trigger { get; init; }

    /// <summary>The values that expressions name.</summary>
    public required IReadOnlyDictionary<string, CelValue> Values { get; init; }

    /// <summary>Who acts: the workflow, with what its author might do.</summary>
    public required Actor Actor { get; init; }

    /// <summary>Set when the node runs again after it has waited.</summary>
    public NodeResumption? Resumed { get; init; }

    /// <summary>Counts what the step used.</summary>
    public NodeMeter Meter { get; } = new();

    /// <summary>
    /// The same for every attempt of the step, also for one that is made again after a crash, and for no other step: who
    /// did what an attempt asked for, and whose answer was lost, knows the next attempt for its repetition.
    /// </summary>
    public string IdempotencyKey => $"{ExecutionId}-{Step}";

    /// <summary>The configuration as a type of the node's own.</summary>
    public T ConfigAs<T>() => Config.Deserialize<T>(Shared.Json.PortalJson.Options)!;

    /// <summary>Evaluates an expression of the configuration.</summary>
    /// <param name="more">Further names, which win over the run's.</param>
    /// <exception cref="NodeException">It has no value.</exception>
    public CelValue Evaluate(string expression, params ReadOnlySpan<(string Name, CelValue Value)> more) => _host.Evaluate(expression, Values, more);

    /// <summary>
    /// Does something in the database exactly once, whatever crashes: what it writes as the actor it is given commits with
    /// the note that it was done, and an attempt that follows gets the first one's result.
    /// </summary>
    /// <param name="write">Writes once through a service, as this actor.</param>
    public Task<JsonElement> Once<T>(Func<Actor, CancellationToken, Task<T>> write, CancellationToken cancellation) => _host.Once(this, write, cancellation);
}

/// <summary>The engine as nodes need it.</summary>
internal interface INodeHost
{
    CelValue Evaluate(string expression, IReadOnlyDictionary<string, CelValue> values, ReadOnlySpan<(string Name, CelValue Value)> more);

    Task<JsonElement> Once<T>(NodeContext context, Func<Actor, CancellationToken, Task<T>> write, CancellationToken cancellation);
}

/// <summary>What a step used; the run adds it up.</summary>
internal sealed class NodeMeter
{
    public int ApiCalls { get; set; }
    public long Tokens { get; set; }

    /// <summary>In the operator's currency, by the prices of <c>Ai:*</c>.</summary>
    public double Cost { get; set; }
    public TimeSpan AiTime { get; set; }
}
