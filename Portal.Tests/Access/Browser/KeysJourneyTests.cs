using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Portal.Core.Access;
using Portal.Tests.Infrastructure.Browser;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Access.Browser;

/// <summary>From no key to a revoked one, with calls over HTTP in between.</summary>
public sealed partial class KeysJourneyTests(KeysSite site) : IClassFixture<KeysSite>
{
    [Fact]
    public async Task Key_is_made_used_narrowed_rotated_and_revoked()
    {
        var owner = await site.NewOwner();
        await using var session = await site.Open(owner);
        var page = session.Page;

        var secret = await MakeAsync(page, "Billing sync");
        Assert.Equal(200, await site.Call(secret, "/api/v1/contacts"));
        await Expect(page.GetByText(site.Texts["Secret.Received"]).First).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Dialog).GetByText("127.0.0.1").First).ToBeVisibleAsync();
        await Button(page, "Secret.Stored").ClickAsync();
        await Expect(page.Locator(".secret")).ToHaveCountAsync(0);

        await Button(page, "Action.Edit").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Finance" }).ClickAsync();
        await Button(page, "Form.Save").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog).GetByText("invoices:*")).ToBeVisibleAsync();
        Assert.Equal(403, await site.Call(secret, "/api/v1/contacts"));

        await Button(page, "Action.Rotate").ClickAsync();
        await page.GetByLabel(site.Texts["Overlap.Hour"]).CheckAsync();
        await Button(page, "Rotate.Do").ClickAsync();
        await Expect(page.Locator(".secret")).ToBeVisibleAsync();
        var successor = await SecretAsync(page);
        Assert.NotEqual(secret, successor);
        Assert.Equal(200, await site.Call(secret, "/api/v1/ping"));
        Assert.Equal(200, await site.Call(successor, "/api/v1/ping"));

        await page.GetByRole(AriaRole.Link, new() { NameRegex = KeyId() }).ClickAsync();
        await Expect(page.GetByText(site.Texts["Rotation.StillUsed"])).ToBeVisibleAsync();
        await Button(page, "Action.Revoke").ClickAsync();
        var revoke = Button(page, "Revoke.Do");
        await Expect(revoke).ToBeDisabledAsync();
        await page.GetByLabel("Type Billing sync").FillAsync("Billing sync");
        await revoke.ClickAsync();
        await Expect(page.GetByText(site.Texts["Said.Revoked", "Billing sync"])).ToBeVisibleAsync();
        Assert.Equal(401, await site.Call(secret, "/api/v1/ping"));
        Assert.Equal(200, await site.Call(successor, "/api/v1/ping"));
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Disabled_key_is_refused_until_undone()
    {
        var owner = await site.NewOwner();
        var key = await site.NewKey(owner, "Shop", "contacts:read");
        await using var session = await site.Open(owner, $"?key={key.Id}");

        await Button(session.Page, "Action.Disable").ClickAsync();
        await Expect(session.Page.GetByText(site.Texts["Said.Disabled", "Shop"])).ToBeVisibleAsync();
        Assert.Equal(401, await site.Call(key.Secret, "/api/v1/ping"));
        await session.Page.GetByRole(AriaRole.Button, new() { Name = "Undo", Exact = true }).ClickAsync();
        await Expect(session.Page.GetByText(site.Texts["Said.Enabled", "Shop"])).ToBeVisibleAsync();
        Assert.Equal(200, await site.Call(key.Secret, "/api/v1/ping"));
    }

    [Fact]
    public async Task Viewer_sees_keys_but_no_actions_and_is_told_why()
    {
        var owner = await site.NewOwner();
        var key = await site.NewKey(owner, "Shop", "contacts:read");
        await using var session = await site.Open(await site.Become(owner, Role.Viewer), $"?key={key.Id}");

        await Expect(session.Page.GetByText(site.Texts["Viewer.Text"])).ToBeVisibleAsync();
        await Expect(session.Page.GetByRole(AriaRole.Dialog).GetByText(key.Id)).ToBeVisibleAsync();
        await Expect(Button(session.Page, "Action.Revoke")).ToHaveCountAsync(0);
        await Expect(session.Page.GetByRole(AriaRole.Link, new() { Name = site.Texts["Action.New"] })).ToHaveCountAsync(0);
        await KeysSite.Go(session.Page, "?new=1");
        await Expect(session.Page.Locator(".key-form")).ToHaveCountAsync(0);
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Keyboard_searches_opens_and_closes_and_gets_its_focus_back()
    {
        var owner = await site.NewOwner();
        await site.NewKey(owner, "Shop", "contacts:read");
        await site.NewKey(owner, "Billing", "contacts:read");
        await using var session = await site.Open(owner);
        var page = session.Page;

        // The circuit gives the focus to the heading when it starts.
        await Expect(page.Locator("h1")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("/");
        await Expect(page.GetByRole(AriaRole.Searchbox)).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("shop");
        await Expect(page).ToHaveURLAsync(Query());
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Billing" })).ToHaveCountAsync(0);
        var link = page.GetByRole(AriaRole.Link, new() { Name = "Shop" });
        await link.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Expect(link).ToBeFocusedAsync();
        session.AssertNoProblems();
    }

    private async Task<string> MakeAsync(IPage page, string name)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = site.Texts["Empty.Action"] }).ClickAsync();
        await page.GetByLabel(site.Texts["Form.Name"], new() { Exact = true }).FillAsync(name);
        await page.GetByRole(AriaRole.Button, new() { Name = "CRM" }).ClickAsync();
        await Button(page, "Form.Create").ClickAsync();
        await Expect(page.GetByText(site.Texts["Secret.Waiting"])).ToBeVisibleAsync();
        var secret = await SecretAsync(page);
        var curl = await page.Locator(".secret__try [data-copy]").First.GetAttributeAsync("data-copy");
        Assert.Equal($"curl {site.App.Address}api/v1/ping -H \"X-API-Key: {secret}\"", curl);
        return secret;
    }

    private ILocator Button(IPage page, string text) => page.GetByRole(AriaRole.Button, new() { Name = site.Texts[text], Exact = true });

    private static async Task<string> SecretAsync(IPage page) => (await page.Locator(".secret > .copy-field [data-copy]").GetAttributeAsync("data-copy"))!;

    [GeneratedRegex("^key_")]
    private static partial Regex KeyId();

    [GeneratedRegex("q=shop")]
    private static partial Regex Query();
}
