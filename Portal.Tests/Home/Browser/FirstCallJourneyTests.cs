using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Portal.Tests.Infrastructure.Browser;
using Portal.Tests.Infrastructure.Hosts;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Home.Browser;

/// <summary>From an empty data directory to the first call that is seen in the log and in the usage.</summary>
public sealed class FirstCallJourneyTests
{
    /// <summary>Registration to the first successful call takes no more clicks than this after the sign-in.</summary>
    private const int MostClicks = 6;

    private int _clicks;

    [Fact]
    public async Task Newcomer_sets_up_makes_a_key_calls_and_finds_the_call_in_log_and_usage()
    {
        await using var app = PortalApp.OnKestrel(new PortalAppOptions { Services = services => services.AddFastPasswords() });
        await using var session = await BrowserSession.OpenAsync(new BrowserOptions { BaseUrl = app.Address, Width = 1440, Height = 900 });
        var page = session.Page;
        await SetUp(app, page);

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Hello, Ada");
        await BrowserSession.InteractiveAsync(page);
        await Click(page.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link, new() { Name = "Playground" }));
        await Expect(page.Locator(".play-title")).ToBeAttachedAsync();
        await Click(page.GetByRole(AriaRole.Button, new() { Name = "Make a test key" }));
        await Expect(page.Locator(".play-mode")).ToHaveTextAsync("Test data");
        await Click(page.Locator(".play-send"));
        await Expect(page.Locator(".play-status")).ToHaveTextAsync("200 OK");
        Assert.InRange(_clicks, 1, MostClicks);

        await page.GetByRole(AriaRole.Link, new() { Name = "Log entry" }).ClickAsync();
        var inspector = page.GetByRole(AriaRole.Dialog);
        await Expect(inspector.GetByText("/api/v1/contacts").First).ToBeVisibleAsync();
        await Expect(inspector.GetByText("Limits that applied")).ToBeVisibleAsync();

        // A test key's calls are counted in test mode.
        await page.GotoAsync("/");
        await BrowserSession.InteractiveAsync(page);
        await page.GetByRole(AriaRole.Switch).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Test mode" })).ToBeVisibleAsync();
        await page.GotoAsync("/usage?span=1h");
        await Expect(page.Locator(".tile__value").First).ToHaveTextAsync("1");
        await page.GotoAsync("/");
        await Expect(page.GetByText("The first call has arrived.")).ToBeVisibleAsync();
        session.AssertNoProblems();
    }

    private static async Task SetUp(PortalApp app, IPage page)
    {
        var address = app.Logs.Lines.Select(line => Regex.Match(line.Message, @"/setup\?code=\w+", RegexOptions.None, TimeSpan.FromSeconds(1))).First(match => match.Success).Value;
        await page.GotoAsync(address);
        await page.GetByLabel("Organization").FillAsync("Meridian");
        await page.GetByLabel("First name").FillAsync("Ada");
        await page.GetByLabel("Last name").FillAsync("Lovelace");
        await page.GetByLabel("E-mail address").FillAsync("ada@example.com");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(PageVisitor.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Set up and sign in" }).ClickAsync();
    }

    private async Task Click(ILocator what)
    {
        _clicks++;
        await what.ClickAsync();
    }
}
