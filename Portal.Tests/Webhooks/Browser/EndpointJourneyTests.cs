using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Portal.Core.Access;
using Portal.Core.Webhooks.Catalogue;
using Portal.Core.Webhooks.Endpoints;
using Portal.Tests.Access.Browser;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Browser;
using Portal.Tests.Webhooks.Delivery;
using static Microsoft.Playwright.Assertions;
using Member = Portal.Tests.Access.Browser.Member;

namespace Portal.Tests.Webhooks.Browser;

/// <summary>From a new endpoint to the attempts of its deliveries, with a receiver that answers, fails, and is mended.</summary>
public sealed class EndpointJourneyTests(KeysSite site) : IClassFixture<KeysSite>
{
    [Fact]
    public async Task New_endpoint_receives_an_event_and_its_delivery_appears_live_with_its_attempt()
    {
        await using var receiver = await Receiver.Start();
        var owner = await site.NewOwner();
        await using var session = await site.Open(owner);
        var page = session.Page;
        await PageCheck.OpenAsync(page, "/webhooks");
        await page.GetByRole(AriaRole.Link, new() { Name = "Add endpoint" }).First.ClickAsync();
        await page.GetByLabel("URL", new() { Exact = true }).FillAsync(receiver.Url);
        await page.Locator(".event-picker__head", new() { HasText = "deal.*" }).GetByRole(AriaRole.Checkbox).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add endpoint" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "127.0.0.1 is ready" })).ToBeVisibleAsync();
        var secret = await page.Locator(".secret .copy-field__value").TextContentAsync();
        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        await PageCheck.AssertGoodAsync(page);
        await page.SetViewportSizeAsync(1440, 900);
        await page.GetByRole(AriaRole.Link, new() { Name = "Watch deliveries" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Nothing was delivered in this time" })).ToBeVisibleAsync();

        await Publish(owner);

        var row = page.Locator(".grid tbody tr");
        await Expect(row).ToHaveCountAsync(1);
        await Expect(row.Locator(".badge")).ToHaveTextAsync("Succeeded");
        await row.GetByRole(AriaRole.Link, new() { Name = "deal.created" }).ClickAsync();
        var drawer = page.GetByRole(AriaRole.Dialog);
        await Expect(drawer.GetByText("Attempt 1")).ToBeVisibleAsync();
        await drawer.GetByText("Request headers").ClickAsync();
        await Expect(drawer.GetByText("webhook-signature", new() { Exact = true })).ToBeVisibleAsync();
        await PageCheck.AssertGoodAsync(page);
        Assert.DoesNotContain(secret!, await page.ContentAsync(), StringComparison.Ordinal);

        await page.SetViewportSizeAsync(1440, 900);
        await drawer.GetByRole(AriaRole.Link, new() { Name = "Verify in tester" }).ClickAsync();
        await Expect(page.Locator("#verify-headers")).ToHaveValueAsync(new Regex("webhook-signature: v1,", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await page.GetByRole(AriaRole.Button, new() { Name = "Verify", Exact = true }).ClickAsync();
        await Expect(page.Locator(".verdict")).ToHaveAttributeAsync("data-verdict", "valid");
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Failed_delivery_is_retried_once_the_receiver_is_mended()
    {
        await using var receiver = await Receiver.Start();
        receiver.AnswerWith(500);
        var owner = await site.NewOwner();
        var endpoint = await NewEndpoint(owner, receiver, new RetryPolicy { MaxRetries = 0 });
        await using var session = await site.Open(owner);
        var page = session.Page;
        await PageCheck.OpenAsync(page, $"/webhooks/{endpoint.Id}");
        await Publish(owner);
        var row = page.Locator(".grid tbody tr");
        await Expect(row.Locator(".badge")).ToHaveTextAsync("Failed");
        await Expect(page.Locator(".hook-note")).ToContainTextAsync("The last attempt failed");
        await PageCheck.AssertGoodAsync(page);
        await page.SetViewportSizeAsync(1440, 900);
        receiver.AnswerWith(204);

        await row.GetByRole(AriaRole.Link).First.ClickAsync();
        var drawer = page.GetByRole(AriaRole.Dialog);
        await drawer.GetByRole(AriaRole.Button, new() { Name = "Retry now" }).ClickAsync();

        await Expect(drawer.GetByText("Attempt 2")).ToBeVisibleAsync();
        await Expect(drawer.Locator(".badge").First).ToHaveTextAsync("Succeeded");
        Assert.Equal(2, receiver.Requests.Count);
        await drawer.GetByRole(AriaRole.Button, new() { Name = "Close", Exact = true }).ClickAsync();
        await Expect(page.Locator(".hook-head .badge").First).ToHaveTextAsync("Active");
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Paused_endpoint_lets_events_wait_and_delivers_them_in_order_when_resumed()
    {
        await using var receiver = await Receiver.Start();
        var owner = await site.NewOwner();
        var endpoint = await NewEndpoint(owner, receiver);
        await using var session = await site.Open(owner);
        var page = session.Page;
        await PageCheck.OpenAsync(page, $"/webhooks/{endpoint.Id}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Expect(page.Locator(".hook-head .badge").First).ToHaveTextAsync("Paused");

        for (var i = 0; i < 3; i++) await Publish(owner);
        await Expect(page.Locator(".grid tbody tr")).ToHaveCountAsync(3);
        await Expect(page.Locator(".hook-note")).ToContainTextAsync("3 events wait");
        Assert.Empty(receiver.Requests);
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();

        await Expect(page.Locator(".grid tbody .badge", new() { HasText = "Succeeded" })).ToHaveCountAsync(3);
        Assert.Equal(3, receiver.EventIds.Count());
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Rotated_secret_signs_beside_the_old_one()
    {
        await using var receiver = await Receiver.Start();
        var owner = await site.NewOwner();
        var endpoint = await NewEndpoint(owner, receiver);
        await using var session = await site.Open(owner);
        var page = session.Page;
        await PageCheck.OpenAsync(page, $"/webhooks/{endpoint.Id}?tab=secret");
        await page.GetByRole(AriaRole.Button, new() { Name = "Rotate" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByLabel("7 days").CheckAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Rotate" }).ClickAsync();
        await Expect(page.GetByText("Older secrets")).ToBeVisibleAsync();
        await PageCheck.AssertGoodAsync(page);

        await Publish(owner);

        await WaitFor.Condition(() => !receiver.Requests.IsEmpty, "the event has arrived");
        Assert.Equal(2, receiver.Requests.First().Header("webhook-signature").Split(' ').Count(signature => signature.StartsWith("v1,", StringComparison.Ordinal)));
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Replay_is_counted_started_and_watched_to_its_end()
    {
        await using var receiver = await Receiver.Start();
        var owner = await site.NewOwner();
        var endpoint = await NewEndpoint(owner, receiver);
        for (var i = 0; i < 3; i++) await Publish(owner);
        await WaitFor.Condition(() => receiver.Requests.Count == 3, "the events have arrived");
        await using var session = await site.Open(owner);
        var page = session.Page;
        await PageCheck.OpenAsync(page, $"/webhooks/{endpoint.Id}?tab=replay");
        await page.GetByLabel("All", new() { Exact = true }).CheckAsync();
        await Expect(page.GetByText("3 events will be sent")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Start replay" }).ClickAsync();

        await Expect(page.Locator(".replay__numbers")).ToContainTextAsync("3 of 3 queued");
        await Expect(page.Locator(".replay__numbers")).ToContainTextAsync("3 succeeded");
        Assert.Equal(6, receiver.Requests.Count);
        await PageCheck.AssertGoodAsync(page);
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Pages_are_accessible_in_light_and_dark_and_fit_every_width()
    {
        await using var receiver = await Receiver.Start();
        var owner = await site.NewOwner();
        var endpoint = await NewEndpoint(owner, receiver, name: "Billing and ledger of the Northern warehouses, second attempt");
        await Publish(owner);
        await WaitFor.Condition(() => !receiver.Requests.IsEmpty, "the event has arrived");
        await using var session = await site.Open(owner);
        var page = session.Page;
        foreach (var path in new[] { "/webhooks", "/webhooks?status=paused", "/webhooks/new", $"/webhooks/{endpoint.Id}?span=24h", $"/webhooks/{endpoint.Id}?tab=settings", $"/webhooks/{endpoint.Id}?tab=secret&lang=python" })
        {
            await PageCheck.OpenAsync(page, path);
            await Expect(page.Locator(".skeleton")).ToHaveCountAsync(0);
            foreach (var folded in await page.Locator(".hook-advanced:not([open]) > summary").AllAsync()) await folded.ClickAsync();
            await PageCheck.AssertGoodAsync(page);
        }

        await site.Become(owner, Role.Viewer);
        await PageCheck.OpenAsync(page, $"/webhooks/{endpoint.Id}?tab=settings");
        await Expect(page.Locator(".facts")).ToBeVisibleAsync();
        await PageCheck.AssertGoodAsync(page);
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Palette_finds_an_endpoint_by_its_name()
    {
        await using var receiver = await Receiver.Start();
        var owner = await site.NewOwner();
        var endpoint = await NewEndpoint(owner, receiver, name: "Ledger of the North");
        await using var session = await site.Open(owner);

        await session.Page.Keyboard.PressAsync("Control+k");
        await session.Page.GetByRole(AriaRole.Combobox).FillAsync("ledger");
        await session.Page.GetByRole(AriaRole.Option, new() { Name = "Ledger of the North" }).ClickAsync();

        await session.Page.WaitForURLAsync($"**/webhooks/{endpoint.Id}");
        await Expect(session.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Ledger of the North");
        session.AssertNoProblems();
    }

    private Task<EndpointResource> NewEndpoint(Member owner, Receiver receiver, RetryPolicy? retries = null, string name = "Warehouse") =>
        site.Get<EndpointService>().Create(owner.Actor, new EndpointInput { Name = name, Url = receiver.Url, Events = ["deal.*"], RetryPolicy = retries }, default);

    private async Task Publish(Member owner)
    {
        var type = await site.Get<EventTypeService>().Get(owner.Actor.Tenant, "deal.created", default);
        await site.Get<EventPublisher>().Publish(owner.Actor, new EventInput { Type = type.Type, Data = JsonSerializer.SerializeToElement(type.Sample) }, default);
    }
}
