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
        for (var use = 0; use < 3; use++)
        {
            await Pass(page, TimeSpan.FromMinutes(10));
            var told = await page.RunAndWaitForResponseAsync(() => page.Keyboard.PressAsync("Tab"), "**/session/active");
            Assert.Equal(204, told.Status);
        }

        await Pass(page, TimeSpan.FromMinutes(17));
        await page.Keyboard.PressAsync("Tab");
        await page.WaitForURLAsync("**/sign-in?**");
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Acme ends sessions after 15 minutes without activity.");
        await PageCheck.AssertGoodAsync(page);
        await PagesApp.SignIn(page, user.Email!);
        await page.WaitForURLAsync("**/organization/members**");

        // This page has no circuit that would notice first.
        await page.GotoAsync("/organization/security");
        site.Clock.Advance(TimeSpan.FromMinutes(17));
        await page.GotoAsync("/organization/audit");
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Acme ends sessions after 15 minutes without activity.");
        await PagesApp.SignIn(page, user.Email!);
        await page.WaitForURLAsync("**/organization/audit");
        await Expect(page.GetByRole(AriaRole.Rowheader).Filter(new() { HasText = "was idle for too long" })).ToHaveCountAsync(2);
        session.AssertNoProblems();
    }

    private async Task Pass(IPage page, TimeSpan span)
    {
        site.Clock.Advance(span);
        await page.Clock.SetFixedTimeAsync(site.Clock.GetUtcNow().UtcDateTime);
    }

    /// <summary>The portal with a clock of the test's; it begins now, since browsers drop cookies by their own.</summary>
    public sealed class Site : PagesApp
    {
        public Site() : this(new ManualTime(TimeProvider.System.GetUtcNow())) { }

        private Site(ManualTime clock) : base(clock) => Clock = clock;

        internal ManualTime Clock { get; }
    }
}
