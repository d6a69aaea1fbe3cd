using System.Text.Json;

namespace Portal.Core.Workflows.Engine;

/// <summary>A step of a run as it was stored, from which the run goes on.</summary>
internal sealed record StoredStep(WorkflowStep Row, JsonElement Output)
{
    /// <summary>What a loop goes over that has begun and not ended.</summary>
    public JsonElement? Items => Row.Status == ExecutionStatus.Running && Output.ValueKind == JsonValueKind.Array ? Output : null;

    public StepState Restore(PlanNode node, ScopeState scope) => new(Row.Number, node, scope)
    {
        Status = Row.Status,
        Attempt = Row.Attempt,
        Input = Row.Input,
        Output = Row.Status == ExecutionStatus.Running ? default : Output,
        ErrorCode = Row.ErrorCode,
        ErrorMessage = Row.ErrorMessage,
        FollowedEdges = Row.FollowedEdges,
        WaitsUntil = Row.WaitsUntil,
        WaitsFor = Row.WaitsFor,
        StartedAt = Row.StartedAt,
        CompletedAt = Row.CompletedAt,
        Sequence = Row.Sequence,
    };
}
