using Portal.Core.Shared.Limits;
using Xunit;

namespace Portal.Tests.Gateway.Unit;

public sealed class LimitSetConcurrencyTests
{
    private const int Threads = 8;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Threads_that_share_one_set_are_admitted_exactly_limit_and_burst_times()
    {
        LimitWindow[] set = [Create(LimitRank.Key, 30_000), Create(LimitRank.Category, 20_000, 500), Create(LimitRank.Global, 40_000)];
        var admitted = await Hammer(thread => Attempts(thread, set, 10_000));
        Assert.Equal(20_500, admitted.Sum());
        Assert.Equal(30_000 - 20_500, set.Single(window => window.Requests.Limit == 30_000).Requests.Remaining(0));
        Assert.Equal(40_000 - 20_500, set.Single(window => window.Requests.Limit == 40_000).Requests.Remaining(0));
    }

    [Fact]
    public async Task Threads_with_overlapping_sets_in_any_order_neither_deadlock_nor_miscount()
    {
        // Every two neighbours share an organization and every thread the global limit; the keys are their own.
        var global = Create(LimitRank.Global, 50_000);
        var organizations = Enumerable.Range(0, Threads).Select(_ => Create(LimitRank.Organization, 9_000)).ToArray();
        var keys = Enumerable.Range(0, Threads).Select(_ => Create(LimitRank.Key, 8_000, 100)).ToArray();

        var admitted = await Hammer(thread => Attempts(
            thread, [organizations[thread], keys[thread], organizations[(thread + 1) % Threads], global], 20_000));

        Assert.All(admitted, count => Assert.InRange(count, 0, 8_100));
        for (var i = 0; i < Threads; i++)
        {
            var through = admitted[i] + admitted[(i + Threads - 1) % Threads];
            Assert.InRange(through, 0, 9_000);
            Assert.Equal(9_000 - through, organizations[i].Requests.Remaining(0));
            Assert.Equal(Math.Max(0, 8_000 - admitted[i]), keys[i].Requests.Remaining(0));
        }

        Assert.Equal(50_000 - admitted.Sum(), global.Requests.Remaining(0));
    }

    [Fact]
    public async Task Under_a_moving_clock_and_changing_limits_no_window_overflows()
    {
        LimitWindow shared = Create(LimitRank.Pattern, 100, 20), global = Create(LimitRank.Global, 1_000_000);
        var clock = 0L;
        var logs = new List<long>[Threads];
        await Hammer(thread =>
        {
            var log = logs[thread] = [];
            LimitWindow[] set = [global, shared];
            for (var i = 0; i < 40_000; i++)
            {
                if (thread == 0 && i % 500 == 0)
                    shared.Configure(i % 1_000 == 0 ? 80 : 100, 20, Volatile.Read(ref clock));
                var now = Interlocked.Add(ref clock, i % 7 == 0 ? 3 : 0);
                if (LimitSet.Acquire(set, now).Admitted)
                    log.Add(now);
            }

            return log.Count;
        });

        // A thread reads the clock and may then wait for a lock while others move it: each thread can have one request
        // counted later than its own log says, so that many may seem to lie in the window before.
        var times = logs.SelectMany(log => log).Order().ToArray();
        for (int first = 0, end = 0; first < times.Length; first++)
        {
            while (end < times.Length && times[end] <= times[first] + 60_000)
                end++;
            Assert.InRange(end - first, 0, 120 + Threads);
        }

        Assert.InRange(times.Length, 80 * (clock / 61_000), 100 * (clock / 60_000 + 2) + 40);
    }

    private static LimitWindow Create(LimitRank rank, int limit, int burst = 0) => new(rank, rank.ToString(), limit, burst, Minute, 0);

    private static int Attempts(int thread, LimitWindow[] windows, int attempts)
    {
        var random = new Random(thread);
        var set = windows.ToArray();
        var admitted = 0;
        for (var i = 0; i < attempts; i++)
        {
            random.Shuffle(set);
            admitted += LimitSet.Acquire(set, 0).Admitted ? 1 : 0;
        }

        return admitted;
    }

    private static async Task<int[]> Hammer(Func<int, int> body)
    {
        using var start = new Barrier(Threads);
        var threads = Enumerable.Range(0, Threads).Select(thread => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                return body(thread);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToArray();
        return await Task.WhenAll(threads).WaitAsync(Patience);
    }
}
