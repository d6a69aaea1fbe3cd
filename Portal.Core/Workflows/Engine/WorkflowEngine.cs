using System.Collections.Concurrent;
using System.Data.Common;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;
using Portal.Core.Shared.Ids;
using Portal.Core.Workflows.Tasks;

namespace Portal.Core.Workflows.Engine;

/// <summary>
/// Works on runs: takes those that are due and that nobody has, keeps its hold on them, and lets them go when they have
/// ended or wait. One node has a run at a time, under a lease with a number (<c>docs/decisions/workflow-engine.md</c>).
/// </summary>
internal sealed class WorkflowEngine : BackgroundService
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, RunState> _held = new(StringComparer.Ordinal);
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IClusterSignals _signals;
    private readonly WorkflowOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<WorkflowEngine> _logger;
    private readonly RunLoader _loader;
    private readonly RunClaims _claims;
    private readonly RunDriver _driver;
    private readonly CheckpointWriter _writer;
    private readonly WakeUp _next;
    private readonly string _node;
    private Task _writing = Task.CompletedTask;
    private long _renewedAt;
    private int _underWay;
    private volatile bool _isRunning;

    public WorkflowEngine(
        PortalStore store, PlanCache plans, RunLoader loader, StepRunner steps, RunLimits limits, EventOutbox outbox, TaskNotices notices, IClusterSignals signals, DatabaseOptions database,
        IOptions<WorkflowOptions> options, IdGenerator ids, TimeProvider time, ILogger<WorkflowEngine> logger)
    {
        (_signals, _options, _time, _logger, _loader) = (signals, options.Value, time, logger, loader);
        _node = ids.New("node");
        _claims = new RunClaims(store, plans, database, _options, _node, time);
        _writer = new CheckpointWriter(store, new CheckpointRows(outbox, notices, signals, time), _node, time, logger) { OnStored = OnStored, OnRefused = OnRefused };
        _driver = new RunDriver(store, plans, steps, new SemaphoreSlim(_options.StepConcurrency), limits, ids, time, logger) { Store = _writer.Add, Stopping = _stopping.Token };
        _next = new WakeUp(time, () => _wake.Writer.TryWrite(true));
    }

    /// <summary>Takes a run that is not stored yet, if there is room for it; its first checkpoint stores it.</summary>
    /// <returns>The run, once it is durable; null where it has to wait its turn.</returns>
    public async Task<RunState?> TryBegin(WorkflowExecution row, WorkflowPlan plan, RunInput input, CancellationToken cancellation)
    {
        if (!_isRunning || _held.Count >= _options.Concurrency || !_claims.MayBeginHere(plan, _held.Values)) return null;
        _claims.Take(row, plan);
        var run = await _loader.Make(row, plan, input, cancellation);
        var stored = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _held[row.Id] = run;
        try
        {
            lock (run.Gate)
            {
                run.Flow.Begin();
                _writer.Add(run.Take()! with { Stored = stored });
            }
        }
        catch (Exception)
        {
            // It is nowhere else: it must not take up a place.
            Lose(run);
            throw;
        }

        await stored.Task;
        return run;
    }

    /// <summary>Whether it takes runs.</summary>
    public bool IsAtWork => _isRunning;

    /// <summary>The run, if this node has it.</summary>
    public RunState? Held(string executionId) => _held.GetValueOrDefault(executionId);

    public override void Dispose()
    {
        _next.Dispose();
        _stopping.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Off the thread that starts the host.
        await Task.Yield();
        _writing = _writer.Run();
        using var work = _signals.Subscribe(SignalTopics.WorkflowRun, id => OnSignal(id, run => _driver.Look(run)));
        using var ends = _signals.Subscribe(SignalTopics.WorkflowCancel, id => OnSignal(id, _ => Task.CompletedTask));
        await using var beat = _time.CreateTimer(_ => _wake.Writer.TryWrite(true), null, Beat, Beat);
        await OrLog(_claims.FreeOwnPast, stoppingToken);
        _isRunning = true;
        _renewedAt = _time.GetTimestamp();
        _wake.Writer.TryWrite(true);
        try
        {
            while (await _wake.Reader.WaitToReadAsync(stoppingToken))
            {
                _wake.Reader.TryRead(out _);
                await OrLog(Renew, stoppingToken);
                await OrLog(LookAtDisturbed, stoppingToken);
                await OrLog(ClaimDue, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await Stop();
        }
    }

    // Steps that are under way have a moment to end; the others are given back, for whoever is next.
    private async Task Stop()
    {
        _isRunning = false;
        // A full fence: either this sees that nothing is under way, or what ends last sees that the node stops.
        if (Interlocked.CompareExchange(ref _underWay, 0, 0) == 0) _idle.TrySetResult();
        await Task.WhenAny(_idle.Task, Task.Delay(LongestEnd, _time));
        await _stopping.CancelAsync();
        _writer.Complete();
        await _writing;
        await OrLog(token => _claims.GiveBack([.. _held.Values.Where(run => !run.HasEnded)], token), CancellationToken.None);
    }

    private void OnSignal(string executionId, Func<RunState, Task> look)
    {
        if (executionId.Length > 0 && _held.TryGetValue(executionId, out var run)) InBackground(() => look(run));
        _wake.Writer.TryWrite(true);
    }

    private async Task ClaimDue(CancellationToken cancellation)
    {
        while (_held.Count < _options.Concurrency)
        {
            var rows = await _claims.Due(_options.Concurrency - _held.Count, _held.ContainsKey, cancellation);
            if (rows.Count == 0) return;
            await Task.WhenAll(rows.Select(row => Task.Run(() => Resume(row), cancellation)));
        }
    }

    private async Task Resume(WorkflowExecution row)
    {
        try
        {
            var run = await _loader.Load(row, _stopping.Token);
            _held[row.Id] = run;
            if (row.CancelRequested)
            {
                _driver.Cancel(run);
                return;
            }

            lock (run.Gate)
            {
                if (!run.Active.Any(step => step.IsWaiting) && run.Take() is { } checkpoint)
                {
                    _writer.Add(checkpoint);
                    return;
                }
            }

            await _driver.Look(run);
        }
        catch (RunLoadException e)
        {
            await _claims.Fail(row, e.Code, e.Message, _stopping.Token);
        }
        catch (Exception e) when (!_stopping.IsCancellationRequested && IsOfDatabase(e))
        {
            _logger.LogError(e, "Run {Execution} could not be taken up; its lease runs out, and it is tried again", row.Id);
            _held.TryRemove(row.Id, out _);
        }
        catch (Exception e) when (!_stopping.IsCancellationRequested)
        {
            _logger.LogError(e, "Run {Execution} cannot be taken up", row.Id);
            _held.TryRemove(row.Id, out _);
            await OrLog(token => _claims.Fail(row, "INTERNAL_ERROR", "The run could not be taken up again for a reason that lies in the portal; its log says more.", token), _stopping.Token);
        }
    }

    // What may be otherwise the next time.
    private static bool IsOfDatabase(Exception problem) =>
        problem is DbException or TimeoutException or OperationCanceledException || (problem.InnerException is { } inner && IsOfDatabase(inner));

    // Somebody made a run due that this node has: a task was done, a part has ended, it is to be cancelled.
    private async Task LookAtDisturbed(CancellationToken cancellation)
    {
        if (_held.IsEmpty) return;
        foreach (var (id, isCancelled) in await _claims.Disturbed(cancellation))
        {
            if (!_held.TryGetValue(id, out var run)) continue;
            if (isCancelled) _driver.Cancel(run);
            else InBackground(() => _driver.Look(run));
        }
    }

    private async Task Renew(CancellationToken cancellation)
    {
        if (_held.IsEmpty || _time.GetElapsedTime(_renewedAt) < _options.Lease / 3) return;
        _renewedAt = _time.GetTimestamp();
        var runs = _held.Values.Where(run => run.IsDurable).ToList();
        var held = await _claims.Renew(runs, cancellation);
        foreach (var run in runs)
        {
            if (!held.Contains(run.Row.Id) && !run.IsReleased) Lose(run);
        }
    }

    private void OnStored(Checkpoint checkpoint, bool isOurs)
    {
        var run = checkpoint.Run;
        if (!isOurs)
        {
            Lose(run);
            return;
        }

        run.IsDurable = true;
        foreach (var child in checkpoint.Children) _signals.Send(SignalTopics.WorkflowRun, child.Id);
        if (checkpoint.Tasks.Count > 0) _signals.Send(SignalTopics.WorkflowTask, run.Row.OrganizationId);
        _signals.Send(SignalTopics.WorkflowProgress, $"{run.Row.Id}:{run.Row.OrganizationId}");
        if (checkpoint.IsGivenBack) LetGo(run, checkpoint);
        else SetTimer(run);
        foreach (var step in checkpoint.Start) InBackground(() => _driver.Run(run, step));
    }

    // Whoever takes it up again would do the same steps and fail in the same way, for ever.
    private async Task OnRefused(Checkpoint checkpoint)
    {
        Lose(checkpoint.Run);
        await OrLog(token => _claims.Fail(checkpoint.Run.Row, "NOT_STORABLE", "What the run has done could not be stored; the portal's log says more.", token), CancellationToken.None);
    }

    private void LetGo(RunState run, Checkpoint checkpoint)
    {
        run.Timer?.Dispose();
        _held.TryRemove(KeyValuePair.Create(run.Row.Id, run));
        if (run.HasEnded) run.Ended.TrySetResult(OutcomeOf(run.Row));
        if (checkpoint.DueAt is { } due) _next.At(due);
        // A place is free, and whoever wanted this run looked at again may have done so while it was held.
        if (run.HasTasks || run.HasChildren || _claims.HasMore) _wake.Writer.TryWrite(true);
    }

    private void Lose(RunState run)
    {
        lock (run.Gate)
        {
            run.IsLost = true;
            foreach (var step in run.Active) _ = step.Stop?.CancelAsync();
        }

        run.Timer?.Dispose();
        _held.TryRemove(KeyValuePair.Create(run.Row.Id, run));
        // Whoever waits for its end here looks into the database.
        run.Ended.TrySetCanceled();
    }

    private void SetTimer(RunState run, TimeSpan least = default)
    {
        lock (run.Gate)
        {
            if (run.IsOver || run.NextMoment() is not { } moment) return;
            var pause = WakeUp.Until(moment, _time);
            if (pause < least) pause = least;
            // Timers hold no more than some weeks; a run that is held so long is looked at earlier, and that does no harm.
            if (pause > TimeSpan.FromDays(1)) pause = TimeSpan.FromDays(1);
            run.Timer ??= _time.CreateTimer(_ => InBackground(() => Wake(run)), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            run.Timer.Change(pause, Timeout.InfiniteTimeSpan);
        }
    }

    // Set again whatever came of it: nothing else wakes a run whose steps are all under way.
    private async Task Wake(RunState run)
    {
        try
        {
            await _driver.Wake(run);
        }
        finally
        {
            SetTimer(run, Beat);
        }
    }

    internal static ExecutionOutcome OutcomeOf(WorkflowExecution row) =>
        new(row.Status, row.Output is { } output ? System.Text.Json.JsonElement.Parse(output) : default, row.ErrorCode, row.ErrorMessage);

    private void InBackground(Func<Task> work)
    {
        Interlocked.Increment(ref _underWay);
        _ = Task.Run(async () =>
        {
            try
            {
                await OrLog(_ => work(), _stopping.Token);
            }
            finally
            {
                if (Interlocked.Decrement(ref _underWay) == 0 && !_isRunning) _idle.TrySetResult();
            }
        });
    }

    private async Task OrLog(Func<CancellationToken, Task> work, CancellationToken cancellation)
    {
        try
        {
            await work(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The node stops.
            return;
        }
        catch (Exception e)
        {
            _logger.LogError(e, "Runs could not be kept; the next beat tries again");
        }
    }
}
