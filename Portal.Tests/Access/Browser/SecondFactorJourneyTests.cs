using Microsoft.Playwright;
using Portal.Core.Access;
using Portal.Tests.Access.Data;
using Portal.Tests.Infrastructure.Browser;

namespace Portal.Tests.Access.Browser;

public sealed class SecondFactorJourneyTests(PagesApp app) : IClassFixture<PagesApp>
{
    [Fact]
    public async Task Authenticator_app_is_set_up_asked_for_and_replaced_by_a_recovery_code()
    {
        var user = await app.NewUser();
        await using var session = await app.SignedIn(user.Email!);
        var page = session.Page;
        await page.GotoAsync("/account?tab=two-factor");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set it up" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Img, new() { Name = "QR code for the authenticator app" })).ToBeVisibleAsync();
        await PageCheck.AssertGoodAsync(page);
        var typed = await page.Locator(".copy-field__value").First.InnerTextAsync();
        var secret = PeopleFixture.Decode(typed.Replace(" ", "", StringComparison.Ordinal));
        await page.GetByLabel("Code", new() { Exact = true }).FillAsync("000000");
        await page.GetByRole(AriaRole.Button, new() { Name = "Turn it on" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("This code is not right.");
        await page.GetByLabel("Code", new() { Exact = true }).FillAsync(Code(0));
        await page.GetByRole(AriaRole.Button, new() { Name = "Turn it on" }).ClickAsync();
        var codes = page.GetByRole(AriaRole.List, new() { Name = "Recovery codes" }).GetByRole(AriaRole.Listitem);
        await Assertions.Expect(codes).ToHaveCountAsync(10);
        await PageCheck.AssertGoodAsync(page);
        var recovery = await codes.First.InnerTextAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download as text" }).ClickAsync());
        Assert.Equal("portal-recovery-codes.txt", download.SuggestedFilename);
        await page.GetByRole(AriaRole.Link, new() { Name = "I have stored them" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Recovery codes left: 10.")).ToBeVisibleAsync();
        await PageCheck.AssertGoodAsync(page);

        await using var second = await app.Open();
        await second.Page.GotoAsync("/sign-in?returnUrl=%2Forganization");
        await PagesApp.SignIn(second.Page, user.Email!);
        await Assertions.Expect(second.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("One more step");
        await PageCheck.AssertGoodAsync(second.Page);
        await Enter(second.Page, "000000");
        await Assertions.Expect(second.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("This code is not right");
        await Enter(second.Page, Code(1));
        await second.Page.WaitForURLAsync("**/organization");

        await using var third = await app.Open();
        await third.Page.GotoAsync("/sign-in");
        await PagesApp.SignIn(third.Page, user.Email!);
        await Enter(third.Page, recovery);
        await third.Page.WaitForURLAsync("**/");
        await third.Page.GotoAsync("/account?tab=sessions");
        await Assertions.Expect(third.Page.GetByText("This browser")).ToBeVisibleAsync();
        await PageCheck.AssertGoodAsync(third.Page);
        await third.Page.GetByRole(AriaRole.Button, new() { Name = "End all others (2)" }).ClickAsync();
        await Assertions.Expect(third.Page.Locator(".notice[role=status]")).ToHaveTextAsync("You are signed out everywhere else.");
        await page.ReloadAsync();
        Assert.Contains("/sign-in", page.Url, StringComparison.Ordinal);
        session.AssertNoProblems();
        third.AssertNoProblems();

        string Code(int ahead) => Totp.Code(secret, Totp.StepAt(app.Get<TimeProvider>().GetUtcNow()) + ahead);
    }

    [Fact]
    public async Task Passkey_is_registered_renamed_signs_in_from_the_suggestions_and_is_removed()
    {
        var user = await app.NewUser();
        await using var session = await app.OpenByName();
        var page = session.Page;
        await page.GotoAsync("/sign-in");
        await PagesApp.SignIn(page, user.Email!);
        await page.WaitForURLAsync("**/");
        var devices = await session.Context.NewCDPSessionAsync(page);
        await devices.SendAsync("WebAuthn.enable");
        await devices.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
        {
            ["options"] = new
            {
                protocol = "ctap2", transport = "internal", hasResidentKey = true, hasUserVerification = true, isUserVerified = true, automaticPresenceSimulation = true,
            },
        });
        await page.GotoAsync("/account?tab=passkeys");
        await PageCheck.AssertGoodAsync(page);
        await page.GetByLabel("Name of the passkey").FillAsync("Laptop");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await Assertions.Expect(page.Locator(".notice[role=status]")).ToHaveTextAsync("The passkey is added. It signs you in from now on.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Rename" }).ClickAsync();
        await page.GetByLabel("Name of the passkey").First.FillAsync("Old laptop");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the name" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.List, new() { Name = "Passkeys" })).ToContainTextAsync("Old laptop");
        await PageCheck.AssertGoodAsync(page);

        await SignOut(page);
        // The virtual authenticator answers the suggestions of the e-mail field at once.
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Hello, Jane");
        Assert.True((await app.Get<UserSessions>().List(user.Id, default))[0].IsTwoFactor);

        // A browser that offers no suggestions has the button.
        await page.AddInitScriptAsync("PublicKeyCredential.isConditionalMediationAvailable = async () => false");
        await SignOut(page);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Sign in");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Hello, Jane");

        await page.GotoAsync("/account?tab=passkeys");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove the passkey" }).ClickAsync();
        await Assertions.Expect(page.Locator(".notice[role=status]")).ToHaveTextAsync("The passkey is removed.");
        Assert.Empty(await app.Get<Passkeys>().List(user.Id, default));
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Organization_that_requires_two_factors_leads_to_setting_one_up()
    {
        var user = await app.NewUser();
        await using var session = await app.SignedIn(user.Email!);
        var page = session.Page;
        await page.GotoAsync("/organization/security");
        await Assertions.Expect(page.GetByText("otherwise you would lock yourself out")).ToBeVisibleAsync();
        await page.GotoAsync("/keys");
        await app.Store(db =>
        {
            db.Organizations.Single(organization => organization.Id == user.LastOrganizationId).RequireTwoFactor = true;
            return Task.CompletedTask;
        });
        await page.GotoAsync("/keys");
        await page.WaitForURLAsync("**/two-factor-required");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Acme requires two-factor sign-in");
        await PageCheck.AssertGoodAsync(page);
        await page.GetByRole(AriaRole.Link, new() { Name = "Use an authenticator app" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Set it up" }).ClickAsync();
        var secret = PeopleFixture.Decode((await page.Locator(".copy-field__value").First.InnerTextAsync()).Replace(" ", "", StringComparison.Ordinal));
        await page.GetByLabel("Code", new() { Exact = true }).FillAsync(Totp.Code(secret, Totp.StepAt(app.Get<TimeProvider>().GetUtcNow())));
        await page.GetByRole(AriaRole.Button, new() { Name = "Turn it on" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "I have stored them" }).ClickAsync();
        await page.GotoAsync("/organization/security");
        await PageCheck.AssertGoodAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Leave it to each member" }).ClickAsync();
        await Assertions.Expect(page.Locator(".notice[role=status]")).ToHaveTextAsync("Each member decides from now on.");
        await page.GetByLabel("Domains of e-mail addresses").FillAsync("example.com nonsense");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the domains" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("nonsense is not a domain");
        session.AssertNoProblems();
    }

    private static async Task Enter(IPage page, string code)
    {
        await page.GetByLabel("Code", new() { Exact = true }).FillAsync(code);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
    }

    private static async Task SignOut(IPage page)
    {
        await page.GotoAsync("/account");
        await page.GetByRole(AriaRole.Button, new() { Name = "Account of Jane Doe" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
    }
}
