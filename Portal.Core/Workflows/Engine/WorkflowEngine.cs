using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
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
    private readonly RunPlaces _places;
    private readonly HeldRuns _held;
    private readonly DueRuns _due;
    private readonly WakeUp _next;
    private Task _writing = Task.CompletedTask;
    private readonly HashSet<RunState> _disturbed = [];
    private long _renewedAt;
    private int _underWay;
    private volatile bool _isRunning;

    public WorkflowEngine(
        PortalStore store, PlanCache plans, RunLoader loader, StepRunner steps, RunLimits limits, RunEnds ends, TaskNotices notices, IClusterSignals signals, DatabaseOptions database,
        IOptions<WorkflowOptions> options, IdGenerator ids, TimeProvider time, ILogger<WorkflowEngine> logger)
    {
        (_signals, _options, _time, _logger, _loader) = (signals, options.Value, time, logger, loader);
        var node = ids.New("node");
        _places = new RunPlaces(_options.Concurrency, _options.ConcurrencyPerOrganization);
        _held = new HeldRuns(_places, Nudge);
        _claims = new RunClaims(store, plans, _places, ends, database, _options, node, time);
        _writer = new CheckpointWriter(store, new CheckpointRows(notices, ends), node, time, logger) { OnStored = OnStored, OnRefused = OnRefused, Stopping = _stopping.Token };
        var stepPlaces = new StepPlaces(new SemaphoreSlim(_options.StepConcurrency), _options.StepConcurrencyPerOrganization);
        _driver = new RunDriver(store, plans, steps, stepPlaces, limits, ids, time, logger) { Store = checkpoint => _writer.Add(checkpoint), Stopping = _stopping.Token };
        _due = new DueRuns(_claims, loader, _places, _held, _driver, logger);
        _next = new WakeUp(time, Nudge);
    }

    /// <summary>Takes a run that is not stored yet, if there is room for it; its first checkpoint stores it.</summary>
    /// <returns>The run, once it is durable; null where it has to wait its turn.</returns>
    public async Task<RunState?> TryBegin(WorkflowExecution row, WorkflowPlan plan, RunInput input, CancellationToken cancellation)
    {
        // How many runs of a limited workflow there are is counted where all are seen: in the database, by whoever claims one.
        if (!_isRunning || plan.Settings.MaxConcurrency is not null || !_places.TryTakeAtOnce(row.OrganizationId)) return null;
        var stored = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var run = await Begin(row, plan, input, stored, cancellation);
        await stored.Task.WaitAsync(cancellation);
        return run;
    }

    private async Task<RunState> Begin(WorkflowExecution row, WorkflowPlan plan, RunInput input, TaskCompletionSource stored, CancellationToken cancellation)
    {
        RunState? run = null;
        try
        {
            _claims.Take(row, plan);
            run = await _loader.Make(row, plan, input, cancellation);
            _held.Add(run);
            lock (run.Gate)
            {
                run.Flow.Begin();
                if (!_writer.Add(run.Take()! with { Stored = stored })) throw new OperationCanceledException("The node stops.");
            }

            return run;
        }
        catch (Exception)
        {
            // It is nowhere else: it must not take up a place.
            if (run is null) _places.Leave(row.OrganizationId);
            else _held.Lose(run);
            throw;
        }
    }

    /// <summary>Whether it takes runs.</summary>
    public bool IsAtWork => _isRunning;

    /// <summary>The run, if this node has it.</summary>
    public RunState? Held(string executionId) => _held.Find(executionId);

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
        await using var beat = _time.CreateTimer(_ => Nudge(), null, Beat, Beat);
        await OrLog(_claims.FreeOwnPast, stoppingToken);
        _isRunning = true;
        _renewedAt = _time.GetTimestamp();
        Nudge();
        try
        {
            while (await _wake.Reader.WaitToReadAsync(stoppingToken))
            {
                _wake.Reader.TryRead(out _);
                await OrLog(Renew, stoppingToken);
                await OrLog(LookAtDisturbed, stoppingToken);
                await OrLog(_due.TakeUp, stoppingToken);
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
        // Those that have ended and are here still could not be stored.
        await OrLog(_claims.GiveBack, CancellationToken.None);
        foreach (var run in _held.All) _held.Lose(run);
    }

    private void OnSignal(string executionId, Func<RunState, Task> look)
    {
        if (executionId.Length > 0 && _held.Find(executionId) is { } run) InBackground(() => look(run));
        Nudge();
    }

    // Somebody made a run due that this node has: a task was done, a part has ended, it is to be cancelled.
    private async Task LookAtDisturbed(CancellationToken cancellation)
    {
        if (_held.IsEmpty) return;
        foreach (var id in await _claims.Disturbed(cancellation))
        {
            // Of one that is being given back the mark stays, and makes it due.
            if (_held.Find(id) is { } run && run.Disturb()) _disturbed.Add(run);
        }

        if (_disturbed.Count == 0) return;
        var cancelled = await _claims.Calm([.. _disturbed.Select(run => run.Row.Id)], cancellation);
        foreach (var run in await Task.WhenAll(_disturbed.Select(run => Looked(run, cancelled.Contains(run.Row.Id)))))
        {
            if (run is not null) _disturbed.Remove(run);
        }
    }

    /// <returns>The run; null where it must be looked at again.</returns>
    private async Task<RunState?> Looked(RunState run, bool isCancelled)
    {
        try
        {
            if (isCancelled) _driver.Cancel(run);
            else await _driver.Look(run);
            return run;
        }
        catch (Exception e) when (!_stopping.IsCancellationRequested)
        {
            _logger.LogError(e, "Run {Execution} could not be looked at; the next beat tries again", run.Row.Id);
            return null;
        }
    }

    private async Task Renew(CancellationToken cancellation)
    {
        if (_held.IsEmpty || _time.GetElapsedTime(_renewedAt) < _options.Lease / 3) return;
        var now = _time.GetTimestamp();
        var runs = _held.All.Where(run => run.IsDurable).ToList();
        var held = await _claims.Renew(runs, cancellation);
        _renewedAt = now;
        foreach (var run in runs)
        {
            if (!held.Contains(run.Row.Id) && !run.IsReleased) _held.Lose(run);
        }
    }

    private void OnStored(Checkpoint checkpoint, bool isOurs)
    {
        var run = checkpoint.Run;
        if (!isOurs)
        {
            _held.Lose(run);
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
        _held.Lose(checkpoint.Run);
        await OrLog(token => _claims.Fail(checkpoint.Run.Row, "NOT_STORABLE", "What the run has done could not be stored; the portal's log says more.", token), CancellationToken.None);
    }

    private void LetGo(RunState run, Checkpoint checkpoint)
    {
        run.Timer?.Dispose();
        var isAwaited = _held.Leave(run) || _claims.IsFull(run.Row.WorkflowId);
        if (run.HasEnded) run.Ended.TrySetResult(OutcomeOf(run.Row));
        if (checkpoint.DueAt is { } due) _next.At(due);
        // Whoever wanted this run looked at again may have done so while it was held.
        if (isAwaited || run.Active.Any(step => step.AwaitedId is not null)) Nudge();
    }

    private void Nudge() => _wake.Writer.TryWrite(true);

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
