using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Portal.Gateway.Pages;

namespace Portal.Tests.Gateway.Components;

public sealed class RequestLogPageTests : GatewayPageTest
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    [Fact]
    public void Without_calls_the_page_says_how_to_make_the_first()
    {
        var page = Render<RequestLogPage>();

        page.WaitForAssertion(() => Assert.Equal("keys", page.Find(".empty-state a").GetAttribute("href")));
    }

    [Fact]
    public async Task Calls_are_listed_newest_first_with_their_histogram()
    {
        await Call(minutesAgo: 9);
        await Call(404, path: "/api/v1/deals/nope", minutesAgo: 2);

        var page = Render<RequestLogPage>();

        page.WaitForAssertion(() => Assert.Equal(["404", "200"], page.FindAll(".grid .status-code").Select(status => status.TextContent)));
        Assert.NotEmpty(page.FindAll(".chart__bar"));
        Assert.Equal("live", page.Find(".live").GetAttribute("data-state"));
    }

    [Fact]
    public async Task Refusal_is_shown_in_its_words()
    {
        Render<RequestLogPage>();
        await Leave();
        Navigation.NavigateTo("logs?status=2");

        var page = Render<RequestLogPage>();

        page.WaitForAssertion(() => Assert.Contains("does not belong to this organization", page.Find(".error-state").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Filters_are_read_from_the_address_and_shown_as_chips_that_can_be_taken_away()
    {
        await Call();
        await Call(404, operation: "deals_get");
        Navigation.NavigateTo("logs?status=4&operation=deals_get");

        var page = Render<RequestLogPage>();

        page.WaitForAssertion(() => Assert.Equal("404", Assert.Single(page.FindAll(".grid .status-code")).TextContent));
        Assert.Equal(["Status", "Endpoint"], page.FindAll(".chip__name").Select(chip => chip.TextContent));
        Assert.EndsWith("logs?operation=deals_get", page.Find(".chip__remove").GetAttribute("href"), StringComparison.Ordinal);
        Navigation.NavigateTo("logs?status=5");
        page.WaitForAssertion(() => Assert.Equal("logs", page.Find(".empty-state a").GetAttribute("href")));
    }

    [Fact]
    public async Task New_call_appears_by_itself()
    {
        await Call();
        var page = Render<RequestLogPage>();
        page.WaitForAssertion(() => Assert.Single(page.FindAll("tbody tr.log-fresh, .grid tbody tr")));

        await Call(500, minutesAgo: 0);
        Host.Time.Advance(Soon);

        page.WaitForAssertion(() => Assert.Equal(["500", "200"], page.FindAll(".grid .status-code").Select(status => status.TextContent)));
        Assert.Single(page.FindAll(".log-fresh"));
    }

    [Theory]
    [InlineData("button[aria-pressed]")]
    [InlineData("[data-scrolled]")]
    public async Task Held_list_counts_what_is_new_and_shows_it_on_demand(string holds)
    {
        await Call();
        var page = Render<RequestLogPage>();
        page.WaitForAssertion(() => Assert.Single(page.FindAll(".grid tbody tr")));
        if (holds == "[data-scrolled]") page.Find(holds).Change(true);
        else page.Find(holds).Click();

        await Call(minutesAgo: 0);
        await Call(minutesAgo: 0);
        Host.Time.Advance(Soon);

        page.WaitForAssertion(() => Assert.Equal("2 new", page.Find(".log-news button").TextContent));
        Assert.Single(page.FindAll(".grid tbody tr"));
        page.Find(".log-news button").Click();
        page.WaitForAssertion(() => Assert.Equal(3, page.FindAll(".grid tbody tr").Count));
        Assert.Empty(page.FindAll(".log-news button"));
    }

    [Fact]
    public async Task Inspector_opens_from_the_address_and_explains_the_error()
    {
        var id = await Call(404, path: "/api/v1/deals/nope");
        Navigation.NavigateTo($"logs?id={id}");

        var page = Render<RequestLogPage>();

        page.WaitForAssertion(() => Assert.Equal($"playground?request={id}", page.Find(".request .button--primary").GetAttribute("href")));
        Assert.Equal("docs/errors/RESOURCE_NOT_FOUND", page.Find("#request-error a").GetAttribute("href"));
        Assert.Contains("/api/v1/deals/nope", page.Find(".request .code__text").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspector_leads_to_the_neighbours_that_the_filters_leave_and_ends_with_the_list()
    {
        var oldest = await Call(404, minutesAgo: 9);
        await Call(200, minutesAgo: 5);
        var newest = await Call(404, minutesAgo: 2);
        Navigation.NavigateTo($"logs?status=4&id={newest}");

        var page = Render<RequestLogPage>();

        page.WaitForAssertion(() => Assert.EndsWith($"logs?status=4&id={oldest}", page.Find("[data-step=next]").GetAttribute("href"), StringComparison.Ordinal));
        Assert.False(page.Find("[data-step=previous]").HasAttribute("href"));
        Navigation.NavigateTo($"logs?status=4&id={oldest}");
        page.WaitForAssertion(() => Assert.EndsWith($"id={newest}", page.Find("[data-step=previous]").GetAttribute("href"), StringComparison.Ordinal));
        Assert.Equal("true", page.Find("[data-step=next]").GetAttribute("aria-disabled"));
    }

    [Fact]
    public void Unknown_request_says_so()
    {
        Navigation.NavigateTo("logs?id=req_gone");

        var page = Render<RequestLogPage>();

        page.WaitForAssertion(() => Assert.Contains("There is no logged request", page.Find("dialog .error-state").TextContent, StringComparison.Ordinal));
    }
}
