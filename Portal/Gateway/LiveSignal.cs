using Portal.Core.Shared.Cluster;

namespace Portal.Gateway;

/// <summary>
/// Tells a page that it is out of date: soon after signals of its organization, a burst of them once, and every few
/// seconds without any, since a span that ends now moves on and a signal can be lost.
/// </summary>
internal sealed class LiveSignal : IDisposable
{
    private static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Anyway = TimeSpan.FromSeconds(10);

    private readonly IDisposable _subscription;
    private readonly ITimer _soon;
    private readonly ITimer _anyway;
    private int _isPending;

    /// <param name="signals">Where they come from.</param>
    /// <param name="topic">Which are heard.</param>
    /// <param name="subject">Whose are heard; null while that is not known.</param>
    /// <param name="time">The clock of the pauses.</param>
    /// <param name="refresh">Called on any thread, never twice at once by a burst.</param>
    internal LiveSignal(IClusterSignals signals, string topic, Func<string?> subject, TimeProvider time, Func<Task> refresh)
    {
        _soon = time.CreateTimer(
            _ =>
            {
                Volatile.Write(ref _isPending, 0);
                _ = refresh();
            },
            null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _anyway = time.CreateTimer(_ => _ = refresh(), null, Anyway, Anyway);
        _subscription = signals.Subscribe(topic, about =>
        {
            if ((about.Length == 0 || about == subject()) && Interlocked.Exchange(ref _isPending, 1) == 0) _soon.Change(Burst, Timeout.InfiniteTimeSpan);
        });
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _subscription.Dispose();
        _soon.Dispose();
        _anyway.Dispose();
    }
}
