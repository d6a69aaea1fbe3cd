namespace Portal.Tests.Infrastructure.Tests;

public sealed class ManualTimeTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTime _time = new();

    [Fact]
    public void Time_stands_still_until_advanced()
    {
        var (now, stamp) = (_time.GetUtcNow(), _time.GetTimestamp());
        Assert.Equal(now, _time.GetUtcNow());

        _time.Advance(TimeSpan.FromMilliseconds(1500));

        Assert.Equal(now + TimeSpan.FromMilliseconds(1500), _time.GetUtcNow());
        Assert.Equal(TimeSpan.FromMilliseconds(1500), _time.GetElapsedTime(stamp));
    }

    [Fact]
    public void Start_may_be_given_in_any_offset_and_is_told_in_utc()
    {
        var time = new ManualTime(new DateTimeOffset(2025, 6, 1, 2, 0, 0, TimeSpan.FromHours(2)));
        Assert.Equal(new DateTimeOffset(2025, 6, 1, 0, 0, 0, TimeSpan.Zero), time.GetUtcNow());
        Assert.Equal(TimeSpan.Zero, time.GetLocalNow().Offset);
        Assert.Equal(TimeSpan.Zero, time.GetUtcNow().Offset);
    }

    [Fact]
    public void Advancing_backwards_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _time.Advance(-Second));

    [Fact]
    public void Timer_fires_when_due_and_not_before()
    {
        var fired = 0;
        using var timer = _time.CreateTimer(_ => fired++, null, Second, Timeout.InfiniteTimeSpan);
        Assert.Equal(_time.GetUtcNow() + Second, _time.NextDue);

        _time.Advance(Second - TimeSpan.FromTicks(1));
        Assert.Equal(0, fired);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(1, fired);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, fired);
        Assert.Equal(0, _time.ArmedTimers);
    }

    [Fact]
    public void Periodic_timer_fires_once_a_period_and_sees_its_own_due_time()
    {
        var start = _time.GetUtcNow();
        var seen = new List<double>();
        using var timer = _time.CreateTimer(
            _ => seen.Add((_time.GetUtcNow() - start).TotalSeconds), null, Second, 2 * Second);
        _time.Advance(6 * Second);
        Assert.Equal([1, 3, 5], seen);
        Assert.Equal(start + 6 * Second, _time.GetUtcNow());
    }

    [Fact]
    public void Timers_fire_in_order_of_due_time_and_of_arming()
    {
        var order = "";
        using var late = _time.CreateTimer(_ => order += "c", null, 2 * Second, Timeout.InfiniteTimeSpan);
        using var first = _time.CreateTimer(_ => order += "a", null, Second, Timeout.InfiniteTimeSpan);
        using var second = _time.CreateTimer(_ => order += "b", null, Second, Timeout.InfiniteTimeSpan);
        _time.Advance(2 * Second);
        Assert.Equal("abc", order);
    }

    [Fact]
    public void Disposed_and_stopped_timers_stay_silent()
    {
        var fired = 0;
        using var stopped = _time.CreateTimer(_ => fired++, null, Second, Second);
        var disposed = _time.CreateTimer(_ => fired++, null, Second, Second);
        disposed.Dispose();
        Assert.True(stopped.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        Assert.False(disposed.Change(Second, Second));
        _time.Advance(10 * Second);
        Assert.Equal(0, fired);
    }

    [Fact]
    public void Callback_may_arm_a_timer_that_falls_due_in_the_same_advance()
    {
        var start = _time.GetUtcNow();
        DateTimeOffset? inner = null;
        using var outer = _time.CreateTimer(
            _ => _time.CreateTimer(_ => inner = _time.GetUtcNow(), null, Second, Timeout.InfiniteTimeSpan),
            null,
            Second,
            Timeout.InfiniteTimeSpan);
        _time.Advance(5 * Second);
        Assert.Equal(start + 2 * Second, inner);
    }

    [Fact]
    public async Task Delays_and_timeouts_of_the_framework_follow_it()
    {
        var delay = Task.Delay(TimeSpan.FromHours(1), _time);
        using var timeout = new CancellationTokenSource(TimeSpan.FromHours(2), _time);
        _time.Advance(TimeSpan.FromHours(1));
        await delay;
        Assert.False(timeout.IsCancellationRequested);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.True(timeout.IsCancellationRequested);
    }

    [Fact]
    public async Task Timer_that_is_due_at_once_fires_without_an_advance()
    {
        var fired = new TaskCompletionSource();
        using var timer = _time.CreateTimer(_ => fired.TrySetResult(), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        await fired.Task.WaitAsync(WaitFor.DefaultDeadline);
    }

    [Fact]
    public void Concurrent_advances_add_up_and_each_period_fires_once()
    {
        var start = _time.GetUtcNow();
        var fired = 0;
        using var timer = _time.CreateTimer(_ => Interlocked.Increment(ref fired), null, Second, Second);
        Parallel.For(0, 100, _ => _time.Advance(Second));
        Assert.Equal(start + 100 * Second, _time.GetUtcNow());
        Assert.Equal(100, fired);
    }
}
