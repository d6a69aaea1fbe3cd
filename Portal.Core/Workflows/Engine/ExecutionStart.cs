using System.Text.Json;
using Portal.Core.Shared.Data;

namespace Portal.Core.Workflows.Engine;

/// <summary>What a new run is made of.</summary>
internal sealed record ExecutionStart
{
    public required Tenant Tenant { get; init; }
    public required string WorkflowId { get; init; }

    /// <summary>Null runs the published version, and where none is published the newest.</summary>
    public int? Version { get; init; }

    /// <summary>See <see cref="WorkflowExecution.TriggerType"/>.</summary>
    public required string TriggerType { get; init; }

    /// <summary>The trigger node; null leaves it to the definition: its first trigger node, or every node without incoming edges.</summary>
    public string? TriggerNodeId { get; init; }

    /// <summary>What expressions know as <c>trigger</c>; an object.</summary>
    public JsonElement Trigger { get; init; }

    /// <summary>What expressions know as <c>inputs</c>; an object.</summary>
    public JsonElement Inputs { get; init; }

    /// <summary>What expressions find in <c>context</c> besides the run's own facts; an object.</summary>
    public JsonElement Context { get; init; }

    /// <summary>The user's or key's id; of triggers, the trigger node's.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>How many runs have set each other off by events, this one included; 0 where no event did.</summary>
    public int EventDepth { get; init; }

    /// <summary>Null takes the workflow's.</summary>
    public int? Priority { get; init; }
}
