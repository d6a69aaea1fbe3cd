using System.Net;
using Microsoft.Playwright;
using Portal.Core.Access;
using Portal.Tests.Access.Browser;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Operator.Browser;

public sealed class LimitsPageTests(PagesApp app) : IClassFixture<PagesApp>
{
    [Fact]
    public async Task Operator_edits_a_limit_the_api_obeys_at_once_and_the_defaults_come_back()
    {
        var user = await app.NewUser();
        var actor = new Origin("192.0.2.7").ActorFor(user, user.LastOrganizationId!) with { GrantedScopes = Scopes.Expand([Scopes.Everything]) };
        var key = await app.Get<ApiKeyService>().Create(actor, new ApiKeyInput { Name = "First", Scopes = [Scopes.Everything] }, default);
        using var client = app.App.Client(key.Secret);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/ping")).StatusCode);

        await using var session = await app.SignedIn(PagesApp.Operator);
        var page = session.Page;
        await page.GotoAsync("/operator/limits");
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        var calls = page.GetByLabel("Calls a month, Free", new() { Exact = true });
        await calls.FillAsync("many");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("not whole numbers");
        await Assertions.Expect(calls).ToHaveAttributeAsync("aria-invalid", "true");
        await calls.FillAsync("-1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Free:MonthlyCalls must not be negative.");
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/ping")).StatusCode);

        await calls.FillAsync("2");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Saved. The new limits are in force.")).ToBeVisibleAsync();
        Assert.Equal(HttpStatusCode.TooManyRequests, (await client.GetAsync("/api/v1/ping")).StatusCode);

        await page.GetByRole(AriaRole.Button, new() { Name = "Back to defaults" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Back to defaults" }).ClickAsync();
        await Assertions.Expect(calls).ToHaveValueAsync("100");
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/ping")).StatusCode);
        session.AssertNoProblems();
    }
}
