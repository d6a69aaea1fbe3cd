using Microsoft.Playwright;
using Portal.Core.Access;
using Portal.Tests.Infrastructure.Browser;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Access.Browser;

public sealed class PeopleJourneyTests(PagesApp app) : IClassFixture<PagesApp>
{
    [Fact]
    public async Task Owner_invites_and_the_invited_joins_is_refused_what_the_role_lacks_and_loses_the_open_page_when_removed()
    {
        var host = await app.NewUser("Grace", "Hopper");
        var email = host.Email!.Replace("user", "guest", StringComparison.Ordinal);
        await using var session = await app.SignedIn(host.Email!);
        var page = session.Page;
        await page.GotoAsync("/organization/members");
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await page.GetByRole(AriaRole.Link, new() { Name = "Invite people" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Send the invitations" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Whom do you want to invite?")).ToBeVisibleAsync();
        await page.GetByLabel("E-mail addresses").FillAsync($"{email}, nonsense");
        await page.GetByRole(AriaRole.Radio, new() { Name = "Viewer" }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Send the invitations" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("nonsense: Invalid email format");
        await Assertions.Expect(page.GetByLabel("E-mail addresses")).ToHaveValueAsync("nonsense");
        await PageCheck.AssertGoodAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).Last.ClickAsync();
        await page.WaitForURLAsync("**/organization/members?tab=invitations");
        await Assertions.Expect(page.GetByRole(AriaRole.Rowheader, new() { Name = email })).ToBeVisibleAsync();
        await PageCheck.AssertGoodAsync(page);

        await using var guest = await app.Open();
        await guest.Page.GotoAsync(await app.LinkFor(email));
        await Assertions.Expect(guest.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Join Acme");
        await PageCheck.AssertGoodAsync(guest.Page);
        await guest.Page.GetByLabel("First name").FillAsync("Ada");
        await guest.Page.GetByLabel("Last name").FillAsync("Lovelace");
        await guest.Page.GetByLabel("Password", new() { Exact = true }).FillAsync(PageVisitor.Password);
        await guest.Page.GetByRole(AriaRole.Button, new() { Name = "Make an account and join" }).ClickAsync();
        await Assertions.Expect(guest.Page.GetByRole(AriaRole.Button, new() { Name = "Organization: Acme" })).ToBeVisibleAsync();

        await guest.Page.GotoAsync("/organization/audit");
        await Assertions.Expect(guest.Page.GetByText("The audit log is for administrators")).ToBeVisibleAsync();
        await guest.Page.GotoAsync("/organization/members");
        await Assertions.Expect(guest.Page.GetByRole(AriaRole.Rowheader).Filter(new() { HasText = host.Email! })).ToBeVisibleAsync();
        await Assertions.Expect(guest.Page.GetByRole(AriaRole.Link, new() { Name = "Invite people" })).ToHaveCountAsync(0);
        await Assertions.Expect(guest.Page.GetByRole(AriaRole.Combobox)).ToHaveCountAsync(0);

        // Who joined is seen without reloading.
        await page.GetByRole(AriaRole.Link, new() { Name = "Members 2" }).ClickAsync();
        await page.GetByLabel("Role of Ada Lovelace").SelectOptionAsync("Developer");
        await Assertions.Expect(page.GetByText("Ada Lovelace is now Developer.").First).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Assertions.Expect(page.GetByLabel("Role of Ada Lovelace")).ToHaveValueAsync("Viewer");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove Ada Lovelace" }).ClickAsync();
        var question = page.GetByRole(AriaRole.Dialog, new() { Name = "Remove Ada Lovelace from Acme?" });
        await Assertions.Expect(question).ToContainTextAsync("Ada Lovelace loses access at once");
        await AxeCheck.AssertNoneAsync(page);
        await question.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await guest.Page.WaitForURLAsync("**/sign-in**");

        await page.GotoAsync("/organization/audit");
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await page.GetByRole(AriaRole.Link, new() { Name = "Ada Lovelace is now viewer" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Row, new() { Name = "role developer viewer" })).ToBeVisibleAsync();
        await PageCheck.AssertGoodAsync(page);
        await page.GotoAsync("/organization/audit?action=member.removed");
        await Assertions.Expect(page.GetByRole(AriaRole.Rowheader)).ToHaveCountAsync(1);
        await PageCheck.AssertGoodAsync(page);
        session.AssertNoProblems();
        guest.AssertNoProblems();
    }

    [Fact]
    public async Task Somebody_else_who_is_signed_in_is_told_and_the_invited_joins_after_signing_in()
    {
        var host = await app.NewUser();
        var invited = await app.NewUser("Ada", "Lovelace");
        var other = await app.NewUser();
        var actor = new Origin("192.0.2.7").ActorFor(host, host.LastOrganizationId!) with { GrantedScopes = Scopes.Expand([Scopes.Everything]) };
        await app.Get<OrganizationSettings>().Rename(actor, "Meridian & Sons", default);
        await app.Get<Invitations>().Create(actor, invited.Email, Role.Developer, default);
        await using var session = await app.SignedIn(other.Email!);
        var page = session.Page;
        await page.GotoAsync(await app.LinkFor(invited.Email!));
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync($"This invitation is for {invited.Email}, and you are signed in as {other.Email}.");
        await PageCheck.AssertGoodAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out and go on" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in and join" }).ClickAsync();
        await PagesApp.SignIn(page, invited.Email!);
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Organization: Meridian & Sons" })).ToBeVisibleAsync();
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Ownership_is_handed_over_by_typing_the_name_and_the_organization_is_left()
    {
        var host = await app.NewUser("Grace", "Hopper");
        var heir = await app.NewUser("Ada", "Lovelace");
        var actor = new Origin("192.0.2.7").ActorFor(host, host.LastOrganizationId!) with { GrantedScopes = Scopes.Expand([Scopes.Everything]) };
        await app.Get<Invitations>().Create(actor, heir.Email, Role.Admin, default);
        var token = Uri.UnescapeDataString((await app.LinkFor(heir.Email!)).Split("token=")[1]);
        await app.Get<Joining>().Accept(heir.Id, token, new Origin("192.0.2.7"), default);
        await using var session = await app.SignedIn(host.Email!);
        var page = session.Page;
        await page.GotoAsync("/organization/members");
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await page.GetByRole(AriaRole.Button, new() { Name = "Leave" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Leave" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("An organization needs an owner.");

        await page.GetByRole(AriaRole.Button, new() { Name = "Hand over the ownership to Ada Lovelace" }).ClickAsync();
        var question = page.GetByRole(AriaRole.Dialog);
        await Assertions.Expect(question.GetByRole(AriaRole.Button, new() { Name = "Hand over" })).ToBeDisabledAsync();
        await question.GetByRole(AriaRole.Textbox).FillAsync("Acme");
        await question.GetByRole(AriaRole.Button, new() { Name = "Hand over" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Ada Lovelace is an owner now; you are an administrator.").First).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Leave" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Leave" }).ClickAsync();
        await page.WaitForURLAsync("**/sign-in**");
        await PagesApp.SignIn(page, host.Email!);
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("You belong to no organization any more.");
        session.AssertNoProblems();
    }
}
