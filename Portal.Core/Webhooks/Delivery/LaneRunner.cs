using Microsoft.Extensions.Logging;
using Portal.Core.Shared.Data;

namespace Portal.Core.Webhooks.Delivery;

/// <summary>What runners share.</summary>
internal sealed record LaneTools(
    LaneReader Reader, DeliverySender Sender, AttemptRecorder Recorder, SendSlots Slots, DeliveryOptions Options, TimeProvider Time, ILogger Logger, CancellationToken Stopping);

/// <summary>
/// Attempts the deliveries of one endpoint, on the node that leads it. Memory holds a small part of what is due; the
/// rest stays in the database, so that an endpoint with a million events that wait costs no more than one with ten.
/// </summary>
internal sealed class LaneRunner : IDisposable
{
    private const int MostHeld = 256;
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(100);
    private readonly Lock _gate = new();
    private readonly LaneTools _tools;
    private readonly Queue<DeliveryJob> _due = [];
    private readonly HashSet<string> _held = new(StringComparer.Ordinal);

    // Recorded while a reading was under way, which may have seen them as they were before.
    private readonly HashSet<string> _recorded = new(StringComparer.Ordinal);
    private readonly LanePace _pace;
    private readonly ITimer _timer;
    private EndpointSettings? _settings;
    private DateTimeOffset? _nextDue;
    private bool _hasMore = true;
    private bool _isLoading;
    private bool _isOver;
    private int _running;
    private long _idleSince;

    public LaneRunner(WebhookLane lane, LaneTools tools)
    {
        (EndpointId, Tenant, LeaseNumber, _tools) = (lane.EndpointId, new Tenant(lane.OrganizationId, lane.Mode), lane.LeaseNumber, tools);
        _idleSince = tools.Time.GetTimestamp();
        _pace = new LanePace(tools.Options.CircuitFailures);
        _pace.Restore(lane);
        _timer = tools.Time.CreateTimer(_ => Pump(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public string EndpointId { get; }
    public Tenant Tenant { get; }
    public long LeaseNumber { get; }

    /// <summary>Whether the receiver takes long; kept by <see cref="SendSlots"/>.</summary>
    public bool IsSlow { get; set; }

    /// <summary>Takes deliveries that were just queued. Those that do not fit are read again when there is room.</summary>
    public void Offer(IEnumerable<DeliveryJob> jobs)
    {
        lock (_gate)
        {
            foreach (var job in jobs)
            {
                // In an ordered lane only the database knows what is in front.
                if (_settings is not { IsOrdered: false } || _hasMore || _held.Count >= MostHeld) _hasMore = true;
                else if (_held.Add(job.Id)) _due.Enqueue(job);
            }
        }

        Pump();
    }

    /// <summary>Looks for deliveries again: some were queued elsewhere.</summary>
    public void Offer()
    {
        lock (_gate) _hasMore = true;
        Pump();
    }

    /// <summary>Looks at settings and deliveries again: somebody changed them.</summary>
    /// <param name="settings">The endpoint as it is now.</param>
    /// <param name="resets">Whether it was stopped in between, and failures count no more.</param>
    public void Refresh(EndpointSettings settings, bool resets = false)
    {
        lock (_gate)
        {
            _settings = settings;
            _hasMore = true;
            if (resets) _pace.Reset();
        }

        Pump();
    }

    /// <summary>Begins what may begin now, on other threads: the caller may be the one that commits for everybody.</summary>
    public void Pump()
    {
        while (Next() is { } start) _ = Task.Run(() => Attempt(start.Job, start.Settings, start.Slot));
    }

    /// <summary>After the result is stored: the delivery may be read again.</summary>
    /// <param name="due">When the next attempt is due; null where there is none.</param>
    public void Recorded(string deliveryId, DateTimeOffset? due)
    {
        lock (_gate)
        {
            _idleSince = _tools.Time.GetTimestamp();
            _held.Remove(deliveryId);
            if (_isLoading) _recorded.Add(deliveryId);
            DueBy(due);
            if (_settings is { IsOrdered: true }) _hasMore = true;
        }

        Pump();
    }

    /// <summary>Begins nothing more: the lead was lost or given up. What runs is recorded only if the lease still holds.</summary>
    public void Dispose()
    {
        lock (_gate) _isOver = true;
        _timer.Dispose();
    }

    /// <summary>Ends the lane if it has had nothing to do for a while and will have nothing for as long.</summary>
    public bool TryEnd(TimeSpan span)
    {
        lock (_gate)
        {
            if (_held.Count > 0 || _hasMore || _isLoading) _idleSince = _tools.Time.GetTimestamp();
            if (_tools.Time.GetElapsedTime(_idleSince) < span || _nextDue < _tools.Time.GetUtcNow() + span) return false;
            _isOver = true;
        }

        _timer.Dispose();
        return true;
    }

    private (DeliveryJob Job, EndpointSettings Settings, SendSlot Slot)? Next()
    {
        lock (_gate)
        {
            if (_isOver || _settings is not { } settings || _tools.Stopping.IsCancellationRequested) return null;
            var now = _tools.Time.GetUtcNow();
            if (_running >= (_pace.IsProbing ? 1 : _tools.Options.EndpointConcurrency)) return null;
            if (_due.Count == 0)
            {
                LoadOrSleep(now);
                return null;
            }

            var earliest = _pace.NextBy(settings.RateLimit, now);
            if (_pace.RestsUntil > earliest) earliest = _pace.RestsUntil;
            if (earliest > now)
            {
                Sleep(earliest - now);
                return null;
            }

            if (_tools.Slots.TryTake(this) is not { } slot) return null;
            _pace.Begin(settings.RateLimit, now);
            _running++;
            return (_due.Dequeue(), settings, slot);
        }
    }

    private void LoadOrSleep(DateTimeOffset now)
    {
        if (_isLoading) return;
        if (_hasMore || _nextDue <= now)
        {
            _isLoading = true;
            _ = Task.Run(Load);
        }
        else if (_nextDue is { } next)
        {
            Sleep(next - now);
        }
    }

    private void DueBy(DateTimeOffset? moment)
    {
        if (moment is not null && (_nextDue is null || moment < _nextDue)) _nextDue = moment;
    }

    private void Sleep(TimeSpan pause) => _timer.Change(pause < TimeSpan.FromDays(1) ? pause : TimeSpan.FromDays(1), Timeout.InfiniteTimeSpan);

    private async Task Load()
    {
        try
        {
            // What is queued or recorded from here on may be missing in what is read.
            lock (_gate) (_hasMore, _nextDue) = (false, null);
            var read = await _tools.Reader.Due(EndpointId, Tenant, MostHeld, _tools.Stopping);
            lock (_gate)
            {
                foreach (var job in read.Jobs)
                {
                    if (!_recorded.Contains(job.Id) && _held.Add(job.Id)) _due.Enqueue(job);
                }

                _recorded.Clear();

                _hasMore |= read.HasMore;
                DueBy(read.NextDue);
                _isLoading = false;
                // All that was read is being recorded: no use in reading it over and over.
                if (_due.Count == 0 && read.HasMore)
                {
                    _hasMore = false;
                    DueBy(_tools.Time.GetUtcNow() + Again);
                }
            }
        }
        catch (Exception e) when (!_tools.Stopping.IsCancellationRequested)
        {
            _tools.Logger.LogError(e, "The deliveries of {Endpoint} could not be read; trying again", EndpointId);
            lock (_gate)
            {
                _isLoading = false;
                DueBy(_tools.Time.GetUtcNow() + TimeSpan.FromSeconds(1));
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops.
            return;
        }

        Pump();
    }

    private async Task Attempt(DeliveryJob job, EndpointSettings settings, SendSlot slot)
    {
        try
        {
            Finish(job, settings, await _tools.Sender.Send(settings, job.Event, _tools.Stopping));
        }
        catch (OperationCanceledException) when (_tools.Stopping.IsCancellationRequested)
        {
            // Not recorded: whoever leads next attempts it again.
            return;
        }
        catch (Exception e)
        {
            _tools.Logger.LogError(e, "Delivery {Delivery} could not be attempted; it is read again", job.Id);
            lock (_gate)
            {
                _running--;
                _held.Remove(job.Id);
                DueBy(_tools.Time.GetUtcNow() + TimeSpan.FromSeconds(5));
            }
        }

        _tools.Slots.Return(slot);
        Pump();
    }

    private void Finish(DeliveryJob job, EndpointSettings settings, SentAttempt sent)
    {
        lock (_gate)
        {
            _running--;
            var now = _tools.Time.GetUtcNow();
            var outcome = sent.Outcome;
            _pace.Observe(outcome, sent.StartedAt, now);
            // The event waits at an endpoint that is to be stopped; it goes on when somebody lets it.
            var pause = outcome.Stops is not null ? TimeSpan.Zero : RetrySchedule.Pause(job.Attempts + 1, settings.MaxRetries, settings.BackoffMs);
            if (outcome.Aborts) pause = null;
            if (pause < outcome.RetryAfter) pause = outcome.RetryAfter;
            var state = outcome.Succeeded ? DeliveryState.Succeeded : pause is null ? DeliveryState.Failed : DeliveryState.Pending;
            if (outcome.Stops is not null) _isOver = true;
            // Within the lock, so that results are stored in the order in which they came about.
            _tools.Recorder.Add(new AttemptResult(this, job, sent, state, now + (pause ?? TimeSpan.Zero), _pace.Failures, _pace.FailingSince, _pace.RestsUntil));
        }
    }
}
