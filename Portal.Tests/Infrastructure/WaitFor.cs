using System.Diagnostics;

namespace Portal.Tests.Infrastructure;

/// <summary>
/// The one place where tests wait: for a condition, with a deadline, never for a span of time. A test that needs an
/// hour to pass advances <see cref="ManualTime"/> instead.
/// </summary>
public static class WaitFor
{
    /// <summary>Far above what any condition takes on a busy machine: reaching it means that the condition fails.</summary>
    public static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(15);

    /// <summary>Returns once <paramref name="condition"/> holds.</summary>
    /// <exception cref="TimeoutException">It still did not hold at the deadline; the message says what was awaited.</exception>
    public static Task Condition(Func<bool> condition, string what, TimeSpan? deadline = null) =>
        Condition(() => Task.FromResult(condition()), what, deadline);

    /// <inheritdoc cref="Condition(Func{bool}, string, TimeSpan?)"/>
    public static Task Condition(Func<Task<bool>> condition, string what, TimeSpan? deadline = null) =>
        Value<string>(async () => await condition() ? "yes" : null, what, deadline);

    /// <summary>Returns the first value of <paramref name="read"/> that is not null.</summary>
    /// <exception cref="TimeoutException">There was none at the deadline.</exception>
    public static async Task<T> Value<T>(Func<Task<T?>> read, string what, TimeSpan? deadline = null)
        where T : class
    {
        var limit = deadline ?? DefaultDeadline;
        var watch = Stopwatch.StartNew();
        using var ticks = new PeriodicTimer(Interval);
        do
        {
            if (await read() is { } value)
                return value;
            if (watch.Elapsed >= limit)
                throw new TimeoutException($"Waited {limit.TotalSeconds:0.#} s in vain until {what}.");
        }
        while (await ticks.WaitForNextTickAsync());
        throw new UnreachableException();
    }
}
