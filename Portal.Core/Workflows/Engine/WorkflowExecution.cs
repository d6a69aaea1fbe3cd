using Portal.Core.Shared.Data;

namespace Portal.Core.Workflows.Engine;

/// <summary>How far a run or one of its steps is. Stored by name.</summary>
public enum ExecutionStatus
{
    /// <summary>Waits to begin.</summary>
    Pending,

    /// <summary>Under way, or waiting for a time, a person or another run.</summary>
    Running,
    Completed,
    Failed,
    Cancelled,

    /// <summary>Ended by its time limit.</summary>
    Timeout,
}

/// <summary>A run of a workflow: the row of the queue, and its record afterwards.</summary>
public sealed class WorkflowExecution : ITenantOwned
{
    /// <summary><c>exe_…</c></summary>
    public required string Id { get; set; }
    public string OrganizationId { get; set; } = "";
    public ApiMode Mode { get; set; }
    public required string WorkflowId { get; set; }
    public int Version { get; set; }
    public ExecutionStatus Status { get; set; }

    /// <summary>The trigger node that it began at; null where it began at every node without incoming edges.</summary>
    public string? TriggerNodeId { get; set; }

    /// <summary>What started it: <c>api</c>, <c>webhook</c>, <c>schedule</c>, <c>event</c>, <c>form</c>, <c>workflow</c>, <c>retry</c>.</summary>
    public required string TriggerType { get; set; }

    /// <summary>What expressions know as <c>trigger</c>, <c>inputs</c> and <c>context</c>: a JSON object of the three.</summary>
    public required string Input { get; set; }

    /// <summary>The result as JSON; null until it has completed.</summary>
    public string? Output { get; set; }
    public string? ErrorCode { get; set; }
    public string? ErrorMessage { get; set; }

    /// <summary>The node whose failure ended the run.</summary>
    public string? ErrorNodeId { get; set; }

    /// <summary>0 to 100.</summary>
    public int Progress { get; set; }

    /// <summary>0 to 9; higher ones begin first.</summary>
    public int Priority { get; set; }

    /// <summary>When a worker should look at it; null while one has it, while only somebody else's doing can wake it, and once it has ended.</summary>
    public DateTimeOffset? DueAt { get; set; }

    /// <summary>The node that works on it.</summary>
    public string? LeaseOwner { get; set; }
    public DateTimeOffset? LeaseUntil { get; set; }

    /// <summary>Grows with each lease: what fences the results of a node whose lease was taken.</summary>
    public long LeaseNumber { get; set; }

    /// <summary>When the run's time is over; null for no limit.</summary>
    public DateTimeOffset? DeadlineAt { get; set; }

    /// <summary>Whether somebody wants it ended.</summary>
    public bool CancelRequested { get; set; }

    /// <summary>Grows with each change of the run or a step: what live views go on from.</summary>
    public long Sequence { get; set; }

    /// <summary>The run that this one is a part of, and its step there.</summary>
    public string? ParentId { get; set; }
    public int? ParentStep { get; set; }

    /// <summary>How many runs it is inside of.</summary>
    public int Depth { get; set; }

    /// <summary>The run that this one repeats.</summary>
    public string? RetryOf { get; set; }
    public required string CreatedBy { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? CompletedAt { get; set; }

    /// <summary>Milliseconds spent in AI calls, all steps together.</summary>
    public long AiMs { get; set; }

    /// <summary>HTTP requests made.</summary>
    public int ApiCalls { get; set; }
    public long Tokens { get; set; }

    /// <summary>US dollars.</summary>
    public double Cost { get; set; }

    /// <summary>Bytes of JSON that the run and its steps keep.</summary>
    public long StoredBytes { get; set; }
}

/// <summary>A node's run within a run.</summary>
public sealed class WorkflowStep : ITenantOwned
{
    public required string ExecutionId { get; set; }

    /// <summary>From 1, in the order in which steps began.</summary>
    public int Number { get; set; }
    public string OrganizationId { get; set; } = "";
    public ApiMode Mode { get; set; }
    public required string NodeId { get; set; }

    /// <summary>The rounds of loops that it belongs to, as <c>each:3</c> or <c>each:3/inner:0</c>; empty outside of loops.</summary>
    public string Scope { get; set; } = "";
    public ExecutionStatus Status { get; set; }

    /// <summary>From 1.</summary>
    public int Attempt { get; set; }

    /// <summary>The configuration and input that the node ran with, as JSON, secrets masked; what is long is left out.</summary>
    public string? Input { get; set; }

    /// <summary>JSON; null where it lies in a blob.</summary>
    public string? Output { get; set; }

    /// <summary>Whether the output lies in a blob.</summary>
    public bool OutputInBlob { get; set; }

    /// <summary>The edges that are followed from it, by id, separated by commas; null until it has ended.</summary>
    public string? FollowedEdges { get; set; }
    public string? ErrorCode { get; set; }
    public string? ErrorMessage { get; set; }

    /// <summary>When a waiting step goes on by itself: a pause, the next attempt, a deadline.</summary>
    public DateTimeOffset? WaitsUntil { get; set; }

    /// <summary>The task or run that a waiting step waits for.</summary>
    public string? WaitsFor { get; set; }
    public DateTimeOffset StartedAt { get; set; }
    public DateTimeOffset? CompletedAt { get; set; }

    /// <summary>The run's sequence when the step last changed.</summary>
    public long Sequence { get; set; }
}

/// <summary>A step's output that is too long for its row.</summary>
public sealed class WorkflowBlob : ITenantOwned
{
    public required string ExecutionId { get; set; }
    public int Step { get; set; }
    public string OrganizationId { get; set; } = "";
    public ApiMode Mode { get; set; }

    /// <summary>JSON in UTF-8, compressed by Brotli.</summary>
    public required byte[] Data { get; set; }
}

/// <summary>What a step has done that must not be done twice: written with the doing, in one unit of work.</summary>
public sealed class WorkflowEffect : ITenantOwned
{
    public required string ExecutionId { get; set; }
    public int Step { get; set; }
    public string OrganizationId { get; set; } = "";
    public ApiMode Mode { get; set; }

    /// <summary>The result as JSON.</summary>
    public required string Result { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}
