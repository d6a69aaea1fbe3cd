using Bunit;
using Portal.Core.Access;
using Portal.Core.Shared.Paging;
using Portal.Core.Webhooks.Endpoints;
using Portal.Webhooks.Pages;
using Portal.Webhooks.Parts.Endpoints;

namespace Portal.Tests.Webhooks.Components;

public sealed class EndpointFormTests : EndpointPageTest
{
    [Fact]
    public async Task Endpoint_needs_no_more_than_a_url_and_an_event_type()
    {
        await Prepare();
        var page = Render<NewEndpointPage>();
        page.WaitForElement("#hook-url").Change(Url);
        Tick(page, "deal.*");

        page.Find("form").Submit();

        page.WaitForAssertion(() => Assert.Contains("tab=secret&new=1", Navigation.Uri, StringComparison.Ordinal));
        var made = Assert.Single((await Endpoints.List(Tenant, new EndpointFilter(), new PageRequest(), default)).Items);
        Assert.Equal(("93.184.216.34", "deal.*"), (made.Name, Assert.Single(made.Events)));
        Assert.Null(made.RetryPolicy);
    }

    [Fact]
    public async Task What_is_missing_or_wrong_is_said_at_its_field()
    {
        await Prepare();
        var page = Render<NewEndpointPage>();
        page.WaitForElement("form").Submit();
        Assert.Contains("Enter the URL", page.Find("#hook-url-faults").TextContent, StringComparison.Ordinal);
        Assert.Contains("at least one event type", page.Find("#hook-events-faults").TextContent, StringComparison.Ordinal);

        page.Find("#hook-url").Change("http://127.0.0.1/private");
        Tick(page, "*");
        page.Find("#hook-filter").Change("data.value >");
        page.Find("#hook-order").Change("a b");
        page.Find("form").Submit();

        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("#hook-filter-faults")));
        Assert.NotEmpty(page.Find("#hook-ordering_key-faults").TextContent);
        // A fault is not hidden in what is folded.
        Assert.True(page.Find(".hook-advanced").HasAttribute("open"));
    }

    [Fact]
    public async Task Own_schedule_shows_its_times()
    {
        await Prepare();
        var page = Render<NewEndpointPage>();
        page.WaitForAssertion(() => Assert.Equal(8, page.FindAll(".retry-line li").Count));

        page.FindAll("input[name=hook-retry]")[1].Change(true);
        page.Find("#hook-retries").Input("3");
        page.Find("#hook-pause").Input("0.5");

        Assert.Equal(["at once", "500 ms later", "1 s later", "2 s later"], page.FindAll(".retry-line strong").Select(step => step.TextContent));
        page.Find("#hook-pause").Input("no");
        Assert.Empty(page.FindAll(".retry-line"));
    }

    [Fact]
    public async Task Full_plan_explains_itself_before_and_after()
    {
        await Prepare(Plan.Free);
        await NewEndpoint();
        var page = Render<NewEndpointPage>();
        page.WaitForAssertion(() => Assert.Contains("one webhook endpoint in each mode", page.Find(".notice--warning").TextContent, StringComparison.Ordinal));

        page.Find("#hook-url").Change(Url);
        Tick(page, "*");
        page.Find("form").Submit();

        page.WaitForAssertion(() => Assert.Contains("The plan allows 1 webhook endpoint", page.Find("form .notice--danger").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Settings_send_what_was_changed_and_keep_masked_headers()
    {
        await Prepare();
        var made = await Endpoints.Create(
            Owner, new EndpointInput { Name = "Warehouse", Url = Url, Events = ["deal.*"], Headers = new Dictionary<string, string?>(StringComparer.Ordinal) { ["X-Token"] = "north-000042" } }, default);
        var shown = await Endpoints.Get(Tenant, made.Id, default);
        var tab = Render<SettingsTab>(p => p.Add(t => t.Endpoint, shown));
        tab.WaitForElement("#hook-name").Change("Warehouse of the North");

        tab.Find("form").Submit();

        tab.WaitForAssertion(() => Assert.Contains("was saved", tab.Find(".unseen[role=status]").TextContent, StringComparison.Ordinal));
        var now = await Endpoints.Get(Tenant, made.Id, default);
        Assert.Equal("Warehouse of the North", now.Name);
        Assert.Equal(shown.Headers, now.Headers);
        Assert.Equal(shown.Events, now.Events);
    }

    [Fact]
    public async Task Delete_names_the_damage()
    {
        await Prepare();
        var endpoint = await NewEndpoint();
        await Delivered(endpoint, Core.Webhooks.Delivery.DeliveryState.Succeeded, 200);
        await Delivered(endpoint, Core.Webhooks.Delivery.DeliveryState.Pending);
        var tab = Render<SettingsTab>(p => p.Add(t => t.Endpoint, endpoint));
        tab.WaitForElement(".hook-danger").Click();

        tab.WaitForAssertion(() => Assert.Equal(3, tab.FindAll(".dialog__damage li").Count));
        Assert.Contains("2 events of the last 7 days", tab.Find(".dialog__damage").TextContent, StringComparison.Ordinal);
        Assert.Contains("1 event waits", tab.Find(".dialog__damage").TextContent, StringComparison.Ordinal);
        tab.Find(".button--danger").Click();

        tab.WaitForAssertion(() => Assert.EndsWith("/webhooks", Navigation.Uri, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Viewers_get_facts_instead_of_a_form()
    {
        await Prepare(role: Role.Viewer);
        var tab = Render<SettingsTab>(p => p.Add(t => t.Endpoint, NewEndpoint().Result));

        tab.WaitForElement(".facts");

        Assert.Empty(tab.FindAll("form"));
    }

    private static void Tick(IRenderedComponent<NewEndpointPage> page, string pattern) =>
        page.FindAll(".event-picker label").First(label => label.QuerySelector("code")?.TextContent == pattern).QuerySelector("input")!.Change(true);
}
