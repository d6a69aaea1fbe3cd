using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Portal.Tests.Infrastructure.Browser;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Access.Browser;

public sealed class SetUpPageTests
{
    [Fact]
    public async Task First_visitor_sets_the_portal_up_with_the_consoles_code_and_is_signed_in()
    {
        await using var app = PortalApp.OnKestrel(new PortalAppOptions { Services = services => services.AddFastPasswords() });
        var code = app.Logs.Lines.Select(line => Regex.Match(line.Message, @"/setup\?code=(\w+)", RegexOptions.None, TimeSpan.FromSeconds(1))).First(match => match.Success).Groups[1].Value;
        await using var session = await BrowserSession.OpenAsync(new BrowserOptions { BaseUrl = app.Address });
        var page = session.Page;

        await page.GotoAsync("/account");
        Assert.EndsWith("/setup", page.Url, StringComparison.Ordinal);
        await page.GotoAsync("/sign-in");
        Assert.EndsWith("/setup", page.Url, StringComparison.Ordinal);
        await PageCheck.AssertGoodAsync(page);

        await page.GotoAsync("/setup?code=wrong");
        await Fill(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Set up and sign in" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("This is not the set-up code");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToBeFocusedAsync();
        await Assertions.Expect(page.GetByLabel("Organization")).ToHaveValueAsync("Meridian");

        await page.GotoAsync("/setup?code=" + code);
        await Assertions.Expect(page.GetByLabel("Set-up code")).ToHaveValueAsync(code);
        await Fill(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Set up and sign in" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Hello, Ada");
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Plans and limits" })).ToBeVisibleAsync();

        await page.GotoAsync("/setup");
        Assert.Equal("/", new Uri(page.Url).AbsolutePath);
        session.AssertNoProblems();
    }

    private static async Task Fill(IPage page)
    {
        await page.GetByLabel("Organization").FillAsync("Meridian");
        await page.GetByLabel("First name").FillAsync("Ada");
        await page.GetByLabel("Last name").FillAsync("Lovelace");
        await page.GetByLabel("E-mail address").FillAsync("ada@example.com");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(PageVisitor.Password);
    }
}
