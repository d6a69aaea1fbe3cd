using Microsoft.Playwright;
using Portal.Core.Access;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Access.Browser;

public sealed class AccountJourneyTests(PagesApp app) : IClassFixture<PagesApp>
{
    [Fact]
    public async Task Newcomer_registers_confirms_by_the_mailed_link_and_signs_out()
    {
        await using var session = await app.Open();
        var page = session.Page;
        await page.GotoAsync("/register");
        await page.GetByLabel("First name").FillAsync("Grace");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create the account" }).ClickAsync();

        var summary = page.GetByRole(AriaRole.Alert);
        await Assertions.Expect(summary).ToBeFocusedAsync();
        await Assertions.Expect(page.GetByLabel("First name")).ToHaveValueAsync("Grace");
        await Assertions.Expect(page.GetByLabel("Last name")).ToHaveAttributeAsync("aria-invalid", "true");
        await summary.GetByRole(AriaRole.Link, new() { Name = "Last name is required." }).ClickAsync();
        await page.Keyboard.TypeAsync("Hopper");
        await page.GetByLabel("E-mail address").FillAsync("grace@example.com");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(PageVisitor.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create the account" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Hello, Grace");

        await page.GotoAsync("/mail");
        await FollowLink(page, page.GetByRole(AriaRole.Article).Filter(new() { HasText = "To grace@example.com" }));
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Your address is confirmed");

        await page.GotoAsync("/account");
        await Assertions.Expect(page.GetByText("Confirmed", new() { Exact = true })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Account of Grace Hopper" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.WaitForURLAsync("**/sign-in");
        await page.GotoAsync("/organization/members");
        Assert.EndsWith("/sign-in?returnUrl=%2Forganization%2Fmembers", page.Url, StringComparison.Ordinal);
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Sign_in_works_by_keyboard_alone_and_leads_back_to_the_page_that_was_asked_for()
    {
        var user = await app.NewUser();
        await using var session = await app.Open();
        var page = session.Page;
        await page.GotoAsync("/organization/members");
        await Assertions.Expect(page.GetByLabel("E-mail address")).ToBeFocusedAsync();

        await page.Keyboard.TypeAsync(user.Email!);
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync("wrong password");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToBeFocusedAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The e-mail address or the password is wrong.");
        await Assertions.Expect(page.GetByLabel("E-mail address")).ToHaveValueAsync(user.Email!);

        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync(PageVisitor.Password);
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByLabel("Password", new() { Exact = true })).ToHaveAttributeAsync("type", "text");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/organization/members");
        await Assertions.Expect(page.GetByRole(AriaRole.Rowheader).Filter(new() { HasText = user.Email! })).ToBeVisibleAsync();
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Forgotten_password_is_replaced_by_the_mailed_link_and_ends_the_sign_ins_elsewhere()
    {
        var user = await app.NewUser();
        await using var elsewhere = await app.SignedIn(user.Email!);
        await using var session = await app.Open();
        var page = session.Page;
        await page.GotoAsync("/forgot-password");
        await page.GetByLabel("E-mail address").FillAsync("nobody@example.com");
        await page.GetByRole(AriaRole.Button, new() { Name = "Mail me a link" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Look into your mail");

        await page.GotoAsync("/forgot-password");
        await page.GetByLabel("E-mail address").FillAsync(user.Email!);
        await page.GetByRole(AriaRole.Button, new() { Name = "Mail me a link" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Open the outbox" }).ClickAsync();
        await FollowLink(page, page.GetByRole(AriaRole.Article, new() { Name = "Choose a new password" }).Filter(new() { HasText = $"To {user.Email} " }));
        await page.GetByLabel("New password").FillAsync("short");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the new password" }).ClickAsync();
        await Assertions.Expect(page.GetByLabel("New password")).ToHaveAttributeAsync("aria-describedby", "field-password-hint field-password-error");
        await page.GetByLabel("New password").FillAsync("another battery staple");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the new password" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).ClickAsync();
        await PagesApp.SignIn(page, user.Email!, "another battery staple");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Hello, Jane");

        await elsewhere.Page.ReloadAsync();
        Assert.Contains("/sign-in", elsewhere.Page.Url, StringComparison.Ordinal);
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Name_and_password_are_changed_without_losing_the_sign_in()
    {
        var user = await app.NewUser();
        await using var session = await app.SignedIn(user.Email!);
        var page = session.Page;
        await page.GotoAsync("/account");
        await page.GetByLabel("First name").FillAsync("Janet");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the name" }).ClickAsync();
        await Assertions.Expect(page.Locator(".notice[role=status]")).ToHaveTextAsync("Your name is saved.");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Account of Janet Doe" })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Password", Exact = true }).ClickAsync();
        // The tab before asks for the present password too.
        await Assertions.Expect(page.GetByLabel("New password")).ToBeVisibleAsync();
        await page.GetByLabel("Present password").FillAsync("wrong");
        await page.GetByLabel("New password").FillAsync("another battery staple");
        await page.GetByRole(AriaRole.Button, new() { Name = "Change the password" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("This is not your present password.");
        await page.GetByLabel("Present password").FillAsync(PageVisitor.Password);
        await page.GetByLabel("New password").FillAsync("another battery staple");
        await page.GetByRole(AriaRole.Button, new() { Name = "Change the password" }).ClickAsync();
        await Assertions.Expect(page.Locator(".notice[role=status]")).ToContainTextAsync("Your password is changed.");
        await page.ReloadAsync();
        Assert.Contains("/account", page.Url, StringComparison.Ordinal);
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Organization_and_mode_are_switched_and_stay_after_a_reload_and_in_a_new_tab()
    {
        var user = await app.NewUser();
        await using var session = await app.SignedIn(user.Email!);
        var page = session.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "Organization: Acme" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "New organization" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Second");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create the organization" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Organization: Second" })).ToBeVisibleAsync();

        await page.GotoAsync("/organization/members");
        await page.GetByRole(AriaRole.Switch, new() { Name = "Test mode" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Switch, new() { Name = "Test mode" })).ToBeCheckedAsync();
        Assert.EndsWith("/organization/members", page.Url, StringComparison.Ordinal);
        await Assertions.Expect(page.Locator(".shell[data-mode=test]")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Organization: Second" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Acme" }).Last.ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Organization: Acme" })).ToBeVisibleAsync();
        var tab = await session.Context.NewPageAsync();
        await tab.GotoAsync("/");
        await Assertions.Expect(tab.GetByRole(AriaRole.Button, new() { Name = "Organization: Acme" })).ToBeVisibleAsync();
        await Assertions.Expect(tab.GetByRole(AriaRole.Switch, new() { Name = "Test mode" })).ToBeCheckedAsync();
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Home_ticks_its_steps_while_they_happen()
    {
        var user = await app.NewUser();
        await using var session = await app.SignedIn(user.Email!);
        var steps = session.Page.GetByRole(AriaRole.List, new() { Name = "First steps" }).GetByRole(AriaRole.Listitem);
        await Assertions.Expect(steps.First).ToHaveAttributeAsync("aria-current", "step");

        var actor = new Origin("192.0.2.7").ActorFor(user, user.LastOrganizationId!) with { GrantedScopes = Scopes.Expand([Scopes.Everything]) };
        var key = await app.Get<ApiKeyService>().Create(actor, new ApiKeyInput { Name = "First", Scopes = [Scopes.Everything] }, default);
        await Assertions.Expect(steps.Nth(1)).ToHaveAttributeAsync("aria-current", "step");
        await Assertions.Expect(steps.Nth(1)).ToContainTextAsync("curl ");

        using var client = app.App.Client(key.Secret);
        Assert.True((await client.GetAsync("/api/v1/ping")).IsSuccessStatusCode);
        await Assertions.Expect(steps.Nth(1)).ToHaveAttributeAsync("data-state", "done");
        session.AssertNoProblems();
    }

    // Mails name the portal's public address, which a portal on a free port does not have.
    private static async Task FollowLink(IPage page, ILocator mail) =>
        await page.GotoAsync(new Uri((await mail.GetByRole(AriaRole.Link).GetAttributeAsync("href"))!).PathAndQuery);
}
