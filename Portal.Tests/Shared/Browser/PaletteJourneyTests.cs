using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Tests.Access.Browser;
using Portal.Tests.Infrastructure.Browser;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Shared.Browser;

/// <summary>The command palette by keyboard alone.</summary>
public sealed class PaletteJourneyTests(PagesApp app) : IClassFixture<PagesApp>
{
    [Fact]
    public async Task Page_and_key_are_found_by_typing_and_the_index_is_fetched_once()
    {
        var user = await app.NewUser();
        await NewKey(user, "Nightly reports");
        await using var session = await app.SignedIn(user.Email!);
        var page = session.Page;
        var fetched = 0;
        page.Request += (_, request) => fetched += request.Url.EndsWith("/palette.json", StringComparison.Ordinal) ? 1 : 0;

        await OpenAsync(page);
        await page.Keyboard.TypeAsync("nig");
        await Expect(Selected(page)).ToContainTextAsync("Nightly reports");
        await Expect(Palette(page).GetByRole(AriaRole.Status)).ToHaveTextAsync("1 result");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Heading, new() { Name = "Nightly reports" })).ToBeVisibleAsync();
        Assert.Contains("key=key_", page.Url, StringComparison.Ordinal);
        Assert.Equal(1, fetched);
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Arrows_move_escape_gives_the_focus_back_and_recent_choices_come_first()
    {
        var user = await app.NewUser();
        await using var session = await app.SignedIn(user.Email!);
        var page = session.Page;
        var button = page.GetByRole(AriaRole.Button, new() { Name = "Search", Exact = true });
        await button.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(Selected(page)).ToContainTextAsync("Home");
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(Selected(page)).ToContainTextAsync("API keys");
        await page.Keyboard.PressAsync("ArrowUp");
        await page.Keyboard.PressAsync("ArrowUp");
        await Expect(Selected(page)).ToContainTextAsync("Sign out");
        await Expect(page.GetByRole(AriaRole.Combobox)).ToHaveAttributeAsync("aria-activedescendant", await Selected(page).GetAttributeAsync("id") ?? "");
        await page.Keyboard.PressAsync("Escape");
        await Expect(Palette(page)).ToBeHiddenAsync();
        await Expect(button).ToBeFocusedAsync();

        await OpenAsync(page);
        await page.Keyboard.TypeAsync("membrs");
        await Expect(Selected(page)).ToContainTextAsync("Members");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/organization/members");
        await OpenAsync(page);
        await Expect(Palette(page).GetByRole(AriaRole.Group, new() { Name = "Recently used" }).GetByRole(AriaRole.Option)).ToHaveTextAsync(["MembersOrganization"]);
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Mode_organization_and_theme_are_switched_and_the_page_stays()
    {
        var user = await app.NewUser();
        var organization = (await app.Get<Organizations>().Of(user.Id, default))[0].Organization;
        await app.Get<Organizations>().Create(ActorOf(user, organization.Id), "Second", default);
        await app.Get<Organizations>().Open(user.Id, organization.Id, default);
        await using var session = await app.SignedIn(user.Email!);
        var page = session.Page;
        await page.GotoAsync("/keys?status=active");
        await BrowserSession.InteractiveAsync(page);

        await RunAsync(page, "dark theme");
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await RunAsync(page, "test mode");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Test mode" })).ToBeVisibleAsync();
        Assert.EndsWith("/keys?status=active", page.Url, StringComparison.Ordinal);
        await BrowserSession.InteractiveAsync(page);
        await RunAsync(page, "switch second");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Second" })).ToBeVisibleAsync();
        Assert.EndsWith("/keys", page.Url, StringComparison.Ordinal);
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Test mode" })).ToBeVisibleAsync();
        await BrowserSession.InteractiveAsync(page);
        await RunAsync(page, "log out");
        await Expect(page).ToHaveURLAsync(new Regex("/sign-in$"));
        session.AssertNoProblems();
    }

    [Theory]
    [InlineData(320, ColorScheme.Light)]
    [InlineData(768, ColorScheme.Dark)]
    [InlineData(1440, ColorScheme.Light)]
    [InlineData(1440, ColorScheme.Dark)]
    public async Task Open_palette_is_accessible_and_fits(int width, ColorScheme scheme)
    {
        var user = await app.NewUser();
        await NewKey(user, "A key with a rather long name that has to be cut off somewhere on a narrow screen");
        await using var session = await app.SignedIn(user.Email!, scheme, width);
        await OpenAsync(session.Page);
        await Expect(Selected(session.Page)).ToBeVisibleAsync();
        await AxeCheck.AssertNoneAsync(session.Page);
        await session.Page.Keyboard.TypeAsync("nothing like it");
        await Expect(Palette(session.Page).GetByText("Nothing matches")).ToBeVisibleAsync();
        await AxeCheck.AssertNoneAsync(session.Page);
        Assert.True(await session.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"));
        session.AssertNoProblems();
    }

    private static async Task OpenAsync(IPage page)
    {
        await BrowserSession.InteractiveAsync(page);
        await page.Keyboard.PressAsync("Control+k");
        await Expect(Palette(page)).ToBeVisibleAsync();
        await Expect(Palette(page).GetByRole(AriaRole.Option).First).ToBeVisibleAsync();
    }

    private static async Task RunAsync(IPage page, string command)
    {
        await OpenAsync(page);
        await page.Keyboard.TypeAsync(command);
        await page.Keyboard.PressAsync("Enter");
    }

    private static ILocator Palette(IPage page) => page.Locator("#command-palette");

    private static ILocator Selected(IPage page) => Palette(page).GetByRole(AriaRole.Option, new() { Selected = true });

    private async Task NewKey(User user, string name)
    {
        var organization = (await app.Get<Organizations>().Of(user.Id, default))[0].Organization;
        await app.Get<ApiKeyService>().Create(ActorOf(user, organization.Id), new ApiKeyInput { Name = name, Scopes = ["contacts:read"] }, default);
    }

    private static Actor ActorOf(User user, string organizationId) => new(new Tenant(organizationId, ApiMode.Live), "user", user.Id, user.FullName)
    {
        UserId = user.Id,
        GrantedScopes = Scopes.Expand(Scopes.Of(Role.Owner)),
    };
}
