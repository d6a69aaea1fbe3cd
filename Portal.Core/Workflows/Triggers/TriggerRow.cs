using Portal.Core.Shared.Data;

namespace Portal.Core.Workflows.Triggers;

/// <summary>What starts runs by itself. Stored by name.</summary>
public enum TriggerKind
{
    Webhook,
    Form,
    Schedule,
    Event,
}

/// <summary>A trigger node of a workflow, where what happens outside finds it. It keeps its address over all versions.</summary>
public sealed class TriggerRow : ITenantOwned
{
    /// <summary>The secret part of its address, <c>hook_…</c> or <c>form_…</c>; of others just an id.</summary>
    public required string Id { get; set; }
    public string OrganizationId { get; set; } = "";
    public ApiMode Mode { get; set; }
    public required string WorkflowId { get; set; }
    public required string NodeId { get; set; }
    public TriggerKind Kind { get; set; }

    /// <summary>Whether it starts runs: its workflow is active and the published version has it enabled.</summary>
    public bool IsActive { get; set; }

    /// <summary>The node's configuration in the published version, as JSON.</summary>
    public required string Config { get; set; }

    /// <summary>Of a schedule: when it fires next; null when never.</summary>
    public DateTimeOffset? NextAt { get; set; }
    public DateTimeOffset? LastAt { get; set; }

    /// <summary>Why it last did not do what it is for; null where it did.</summary>
    public string? LastError { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}
