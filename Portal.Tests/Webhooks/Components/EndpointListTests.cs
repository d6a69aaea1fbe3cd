using Bunit;
using Portal.Core.Access;
using Portal.Core.Webhooks.Delivery;
using Portal.Core.Webhooks.Endpoints;
using Portal.Webhooks.Pages;

namespace Portal.Tests.Webhooks.Components;

public sealed class EndpointListTests : EndpointPageTest
{
    [Fact]
    public async Task Without_endpoints_the_page_says_what_they_are_and_how_to_begin()
    {
        await Prepare();

        var page = Render<EndpointsPage>();

        page.WaitForAssertion(() => Assert.Equal("webhooks/new", page.Find(".empty-state a").GetAttribute("href")));
    }

    [Fact]
    public async Task Health_of_each_is_seen_at_a_glance()
    {
        await Prepare();
        var good = await NewEndpoint("Warehouse", "deal.*", "contact.created", "invoice.paid");
        for (var i = 0; i < 3; i++) await Delivered(good, DeliveryState.Succeeded, 200);
        var bad = await NewEndpoint("Billing");
        await Delivered(bad, DeliveryState.Succeeded, 200);
        await Delivered(bad, DeliveryState.Pending, 503);
        await Stop(await NewEndpoint("Old"), EndpointStop.Gone);

        var page = Render<EndpointsPage>();

        page.WaitForAssertion(() => Assert.Equal(3, page.FindAll(".grid tbody tr").Count));
        var rows = page.FindAll(".grid tbody tr").ToDictionary(row => row.QuerySelector(".list__link")!.TextContent, StringComparer.Ordinal);
        Assert.Equal("100%", rows["Warehouse"].QuerySelector(".hook-rate__number")!.TextContent);
        Assert.Equal("+1", rows["Warehouse"].QuerySelector(".scopes__more")!.TextContent);
        Assert.Equal("Failing", rows["Billing"].QuerySelector(".badge")!.TextContent);
        Assert.Equal("50%", rows["Billing"].QuerySelector(".hook-rate__number")!.TextContent);
        Assert.Contains("1 succeeded, 1 failed", rows["Billing"].QuerySelector("svg.attempt-spark")!.GetAttribute("aria-label"), StringComparison.Ordinal);
        Assert.Contains("Receiver is gone", rows["Old"].TextContent, StringComparison.Ordinal);
        Assert.Equal($"webhooks/{bad.Id}", rows["Billing"].QuerySelector(".list__link")!.GetAttribute("href"));
    }

    [Theory]
    [InlineData("active", "Warehouse")]
    [InlineData("failing", "Billing")]
    [InlineData("paused", "Quiet")]
    [InlineData("disabled", "Old")]
    public async Task Status_in_the_address_leaves_the_others_out(string status, string expected)
    {
        await Prepare();
        await NewEndpoint("Warehouse");
        await Delivered(await NewEndpoint("Billing"), DeliveryState.Pending, 503);
        await Stop(await NewEndpoint("Old"), EndpointStop.Failing);
        await Stop(await NewEndpoint("Quiet"), EndpointStop.Paused);
        Navigation.NavigateTo($"webhooks?status={status}");

        var page = Render<EndpointsPage>();

        page.WaitForAssertion(() => Assert.Equal(expected, Assert.Single(page.FindAll(".grid .list__link")).TextContent));
    }

    [Fact]
    public async Task Viewers_see_endpoints_and_are_offered_nothing_to_change()
    {
        await Prepare(role: Role.Viewer);
        await NewEndpoint();

        var page = Render<EndpointsPage>();

        page.WaitForAssertion(() => Assert.Single(page.FindAll(".grid tbody tr")));
        Assert.Empty(page.FindAll("a[href='webhooks/new']"));
        Assert.Contains("changes nothing", page.Find(".notice").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_is_shown_in_its_words()
    {
        await Prepare();
        await Leave();

        var page = Render<EndpointsPage>();

        page.WaitForAssertion(() => Assert.Contains("does not belong to this organization", page.Find(".error-state").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Endpoint_that_was_paused_elsewhere_is_seen_without_reload()
    {
        await Prepare();
        var endpoint = await NewEndpoint();
        var page = Render<EndpointsPage>();
        page.WaitForAssertion(() => Assert.Equal("Active", page.Find(".grid .badge").TextContent));

        await Endpoints.Update(Owner, endpoint.Id, new EndpointPatch { Active = new(false) }, default);
        Host.Time.Advance(TimeSpan.FromSeconds(1));

        page.WaitForAssertion(() => Assert.Equal("Paused", page.Find(".grid .badge").TextContent));
    }
}
