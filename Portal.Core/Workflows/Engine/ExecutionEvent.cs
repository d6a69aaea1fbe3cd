namespace Portal.Core.Workflows.Engine;

/// <summary>A run's end, as the events <c>workflow.execution.completed</c> and <c>workflow.execution.failed</c> carry it.</summary>
internal sealed record ExecutionEvent(string WorkflowId, string WorkflowName, string Status, DateTimeOffset StartedAt, DateTimeOffset FinishedAt, string? Error)
{
    /// <summary>The <c>object</c> of the events.</summary>
    public const string Object = "workflow_execution";

    public static ExecutionEvent Of(WorkflowExecution row, string workflowName)
    {
        var status = row.Status == ExecutionStatus.Completed ? "completed" : "failed";
        return new(row.WorkflowId, workflowName, status, row.StartedAt ?? row.CreatedAt, row.CompletedAt!.Value, row.ErrorMessage);
    }
}
