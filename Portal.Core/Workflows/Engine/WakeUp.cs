namespace Portal.Core.Workflows.Engine;

/// <summary>One timer for the earliest of many moments.</summary>
internal sealed class WakeUp : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private DateTimeOffset _earliest = DateTimeOffset.MaxValue;

    public WakeUp(TimeProvider time, Action wake)
    {
        _time = time;
        _timer = time.CreateTimer(_ =>
        {
            lock (_gate) _earliest = DateTimeOffset.MaxValue;
            wake();
        }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Wakes at a moment, unless it does earlier; what is far off is found by the beat.</summary>
    public void At(DateTimeOffset moment)
    {
        lock (_gate)
        {
            if (moment >= _earliest) return;
            var pause = Until(moment, _time);
            if (pause > TimeSpan.FromMinutes(1)) return;
            _earliest = moment;
            _timer.Change(pause, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>What a timer is set to that is to fire at a moment: they count whole milliseconds, and without one more come before it.</summary>
    public static TimeSpan Until(DateTimeOffset moment, TimeProvider time) =>
        moment - time.GetUtcNow() is { Ticks: > 0 } pause ? pause + TimeSpan.FromMilliseconds(1) : TimeSpan.Zero;

    public void Dispose() => _timer.Dispose();
}
