using System.Text.Json;
using Portal.Core.Shared.Json;
using Portal.Core.Workflows.Tasks;

namespace Portal.Core.Workflows.Nodes;

/// <summary>What came of running a node.</summary>
internal abstract record NodeResult
{
    /// <summary>Done, and all edges are followed but those at <see cref="NodePorts.Error"/>.</summary>
    public static NodeResult Done(JsonElement output) => new NodeDone(output, null);

    /// <summary>Done, and the edges at these ports are followed.</summary>
    public static NodeResult Done(JsonElement output, params string[] ports) => new NodeDone(output, ports);

    /// <summary>Done, with an output that the product's JSON settings write.</summary>
    public static NodeResult Of<T>(T output) => new NodeDone(JsonSerializer.SerializeToElement(output, PortalJson.Options), null);

    /// <summary>Waits without holding anything; run again at that moment.</summary>
    public static NodeResult WaitUntil(DateTimeOffset moment) => new NodeWaits(moment);

    /// <summary>Waits for a person; run again with what they did, or when the task has expired.</summary>
    public static NodeResult WaitFor(TaskRequest task) => new NodeAsks(task);

    /// <summary>Runs another workflow; run again with its outcome.</summary>
    public static NodeResult Call(string workflowId, JsonElement inputs) => new NodeCalls(workflowId, inputs);
}

internal sealed record NodeDone(JsonElement Output, IReadOnlyList<string>? Ports) : NodeResult;

internal sealed record NodeWaits(DateTimeOffset Until) : NodeResult;

internal sealed record NodeAsks(TaskRequest Task) : NodeResult;

internal sealed record NodeCalls(string WorkflowId, JsonElement Inputs) : NodeResult;

/// <summary>What a person is asked for; see <see cref="WorkflowTask"/>.</summary>
internal sealed record TaskRequest(TaskKind Kind, string Title, JsonElement Details, DateTimeOffset? ExpiresAt);

/// <summary>Why a waiting node runs again.</summary>
/// <param name="Value">What came: a task's result, a run's <c>{status, output, error}</c>; undefined after a pause.</param>
/// <param name="By">Who did it, for a task.</param>
/// <param name="Expired">Whether the task expired undone.</param>
internal sealed record NodeResumption(JsonElement Value, string? By = null, bool Expired = false);

/// <summary>A node's failure.</summary>
/// <param name="code">For programs, as <c>HTTP_STATUS</c>.</param>
/// <param name="message">A sentence for the designer; it may not hold secrets.</param>
/// <param name="retryable">Whether another attempt may succeed.</param>
internal sealed class NodeException(string code, string message, bool retryable = false) : Exception(message)
{
    public string Code => code;

    public bool Retryable => retryable;

    /// <summary>Least pause before another attempt, where the other side named one.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
