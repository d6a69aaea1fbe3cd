using Microsoft.Playwright;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Browser;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Access.Browser;

public sealed class IdleJourneyTests(IdleJourneyTests.Site site) : IClassFixture<IdleJourneyTests.Site>
{
    [Fact]
    public async Task Session_that_is_used_stays_and_an_idle_one_signs_in_again_where_it_was()
    {
        var user = await site.NewUser();
        await using var session = await site.SignedIn(user.Email!);
        var page = session.Page;
        await page.GotoAsync("/organization/security");
        await page.GetByLabel("Sign members out").SelectOptionAsync("After 15 minutes without activity");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the idle time" }).ClickAsync();
        await Expect(page.GetByText("The idle time is saved.")).ToBeVisibleAsync();
        await PageCheck.AssertGoodAsync(page);

        // What is done on an open page counts, although no request of it passes the cookie.
        await page.GotoAsync("/organization/members");
        await BrowserSession.InteractiveAsync(page);
        foreach (var tab in new[] { "Invitations 0", "Members 1", "Invitations 0" })
        {
            site.Clock.Advance(TimeSpan.FromMinutes(10));
            var link = page.GetByRole(AriaRole.Link, new() { Name = tab });
            await link.ClickAsync();
            await Expect(link).ToHaveAttributeAsync("aria-current", "page");
        }

        site.Clock.Advance(TimeSpan.FromMinutes(17));
        await page.GetByRole(AriaRole.Link, new() { Name = "Members 1" }).ClickAsync();
        await page.WaitForURLAsync("**/sign-in?**");
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Acme ends sessions after 15 minutes without activity.");
        await PageCheck.AssertGoodAsync(page);
        await PagesApp.SignIn(page, user.Email!);
        await page.WaitForURLAsync("**/organization/members**");

        site.Clock.Advance(TimeSpan.FromMinutes(17));
        await page.GotoAsync("/organization/audit");
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Acme ends sessions after 15 minutes without activity.");
        await PagesApp.SignIn(page, user.Email!);
        await page.WaitForURLAsync("**/organization/audit");
        await Expect(page.GetByRole(AriaRole.Rowheader).Filter(new() { HasText = "was idle for too long" })).ToHaveCountAsync(2);
        session.AssertNoProblems();
    }

    /// <summary>The portal with a clock of the test's; it begins now, since browsers drop cookies by their own.</summary>
    public sealed class Site : PagesApp
    {
        public Site() : this(new ManualTime(TimeProvider.System.GetUtcNow())) { }

        private Site(ManualTime clock) : base(clock) => Clock = clock;

        internal ManualTime Clock { get; }
    }
}
