using Microsoft.Playwright;
using Portal.Tests.Infrastructure.Browser;
using Portal.Tests.Infrastructure.Hosts;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Shared.Browser;

/// <summary>The circuit's loss, with the real process killed and started again under a form that is half filled in.</summary>
public sealed class ReconnectTests
{
    private const string Email = "ada@example.com";

    [Fact]
    public async Task Form_keeps_what_was_typed_when_the_server_starts_again()
    {
        await using var portal = await PortalProcess.StartAsync(new PortalProcessOptions
        {
            KeepsPort = true,
            Settings = { ["Bootstrap:AdminEmail"] = Email, ["Bootstrap:AdminPassword"] = PageVisitor.Password },
        });
        await using var session = await BrowserSession.OpenAsync(new BrowserOptions { BaseUrl = portal.Address });
        var page = session.Page;
        await page.GotoAsync("/sign-in?returnUrl=%2Fkeys%3Fnew%3D1");
        await page.GetByLabel("E-mail address").FillAsync(Email);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(PageVisitor.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await page.WaitForURLAsync("**/keys?new=1");
        await BrowserSession.InteractiveAsync(page);
        var form = page.GetByRole(AriaRole.Dialog);
        await form.GetByLabel("Name").FillAsync("Night shift");
        await form.GetByLabel("Test", new() { Exact = true }).CheckAsync(new() { Force = true });
        await form.GetByLabel("Calls a minute").FillAsync("42");
        await form.Locator("#key-addresses").FillAsync("203.0.113.7\n198.51.100.0/24");

        await portal.KillHard();
        await Expect(page.GetByText("What you typed is kept.")).ToBeVisibleAsync();
        await page.EvaluateAsync("window.beforeRestart = true");
        await portal.StartAgainAsync();

        await page.WaitForFunctionAsync("() => window.beforeRestart === undefined", null, new() { Timeout = 30_000 });
        await BrowserSession.InteractiveAsync(page);
        await Expect(form.GetByLabel("Name")).ToHaveValueAsync("Night shift");
        await Expect(form.GetByLabel("Calls a minute")).ToHaveValueAsync("42");
        await Expect(form.Locator("#key-addresses")).ToHaveValueAsync("203.0.113.7\n198.51.100.0/24");
        await Expect(form.GetByLabel("Test", new() { Exact = true })).ToBeCheckedAsync();
        Assert.Equal("0", await page.EvaluateAsync<string>("String(sessionStorage.length)"));

        // The server knows the values too, not only the browser's fields.
        await form.GetByRole(AriaRole.Button, new() { Name = "Read only" }).ClickAsync();
        await form.Locator("button[type=submit]").ClickAsync();
        await Expect(page.Locator(".secret")).ToBeVisibleAsync();
        await Expect(form.GetByRole(AriaRole.Heading, new() { Name = "Night shift" })).ToBeVisibleAsync();
        await Expect(form.GetByText("198.51.100.0/24").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Passwords_are_never_put_aside()
    {
        await using var portal = await PortalProcess.StartAsync(new PortalProcessOptions
        {
            Settings = { ["Bootstrap:AdminEmail"] = Email, ["Bootstrap:AdminPassword"] = PageVisitor.Password },
        });
        await using var session = await BrowserSession.OpenAsync(new BrowserOptions { BaseUrl = portal.Address });
        var page = session.Page;
        await page.GotoAsync("/sign-in");
        await page.GetByLabel("E-mail address").FillAsync(Email);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync("a secret word");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show the password" }).ClickAsync();

        // A page without a circuit; its loss is played, so that the form is put aside at all.
        await page.EvaluateAsync("document.getElementById('components-reconnect-modal').classList.add('components-reconnect-show')");
        await page.EvaluateAsync("window.dispatchEvent(new PageTransitionEvent('pagehide'))");

        var kept = await page.EvaluateAsync<string>("JSON.stringify(sessionStorage)");
        Assert.Contains(Email, kept, StringComparison.Ordinal);
        Assert.DoesNotContain("a secret word", kept, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lost_network_is_said_and_passes()
    {
        await using var portal = await PortalProcess.StartAsync(new PortalProcessOptions
        {
            Settings = { ["Bootstrap:AdminEmail"] = Email, ["Bootstrap:AdminPassword"] = PageVisitor.Password },
        });
        await using var session = await BrowserSession.OpenAsync(new BrowserOptions { BaseUrl = portal.Address });
        await session.Page.GotoAsync("/sign-in");
        var notice = session.Page.GetByText("You are offline.");
        await Expect(notice).ToBeHiddenAsync();

        await session.Context.SetOfflineAsync(true);
        await Expect(notice).ToBeVisibleAsync();
        await session.Context.SetOfflineAsync(false);
        await Expect(notice).ToBeHiddenAsync();
    }
}
