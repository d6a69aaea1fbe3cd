using FsCheck;
using FsCheck.Fluent;
using Portal.Core.Shared.Limits;
using Xunit;

namespace Portal.Tests.Gateway.Unit;

public sealed class LimitSetTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void A_refusal_consumes_nothing_in_any_window()
    {
        LimitWindow wide = Create(LimitRank.Global, "global", 100), narrow = Create(LimitRank.Key, "key", 1);
        Assert.True(LimitSet.Acquire([wide, narrow], 0).Admitted);
        for (var i = 0; i < 10; i++)
            Assert.False(LimitSet.Acquire([narrow, wide], 0).Admitted);
        Assert.Equal(99, wide.Requests.Remaining(0));
    }

    [Fact]
    public void Of_several_refusing_windows_the_one_that_succeeds_last_is_named()
    {
        LimitWindow organization = Create(LimitRank.Organization, "organization", 1), key = Create(LimitRank.Key, "key", 1);
        Assert.True(LimitSet.Acquire([key], 0).Admitted);
        Assert.True(LimitSet.Acquire([organization], 7_000).Admitted);

        var refused = LimitSet.Acquire([organization, key], 10_500);
        Assert.False(refused.Admitted);
        Assert.Same(organization, refused.Refusing);
        Assert.Same(organization, refused.Tightest);
        Assert.Equal(68_000 - 10_500, refused.RetryAfterMilliseconds);
        Assert.Equal(0, refused.Remaining);
        Assert.False(LimitSet.Acquire([organization, key], 67_999).Admitted);
        Assert.True(LimitSet.Acquire([organization, key], 68_000).Admitted);
    }

    [Fact]
    public void Headers_describe_the_window_with_least_remaining()
    {
        LimitWindow category = Create(LimitRank.Category, "category:crm_write", 3), key = Create(LimitRank.Key, "key", 10);
        var result = LimitSet.Acquire([key, category], 500);
        Assert.True(result.Admitted);
        Assert.Same(category, result.Tightest);
        Assert.Equal(3, result.Limit);
        Assert.Equal(2, result.Remaining);
        Assert.Equal(60_500, result.ResetMilliseconds);
        Assert.Equal(0, result.RetryAfterMilliseconds);
    }

    [Fact]
    public void On_a_tie_headers_describe_the_more_specific_window()
    {
        LimitWindow organization = Create(LimitRank.Organization, "organization", 5), key = Create(LimitRank.Key, "key", 5);
        Assert.Same(key, LimitSet.Acquire([key, organization], 0).Tightest);
    }

    [Fact]
    public void A_window_given_twice_counts_once()
    {
        LimitWindow key = Create(LimitRank.Key, "key", 5), other = Create(LimitRank.Global, "global", 9);
        Assert.Equal(4, LimitSet.Acquire([key, other, key, key, other], 0).Remaining);
        Assert.Equal(8, other.Requests.Remaining(0));
    }

    [Fact]
    public void Without_windows_every_request_is_admitted()
    {
        var result = LimitSet.Acquire([], 0);
        Assert.True(result.Admitted);
        Assert.Null(result.Tightest);
        Assert.Null(LimitHeaders.FormatState(result));
    }

    [Fact]
    public void A_check_answers_as_an_acquire_would_and_counts_nothing()
    {
        var key = Create(LimitRank.Key, "key", 1);
        Assert.True(LimitSet.Check([key], 0).Admitted);
        Assert.Equal(1, LimitSet.Check([key], 0).Remaining);
        Assert.True(LimitSet.Acquire([key], 0).Admitted);
        Assert.False(LimitSet.Check([key], 0).Admitted);
    }

    [Fact]
    public void Retry_after_of_any_set_succeeds_then_and_not_a_millisecond_before()
    {
        var sets = (from limits in Gen.ArrayOf(Gen.Zip(Gen.Choose(1, 6), Gen.Choose(0, 4)), 4)
                    from steps in Gen.ListOf(Gen.Zip(Gen.Choose(0, 9_000), Gen.Choose(1, 15)), 80)
                    select (limits, steps)).ToArbitrary();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(sets, sample =>
        {
            var all = sample.limits.Select((limit, i) => Create((LimitRank)i, $"w{i}", limit.Item1, limit.Item2)).ToArray();
            var now = 0L;
            foreach (var (gap, members) in sample.steps)
            {
                now += gap;
                var chosen = all.Where((_, i) => (members & (1 << i)) != 0).ToArray();
                var before = all.Select(window => window.Requests.Remaining(now)).ToArray();
                var result = LimitSet.Acquire(chosen, now);
                if (result.Admitted)
                    continue;
                Assert.Equal(before, all.Select(window => window.Requests.Remaining(now)));
                now += result.RetryAfterMilliseconds;
                Assert.False(LimitSet.Check(chosen, now - 1).Admitted);
                Assert.True(LimitSet.Acquire(chosen, now).Admitted);
            }
        }));
    }

    [Fact]
    public void Acquiring_allocates_nothing()
    {
        LimitWindow[] windows = [Create(LimitRank.Key, "key", 1_000_000), Create(LimitRank.Category, "category", 1_000_000), Create(LimitRank.Organization, "organization", 900_000)];
        LimitWindows room = default;
        windows.CopyTo(room[..3]);
        LimitSet.Acquire(room[..3], 0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000_000; i++)
        {
            windows.CopyTo(room[..3]);
            LimitSet.Acquire(room[..3], i / 10);
        }

        // The runtime may allocate some hundred bytes itself, when it compiles the loop anew while it runs.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000);
    }

    private static LimitWindow Create(LimitRank rank, string name, int limit, int burst = 0) => new(rank, name, limit, burst, Minute, 0);
}
