using Bunit;
using Portal.Core.Gateway;
using Portal.Home.Parts;
using Portal.Tests.Access.Data;
using Portal.Tests.Shared.Components;

namespace Portal.Tests.Home.Components;

public sealed class HourGlanceTests : PartTest
{
    [Fact]
    public void Numbers_come_with_pictures_and_shares()
    {
        var glance = Render(Hour(40, 10, 12_340, 82, 100));

        Assert.Equal(["40", "1025.0 %", "12.3 ms", "82of 100"], glance.FindAll(".tile__number").Select(number => number.TextContent.Trim()));
        Assert.Equal(2, glance.FindAll(".sparkline").Count);
        Assert.Equal("82", glance.Find("progress").GetAttribute("value"));
        Assert.Equal("warning", glance.FindAll(".tile")[3].GetAttribute("data-tone"));
    }

    [Fact]
    public void Quiet_hour_without_a_limit_claims_nothing()
    {
        var glance = Render(Hour(0, 0, null, 7, null));

        Assert.Equal(["0", "0", "–", "7"], glance.FindAll(".tile__number").Select(number => number.TextContent.Trim()));
        Assert.Empty(glance.FindAll("progress"));
        Assert.Empty(glance.FindAll(".glance__failed"));
    }

    [Fact]
    public void Failed_call_explains_its_code()
    {
        var hour = Hour(1, 1, 1000, 1, 100) with { Failed = [new FailedCall("req_1", "GET", "/api/v1/deals", 403, "INSUFFICIENT_SCOPE", 1000, AccessHost.Now)] };

        var row = Render(hour).Find(".glance__failed li");

        Assert.Equal("403", row.QuerySelector(".status-code")!.TextContent);
        Assert.Equal("docs/errors/INSUFFICIENT_SCOPE", row.QuerySelector(".glance__code")!.GetAttribute("href"));
    }

    private IRenderedComponent<HourGlance> Render(LastHour hour) => Render<HourGlance>(p => p.Add(g => g.Hour, hour));

    private static LastHour Hour(long calls, long errors, long? p95, long used, long? allowed) =>
        new([.. new long[59], calls], [.. new long[59], errors], p95, [], used, allowed);
}
