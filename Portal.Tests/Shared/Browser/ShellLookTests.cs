using Microsoft.Playwright;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Data;
using Portal.Core.Webhooks.Delivery;
using Portal.Tests.Access.Browser;
using Portal.Tests.Infrastructure.Browser;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Shared.Browser;

/// <summary>The shell around every page: its two modes, its error pages and the start page with calls.</summary>
public sealed class ShellLookTests(PagesApp app) : IClassFixture<PagesApp>
{
    [Fact]
    public async Task Test_mode_is_seen_and_said_at_every_width()
    {
        var user = await app.NewUser(first: "Wilhelmina", last: "Featherstonehaugh");
        await using var session = await app.SignedIn(user.Email!);
        var page = session.Page;
        await BrowserSession.InteractiveAsync(page);
        await page.GetByRole(AriaRole.Switch, new() { Name = "Test mode" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Test mode" })).ToBeVisibleAsync();
        await PageCheck.AssertGoodAsync(page);
        await page.SetViewportSizeAsync(320, 700);
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Test mode" })).ToBeInViewportAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Account of" })).ToBeInViewportAsync();
        await AssertApart(page, ".top-bar :is(button, a):visible");
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Start_page_ticks_the_call_and_shows_the_hour_without_a_reload()
    {
        var user = await app.NewUser();
        var tenant = new Tenant((await app.Get<Organizations>().Of(user.Id, default))[0].Organization.Id, ApiMode.Live);
        var actor = new Actor(tenant, "user", user.Id, user.FullName) { UserId = user.Id, GrantedScopes = Scopes.Expand(Scopes.Of(Role.Owner)) };
        await using var session = await app.SignedIn(user.Email!);
        var page = session.Page;
        await BrowserSession.InteractiveAsync(page);
        await Expect(page.Locator(".step[data-state=current]")).ToContainTextAsync("Make an API key");

        var key = await app.Get<ApiKeyService>().Create(actor, new ApiKeyInput { Name = "First", Scopes = ["contacts:read"] }, default);
        await Expect(page.Locator(".step[data-state=current]")).ToContainTextAsync("Make the first call");
        using var client = app.App.Client(key.Secret);
        using var good = await client.GetAsync(new Uri("/api/v1/contacts", UriKind.Relative));
        using var bad = await client.GetAsync(new Uri("/api/v1/deals", UriKind.Relative));
        await app.Get<KeyUseRecorder>().Flush(default);

        await Expect(page.Locator(".step[data-state=done]")).ToHaveCountAsync(2);
        await Expect(page.Locator(".tile__number").First).ToHaveTextAsync("2");
        await Expect(page.Locator(".glance__failed")).ToContainTextAsync("GET /api/v1/deals");
        await Expect(page.Locator(".step[data-state=current]")).ToContainTextAsync("Receive a webhook");
        await PageCheck.AssertGoodAsync(page);
        await app.Store(db =>
        {
            db.Add(new WebhookHour { OrganizationId = tenant.OrganizationId, EndpointId = "whk_1", Hour = app.Get<TimeProvider>().GetUtcNow(), Succeeded = 1 });
            return Task.CompletedTask;
        });
        await Expect(page.Locator(".step[data-state=done]")).ToHaveCountAsync(3);
        await page.ReloadAsync();
        await Expect(page.Locator(".tile__number").First).ToHaveTextAsync("2");
        await Expect(page.Locator(".steps")).ToHaveCountAsync(0);
        session.AssertNoProblems();
    }

    [Theory]
    [InlineData("/no/such/page", "There is no such page")]
    [InlineData("/operator/limits", "It is for the operators of this portal.")]
    public async Task Error_pages_say_what_would_help(string path, string expected)
    {
        var user = await app.NewUser();
        await using var session = await app.SignedIn(user.Email!);
        await session.Page.GotoAsync(path);

        await Expect(session.Page.GetByText(expected)).ToBeVisibleAsync();
        await PageCheck.AssertGoodAsync(session.Page);
        session.AssertNoProblems("the server responded with a status of 40");
    }

    [Fact]
    public async Task Session_that_has_ended_is_explained_where_one_signs_in()
    {
        await using var session = await app.Open();
        await session.Page.GotoAsync("/sign-in?ended=true&returnUrl=%2Fkeys");

        await Expect(session.Page.GetByText("Your session has ended.")).ToBeVisibleAsync();
        await PageCheck.AssertGoodAsync(session.Page);
    }

    [Fact]
    public async Task Page_without_a_circuit_has_a_bell_that_leads_to_the_notifications()
    {
        var user = await app.NewUser();
        await using var session = await app.SignedIn(user.Email!);
        await session.Page.GotoAsync("/organization/new");

        await session.Page.GetByRole(AriaRole.Link, new() { Name = "Notifications" }).ClickAsync();

        await session.Page.WaitForURLAsync("**/notifications");
        session.AssertNoProblems();
    }

    private static async Task AssertApart(IPage page, string controls)
    {
        var boxes = new List<LocatorBoundingBoxResult>();
        foreach (var control in await page.Locator(controls).AllAsync())
        {
            if (await control.BoundingBoxAsync() is { } box) boxes.Add(box);
        }

        foreach (var (one, other) in boxes.Zip(boxes.Skip(1)))
            Assert.True(one.X + one.Width <= other.X + 1, $"{one.X} + {one.Width} overlaps {other.X} at {page.ViewportSize!.Width} px.");
    }
}
