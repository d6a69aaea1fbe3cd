using System.Runtime.CompilerServices;

namespace Portal.Core.Shared.Limits;

/// <summary>Acquires several limits at once, all or none: a refused request consumes nothing anywhere.</summary>
internal static class LimitSet
{
    /// <summary>
    /// Counts one request in every window, or in none when one of them refuses. Thread-safe; allocates nothing.
    /// </summary>
    /// <param name="windows">
    /// The limits that apply, in any order; the span is sorted into lock order, and a window that is in it more than once
    /// counts once. May be empty: then the request is admitted without limits.
    /// </param>
    /// <param name="nowMilliseconds">Time of the monotonic clock.</param>
    public static LimitResult Acquire(Span<LimitWindow> windows, long nowMilliseconds)
        => Decide(windows, nowMilliseconds, consume: true);

    /// <summary>What <see cref="Acquire"/> would answer now, without counting anything.</summary>
    /// <inheritdoc cref="Acquire"/>
    public static LimitResult Check(Span<LimitWindow> windows, long nowMilliseconds)
        => Decide(windows, nowMilliseconds, consume: false);

    private static LimitResult Decide(Span<LimitWindow> windows, long now, bool consume)
    {
        windows = SortDistinct(windows);
        var held = 0;
        try
        {
            while (held < windows.Length)
            {
                windows[held].Gate.Enter();
                held++;
            }

            var refusing = FindLastToSucceed(windows, now, out var success);
            if (refusing is not null)
                return LimitResult.Of(refusing, refusing, now, success);
            if (consume)
            {
                foreach (var window in windows)
                    window.Requests.Consume();
            }

            return LimitResult.Of(FindTightest(windows, now), refusing: null, now, success: now);
        }
        finally
        {
            while (held > 0)
                windows[--held].Gate.Exit();
        }
    }

    private static LimitWindow? FindLastToSucceed(ReadOnlySpan<LimitWindow> windows, long now, out long success)
    {
        LimitWindow? last = null;
        success = long.MinValue;
        foreach (var window in windows)
        {
            if (window.Requests.WouldAdmit(now))
                continue;
            var next = window.Requests.NextSuccess(now);
            if (next < success)
                continue;
            success = next;
            last = window;
        }

        return last;
    }

    private static LimitWindow? FindTightest(ReadOnlySpan<LimitWindow> windows, long now)
    {
        LimitWindow? tightest = null;
        var least = int.MaxValue;
        foreach (var window in windows)
        {
            var remaining = window.Requests.Remaining(now);
            // On a tie the more specific limit, which comes later, is the one the caller knows.
            if (remaining > least)
                continue;
            least = remaining;
            tightest = window;
        }

        return tightest;
    }

    // A handful of windows that mostly come sorted: insertion beats Span.Sort, which needs a comparer.
    private static Span<LimitWindow> SortDistinct(Span<LimitWindow> windows)
    {
        var count = 0;
        foreach (var window in windows)
        {
            var place = count;
            while (place > 0 && window.Precedes(windows[place - 1]))
                place--;
            if (place > 0 && ReferenceEquals(windows[place - 1], window))
                continue;
            windows[place..count].CopyTo(windows[(place + 1)..]);
            windows[place] = window;
            count++;
        }

        return windows[..count];
    }
}

/// <summary>Room for the limits of one request on the caller's stack: <c>LimitSet.Acquire(windows[..count], now)</c>.</summary>
[InlineArray(Capacity)]
internal struct LimitWindows
{
    public const int Capacity = 12;

    private LimitWindow _first;
}

/// <summary>The answer of <see cref="LimitSet"/> at one moment.</summary>
internal readonly struct LimitResult
{
    /// <summary>Whether every limit admitted the request.</summary>
    public bool Admitted => Refusing is null;

    /// <summary>The limit that refused; of several, the one that would succeed last. Null when admitted.</summary>
    public LimitWindow? Refusing { get; private init; }

    /// <summary>The limit that headers describe: the refusing one, else the one with least remaining. Null when none applied.</summary>
    public LimitWindow? Tightest { get; private init; }

    /// <summary>Requests a window of <see cref="Tightest"/>.</summary>
    public int Limit { get; private init; }

    /// <summary>Requests left below the limit of <see cref="Tightest"/>, after this one.</summary>
    public int Remaining { get; private init; }

    /// <summary>Milliseconds from now until the whole limit of <see cref="Tightest"/> is available if no further request is made.</summary>
    public long ResetMilliseconds { get; private init; }

    /// <summary>Milliseconds from now until a request through the same limits is admitted if none comes before; 0 when admitted.</summary>
    public long RetryAfterMilliseconds { get; private init; }

    internal static LimitResult Of(LimitWindow? tightest, LimitWindow? refusing, long now, long success)
        => tightest is null
            ? default
            : new LimitResult
            {
                Refusing = refusing,
                Tightest = tightest,
                Limit = tightest.Requests.Limit,
                Remaining = tightest.Requests.Remaining(now),
                ResetMilliseconds = Math.Max(0, tightest.Requests.ResetAt(now) - now),
                RetryAfterMilliseconds = success - now,
            };
}
