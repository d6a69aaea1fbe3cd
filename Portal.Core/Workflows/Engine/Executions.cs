using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Billing;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;
using Portal.Core.Shared.Problems;
using Portal.Core.Workflows.Definitions;

namespace Portal.Core.Workflows.Engine;

/// <summary>Starts runs, and tells how they end.</summary>
internal sealed class Executions(
    PortalStore store, PlanCache plans, WorkflowEngine engine, UsageQuotas quotas, IClusterSignals signals, IdGenerator ids, TimeProvider time)
{
    /// <summary>Starts a run; it is durable when this returns. It begins at once where there is room, and waits its turn otherwise.</summary>
    /// <exception cref="ProblemException">There is no such workflow or version, it cannot be run, or the plan's runs of this month are used up.</exception>
    public async Task<WorkflowExecution> Start(ExecutionStart start, CancellationToken cancellation) => (await Begin(start, cancellation)).Row;

    /// <summary>Starts a run and waits for its end. A run that ends here is not looked for in the database.</summary>
    /// <param name="impatience">Ends the wait, as when the patience is at its end; the run goes on.</param>
    /// <returns>The run, and how it ended or that it has not.</returns>
    /// <exception cref="ProblemException">As for <see cref="Start"/>.</exception>
    public async Task<(WorkflowExecution Row, ExecutionOutcome Outcome)> Run(ExecutionStart start, TimeSpan patience, CancellationToken impatience, CancellationToken cancellation)
    {
        var (row, run) = await Begin(start, cancellation);
        if (run?.Ended.Task is { IsCompletedSuccessfully: true } ended) return (row, await ended);
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(impatience, cancellation);
        try
        {
            return (row, await WaitForEnd(start.Tenant, row.Id, patience, wait.Token));
        }
        catch (OperationCanceledException) when (impatience.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return (row, NotEnded);
        }
    }

    /// <summary>Starts a run in a unit of work, whatever tenant that is for; it begins after the commit.</summary>
    /// <exception cref="ProblemException">As for <see cref="Start"/>.</exception>
    public async Task<WorkflowExecution> Add(PortalDbContext db, ExecutionStart start, CancellationToken cancellation) => Queue(db, await Prepare(start, cancellation));

    /// <summary>Makes a run ready for <see cref="Queue"/>, and counts it.</summary>
    /// <exception cref="ProblemException">As for <see cref="Start"/>.</exception>
    public async Task<PreparedRun> Prepare(ExecutionStart start, CancellationToken cancellation)
    {
        var plan = await PlanOf(start, cancellation);
        var run = RunOf(start, plan);
        await quotas.Use(start.Tenant.OrganizationId, UsageKind.WorkflowExecutions);
        return run;
    }

    /// <summary>Adds a run to a unit of work; it begins after the commit.</summary>
    public WorkflowExecution Queue(PortalDbContext db, PreparedRun run)
    {
        run.Row.DueAt = time.GetUtcNow();
        db.WorkflowExecutions.Add(run.Row);
        db.AfterCommit(() => signals.Send(SignalTopics.WorkflowRun, run.Row.Id));
        return run.Row;
    }

    /// <summary>Waits for a run's end.</summary>
    /// <returns>How it ended, or that it has not.</returns>
    public async Task<ExecutionOutcome> WaitForEnd(Tenant tenant, string executionId, TimeSpan patience, CancellationToken cancellation)
    {
        var until = time.GetTimestamp();
        while (true)
        {
            var left = patience - time.GetElapsedTime(until);
            try
            {
                if (engine.Held(executionId) is { } run && run.Tenant == tenant) return await run.Ended.Task.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, cancellation);
            }
            catch (TimeoutException)
            {
                return NotEnded;
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                // Another node has it now: the database tells.
            }

            var outcome = await Outcome(tenant, executionId, cancellation);
            if (outcome.HasEnded || left <= TimeSpan.Zero) return outcome;
            await NextSign(executionId, left < LookAgain ? left : LookAgain, cancellation);
        }
    }

    private static readonly ExecutionOutcome NotEnded = new(ExecutionStatus.Running, default, null, null);
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    // A run that waits, or that another node has, says that it went on.
    private async Task NextSign(string executionId, TimeSpan most, CancellationToken cancellation)
    {
        var sign = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = signals.Subscribe(SignalTopics.WorkflowProgress, subject =>
        {
            if (subject.Length == 0 || subject.StartsWith(executionId, StringComparison.Ordinal)) sign.TrySetResult();
        });
        try
        {
            await sign.Task.WaitAsync(most, time, cancellation);
        }
        catch (TimeoutException)
        {
            // A sign may be lost; the database is asked anyway.
            return;
        }
    }

    private async Task<(WorkflowExecution Row, RunState? Run)> Begin(ExecutionStart start, CancellationToken cancellation)
    {
        var made = await Prepare(start, cancellation);
        if (await engine.TryBegin(made.Row, made.Plan, made.Input, cancellation) is { } run) return (made.Row, run);
        return (await store.Write(start.Tenant, (db, _) => Task.FromResult(Queue(db, made)), cancellation), null);
    }

    private async Task<ExecutionOutcome> Outcome(Tenant tenant, string executionId, CancellationToken cancellation)
    {
        await using var db = store.Read(tenant);
        return await db.WorkflowExecutions.SingleOrDefaultAsync(row => row.Id == executionId, cancellation) is { } row
            ? WorkflowEngine.OutcomeOf(row)
            : throw Problem.NotFound("execution", executionId).AsException();
    }

    private async ValueTask<WorkflowPlan> PlanOf(ExecutionStart start, CancellationToken cancellation)
    {
        if (!Faults.IsStorable(start.WorkflowId) || await plans.Current(start.Tenant, start.WorkflowId, cancellation) is not { } current) throw WorkflowRows.NotFound(start.WorkflowId);
        return await plans.Plan(start.Tenant, start.WorkflowId, start.Version ?? current.Version, cancellation)
            ?? throw Problem.Field(ErrorCode.Validation, "version", "The workflow has no such version.").AsException();
    }

    private PreparedRun RunOf(ExecutionStart start, WorkflowPlan plan)
    {
        if (start.TriggerNodeId is { } trigger && plan.Find(trigger) is null)
            throw Problem.Field(ErrorCode.Validation, "trigger", "The workflow has no such node.").AsException();
        var input = new RunInput(Object(start.Trigger), Object(start.Inputs), Object(start.Context)) { EventDepth = start.EventDepth };
        var row = new WorkflowExecution
        {
            Id = ids.New("exe"),
            OrganizationId = start.Tenant.OrganizationId,
            Mode = start.Tenant.Mode,
            WorkflowId = start.WorkflowId,
            Version = plan.Version,
            TriggerNodeId = start.TriggerNodeId,
            TriggerType = start.TriggerType,
            Input = input.Write(),
            Priority = start.Priority ?? plan.Settings.Priority,
            CreatedBy = start.CreatedBy,
            CreatedAt = time.GetUtcNow(),
        };
        return new PreparedRun(row, plan, input);
    }

    private static JsonElement Object(JsonElement value) => value.ValueKind == JsonValueKind.Object ? value : Json.EmptyObject;
}

/// <summary>A run that is to begin.</summary>
internal sealed record PreparedRun(WorkflowExecution Row, WorkflowPlan Plan, RunInput Input);
