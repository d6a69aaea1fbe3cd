using Portal.Tests.Infrastructure.Browser;

namespace Portal.Tests.Access.Browser;

public sealed class PageQualityTests(PagesApp app) : IClassFixture<PagesApp>
{
    [Fact]
    public async Task Pages_for_visitors_are_accessible_in_light_and_dark_and_fit_every_width()
    {
        await using var session = await app.Open();
        await app.NewUser();
        foreach (var path in new[]
        {
            "/sign-in", "/invitation?token=inv_none", "/confirm-email-change", "/register", "/forgot-password", "/reset-password?user=usr_1&token=x", "/confirm-email", "/mail",
            "/docs/errors", "/docs/errors/VALIDATION_ERROR", "/docs/versions",
        })
        {
            await session.Page.GotoAsync(path);
            await PageCheck.AssertGoodAsync(session.Page);
        }

        session.AssertNoProblems();
    }

    [Fact]
    public async Task Pages_for_users_are_accessible_in_light_and_dark_and_fit_every_width()
    {
        await using var session = await app.SignedIn(PagesApp.Operator);
        foreach (var path in new[] { "/", "/account", "/account?tab=password", "/account?tab=two-factor", "/account?tab=passkeys", "/account?tab=sessions",
            "/organization/new", "/organization/members", "/organization/members?tab=invitations", "/organization/members?invite=1", "/organization", "/organization/security",
            "/operator/limits",
        })
        {
            await session.Page.GotoAsync(path);
            await session.Page.WaitForLoadStateAsync(Microsoft.Playwright.LoadState.NetworkIdle);
            await PageCheck.AssertGoodAsync(session.Page);
        }

        session.AssertNoProblems();
    }
}
