using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;
using Portal.Core.Workflows.Engine;

namespace Portal.Api.Live;

/// <summary>Auterity's ExecutionStatusUpdate, and where to go on from.</summary>
internal sealed record ExecutionStatusUpdate
{
    /// <summary>Always <c>execution_status</c>.</summary>
    public string Type => "execution_status";
    public required string ExecutionId { get; init; }
    public required ExecutionStatus Status { get; init; }

    /// <summary>0 to 100.</summary>
    public required int Progress { get; init; }

    /// <summary>The node whose step changed last; null where none has yet.</summary>
    public required string? CurrentStep { get; init; }

    /// <summary>Every step that has changed, as it is now.</summary>
    public required IReadOnlyList<StepStatusUpdate> Steps { get; init; }
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>Grows from message to message: <c>?after=</c> it goes on behind this one.</summary>
    public required long Sequence { get; init; }
}

/// <summary>A step that has changed.</summary>
/// <param name="Number">From 1, in the order in which steps began.</param>
internal sealed record StepStatusUpdate(int Number, string NodeId, ExecutionStatus Status);

/// <summary>A run and its steps as they change, read from their rows: it does not matter which node the run is on.</summary>
internal sealed class ExecutionFeed(PortalStore store, Tenant tenant, string id, long? after, TimeProvider time) : ILiveFeed
{
    private const int Portion = 100;
    private long? _last = after;
    private string? _current;

    public string Topic => SignalTopics.WorkflowProgress;

    public bool Concerns(string subject) => subject.StartsWith(id, StringComparison.Ordinal);

    /// <exception cref="ProblemException">There is no such run, or it is another tenant's.</exception>
    public static async Task<ILiveFeed> Open(PortalStore store, Tenant tenant, string id, long? after, TimeProvider time, CancellationToken cancellation)
    {
        await using var db = store.Read(tenant);
        if (!Faults.IsStorable(id) || !await db.WorkflowExecutions.AnyAsync(row => row.Id == id, cancellation)) throw Problem.NotFound("execution", id).AsException();
        return new ExecutionFeed(store, tenant, id, after, time);
    }

    public async Task<string?> Send(LiveSocket socket, CancellationToken cancellation)
    {
        while (true)
        {
            var (run, steps) = await Read(cancellation);
            // The run was removed with its age, or its workflow.
            if (run is null) return "gone";
            // Steps that changed at once have one number, so one message: nobody goes on from the middle of it.
            foreach (var group in steps.GroupBy(step => step.Sequence)) await Tell(socket, run, group.Key, [.. group], cancellation);
            if (steps.Count > 0 && _last < run.Sequence) continue;
            if (_last is not { } told || told < run.Sequence) await Tell(socket, run, run.Sequence, [], cancellation);
            return run.CompletedAt is null ? null : run.Status.ToString().ToLowerInvariant();
        }
    }

    // Steps that change after the run was read have higher numbers than it; they come the next time round.
    private async Task<(WorkflowExecution? Run, List<WorkflowStep> Steps)> Read(CancellationToken cancellation)
    {
        await using var db = store.Read(tenant);
        var run = await db.WorkflowExecutions.FirstOrDefaultAsync(row => row.Id == id, cancellation);
        _current ??= await db.WorkflowSteps.Where(step => step.ExecutionId == id).OrderByDescending(step => step.Sequence).ThenByDescending(step => step.Number).Select(step => step.NodeId).FirstOrDefaultAsync(cancellation);
        // Who does not go on from somewhere begins with how things stand.
        if (run is null || _last is not { } last || last >= run.Sequence) return (run, []);
        var changed = db.WorkflowSteps.Where(step => step.ExecutionId == id && step.Sequence > last && step.Sequence <= run.Sequence);
        var portion = await changed.Select(step => step.Sequence).Distinct().OrderBy(sequence => sequence).Take(Portion).ToListAsync(cancellation);
        if (portion.Count == 0) return (run, []);
        var most = portion[^1];
        return (run, await changed.Where(step => step.Sequence <= most).OrderBy(step => step.Sequence).ThenBy(step => step.Number).ToListAsync(cancellation));
    }

    private async Task Tell(LiveSocket socket, WorkflowExecution run, long sequence, IReadOnlyList<WorkflowStep> steps, CancellationToken cancellation)
    {
        if (steps.Count > 0) _current = steps[^1].NodeId;
        await socket.Send(new ExecutionStatusUpdate
        {
            ExecutionId = id,
            Status = run.Status,
            Progress = run.Progress,
            CurrentStep = _current,
            Steps = [.. steps.Select(step => new StepStatusUpdate(step.Number, step.NodeId, step.Status))],
            Timestamp = time.GetUtcNow(),
            Sequence = sequence,
        }, cancellation);
        _last = sequence;
    }
}
