using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;
using Portal.Core.Workflows.Tasks;

namespace Portal.Core.Workflows.Engine;

/// <summary>Writes checkpoints inside a unit of work, past the change tracker: a run of two steps is five statements.</summary>
internal sealed class CheckpointRows(TaskNotices notices, RunEnds ends)
{
    /// <summary>
    /// A run's row. Who made it due while somebody had it (a task was done, somebody wants it ended) made it so for good:
    /// giving the run back does not set that aside.
    /// </summary>
    public static readonly BulkStatement Executions = new("workflow_executions",
        [
            "id", "organization_id", "mode", "workflow_id", "version", "trigger_node_id", "trigger_type", "input", "priority", "deadline_at", "parent_id", "parent_step", "depth", "retry_of",
            "created_by", "created_at", "cancel_requested", "lease_number", "lease_owner", "lease_until", "due_at", "status", "output", "error_code", "error_message", "error_node_id", "progress",
            "sequence", "started_at", "completed_at", "ai_ms", "api_calls", "tokens", "cost", "stored_bytes",
        ],
        """
        ON CONFLICT (id) DO UPDATE SET status = excluded.status, output = excluded.output, error_code = excluded.error_code, error_message = excluded.error_message,
          error_node_id = excluded.error_node_id, progress = excluded.progress, sequence = excluded.sequence, started_at = excluded.started_at, completed_at = excluded.completed_at,
          ai_ms = excluded.ai_ms, api_calls = excluded.api_calls, tokens = excluded.tokens, cost = excluded.cost, stored_bytes = excluded.stored_bytes,
          lease_owner = excluded.lease_owner,
          lease_until = CASE WHEN excluded.lease_owner IS NULL THEN NULL ELSE workflow_executions.lease_until END,
          due_at = CASE WHEN excluded.completed_at IS NOT NULL THEN NULL WHEN excluded.lease_owner IS NOT NULL OR workflow_executions.due_at IS NOT NULL THEN workflow_executions.due_at ELSE excluded.due_at END
        """);

    private static readonly BulkStatement Steps = new("workflow_steps",
        [
            "execution_id", "number", "organization_id", "mode", "node_id", "scope", "status", "attempt", "input", "output", "output_in_blob", "followed_edges", "error_code", "error_message",
            "waits_until", "waits_for", "started_at", "completed_at", "sequence",
        ],
        """
        ON CONFLICT (execution_id, number) DO UPDATE SET status = excluded.status, attempt = excluded.attempt, input = excluded.input, output = excluded.output, output_in_blob = excluded.output_in_blob,
          followed_edges = excluded.followed_edges, error_code = excluded.error_code, error_message = excluded.error_message, waits_until = excluded.waits_until, waits_for = excluded.waits_for,
          completed_at = excluded.completed_at, sequence = excluded.sequence
        """);

    private static readonly BulkStatement Blobs = new("workflow_blobs", ["execution_id", "step", "organization_id", "mode", "data"],
        "ON CONFLICT (execution_id, step) DO UPDATE SET data = excluded.data");

    public async Task Write(PortalDbContext db, List<Checkpoint> checkpoints, CancellationToken cancellation)
    {
        // Of a run that comes twice the last state counts, and that it is new.
        var runs = checkpoints.GroupBy(checkpoint => checkpoint.Run).Select(group => (First: group.First(), Last: group.Last())).ToList();
        var steps = checkpoints.SelectMany(checkpoint => checkpoint.Steps, (checkpoint, step) => (checkpoint.Run.Row, Step: step)).ToList();
        await Executions.Insert(db, runs, pair => Values(db, pair.Last, pair.First.IsNew), cancellation);
        await Steps.Insert(db, LastOf(steps), pair => Values(db, pair.Row, pair.Step), cancellation);
        var blobs = steps.Where(pair => pair.Step.OutputBlob is not null).ToList();
        if (blobs.Count > 0) await Blobs.Insert(db, LastOf(blobs), pair => [pair.Row.Id, pair.Step.Number, pair.Row.OrganizationId, Mode(pair.Row), pair.Step.OutputBlob], cancellation);
        foreach (var checkpoint in checkpoints)
        {
            if (checkpoint.Tasks.Count > 0) db.WorkflowTasks.AddRange(checkpoint.Tasks);
            foreach (var task in checkpoint.Tasks) await notices.Opened(db, task, cancellation);
            if (checkpoint.Children.Count > 0) db.WorkflowExecutions.AddRange(checkpoint.Children);
        }

        // What is cancelled below may have been opened above.
        if (checkpoints.Exists(checkpoint => checkpoint.GivenUp.Count > 0)) await db.SaveChangesAsync(cancellation);
        foreach (var checkpoint in checkpoints)
        {
            if (checkpoint.GivenUp.Count > 0) await ends.OfGivenUp(db, checkpoint.Run.Row, checkpoint.GivenUp, cancellation);
            if (checkpoint.Execution.CompletedAt is not null) await ends.Of(db, checkpoint.Run, cancellation);
        }
    }

    private static List<(WorkflowExecution Row, StepRecord Step)> LastOf(List<(WorkflowExecution Row, StepRecord Step)> steps)
    {
        var last = new Dictionary<(string, int), int>();
        for (var i = 0; i < steps.Count; i++) last[(steps[i].Row.Id, steps[i].Step.Number)] = i;
        return last.Count == steps.Count ? steps : [.. last.Values.Order().Select(index => steps[index])];
    }

    private static string Mode(WorkflowExecution row) => row.Mode == ApiMode.Test ? "test" : "live";

    private static object? Stored(PortalDbContext db, DateTimeOffset? moment) => moment is { } known ? db.Stored(known) : null;

    /// <summary>The values of <see cref="Executions"/> for a row as it stands.</summary>
    public static object?[] Values(PortalDbContext db, WorkflowExecution row) =>
    [
        row.Id, row.OrganizationId, Mode(row), row.WorkflowId, row.Version, row.TriggerNodeId, row.TriggerType, row.Input, row.Priority, Stored(db, row.DeadlineAt), row.ParentId, row.ParentStep,
        row.Depth, row.RetryOf, row.CreatedBy, db.Stored(row.CreatedAt), row.CancelRequested, row.LeaseNumber, row.LeaseOwner, Stored(db, row.LeaseUntil), Stored(db, row.DueAt), row.Status.ToString(),
        row.Output, row.ErrorCode, row.ErrorMessage, row.ErrorNodeId, row.Progress, row.Sequence, Stored(db, row.StartedAt), Stored(db, row.CompletedAt), row.AiMs, row.ApiCalls, row.Tokens, row.Cost,
        row.StoredBytes,
    ];

    // What a run was started with is written once.
    private static object?[] Values(PortalDbContext db, Checkpoint checkpoint, bool isNew)
    {
        var (row, now) = (checkpoint.Run.Row, checkpoint.Execution);
        var owner = checkpoint.IsGivenBack ? null : row.LeaseOwner;
        return
        [
            row.Id, row.OrganizationId, Mode(row), row.WorkflowId, row.Version, row.TriggerNodeId, row.TriggerType, isNew ? row.Input : "", row.Priority, Stored(db, row.DeadlineAt), row.ParentId,
            row.ParentStep, row.Depth, row.RetryOf, row.CreatedBy, db.Stored(row.CreatedAt), false, row.LeaseNumber, owner, owner is null ? null : Stored(db, row.LeaseUntil),
            Stored(db, checkpoint.DueAt), now.Status.ToString(), now.Output, now.ErrorCode, now.ErrorMessage, now.ErrorNodeId, now.Progress, now.Sequence, Stored(db, now.StartedAt),
            Stored(db, now.CompletedAt), now.AiMs, now.ApiCalls, now.Tokens, now.Cost, now.StoredBytes,
        ];
    }

    private static object?[] Values(PortalDbContext db, WorkflowExecution row, StepRecord step) =>
    [
        row.Id, step.Number, row.OrganizationId, Mode(row), step.NodeId, step.Scope, step.Status.ToString(), step.Attempt, step.Input, step.Output, step.OutputBlob is not null, step.FollowedEdges,
        step.ErrorCode, step.ErrorMessage, Stored(db, step.WaitsUntil), step.WaitsFor, db.Stored(step.StartedAt), Stored(db, step.CompletedAt), step.Sequence,
    ];
}
