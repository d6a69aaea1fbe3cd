using Portal.Core.Shared.Limits;
using Xunit;

namespace Portal.Tests.Gateway.Unit;

public sealed class LimitHeadersTests
{
    [Fact]
    public void Policy_and_state_have_the_form_of_the_draft()
    {
        var window = Create("key", 100);
        Assert.Equal("\"key\";q=100;w=60", window.Policy);
        Assert.Equal("\"key\";r=99;t=61", LimitHeaders.FormatState(LimitSet.Acquire([window], 0)));
        Assert.Equal("\"key\";r=99;t=43", LimitHeaders.FormatState(LimitSet.Check([window], 18_001)));
    }

    [Fact]
    public void Policy_is_built_once_and_again_when_the_limit_changes()
    {
        var window = Create("category:crm_write", 100);
        var before = window.Policy;
        window.Configure(100, 0, 0);
        Assert.Same(before, window.Policy);
        window.Configure(7, 3, 0);
        Assert.Equal("\"category:crm_write\";q=7;w=60", window.Policy);
    }

    [Fact]
    public void A_name_is_quoted_so_that_it_cannot_break_the_header()
    {
        Assert.Equal("\"pattern:/api/auth/*\";q=1;w=60", Create("pattern:/api/auth/*", 1).Policy);
        Assert.Equal("\"a\\\"b\\\\c?d?\";q=1;w=60", Create("a\"b\\c\nd\u00fc", 1).Policy);
    }

    [Fact]
    public void A_long_name_fits_too()
    {
        var name = new string('n', 500);
        Assert.Equal($"\"{name}\";r=0;t=61", LimitHeaders.FormatState(LimitSet.Acquire([Create(name, 1)], 0)));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(1_000, 1)]
    [InlineData(1_001, 2)]
    public void Seconds_are_rounded_up(long milliseconds, long seconds)
        => Assert.Equal(seconds, LimitHeaders.WholeSeconds(milliseconds));

    [Fact]
    public void The_clock_of_the_limits_counts_milliseconds_of_the_provider()
    {
        var time = new CountingTime { Timestamp = 5_000_000 };
        var before = time.GetMilliseconds();
        time.Timestamp += 2_500_000;
        Assert.Equal(250, time.GetMilliseconds() - before);
    }

    private static LimitWindow Create(string name, int limit) => new(LimitRank.Key, name, limit, 0, TimeSpan.FromMinutes(1), 0);

    private sealed class CountingTime : TimeProvider
    {
        public long Timestamp { get; set; }

        public override long TimestampFrequency => 10_000_000;

        public override long GetTimestamp() => Timestamp;
    }
}
