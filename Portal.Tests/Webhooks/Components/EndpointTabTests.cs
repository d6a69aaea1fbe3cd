using Bunit;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Webhooks.Delivery;
using Portal.Core.Webhooks.Endpoints;
using Portal.Webhooks.Pages;

namespace Portal.Tests.Webhooks.Components;

public sealed class EndpointTabTests : EndpointPageTest
{
    [Fact]
    public async Task Endpoint_that_is_not_there_says_so()
    {
        await Prepare();

        var page = Open("whk_gone");

        page.WaitForAssertion(() => Assert.Contains("There is no webhook with this id", page.Find(".error-state").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Endpoint_of_the_other_mode_says_where_it_is()
    {
        await Prepare();
        var endpoint = await Endpoints.Create(Owner with { Tenant = Tenant with { Mode = ApiMode.Test } }, new EndpointInput { Url = Url, Events = ["*"] }, default);

        var page = Open(endpoint.Id);

        page.WaitForAssertion(() => Assert.Contains("belongs to the test data", page.Find(".empty-state").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Role_that_was_taken_away_meanwhile_refuses_the_deed()
    {
        await Prepare();
        var endpoint = await NewEndpoint();
        var page = Open(endpoint.Id);
        page.WaitForElement(".page-header button");
        await Become(Role.Viewer);

        page.Find(".page-header button").Click();

        page.WaitForAssertion(() => Assert.Contains("may not do this any more", page.Find(".notice--danger").TextContent, StringComparison.Ordinal));
        Assert.True((await Endpoints.Get(Tenant, endpoint.Id, default)).Active);
    }

    [Fact]
    public async Task Without_deliveries_the_page_says_what_will_be_here()
    {
        await Prepare();
        var endpoint = await NewEndpoint();

        var page = Open(endpoint.Id);

        page.WaitForAssertion(() => Assert.Equal($"webhooks/tester?tab=send&target={endpoint.Id}", page.Find(".empty-state a").GetAttribute("href")));
    }

    [Fact]
    public async Task Deliveries_are_filtered_by_the_address()
    {
        await Prepare();
        var endpoint = await NewEndpoint();
        await Delivered(endpoint, DeliveryState.Succeeded, 200);
        await Delivered(endpoint, DeliveryState.Failed, 503, "invoice.paid");

        var page = Open(endpoint.Id);
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".grid tbody tr").Count));
        Navigation.NavigateTo($"webhooks/{endpoint.Id}?status=failed&type=invoice.paid");

        page.WaitForAssertion(() => Assert.Equal("503", Assert.Single(page.FindAll(".grid .status-code")).TextContent));
        Assert.Equal(["Status", "Event type"], page.FindAll(".chip__name").Select(chip => chip.TextContent));
        Assert.NotEmpty(page.FindAll(".chart__bar"));
    }

    [Fact]
    public async Task Delivery_shows_its_attempts_and_can_be_retried()
    {
        await Prepare();
        var endpoint = await NewEndpoint();
        var id = await Delivered(endpoint, DeliveryState.Failed, 503);

        var page = Open(endpoint.Id, $"?delivery={id}");

        page.WaitForAssertion(() => Assert.Contains("Attempt 1", page.Find(".attempt").TextContent, StringComparison.Ordinal));
        Assert.Contains("The receiver answered 503.", page.Find(".attempt__error").TextContent, StringComparison.Ordinal);
        Assert.Contains("curl -X POST", page.Find(".attempt .code__text").TextContent, StringComparison.Ordinal);
        Assert.Contains("deal_1", page.Find("[aria-labelledby=delivery-payload]").TextContent, StringComparison.Ordinal);
        Assert.StartsWith($"webhooks/{endpoint.Id}?tab=replay&status=all&from=2026-03-20T10%3A25", page.FindAll(".request .actions a")[0].GetAttribute("href"), StringComparison.Ordinal);
        page.Find(".request .button--primary").Click();

        page.WaitForAssertion(() => Assert.Equal("Retrying", page.Find(".request .badge").TextContent));
        Assert.Equal(DeliveryState.Pending, (await Deliveries.Get(Tenant, endpoint.Id, id, default)).Status);
    }

    [Fact]
    public async Task Chosen_deliveries_are_sent_again_as_a_replay()
    {
        await Prepare();
        var endpoint = await NewEndpoint();
        for (var i = 0; i < 3; i++) await Delivered(endpoint, DeliveryState.Failed, 503);
        var page = Open(endpoint.Id);
        page.WaitForAssertion(() => Assert.Equal(3, page.FindAll(".delivery-pick input").Count));

        page.FindAll(".delivery-pick input")[0].Change(true);
        page.FindAll(".delivery-pick input")[1].Change(true);
        Assert.Contains("2 deliveries chosen", page.Find(".pick-bar").TextContent, StringComparison.Ordinal);
        page.Find(".pick-bar .button--primary").Click();

        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".pick-bar")));
        Navigation.NavigateTo($"webhooks/{endpoint.Id}?tab=replay");
        page.WaitForAssertion(() => Assert.Contains("2 chosen deliveries", page.Find(".replay").TextContent, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(EndpointStop.Paused, "Somebody paused")]
    [InlineData(EndpointStop.Gone, "410 Gone")]
    [InlineData(EndpointStop.ReceiverAsked, "webhook-delivery: disable")]
    [InlineData(EndpointStop.Failing, "Nothing but failures for 5 days")]
    public async Task Stopped_endpoint_explains_why_and_what_waits_and_is_resumed_with_one_button(EndpointStop why, string words)
    {
        await Prepare();
        var endpoint = await NewEndpoint();
        await Delivered(endpoint, DeliveryState.Pending);
        await Stop(endpoint, why);

        var page = Open(endpoint.Id);

        page.WaitForAssertion(() => Assert.Contains(words, page.Find(".hook-why").TextContent, StringComparison.Ordinal));
        Assert.Contains("1 event waits", page.Find(".hook-why").TextContent, StringComparison.Ordinal);
        Assert.Contains("when resumed", page.Find(".grid tbody").TextContent, StringComparison.Ordinal);
        page.Find(".page-header .button--primary").Click();

        page.WaitForAssertion(() => Assert.Equal("Active", page.Find(".hook-head .badge").TextContent));
    }

    [Fact]
    public async Task New_endpoint_shows_its_secret_at_once_and_later_masked()
    {
        await Prepare();
        var endpoint = await NewEndpoint();

        var page = Open(endpoint.Id, "?tab=secret&new=1");

        page.WaitForAssertion(() => Assert.Equal(endpoint.Secret, page.Find(".secret .copy-field__value").TextContent));
        Assert.Contains("WEBHOOK_SECRET", page.Find(".code__text").TextContent, StringComparison.Ordinal);
        Navigation.NavigateTo($"webhooks/{endpoint.Id}?tab=secret");
        page.WaitForAssertion(() => Assert.StartsWith("••••", page.Find("[aria-labelledby=hook-secret] .copy-field__value").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rotated_secret_stands_before_the_old_one_that_ends()
    {
        await Prepare();
        var endpoint = await NewEndpoint();
        var page = Open(endpoint.Id, "?tab=secret");
        page.WaitForElement("[aria-labelledby=hook-secret] .button").Click();
        page.FindAll("input[name=rotate-overlap]")[1].Change(true);

        page.Find("dialog[data-modal=open] .button--primary").Click();

        page.WaitForAssertion(() => Assert.Single(page.FindAll(".rows li")));
        var secrets = await Endpoints.Secrets(Tenant, endpoint.Id, default);
        Assert.Equal(endpoint.Secret, secrets.Secrets[1].Secret);
        Assert.Equal(Host.Time.GetUtcNow().AddHours(1), secrets.Secrets[1].ExpiresAt);
    }

    [Fact]
    public async Task Viewers_see_the_public_key_and_no_secret()
    {
        await Prepare(role: Role.Viewer);
        var endpoint = await NewEndpoint();

        var page = Open(endpoint.Id, "?tab=secret");

        page.WaitForAssertion(() => Assert.Equal(endpoint.PublicKey, page.Find("[aria-labelledby=hook-public] .copy-field__value").TextContent));
        Assert.DoesNotContain(endpoint.Secret!, page.Markup, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("[aria-labelledby=hook-secret]"));
        Assert.Empty(page.FindAll(".page-header button"));
    }

    [Fact]
    public async Task Replay_counts_before_it_starts_and_is_listed_with_its_progress()
    {
        await Prepare();
        var endpoint = await NewEndpoint();
        for (var i = 0; i < 3; i++) await Delivered(endpoint, DeliveryState.Failed, 503);
        await Delivered(endpoint, DeliveryState.Succeeded, 200);
        var page = Open(endpoint.Id, "?tab=replay");
        page.WaitForAssertion(() => Assert.Equal("3 events will be sent, at 600 a minute: about 300 ms.", page.Find(".replay-start p").TextContent));

        page.FindAll("input[name=replay-what]")[1].Change(true);
        page.WaitForAssertion(() => Assert.StartsWith("4 events", page.Find(".replay-start p").TextContent, StringComparison.Ordinal));
        page.Find("#replay-rate").Change("0");
        Assert.NotEmpty(page.Find("#replay-rate_limit-faults").TextContent);
        page.Find("#replay-rate").Change("60");
        page.WaitForAssertion(() => Assert.EndsWith("about 4 s.", page.Find(".replay-start p").TextContent, StringComparison.Ordinal));
        await page.InvokeAsync(() => page.Find(".replay-start button").Click());

        page.WaitForAssertion(() => Assert.Contains("0 of 4 queued", page.Find(".replay").TextContent, StringComparison.Ordinal));
        await page.InvokeAsync(() => page.FindAll(".replay__actions button")[0].Click());
        page.WaitForAssertion(() => Assert.Equal("Paused", page.Find(".replay .badge").TextContent));
        await page.InvokeAsync(() => page.FindAll(".replay__actions button")[1].Click());
        page.WaitForAssertion(() => Assert.Equal("Cancelled", page.Find(".replay .badge").TextContent));
        Assert.Empty(page.FindAll(".replay__actions"));
    }

    [Fact]
    public async Task Replay_from_a_link_begins_where_it_says()
    {
        await Prepare();
        var endpoint = await NewEndpoint();

        var page = Open(endpoint.Id, "?tab=replay&status=all&from=2026-03-20T10:25:15.000Z");

        page.WaitForAssertion(() => Assert.Equal("2026-03-20T10:25:15", page.Find("#replay-from").GetAttribute("value")));
        Assert.True(page.FindAll("input[name=replay-what]")[1].HasAttribute("checked"));
    }

    private IRenderedComponent<EndpointPage> Open(string id, string query = "")
    {
        Navigation.NavigateTo($"webhooks/{id}{query}");
        return Render<EndpointPage>(p => p.Add(page => page.Id, id));
    }
}
