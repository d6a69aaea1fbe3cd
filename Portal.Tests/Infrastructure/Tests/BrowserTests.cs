using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using Portal.Tests.Infrastructure.Browser;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Infrastructure.Tests;

public sealed class BrowserTests
{
    private const string Good =
        "<!doctype html><html lang=en><title>Good</title><link rel=icon href=data:,>"
        + "<style>@media (prefers-color-scheme: dark){body{background:#000;color:#fff}}</style>"
        + "<main><h1>Good page</h1><p>Text</p></main>";

    private const string Bad =
        "<!doctype html><html lang=en><title>Bad</title><link rel=icon href=data:,><main><h1>Bad page</h1>"
        + "<img src=/bad/fails><input></main><script>console.error('told');throw new Error('thrown')</script>";

    [Fact]
    public async Task Good_page_has_no_problems_and_no_accessibility_faults()
    {
        await using var app = PortalApp.OnKestrel(new PortalAppOptions { InFront = Pages });
        await using var session = await BrowserSession.OpenAsync(new BrowserOptions
        {
            BaseUrl = app.Address,
            Width = 390,
            Height = 844,
            ColorScheme = ColorScheme.Dark,
        });
        await session.Page.GotoAsync("/good");

        await Assertions.Expect(session.Page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Good page");
        Assert.Equal("rgb(0, 0, 0)", await session.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
        Assert.Equal(390, await session.Page.EvaluateAsync<int>("innerWidth"));
        await AxeCheck.AssertNoneAsync(session.Page);
        session.AssertNoProblems();
        Assert.True(File.Exists(await session.ScreenshotAsync("infrastructure-good-page")));
    }

    [Fact]
    public async Task Bad_page_is_told_in_full()
    {
        await using var app = PortalApp.OnKestrel(new PortalAppOptions { InFront = Pages });
        await using var session = await BrowserSession.OpenAsync(new BrowserOptions { BaseUrl = app.Address });
        await session.Page.GotoAsync("/bad");
        await WaitFor.Condition(() => session.Problems.Count >= 4, "all problems were told");

        foreach (var kind in new[] { "console: told", "exception: Error: thrown", "response: 503 GET" })
            Assert.Contains(session.Problems, problem => problem.StartsWith(kind, StringComparison.Ordinal));
        Assert.ThrowsAny<Exception>(() => session.AssertNoProblems());
        session.AssertNoProblems("told", "thrown", "503");

        var violations = await AxeCheck.ViolationsAsync(session.Page, "landmark-one-main");
        Assert.Contains(violations, fault => fault.StartsWith("image-alt (critical)", StringComparison.Ordinal));
        Assert.Contains(violations, fault => fault.StartsWith("label (critical)", StringComparison.Ordinal)
            && fault.Contains("<input>", StringComparison.Ordinal));
    }

    private static void Pages(IApplicationBuilder app)
    {
        app.Map("/good", page => page.Run(context => Html(context, Good)));
        app.Map("/bad/fails", page => page.Run(context =>
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        }));
        app.Map("/bad", page => page.Run(context => Html(context, Bad)));
    }

    private static Task Html(HttpContext context, string html)
    {
        context.Response.ContentType = "text/html";
        return context.Response.WriteAsync(html);
    }
}
