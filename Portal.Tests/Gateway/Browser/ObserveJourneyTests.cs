using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Portal.Core.Access;
using Portal.Tests.Access.Browser;
using Portal.Tests.Infrastructure.Browser;
using static Microsoft.Playwright.Assertions;
using Member = Portal.Tests.Access.Browser.Member;

namespace Portal.Tests.Gateway.Browser;

/// <summary>From a call over HTTP to its line in the log, its inspector, the span around it, and the numbers of usage.</summary>
public sealed partial class ObserveJourneyTests(KeysSite site) : IClassFixture<KeysSite>
{
    [Fact]
    public async Task Call_appears_live_and_tells_what_was_sent_with_its_secrets_masked()
    {
        var owner = await site.NewOwner();
        var key = await site.NewKey(owner, "Shop", "contacts:read");
        await using var session = await Open(owner, "/logs");
        var page = session.Page;
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "No calls in this time" })).ToBeVisibleAsync();

        Assert.Equal(200, await site.Call(key.Secret, "/api/v1/contacts?page=1"));
        var row = page.GetByRole(AriaRole.Link, new() { Name = "GET /api/v1/contacts" });
        await Expect(row).ToBeVisibleAsync();
        await row.ClickAsync();

        var inspector = page.GetByRole(AriaRole.Dialog);
        await Expect(inspector.GetByText("/api/v1/contacts?page=1").First).ToBeVisibleAsync();
        await Expect(inspector.GetByText("Limits that applied")).ToBeVisibleAsync();
        await Expect(inspector.GetByText("left this minute").First).ToBeVisibleAsync();
        await Expect(inspector.GetByRole(AriaRole.Link, new() { Name = "Shop" })).ToBeVisibleAsync();
        await Expect(inspector.GetByRole(AriaRole.Link, new() { Name = "Open in playground" })).ToHaveAttributeAsync("href", Replay());
        Assert.DoesNotContain(key.Secret, await page.ContentAsync(), StringComparison.Ordinal);
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Inspector_goes_from_call_to_call_by_button_and_key()
    {
        var owner = await site.NewOwner();
        var key = await site.NewKey(owner, "Shop", "contacts:read");
        await using var session = await Open(owner, "/logs");
        var page = session.Page;
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "No calls in this time" })).ToBeVisibleAsync();
        await site.Call(key.Secret, "/api/v1/contacts?page=1");
        await site.Call(key.Secret, "/api/v1/contacts?page=2");
        await Expect(page.Locator(".grid tbody tr")).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Link, new() { Name = "GET /api/v1/contacts" }).First.ClickAsync();
        var inspector = page.GetByRole(AriaRole.Dialog);
        await Expect(inspector.GetByText("/api/v1/contacts?page=2").First).ToBeVisibleAsync();
        var first = page.Url;

        await inspector.GetByLabel("Next", new() { Exact = true }).ClickAsync();
        await Expect(inspector.GetByText("/api/v1/contacts?page=1").First).ToBeVisibleAsync();
        Assert.NotEqual(first, page.Url);
        await PageCheck.AssertGoodAsync(page);
        await page.Keyboard.PressAsync("k");
        await Expect(inspector.GetByText("/api/v1/contacts?page=2").First).ToBeVisibleAsync();
        Assert.Equal(first, page.Url);
        await page.Keyboard.PressAsync("j");
        await Expect(inspector.GetByText("/api/v1/contacts?page=1").First).ToBeVisibleAsync();
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Paused_log_counts_what_is_new_and_a_brushed_span_leaves_the_rest_out()
    {
        var owner = await site.NewOwner();
        var key = await site.NewKey(owner, "Shop", "contacts:read");
        await site.Call(key.Secret, "/api/v1/contacts");
        await using var session = await Open(owner, "/logs?span=15m");
        var page = session.Page;
        var rows = page.Locator(".grid tbody tr");
        await Expect(rows).ToHaveCountAsync(1);

        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Expect(page.GetByText("Paused", new() { Exact = true })).ToBeVisibleAsync();
        await site.Call(key.Secret, "/api/v1/deals");
        await page.GetByRole(AriaRole.Button, new() { Name = "1 new" }).ClickAsync();
        await Expect(rows).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Link, new() { Name = "4xx" }).ClickAsync();
        await Expect(rows).ToHaveCountAsync(1);
        await Expect(rows.First).ToContainTextAsync("AUTHORIZATION_FAILED");

        var plot = page.Locator("[data-chart=brush]");
        var box = (await plot.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + box.Width * 0.1f, box.Y + 30);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + box.Width * 0.3f, box.Y + 30, new() { Steps = 4 });
        await page.Mouse.UpAsync();
        await Expect(page.GetByText("Chosen time")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Nothing matches" })).ToBeVisibleAsync();
        await page.GoBackAsync();
        await Expect(rows).ToHaveCountAsync(1);
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Usage_is_filtered_by_its_rows_and_exported_for_its_owner_only()
    {
        var owner = await site.NewOwner();
        var key = await site.NewKey(owner, "=Shop", "contacts:read");
        for (var call = 0; call < 3; call++) await site.Call(key.Secret, "/api/v1/contacts");
        await site.Call(key.Secret, "/api/v1/deals");
        await using var session = await Open(owner, "/usage?span=24h");
        var page = session.Page;
        await Expect(page.Locator(".tile__value").First).ToHaveTextAsync("4");
        await page.GetByRole(AriaRole.Link, new() { Name = "contacts_list" }).ClickAsync();
        await Expect(page.Locator(".tile__value").First).ToHaveTextAsync("3");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "=Shop" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Take the filter away: Endpoint" }).ClickAsync();
        await Expect(page.Locator(".tile__value").First).ToHaveTextAsync("4");

        var download = page.WaitForDownloadAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Export CSV" }).ClickAsync();
        var csv = await File.ReadAllTextAsync(await (await download).PathAsync());
        Assert.Contains($"{key.Id},'=Shop,4,3,1,0,0,", csv, StringComparison.Ordinal);

        using var visitor = site.App.Client();
        using var answer = await visitor.GetAsync(new Uri("/usage/export.csv", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        await using var stranger = await Open(await site.NewOwner(), "/usage");
        var theirs = await stranger.Context.APIRequest.GetAsync("/usage/export.csv?by=key");
        Assert.Single((await theirs.TextAsync()).Trim().Split('\n'));
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Pages_are_accessible_in_light_and_dark_and_fit_every_width()
    {
        var owner = await site.NewOwner();
        var key = await site.NewKey(owner, "Billing sync of the Northern warehouse", "contacts:read");
        await site.Use(owner, await KeyOf(owner, key.Id), 20);
        for (var call = 0; call < 3; call++) await site.Call(key.Secret, $"/api/v1/contacts/con_{call}");
        await using var session = await Open(owner, "/logs?span=7d");
        var page = session.Page;
        await Expect(page.Locator(".grid tbody tr").First).ToBeVisibleAsync();
        await PageCheck.AssertGoodAsync(page);
        await page.GetByRole(AriaRole.Link, new() { Name = "GET /api/v1/contacts/con_2" }).ClickAsync();
        await Expect(page.Locator(".request .facts")).ToBeVisibleAsync();
        await PageCheck.AssertGoodAsync(page);
        foreach (var path in new[] { "/usage", "/usage?by=key&span=30d", "/usage?by=day", "/usage?by=status", "/logs?status=5", "/usage?operation=nothing" })
        {
            await PageCheck.OpenAsync(page, path);
            await Expect(page.Locator(".skeleton")).ToHaveCountAsync(0);
            await PageCheck.AssertGoodAsync(page);
        }

        session.AssertNoProblems();
    }

    private async Task<BrowserSession> Open(Member member, string path)
    {
        var session = await site.Open(member, width: 1440);
        await PageCheck.OpenAsync(session.Page, path);
        return session;
    }

    private Task<ApiKeyResource> KeyOf(Member member, string id) => site.Get<ApiKeyService>().Get(member.Actor, id, default);

    [GeneratedRegex("^playground\\?request=req_", RegexOptions.None, 1000)]
    private static partial Regex Replay();
}
