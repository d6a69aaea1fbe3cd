namespace Portal.Tests.Infrastructure;

/// <summary>
/// A clock that stands still until a test advances it. UTC time, timestamps and timers move together; a callback that
/// <see cref="Advance"/> fires sees the time at which it was due. Safe for use by several threads.
/// </summary>
/// <param name="start">The first value of <see cref="GetUtcNow"/>; 2024-01-15 12:00 UTC if not given.</param>
public sealed class ManualTime(DateTimeOffset? start = null) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly DateTimeOffset _start =
        start?.ToUniversalTime() ?? new DateTimeOffset(2024, 1, 15, 12, 0, 0, TimeSpan.Zero);

    private readonly List<ManualTimer> _armed = [];
    private TimeSpan _elapsed;
    private TimeSpan _target;

    /// <summary>How many timers will fire if time goes on: what a background loop that sleeps adds one to.</summary>
    public int ArmedTimers
    {
        get
        {
            lock (_lock)
                return _armed.Count;
        }
    }

    /// <summary>When the next timer is due, or null.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            lock (_lock)
                return _armed.Count == 0 ? null : _start + _armed.Min(timer => timer.Due);
        }
    }

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _start + Elapsed;

    /// <inheritdoc/>
    public override long GetTimestamp() => Elapsed.Ticks;

    /// <summary>
    /// Moves time on by <paramref name="span"/>, firing on this thread each timer that falls due, in order of due time
    /// and, when equal, of arming. A periodic timer fires once for each period, or after a leap over more than a thousand
    /// periods, at its first and its last.
    /// </summary>
    public void Advance(TimeSpan span)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(span, TimeSpan.Zero);
        lock (_lock)
            _target += span;
        while (TakeDue() is { } timer)
            timer.Fire();
    }

    /// <summary>Moves time on to <paramref name="moment"/>, which is not in the past.</summary>
    public void AdvanceTo(DateTimeOffset moment) => Advance(moment - GetUtcNow());

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private TimeSpan Elapsed
    {
        get
        {
            lock (_lock)
                return _elapsed;
        }
    }

    private const int MostPeriods = 1000;

    private ManualTimer? TakeDue()
    {
        lock (_lock)
        {
            // MinBy takes the first of equals, and the list is in order of arming.
            var next = _armed.MinBy(timer => timer.Due);
            if (next is null || next.Due > _target)
            {
                _elapsed = _target;
                return null;
            }
            _armed.Remove(next);
            if (next.Due > _elapsed)
                _elapsed = next.Due;
            if (next.Period > TimeSpan.Zero)
                Arm(next, Next(next));
            return next;
        }
    }

    // A month in one step is millions of periods of a quarter second; nobody who leaps so far counts them.
    private TimeSpan Next(ManualTimer timer)
    {
        var behind = (_target - timer.Due) / timer.Period;
        return timer.Due + (timer.Period * (behind > MostPeriods ? Math.Floor(behind) : 1));
    }

    private void Arm(ManualTimer timer, TimeSpan due)
    {
        timer.Due = due;
        _armed.Add(timer);
    }

    private sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        private bool _disposed;

        internal TimeSpan Due { get; set; }

        internal TimeSpan Period { get; private set; }

        internal void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, Timeout.InfiniteTimeSpan);
            ArgumentOutOfRangeException.ThrowIfLessThan(period, Timeout.InfiniteTimeSpan);
            lock (time._lock)
            {
                if (_disposed)
                    return false;
                time._armed.Remove(this);
                Period = period;
                if (dueTime > TimeSpan.Zero || (dueTime == TimeSpan.Zero && period > TimeSpan.Zero))
                    time.Arm(this, time._elapsed + (dueTime > TimeSpan.Zero ? dueTime : period));
            }
            // What is due at once runs on the pool, as with the system's timers: its creator may not be ready yet.
            if (dueTime == TimeSpan.Zero)
                ThreadPool.QueueUserWorkItem(timer => timer.FireUnlessDisposed(), this, preferLocal: false);
            return true;
        }

        public void Dispose()
        {
            lock (time._lock)
            {
                _disposed = true;
                time._armed.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void FireUnlessDisposed()
        {
            bool disposed;
            lock (time._lock)
                disposed = _disposed;
            if (!disposed)
                Fire();
        }
    }
}
