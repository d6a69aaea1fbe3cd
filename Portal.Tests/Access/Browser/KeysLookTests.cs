using System.Net;
using Microsoft.Playwright;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Tests.Infrastructure.Browser;

namespace Portal.Tests.Access.Browser;

/// <summary>How the page looks and reads: no accessibility fault and no sideways scrolling, in both themes and at every width.</summary>
public sealed class KeysLookTests(KeysSite site) : IClassFixture<KeysSite>
{
    [Theory]
    [InlineData(320, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    [InlineData(768, ColorScheme.Dark)]
    [InlineData(1440, ColorScheme.Light)]
    [InlineData(1440, ColorScheme.Dark)]
    public async Task Page_full_of_keys_is_accessible_and_fits(int width, ColorScheme scheme)
    {
        var owner = await site.NewOwner();
        var keys = await Fill(owner);
        await using var session = await site.Open(owner, "?mode=all", width, scheme: scheme);
        await Check(session, $"keys-list-{width}-{scheme}");
        await KeysSite.Go(session.Page, $"?mode=all&key={keys.Rotated.Id}");
        await Check(session, $"keys-rotating-{width}-{scheme}");
        await KeysSite.Go(session.Page, $"?mode=all&key={keys.Busy.Id}");
        await Check(session, $"keys-detail-{width}-{scheme}");
        await session.Page.GetByRole(AriaRole.Button, new() { Name = site.Texts["Action.Revoke"], Exact = true }).ClickAsync();
        await Assertions.Expect(session.Page.GetByLabel("Type")).ToBeVisibleAsync();
        await Check(session, $"keys-revoke-{width}-{scheme}");
        session.AssertNoProblems();
    }

    [Theory]
    [InlineData(390, ColorScheme.Light)]
    [InlineData(1440, ColorScheme.Dark)]
    [InlineData(1440, ColorScheme.Light)]
    public async Task Empty_page_form_and_secret_are_accessible_and_fit(int width, ColorScheme scheme)
    {
        var owner = await site.NewOwner();
        await using var session = await site.Open(owner, width: width, scheme: scheme);
        var page = session.Page;
        await Check(session, $"keys-empty-{width}-{scheme}");
        await page.GetByRole(AriaRole.Link, new() { Name = site.Texts["Empty.Action"] }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = site.Texts["Form.Create"], Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByText(site.Texts["Form.NameMissing"])).ToBeVisibleAsync();
        await page.Locator(".scope-list summary").ClickAsync();
        await Check(session, $"keys-form-{width}-{scheme}");
        await page.GetByLabel(site.Texts["Form.Name"], new() { Exact = true }).FillAsync("Billing sync");
        await page.GetByRole(AriaRole.Button, new() { Name = "CRM" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = site.Texts["Form.Create"], Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByText(site.Texts["Secret.Waiting"])).ToBeVisibleAsync();
        await Check(session, $"keys-secret-{width}-{scheme}");
        await page.GetByRole(AriaRole.Button, new() { Name = site.Texts["Action.Rotate"] }).ClickAsync();
        await Assertions.Expect(page.GetByText(site.Texts["Rotate.Text"])).ToBeVisibleAsync();
        await Check(session, $"keys-rotate-{width}-{scheme}");
        session.AssertNoProblems();
    }

    private static async Task Check(BrowserSession session, string name)
    {
        await session.ScreenshotAsync(name);
        await AxeCheck.AssertNoneAsync(session.Page);
        var overflow = await session.Page.EvaluateAsync<int>(
            "Math.max(...[document.documentElement, ...document.querySelectorAll('dialog[open]')].map(e => e.scrollWidth - e.clientWidth))");
        Assert.True(overflow <= 0, $"{name} scrolls sideways by {overflow} pixels.");
    }

    private async Task<(IssuedApiKey Busy, IssuedApiKey Rotated)> Fill(Member owner)
    {
        var service = site.Get<ApiKeyService>();
        var busy = await site.NewKey(owner, "Billing sync", "contacts:*", "deals:read", "invoices:*", "events:read");
        await site.Use(owner, busy, 40);
        var shop = await service.Create(owner.Actor, new ApiKeyInput { Name = "Web shop", Preset = "integration", RateLimit = new(300), ExpiresAt = site.Get<TimeProvider>().GetUtcNow().AddDays(6) }, default);
        await site.Use(owner, shop, 9);
        var rotated = await site.NewKey(owner, "Nightly export", "contacts:read");
        await site.Use(owner, rotated, 4);
        await service.Rotate(owner.Actor, rotated.Id, TimeSpan.FromDays(7), default);
        site.Get<KeyUseRecorder>().Touch(rotated.Id, IPAddress.Parse("203.0.113.7"), site.Get<TimeProvider>().GetUtcNow().AddMilliseconds(5));
        await service.Create(owner.Actor, new ApiKeyInput { Name = "Playground", Preset = "full_access", Mode = ApiMode.Test, RateLimit = new(null) }, default);
        var off = await site.NewKey(owner, "Old importer of the Northern warehouse, kept for the audit", "contacts:write");
        await service.Disable(owner.Actor, off.Id, default);
        var gone = await site.NewKey(owner, "Intern’s laptop", "*");
        await service.Revoke(owner.Actor, gone.Id, default);
        return (busy, rotated);
    }
}
