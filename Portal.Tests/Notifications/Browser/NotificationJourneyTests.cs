using Microsoft.Playwright;
using Portal.Core.Access;
using Portal.Core.Notifications;
using Portal.Tests.Access.Browser;
using Portal.Tests.Infrastructure.Browser;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Notifications.Browser;

public sealed class NotificationJourneyTests(PagesApp app) : IClassFixture<PagesApp>
{
    [Fact]
    public async Task Bell_rings_without_a_reload_and_falls_silent_when_all_is_read()
    {
        var user = await app.NewUser();
        await using var session = await app.SignedIn(user.Email!);
        var page = session.Page;
        await BrowserSession.InteractiveAsync(page);
        var bell = page.Locator(".bell");
        await Expect(bell).ToHaveAttributeAsync("aria-label", "Notifications");

        await Tell(user, new Notice(NotificationKind.KeyRevoked, "one", "key_1", "Shop", "dyn_live_Ab3x…9zZz", "Grace"));
        await Tell(user, new Notice(NotificationKind.QuotaUsedUp, "two", null, "100", "100"));
        await Expect(bell).ToHaveAttributeAsync("aria-label", "Notifications, 2 unread");
        await Expect(page.GetByText("2 unread notifications")).ToBeAttachedAsync();

        await bell.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        var menu = page.Locator("#notification-menu");
        await Expect(menu.GetByText("Your key “Shop” was revoked")).ToBeVisibleAsync();
        await menu.GetByRole(AriaRole.Button, new() { Name = "Mark as read: Your key “Shop” was revoked" }).PressAsync("Enter");
        await Expect(bell).ToHaveAttributeAsync("aria-label", "Notifications, 1 unread");
        await menu.GetByRole(AriaRole.Link, new() { Name = "All notifications" }).PressAsync("Enter");
        await page.WaitForURLAsync("**/notifications");

        await page.GetByRole(AriaRole.Link, new() { Name = "Unread" }).ClickAsync();
        await page.WaitForURLAsync("**/notifications?show=unread");
        await Expect(page.Locator("main .notification")).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Button, new() { Name = "Mark all as read" }).ClickAsync();
        await Expect(page.GetByText("You have read everything")).ToBeVisibleAsync();
        await Expect(bell).ToHaveAttributeAsync("aria-label", "Notifications");
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Page_is_accessible_and_fits_empty_and_full()
    {
        var user = await app.NewUser();
        await using var session = await app.SignedIn(user.Email!);
        var page = session.Page;
        await page.GotoAsync("/notifications");
        await BrowserSession.InteractiveAsync(page);
        await Expect(page.GetByText("Nothing has happened yet")).ToBeVisibleAsync();
        await PageCheck.AssertGoodAsync(page);

        for (var index = 0; index < 22; index++)
            await Tell(user, new Notice(NotificationKind.KeyExpires, $"n{index}", "key_1", $"Key {index} with a longer name", "dyn_live_Ab3x…9zZz", "2026-11-29T12:00:00Z"));
        await Expect(page.GetByText("1 to 20 of 22")).ToBeVisibleAsync();
        await PageCheck.AssertGoodAsync(page);
        await page.Locator(".bell").ClickAsync();
        await Expect(page.Locator("#notification-menu")).ToBeVisibleAsync();
        await PageCheck.AssertGoodAsync(page);
        session.AssertNoProblems();
    }

    private async Task Tell(User user, Notice notice)
    {
        var organization = (await app.Get<Organizations>().Of(user.Id, default))[0].Organization.Id;
        await app.Store(db => app.Get<UserNotifications>().Tell(db, organization, [user.Id], notice, default));
    }
}
