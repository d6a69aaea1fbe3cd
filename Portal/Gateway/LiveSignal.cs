using Portal.Core.Shared.Cluster;

namespace Portal.Gateway;

/// <summary>
/// Tells a page that it is out of date: soon after signals of its organization, a burst of them once, and every few
/// seconds without any, since a span that ends now moves on and a signal can be lost. A refresh that is slow comes more
/// rarely, so that watching a busy log costs a bounded share of the database.
/// </summary>
internal sealed class LiveSignal : IDisposable
{
    /// <summary>The pause after a signal, while refreshing is quick.</summary>
    internal static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(300);

    /// <summary>How often the page is refreshed without signals.</summary>
    internal static readonly TimeSpan Anyway = TimeSpan.FromSeconds(10);

    private const int PausePerRefresh = 4;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly Func<Task> _refresh;
    private readonly IDisposable _subscription;
    private readonly ITimer _soon;
    private readonly ITimer _anyway;
    private TimeSpan _pause = Burst;
    private bool _isBusy;
    private bool _isOutdated;
    private bool _isDisposed;

    /// <param name="signals">Where they come from.</param>
    /// <param name="topic">Which are heard.</param>
    /// <param name="subject">Whose are heard; null while that is not known.</param>
    /// <param name="time">The clock of the pauses.</param>
    /// <param name="refresh">Called on any thread, never twice at once.</param>
    internal LiveSignal(IClusterSignals signals, string topic, Func<string?> subject, TimeProvider time, Func<Task> refresh)
        : this(signals, topic, about => about == subject(), time, refresh)
    {
    }

    /// <summary>As the other, for a page that shows several subjects.</summary>
    internal LiveSignal(IClusterSignals signals, string topic, Func<string, bool> isShown, TimeProvider time, Func<Task> refresh)
    {
        (_time, _refresh) = (time, refresh);
        _soon = time.CreateTimer(_ => _ = RunAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _anyway = time.CreateTimer(_ => Nudge(), null, Anyway, Anyway);
        _subscription = signals.Subscribe(topic, about =>
        {
            if (about.Length == 0 || isShown(about)) Nudge();
        });
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_gate) _isDisposed = true;
        _subscription.Dispose();
        _soon.Dispose();
        _anyway.Dispose();
    }

    private void Nudge()
    {
        lock (_gate)
        {
            if (_isBusy) _isOutdated = true;
            else Schedule();
        }
    }

    private async Task RunAsync()
    {
        // What is signalled from here on may be too late for this refresh.
        lock (_gate) _isOutdated = false;
        var started = _time.GetTimestamp();
        try
        {
            await _refresh();
        }
        finally
        {
            var pause = _time.GetElapsedTime(started) * PausePerRefresh;
            lock (_gate)
            {
                _pause = pause < Burst ? Burst : pause > LongestPause ? LongestPause : pause;
                if (_isOutdated) Schedule();
                else _isBusy = false;
            }
        }
    }

    private void Schedule()
    {
        if (_isDisposed) return;
        _isBusy = true;
        _soon.Change(_pause, Timeout.InfiniteTimeSpan);
    }
}
