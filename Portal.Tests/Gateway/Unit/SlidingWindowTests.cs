using Portal.Core.Shared.Limits;
using Xunit;

namespace Portal.Tests.Gateway.Unit;

public sealed class SlidingWindowTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void A_rested_client_gets_limit_and_burst_at_once_and_then_nothing()
    {
        var window = new SlidingWindow(10, 5, Minute, 0);
        Assert.Equal(15, Drain(window, 0));
        Assert.Equal(0, window.Remaining(0));
        Assert.False(window.WouldAdmit(59_999));
        Assert.Equal(61_000, window.NextSuccess(0));
    }

    [Fact]
    public void A_saturated_client_gets_the_limit_in_every_later_window()
    {
        var window = new SlidingWindow(10, 5, Minute, 0);
        var admitted = 0;
        for (var now = 0L; now < 61_000 * 10; now += 100)
            admitted += Drain(window, now);
        Assert.Equal(15 + (9 * 10), admitted);
    }

    [Fact]
    public void A_quiet_client_gets_its_burst_back()
    {
        var window = new SlidingWindow(10, 10, Minute, 0);
        Assert.Equal(20, Drain(window, 0));
        Assert.Equal(10, Drain(window, 61_000));
        Assert.Equal(20, Drain(window, 61_000 * 3));
    }

    [Fact]
    public void Half_a_lifetime_of_quiet_gives_half_of_the_burst_back()
    {
        var window = new SlidingWindow(10, 10, Minute, 0);
        Assert.Equal(20, Drain(window, 0));
        Assert.Equal(15, Drain(window, 61_000 + 30_500));
    }

    [Fact]
    public void Use_at_the_limit_without_burst_stays_admitted_for_ever()
    {
        var window = new SlidingWindow(60, 0, Minute, 0);
        for (var now = 0L; now < 61_000 * 20; now += 61_000 / 60 + 1)
            Assert.True(window.TryConsume(now));
    }

    [Fact]
    public void A_lowered_limit_counts_what_was_used_before()
    {
        var window = new SlidingWindow(100, 0, Minute, 0);
        for (var i = 0; i < 40; i++)
            Assert.True(window.TryConsume(0));
        window.Configure(30, 5, 10);
        Assert.Equal(0, window.Remaining(10));
        Assert.False(window.TryConsume(10));
        Assert.Equal(61_000, window.NextSuccess(10));
        window.Configure(41, 0, 20);
        Assert.Equal(1, window.Remaining(20));
        Assert.Equal(1, Drain(window, 20));
    }

    [Fact]
    public void A_clock_that_steps_back_opens_nothing_and_breaks_nothing()
    {
        var window = new SlidingWindow(5, 0, Minute, 0);
        Assert.Equal(5, Drain(window, 100_000));
        Assert.Equal(0, Drain(window, 0));
        Assert.Equal(0, Drain(window, long.MinValue));
        Assert.Equal(160_000, window.NextSuccess(50), 1_000.0);
        Assert.Equal(5, Drain(window, 161_000));
    }

    [Fact]
    public void A_pause_of_years_resets_everything_even_at_the_highest_limits()
    {
        var window = new SlidingWindow(SlidingWindow.HighestLimit, SlidingWindow.HighestLimit, TimeSpan.FromDays(1), 0);
        Assert.True(window.TryConsume(0));
        window.Configure(1, SlidingWindow.HighestLimit, 0);
        Assert.True(window.TryConsume(0));
        window.Configure(SlidingWindow.HighestLimit, SlidingWindow.HighestLimit, 0);
        var years = (long)TimeSpan.FromDays(365 * 1000).TotalMilliseconds;
        Assert.True(window.IsIdle(years));
        Assert.Equal(SlidingWindow.HighestLimit, window.Remaining(years));
        Assert.True(window.TryConsume(years));
    }

    [Fact]
    public void A_negative_start_of_the_clock_is_as_good_as_any()
    {
        var window = new SlidingWindow(3, 0, Minute, -90_500);
        Assert.Equal(3, Drain(window, -90_500));
        Assert.Equal(-29_500, window.NextSuccess(-90_500));
        Assert.Equal(3, Drain(window, -29_500));
    }

    [Fact]
    public void An_idle_window_is_one_without_requests_and_debt()
    {
        var window = new SlidingWindow(1, 1, Minute, 0);
        Assert.True(window.IsIdle(0));
        Assert.Equal(2, Drain(window, 0));
        Assert.False(window.IsIdle(60_000));
        Assert.False(window.IsIdle(121_999));
        Assert.True(window.IsIdle(122_000));
    }

    [Theory]
    [InlineData(0, 0, 60_000)]
    [InlineData(-1, 0, 60_000)]
    [InlineData(SlidingWindow.HighestLimit + 1, 0, 60_000)]
    [InlineData(1, -1, 60_000)]
    [InlineData(1, SlidingWindow.HighestLimit + 1, 60_000)]
    [InlineData(1, 0, 0)]
    [InlineData(1, 0, 59)]
    [InlineData(1, 0, 1_000)]
    [InlineData(1, 0, -60)]
    [InlineData(1, 0, 86_400_060)]
    public void Limits_that_cannot_be_counted_are_refused(int limit, int burst, int windowMilliseconds)
        => Assert.Throws<ArgumentOutOfRangeException>(() => new SlidingWindow(limit, burst, TimeSpan.FromMilliseconds(windowMilliseconds), 0));

    private static int Drain(SlidingWindow window, long now)
    {
        var admitted = 0;
        while (window.TryConsume(now))
            admitted++;
        return admitted;
    }
}
