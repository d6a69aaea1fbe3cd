using Portal.Core.Shared.Data;

namespace Portal.Core.Workflows.Tasks;

/// <summary>What a run asks of a person. Stored by name.</summary>
public enum TaskKind
{
    Approval,
    Form,
}

/// <summary>How far a task is. Stored by name.</summary>
public enum TaskState
{
    Open,
    Done,
    Expired,

    /// <summary>Its run has ended, or goes on without it.</summary>
    Cancelled,
}

/// <summary>Something that a step of a run waits for a person to do.</summary>
public sealed class WorkflowTask : ITenantOwned
{
    /// <summary><c>apr_…</c> or <c>frm_…</c>; a form's is the secret part of its address.</summary>
    public required string Id { get; set; }
    public string OrganizationId { get; set; } = "";
    public ApiMode Mode { get; set; }
    public TaskKind Kind { get; set; }
    public TaskState State { get; set; }
    public required string WorkflowId { get; set; }
    public required string ExecutionId { get; set; }
    public int Step { get; set; }
    public required string NodeId { get; set; }
    public required string Title { get; set; }

    /// <summary>What the person is shown, as JSON: of an approval <c>message</c>, <c>data</c>, <c>role</c>, <c>user_ids</c>; of a form its configuration.</summary>
    public required string Details { get; set; }

    /// <summary>When it can no longer be done; null is never.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>What the person did, as JSON: <c>{"decision":"approved","comment":…}</c> or the form's fields.</summary>
    public string? Result { get; set; }
    public string? DoneBy { get; set; }
    public DateTimeOffset? DoneAt { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}
