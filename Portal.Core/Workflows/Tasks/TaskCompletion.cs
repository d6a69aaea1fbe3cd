using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;
using Portal.Core.Workflows.Engine;

namespace Portal.Core.Workflows.Tasks;

/// <summary>Ends a task with what a person did, and lets its run go on, in one unit of work.</summary>
internal sealed class TaskCompletion(IClusterSignals signals, TimeProvider time)
{
    /// <param name="db">The unit, of the task's tenant or across tenants.</param>
    /// <param name="row">The task, read in this unit.</param>
    /// <param name="result">What was done, as JSON.</param>
    /// <param name="by">Who did it; null for somebody who is not known.</param>
    /// <exception cref="ProblemException">CONFLICT: it was done before, has expired, or its run has ended.</exception>
    public async Task Complete(PortalDbContext db, WorkflowTask row, string result, string? by, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (Closed(row, now) is { } closed) throw Problem.Conflict(closed.Message, ("status", closed.Status), ("done_at", row.DoneAt)).AsException();
        (row.State, row.Result, row.DoneBy, row.DoneAt) = (TaskState.Done, result, by, now);
        var execution = await db.Across<WorkflowExecution>().AsTracking().FirstOrDefaultAsync(run => run.Id == row.ExecutionId, cancellation);
        if (execution is { Status: ExecutionStatus.Pending or ExecutionStatus.Running }) execution.DueAt = now;
        db.AfterCommit(() =>
        {
            signals.Send(SignalTopics.WorkflowRun, row.ExecutionId);
            signals.Send(SignalTopics.WorkflowTask, row.OrganizationId);
        });
    }

    /// <summary>Why a task can no longer be done; null while it can.</summary>
    public static (string Status, string Message)? Closed(WorkflowTask row, DateTimeOffset now) => row.State switch
    {
        TaskState.Done => ("done", "This was done before."),
        TaskState.Cancelled => ("cancelled", "The run that asked for this has ended or goes on without it."),
        // The engine notes it when it comes to it.
        _ => row.State == TaskState.Expired || row.ExpiresAt <= now ? ("expired", "This has expired.") : null,
    };
}
