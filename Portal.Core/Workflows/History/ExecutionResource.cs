using System.Text.Json;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Problems;
using Portal.Core.Workflows.Engine;

namespace Portal.Core.Workflows.History;

/// <summary>A run of a workflow: Auterity's WorkflowExecution, and what the portal adds. Lists leave out what it was given and did.</summary>
public sealed record ExecutionResource : IResource
{
    public static string Kind => "execution";
    public static string Plural => "executions";

    /// <summary><c>exe_…</c></summary>
    public required string Id { get; init; }
    public required string WorkflowId { get; init; }

    /// <summary>What the workflow is called; null once it is deleted.</summary>
    public required string? WorkflowName { get; init; }

    /// <summary>The version that runs.</summary>
    public required int Version { get; init; }
    public required ExecutionStatus Status { get; init; }

    /// <summary>0 to 100.</summary>
    public required int Progress { get; init; }

    /// <summary>What started it: <c>api</c>, <c>webhook</c>, <c>schedule</c>, <c>event</c>, <c>form</c>, <c>workflow</c>, <c>retry</c>.</summary>
    public required string TriggerType { get; init; }

    /// <summary>The trigger node that it began at, where it was named.</summary>
    public required string? TriggerNodeId { get; init; }

    /// <summary>As <c>TIMED_OUT</c> or <c>HTTP_STATUS</c>; null where nothing failed.</summary>
    public required string? ErrorCode { get; init; }
    public required string? ErrorMessage { get; init; }

    /// <summary>The node whose failure ended the run.</summary>
    public required string? ErrorNodeId { get; init; }

    /// <summary>The run that this one is a part of.</summary>
    public required string? ParentId { get; init; }

    /// <summary>The run that this one repeats.</summary>
    public required string? RetryOf { get; init; }

    /// <summary>When a waiting run goes on by itself; null where it does not wait for a time.</summary>
    public required DateTimeOffset? WaitsUntil { get; init; }

    /// <summary>Grows with each change: where a live view goes on from.</summary>
    public required long Sequence { get; init; }
    public required string CreatedBy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset? StartedAt { get; init; }
    public required DateTimeOffset? CompletedAt { get; init; }
    public required ExecutionMetrics Metrics { get; init; }

    /// <summary>What it was started with; null in lists.</summary>
    public JsonElement? InputData { get; init; }

    /// <summary>The result; null until it has completed, and in lists.</summary>
    public JsonElement? OutputData { get; init; }

    /// <summary>Its first 200 steps in the order in which they began; none in lists. <c>GET …/steps</c> lists all.</summary>
    public IReadOnlyList<ExecutionStep> Steps { get; init; } = [];

    /// <summary>How many steps there are; null in lists.</summary>
    public int? StepCount { get; init; }

    internal static ExecutionResource Of(WorkflowExecution row, string? workflowName, DateTimeOffset now) => new()
    {
        Id = row.Id, WorkflowId = row.WorkflowId, WorkflowName = workflowName, Version = row.Version, Status = row.Status, Progress = row.Progress, TriggerType = row.TriggerType,
        TriggerNodeId = row.TriggerNodeId, ErrorCode = row.ErrorCode, ErrorMessage = row.ErrorMessage, ErrorNodeId = row.ErrorNodeId, ParentId = row.ParentId, RetryOf = row.RetryOf,
        WaitsUntil = row.Status == ExecutionStatus.Running && row.DueAt > now ? row.DueAt : null, Sequence = row.Sequence, CreatedBy = row.CreatedBy, CreatedAt = row.CreatedAt,
        StartedAt = row.StartedAt, CompletedAt = row.CompletedAt, Metrics = ExecutionMetrics.Of(row, now),
    };
}

/// <summary>What a run used.</summary>
public sealed record ExecutionMetrics
{
    /// <summary>From its begin to its end, waiting included; until now while it is under way.</summary>
    public required long TotalDurationMs { get; init; }
    public required long AiProcessingTimeMs { get; init; }
    public required int ApiCallsCount { get; init; }
    public required long TokensUsed { get; init; }

    /// <summary>US dollars.</summary>
    public required double CostEstimate { get; init; }

    internal static ExecutionMetrics Of(WorkflowExecution row, DateTimeOffset now) => new()
    {
        TotalDurationMs = row.StartedAt is { } started ? (long)((row.CompletedAt ?? now) - started).TotalMilliseconds : 0,
        AiProcessingTimeMs = row.AiMs, ApiCallsCount = row.ApiCalls, TokensUsed = row.Tokens, CostEstimate = row.Cost,
    };
}

/// <summary>A node's run within a run: Auterity's ExecutionStep, and what the portal adds.</summary>
public sealed record ExecutionStep : IResource
{
    public static string Kind => "step";
    public static string Plural => "steps";

    /// <summary>The run's id and the step's number.</summary>
    public required string Id { get; init; }

    /// <summary>From 1, in the order in which steps began.</summary>
    public required int Number { get; init; }
    public required string NodeId { get; init; }

    /// <summary>The node's title in the version that ran; its id where that is not there any more.</summary>
    public required string NodeName { get; init; }

    /// <summary>The rounds of loops that it belongs to, as <c>each:3</c>; empty outside of loops.</summary>
    public required string Scope { get; init; }
    public required ExecutionStatus Status { get; init; }

    /// <summary>How many attempts were made, this one included.</summary>
    public required int Attempt { get; init; }

    /// <summary>The configuration and input that it ran with, secrets masked.</summary>
    public required JsonElement? InputData { get; init; }

    /// <summary>What it gave; null where it is longer than 16 KiB and the step was not asked for alone.</summary>
    public required JsonElement? OutputData { get; init; }

    /// <summary>Whether the output is left out for its length.</summary>
    public required bool OutputOmitted { get; init; }

    /// <summary>The edges that were followed from it.</summary>
    public required IReadOnlyList<string> FollowedEdges { get; init; }
    public required string? ErrorCode { get; init; }
    public required string? ErrorMessage { get; init; }

    /// <summary>When a waiting step goes on by itself.</summary>
    public required DateTimeOffset? WaitsUntil { get; init; }

    /// <summary>The task or run that a waiting step waits for; <c>retry</c> before another attempt.</summary>
    public required string? WaitsFor { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public required DateTimeOffset? CompletedAt { get; init; }
    public required long? DurationMs { get; init; }

    internal const int LongestShown = 16 * 1024;

    internal static ExecutionStep Of(WorkflowStep row, string? nodeName, JsonElement? output)
    {
        var shown = output ?? (row.Output is { Length: <= LongestShown } json ? JsonElement.Parse(json) : null);
        return new()
        {
            Id = $"{row.ExecutionId}:{row.Number}", Number = row.Number, NodeId = row.NodeId, NodeName = nodeName ?? row.NodeId, Scope = row.Scope, Status = row.Status, Attempt = row.Attempt,
            InputData = row.Input is { } input ? JsonElement.Parse(input) : null, OutputData = shown, OutputOmitted = shown is null && (row.OutputInBlob || row.Output is not null),
            FollowedEdges = row.FollowedEdges is { Length: > 0 } edges ? edges.Split(',') : [], ErrorCode = row.ErrorCode, ErrorMessage = row.ErrorMessage, WaitsUntil = row.WaitsUntil,
            WaitsFor = row.WaitsFor, StartedAt = row.StartedAt, CompletedAt = row.CompletedAt, DurationMs = row.CompletedAt is { } end ? (long)(end - row.StartedAt).TotalMilliseconds : null,
        };
    }
}

/// <summary>Which runs are wanted; every part that is given must match.</summary>
public sealed record ExecutionFilter(
    string? WorkflowId = null, string? Status = null, string? TriggerType = null, string? ParentId = null, string? RetryOf = null, DateTimeOffset? CreatedAfter = null, DateTimeOffset? CreatedBefore = null)
{
    internal static readonly string[] Statuses = [.. Enum.GetNames<ExecutionStatus>().Select(name => name.ToLowerInvariant())];

    internal void Check()
    {
        var faults = new Faults();
        faults.OneOf("status", Status, Statuses);
        faults.Text("workflow_id", WorkflowId);
        faults.Text("trigger_type", TriggerType);
        faults.Text("parent_id", ParentId);
        faults.Text("retry_of", RetryOf);
        faults.ThrowIfAny();
    }
}

/// <summary>What a run is started with.</summary>
public sealed record ExecuteInput
{
    /// <summary>What expressions know as <c>inputs</c>; an object.</summary>
    public JsonElement? Inputs { get; init; }

    /// <summary>What expressions find in <c>context</c>; an object.</summary>
    public JsonElement? Context { get; init; }

    /// <summary>The version to run; the published one unless given, and where none is published the newest.</summary>
    public int? Version { get; init; }

    /// <summary>The trigger node to begin at; the first unless given.</summary>
    public string? Trigger { get; init; }

    /// <summary>0 to 9; the workflow's unless given.</summary>
    public int? Priority { get; init; }
}

/// <summary>A run that has begun.</summary>
/// <param name="ExecutionId"><c>exe_…</c></param>
/// <param name="Status"><c>pending</c> or <c>running</c>.</param>
public sealed record StartedExecution(string ExecutionId, ExecutionStatus Status, DateTimeOffset CreatedAt);

/// <summary>How a run is repeated.</summary>
public sealed record RetryInput
{
    /// <summary><c>start</c>, <c>failed</c> (what did not come to an end, with all that follows), or a node's id (that node with all that follows).</summary>
    public string From { get; init; } = "failed";

    /// <summary>Other inputs for the run; an object. Only from <c>start</c>.</summary>
    public JsonElement? Inputs { get; init; }

    /// <summary>Another input for the node that is repeated first. Only from a node.</summary>
    public JsonElement? NodeInput { get; init; }
}
