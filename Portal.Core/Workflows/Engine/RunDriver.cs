using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Portal.Core.Access;
using Portal.Core.Shared;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Nodes;
using Portal.Core.Workflows.Tasks;

namespace Portal.Core.Workflows.Engine;

/// <summary>Drives runs that are held: runs their steps, and makes of outcomes what follows from them.</summary>
internal sealed class RunDriver(PortalStore store, PlanCache plans, StepRunner steps, StepPlaces places, RunLimits limits, IdGenerator ids, TimeProvider time, ILogger logger)
{
    /// <summary>Where checkpoints go.</summary>
    public required Action<Checkpoint> Store { get; init; }

    /// <summary>Ends all attempts: the node stops.</summary>
    public required CancellationToken Stopping { get; init; }

    /// <summary>Runs a step whose beginning is stored.</summary>
    public async Task Run(RunState run, StepState step)
    {
        await places.Enter(run.Row.OrganizationId, Stopping);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stopping);
        try
        {
            StepCall call;
            lock (run.Gate)
            {
                if (run.IsOver || step.HasEnded) return;
                step.Stop = stop;
                call = CallOf(run, step);
            }

            var outcome = await steps.Run(call, stop.Token);
            if (outcome is null) return;
            var child = outcome.Result is NodeCalls calls ? await Child(run, step, calls, Stopping) : null;
            Settle(run, step, outcome, child);
        }
        catch (Exception e) when (!Stopping.IsCancellationRequested)
        {
            // Nobody else would ever end the step: the run would be held as running for ever.
            logger.LogError(e, "Step {Step} of run {Execution} could not be brought to an end", step.Number, run.Row.Id);
            Abort(run, step);
        }
        finally
        {
            lock (run.Gate) step.Stop = null;
            places.Leave(run.Row.OrganizationId);
        }
    }

    /// <summary>Wakes steps whose time has come, and ends the run at its deadline.</summary>
    public async Task Wake(RunState run)
    {
        await EndExpiredTasks(run);
        lock (run.Gate)
        {
            if (run.IsOver) return;
            var now = time.GetUtcNow();
            if (run.Row.DeadlineAt <= now)
            {
                run.Flow.EndRun(ExecutionStatus.Timeout, "TIMED_OUT", $"The run took more than {run.Plan.Settings.TimeoutSeconds} s.");
            }
            else
            {
                foreach (var step in run.Active.Where(step => step.WaitsUntil <= now && step.AwaitedId is null).ToList())
                    Resume(run, step, step.WaitsFor is StepState.Retry ? null : new NodeResumption(default));
            }

            Take(run);
        }
    }

    /// <summary>Looks for what waiting steps wait for.</summary>
    public async Task Look(RunState run)
    {
        string[] waited;
        bool wasDisturbed;
        lock (run.Gate)
        {
            wasDisturbed = run.IsDisturbed;
            waited = [.. run.Active.Select(step => step.AwaitedId).OfType<string>()];
        }

        if (waited.Length > 0)
        {
            var come = await Come(run.Tenant, waited);
            lock (run.Gate)
            {
                if (run.IsOver) return;
                foreach (var step in run.Active.Where(step => step.WaitsFor is { } id && come.ContainsKey(id)).ToList()) Resume(run, step, come[step.WaitsFor!]);
            }
        }

        lock (run.Gate)
        {
            if (wasDisturbed) run.IsDisturbed = false;
        }

        // It takes what has changed: not before the clock was asked as well, or a run that waits would be given back first.
        await Wake(run);
    }

    /// <summary>Ends a run because somebody wants it ended.</summary>
    public void Cancel(RunState run)
    {
        lock (run.Gate)
        {
            if (run.IsOver) return;
            run.Flow.EndRun(RunEnds.Cancelled.Status, RunEnds.Cancelled.Code, RunEnds.Cancelled.Message);
            Take(run);
        }
    }

    private const int LongestTitle = 500;

    private void Abort(RunState run, StepState step)
    {
        lock (run.Gate)
        {
            if (run.IsOver) return;
            run.Flow.Abort(step, "INTERNAL_ERROR", "The run failed for a reason that lies in the portal; its log says more.");
            Take(run);
        }
    }

    // Under the run's lock, so that checkpoints are stored in the order in which they were taken.
    private void Take(RunState run)
    {
        if (run.Take() is { } checkpoint) Store(checkpoint);
    }

    private static void Resume(RunState run, StepState step, NodeResumption? resumption)
    {
        (step.WaitsUntil, step.WaitsFor, step.Resumption) = (null, null, resumption);
        run.Start(step);
    }

    private StepCall CallOf(RunState run, StepState step)
    {
        var input = run.Flow.InputOf(step);
        return new StepCall
        {
            Node = step.Node,
            WorkflowId = run.Row.WorkflowId,
            WorkflowName = run.Plan.Name,
            ExecutionId = run.Row.Id,
            Step = step.Number,
            Attempt = step.Attempt,
            Input = input,
            Trigger = run.Facts.Input.Trigger,
            Values = new RunValues(run.Facts, step.Scope, input),
            Actor = run.Actor,
            Resumed = step.Resumption,
            LargestOutput = limits.LargestOutput,
            UsesSecrets = run.Plan.UsesSecrets,
        };
    }

    private void Settle(RunState run, StepState step, StepOutcome outcome, WorkflowExecution? child)
    {
        lock (run.Gate)
        {
            if (run.IsOver || step.HasEnded) return;
            step.Input = outcome.Input ?? step.Input;
            Count(run.Row, outcome.Meter);
            switch (outcome.Result)
            {
                case NodeDone done: run.Flow.Complete(step, done); break;
                case NodeWaits waits: Wait(run, step, waits.Until, null); break;
                case NodeAsks asks: Ask(run, step, asks.Task); break;
                case NodeCalls when child is not null:
                    run.Add(child);
                    Wait(run, step, null, child.Id);
                    break;
                case NodeCalls: run.Flow.Fail(step, "WORKFLOW_NOT_RUN", "The other workflow cannot be run: it does not exist, or too many runs are inside of each other."); break;
                default: Fail(run, step, outcome.Failure!); break;
            }

            Take(run);
        }
    }

    private static void Wait(RunState run, StepState step, DateTimeOffset? until, string? what)
    {
        (step.WaitsUntil, step.WaitsFor) = (until, what);
        run.Flow.Changed(step);
    }

    private void Ask(RunState run, StepState step, TaskRequest asked)
    {
        var task = new WorkflowTask
        {
            Id = asked.Kind == TaskKind.Form ? ids.NewSecret("frm") : ids.New("apr"),
            OrganizationId = run.Row.OrganizationId,
            Mode = run.Row.Mode,
            Kind = asked.Kind,
            WorkflowId = run.Row.WorkflowId,
            ExecutionId = run.Row.Id,
            Step = step.Number,
            NodeId = step.Node.Id,
            Title = TextCut.Storable(asked.Title, LongestTitle),
            Details = asked.Details.OrNull().GetRawText(),
            ExpiresAt = asked.ExpiresAt,
            CreatedAt = time.GetUtcNow(),
        };
        run.Add(task);
        Wait(run, step, asked.ExpiresAt, task.Id);
    }

    private void Fail(RunState run, StepState step, StepFailure failure)
    {
        var retry = step.Node.Settings.Retry ?? new RetrySettings();
        if (!failure.Retryable || step.Attempt >= retry.MaxAttempts)
        {
            run.Flow.Fail(step, failure.Code, failure.Message);
            return;
        }

        var pause = TimeSpan.FromSeconds(Math.Min(retry.DelaySeconds * Math.Pow(retry.Backoff, step.Attempt - 1), retry.MaxDelaySeconds));
        if (failure.RetryAfter > pause) pause = failure.RetryAfter.Value;
        (step.ErrorCode, step.ErrorMessage) = (failure.Code, TextCut.Storable(failure.Message, RunFlow.LongestMessage));
        step.Attempt++;
        Wait(run, step, time.GetUtcNow() + pause, StepState.Retry);
    }

    private static void Count(WorkflowExecution row, NodeMeter? meter)
    {
        if (meter is null) return;
        row.ApiCalls += meter.ApiCalls;
        row.Tokens += meter.Tokens;
        row.Cost += meter.Cost;
        row.AiMs += (long)meter.AiTime.TotalMilliseconds;
    }

    private async Task<WorkflowExecution?> Child(RunState run, StepState step, NodeCalls calls, CancellationToken cancellation)
    {
        if (run.Row.Depth >= limits.MostDepth || await plans.Current(run.Tenant, calls.WorkflowId, cancellation) is not { } current) return null;
        var now = time.GetUtcNow();
        var inputs = calls.Inputs.ValueKind == JsonValueKind.Object ? calls.Inputs : Json.EmptyObject;
        var trigger = JsonSerializer.SerializeToElement(new { type = "workflow", execution_id = run.Row.Id, workflow_id = run.Row.WorkflowId, body = inputs });
        return new WorkflowExecution
        {
            Id = ids.New("exe"),
            OrganizationId = run.Row.OrganizationId,
            Mode = run.Row.Mode,
            WorkflowId = calls.WorkflowId,
            Version = current.Version,
            TriggerType = "workflow",
            Input = new RunInput(trigger, inputs, Json.EmptyObject) { EventDepth = run.Facts.Input.EventDepth }.Write(),
            Priority = run.Row.Priority,
            DueAt = now,
            ParentId = run.Row.Id,
            ParentStep = step.Number,
            Depth = run.Row.Depth + 1,
            CreatedBy = run.Row.CreatedBy,
            CreatedAt = now,
        };
    }

    private async Task<Dictionary<string, NodeResumption>> Come(Tenant tenant, string[] waited)
    {
        await using var db = store.Read(tenant);
        var come = new Dictionary<string, NodeResumption>(StringComparer.Ordinal);
        foreach (var task in await db.WorkflowTasks.Where(task => waited.Contains(task.Id) && task.State != TaskState.Open).ToListAsync(Stopping))
            come[task.Id] = new NodeResumption(task.Result is { } result ? JsonElement.Parse(result) : default, task.DoneBy, task.State == TaskState.Expired);
        foreach (var child in await db.WorkflowExecutions.Where(row => waited.Contains(row.Id) && row.CompletedAt != null).ToListAsync(Stopping))
        {
            come[child.Id] = new NodeResumption(JsonSerializer.SerializeToElement(new
            {
                status = child.Status.ToString().ToLowerInvariant(),
                output = child.Output is { } output ? JsonElement.Parse(output) : Json.Null,
                error = child.ErrorMessage,
                execution_id = child.Id,
            }));
        }

        return come;
    }

    // In a unit of its own: whoever does the task at this moment is either first, and then it counts, or too late and told so.
    private async Task EndExpiredTasks(RunState run)
    {
        string[] expired;
        lock (run.Gate)
        {
            var now = time.GetUtcNow();
            expired = [.. run.Active.Where(step => step.WaitsUntil <= now).Select(step => step.AwaitedId).OfType<string>()];
        }

        if (expired.Length == 0) return;
        await store.WriteAcross((db, token) => db.Across<WorkflowTask>().Where(task => expired.Contains(task.Id) && task.State == TaskState.Open)
            .ExecuteUpdateAsync(task => task.SetProperty(x => x.State, TaskState.Expired), token), Stopping);
        var come = await Come(run.Tenant, expired);
        lock (run.Gate)
        {
            if (run.IsOver) return;
            foreach (var step in run.Active.Where(step => step.WaitsFor is { } id && come.ContainsKey(id)).ToList()) Resume(run, step, come[step.WaitsFor!]);
        }
    }
}
