using Portal.Core.Access;

namespace Portal.Tests.Access.Unit;

public sealed class RecentMapTests
{
    [Fact]
    public void Never_holds_more_than_its_capacity()
    {
        var map = new RecentMap<int, string>(100);
        for (var i = 0; i < 10_000; i++)
        {
            map.Add(i, "x");
            Assert.InRange(map.Count, 1, 100);
        }
    }

    [Fact]
    public void What_is_asked_for_stays_and_the_rest_goes()
    {
        var map = new RecentMap<int, string>(10);
        map.Add(-1, "wanted");
        map.Add(-2, "forgotten");
        for (var i = 0; i < 100; i++)
        {
            map.Add(i, "x");
            Assert.True(map.TryGet(-1, out var value));
            Assert.Equal("wanted", value);
        }

        Assert.False(map.TryGet(-2, out _));
    }
}
