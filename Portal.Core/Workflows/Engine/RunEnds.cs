using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;
using Portal.Core.Workflows.Tasks;

namespace Portal.Core.Workflows.Engine;

/// <summary>What follows from a run's end, in the unit of work that ends it: the event, and the end of what it waits for or that waits for it.</summary>
internal sealed class RunEnds(EventOutbox outbox, IClusterSignals signals, TimeProvider time)
{
    /// <summary>How a run ends that somebody wanted ended.</summary>
    public static readonly (ExecutionStatus Status, string Code, string Message) Cancelled = (ExecutionStatus.Cancelled, "CANCELLED", "The run was cancelled.");

    /// <summary>Of a run that was worked on here; what its steps had waited for is given up by <see cref="OfGivenUp"/>.</summary>
    public async Task Of(PortalDbContext db, RunState run, CancellationToken cancellation)
    {
        AddEvent(db, run.Row, run.Plan.Name, run.Facts.Input.EventDepth);
        await WakeParent(db, run.Row, cancellation);
    }

    /// <summary>Ends a run that nobody has in memory, and its steps with it.</summary>
    public async Task End(PortalDbContext db, WorkflowExecution row, (ExecutionStatus Status, string Code, string Message) end, CancellationToken cancellation)
    {
        (row.Status, row.ErrorCode, row.ErrorMessage) = end;
        (row.LeaseOwner, row.LeaseUntil, row.DueAt, row.CompletedAt) = (null, null, null, time.GetUtcNow());
        row.Sequence++;
        await db.Across<WorkflowStep>().Where(step => step.ExecutionId == row.Id && step.Status == ExecutionStatus.Running)
            .ExecuteUpdateAsync(step => step.SetProperty(x => x.Status, ExecutionStatus.Cancelled).SetProperty(x => x.CompletedAt, row.CompletedAt).SetProperty(x => x.Sequence, row.Sequence)
                .SetProperty(x => x.WaitsUntil, (DateTimeOffset?)null).SetProperty(x => x.WaitsFor, (string?)null), cancellation);
        // The workflow may be what is missing.
        var name = await db.Across<Definitions.Workflow>().Where(workflow => workflow.Id == row.WorkflowId).Select(workflow => workflow.Name).SingleOrDefaultAsync(cancellation);
        AddEvent(db, row, name ?? row.WorkflowId, RunInput.Read(row.Input).EventDepth);
        await CancelTasks(db, row, _ => true, cancellation);
        await CancelChildren(db, row, _ => true, cancellation);
        await WakeParent(db, row, cancellation);
        db.AfterCommit(() => signals.Send(SignalTopics.WorkflowProgress, $"{row.Id}:{row.OrganizationId}"));
    }

    private void AddEvent(PortalDbContext db, WorkflowExecution row, string workflowName, int eventDepth)
    {
        if (row.Status == ExecutionStatus.Cancelled) return;
        var action = row.Status == ExecutionStatus.Completed ? "completed" : "failed";
        var told = outbox.Add(db, $"workflow.execution.{action}", ExecutionEvent.Object, row.Id, action, ExecutionEvent.Of(row, workflowName));
        (told.OrganizationId, told.Mode, told.Depth) = (row.OrganizationId, row.Mode, eventDepth);
    }

    /// <summary>Of steps that were given up, with their run or before it: the tasks and runs that they waited for end too.</summary>
    public async Task OfGivenUp(PortalDbContext db, WorkflowExecution row, List<string> ids, CancellationToken cancellation)
    {
        await CancelTasks(db, row, task => ids.Contains(task.Id), cancellation);
        await CancelChildren(db, row, child => ids.Contains(child.Id), cancellation);
    }

    private async Task CancelTasks(PortalDbContext db, WorkflowExecution row, Expression<Func<WorkflowTask, bool>> which, CancellationToken cancellation)
    {
        var ended = await db.Across<WorkflowTask>().Where(task => task.ExecutionId == row.Id && task.State == TaskState.Open).Where(which)
            .ExecuteUpdateAsync(task => task.SetProperty(x => x.State, TaskState.Cancelled), cancellation);
        if (ended > 0) db.AfterCommit(() => signals.Send(SignalTopics.WorkflowTask, row.OrganizationId));
    }

    private async Task CancelChildren(PortalDbContext db, WorkflowExecution row, Expression<Func<WorkflowExecution, bool>> which, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var ended = await db.Across<WorkflowExecution>().Where(child => child.ParentId == row.Id && child.CompletedAt == null).Where(which)
            .ExecuteUpdateAsync(child => child.SetProperty(x => x.CancelRequested, true).SetProperty(x => x.DueAt, now), cancellation);
        if (ended > 0) db.AfterCommit(() => signals.Send(SignalTopics.WorkflowCancel, ""));
    }

    private async Task WakeParent(PortalDbContext db, WorkflowExecution row, CancellationToken cancellation)
    {
        if (row.ParentId is not { } parentId) return;
        await db.Across<WorkflowExecution>().Where(parent => parent.Id == parentId && parent.CompletedAt == null)
            .ExecuteUpdateAsync(parent => parent.SetProperty(x => x.DueAt, row.CompletedAt), cancellation);
        db.AfterCommit(() => signals.Send(SignalTopics.WorkflowRun, parentId));
    }
}
