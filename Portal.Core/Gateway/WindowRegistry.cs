using System.Collections.Concurrent;
using Portal.Core.Shared.Limits;

namespace Portal.Core.Gateway;

/// <summary>
/// The windows of all limits, each by whom and what it counts. They outlive the callers that use them: editing a key
/// or reloading an organization must not give anybody a fresh window.
/// </summary>
internal sealed class WindowRegistry(TimeProvider time)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private const int SweepAbove = 10_000;

    private readonly ConcurrentDictionary<(string Owner, string Name), Entry> _windows = new();
    private int _sweepAt = SweepAbove;

    /// <summary>The window of an owner's limit of this name, set to the given limit.</summary>
    public LimitWindow Get(LimitRank rank, string owner, string name, int limit, int burst = 0)
    {
        var now = time.GetMilliseconds();
        var entry = _windows.GetOrAdd((owner, name), static (key, made) =>
            new Entry(new LimitWindow(made.rank, key.Name, made.limit, made.burst, Minute, made.now)), (rank, limit, burst, now));
        entry.AskedFor = now;
        entry.Window.Configure(limit, burst, now);
        if (_windows.Count > Volatile.Read(ref _sweepAt)) Sweep(now);
        return entry.Window;
    }

    // Only windows that nobody has asked for in a while: a thread that holds one would count into the void.
    private void Sweep(long now)
    {
        foreach (var pair in _windows)
        {
            if (now - pair.Value.AskedFor > 10 * Minute.TotalMilliseconds && pair.Value.Window.IsIdle(now)) _windows.TryRemove(pair);
        }

        Volatile.Write(ref _sweepAt, Math.Max(SweepAbove, _windows.Count * 2));
    }

    private sealed class Entry(LimitWindow window)
    {
        public LimitWindow Window => window;
        public long AskedFor { get; set; }
    }
}
