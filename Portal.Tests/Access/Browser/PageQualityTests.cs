using System.Reflection;
using Microsoft.AspNetCore.Components;
using Microsoft.Playwright;
using Portal.Shared;
using Portal.Tests.Infrastructure.Browser;

namespace Portal.Tests.Access.Browser;

public sealed class PageQualityTests(PagesApp app) : IClassFixture<PagesApp>
{
    private static readonly string[] ForVisitors =
    [
        "/sign-in", "/invitation?token=inv_none", "/confirm-email-change", "/register", "/forgot-password", "/reset-password?user=usr_1&token=x", "/confirm-email", "/mail",
        "/docs/errors", "/docs/errors/VALIDATION_ERROR", "/docs/versions", "/error", "/error/404", "/not-found", "/forms/form_none",
    ];

    private static readonly string[] ForUsers =
    [
        "/", "/account", "/account?tab=password", "/account?tab=two-factor", "/account?tab=passkeys", "/account?tab=sessions", "/organization/new",
        "/organization/members", "/organization/members?tab=invitations", "/organization/members?invite=1", "/organization", "/organization/security", "/organization/audit",
        "/operator/limits", "/keys", "/logs", "/usage", "/notifications", "/two-factor-required",
        "/webhooks/events", "/webhooks/events?type=deal.updated", "/webhooks/events?kind=own", "/webhooks/events?new=1", "/webhooks/tester", "/webhooks/tester?tab=send", "/webhooks/tester?tab=verify",
        "/webhooks", "/webhooks/new", "/webhooks/whk_none", "/tasks", "/tasks?status=all",
    ];

    // Set-up is over in this portal; the gallery is Development's; playground and reference wait for their islands.
    private static readonly string[] InTestsOfTheirOwn = ["/setup", "/gallery", "/playground", "/reference"];

    [Fact]
    public void Every_page_is_looked_at()
    {
        var looked = ForVisitors.Concat(ForUsers).Concat(InTestsOfTheirOwn).Select(path => path.Split('?')[0]).ToHashSet(StringComparer.Ordinal);
        var routes = typeof(PortalPages).Assembly.GetTypes().SelectMany(type => type.GetCustomAttributes<RouteAttribute>()).Select(route => route.Template);
        Assert.DoesNotContain(routes, route => !looked.Any(path => Matches(route, path)));
    }

    [Fact]
    public async Task Pages_for_visitors_are_accessible_in_light_and_dark_and_fit_every_width()
    {
        await using var session = await app.Open();
        await app.NewUser();
        foreach (var path in ForVisitors)
        {
            await session.Page.GotoAsync(path);
            await PageCheck.AssertGoodAsync(session.Page);
        }

        session.AssertNoProblems("404 (Not Found)");
    }

    [Fact]
    public async Task Pages_for_users_are_accessible_in_light_and_dark_and_fit_every_width()
    {
        await using var session = await app.SignedIn(PagesApp.Operator);
        foreach (var path in ForUsers)
        {
            await session.Page.GotoAsync(path);
            await session.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            await PageCheck.AssertGoodAsync(session.Page);
        }

        session.AssertNoProblems();
    }

    private static bool Matches(string route, string path)
    {
        var (wanted, given) = (route.Split('/'), path.Split('/'));
        return wanted.Length == given.Length && wanted.Zip(given).All(pair => pair.First == pair.Second || (pair.First.StartsWith('{') && pair.Second.Length > 0));
    }
}
