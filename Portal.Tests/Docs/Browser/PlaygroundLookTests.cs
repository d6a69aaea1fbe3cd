using Microsoft.Playwright;
using Portal.Tests.Infrastructure.Browser;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Docs.Browser;

/// <summary>The playground and the reference in both themes and at every width, and what they load.</summary>
public sealed class PlaygroundLookTests(PlaygroundSite site) : IClassFixture<PlaygroundSite>
{
    [Fact]
    public async Task Playground_is_accessible_and_fits_before_and_after_an_answer()
    {
        var owner = await site.Keys.NewOwner();
        await using var session = await site.Open(owner, "?operation=contacts_create");
        var page = session.Page;
        await PageCheck.AssertGoodAsync(page);
        await page.SetViewportSizeAsync(1440, 900);
        await site.NewKey(owner, "Shop", "contacts:*");
        await PlaygroundSite.Go(page, "?operation=contacts_create");
        await page.GetByText(site.Texts["Body.Json"], new() { Exact = true }).ClickAsync();
        await site.Send(page, "201 Created");
        await Expect(page.Locator(".play-answer .cm-editor")).ToBeVisibleAsync();
        await site.ExpectValid(page, 201);
        await PageCheck.AssertGoodAsync(page);
        await page.SetViewportSizeAsync(320, 900);
        await page.GetByText(site.Texts["Answer.Title"], new() { Exact = true }).ClickAsync();
        await PageCheck.AssertGoodAsync(page);
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Curl_dialog_and_history_are_accessible_and_fit()
    {
        var owner = await site.Keys.NewOwner();
        await site.NewKey(owner, "Shop", "contacts:read");
        await using var session = await site.Open(owner, "?operation=deals_list");
        var page = session.Page;
        await site.Send(page, "403 Forbidden");
        await page.GetByText(site.Texts["History.Title"], new() { Exact = true }).ClickAsync();
        await PageCheck.AssertGoodAsync(page);
        await site.Button(page, "Curl.Open").ClickAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = site.Texts["Curl.Label"], Exact = true }).FillAsync("wget x");
        await site.Button(page, "Curl.Read").ClickAsync();
        await PageCheck.AssertGoodAsync(page);
        session.AssertNoProblems("the server responded with a status of 403");
    }

    [Fact]
    public async Task Reference_is_accessible_fits_calls_as_the_test_key_and_asks_no_other_host()
    {
        var owner = await site.Keys.NewOwner();
        await site.NewKey(owner, "Shop", "contacts:read");
        await using var session = await site.Keys.Open(owner);
        var page = session.Page;
        List<string> foreign = [];
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(site.Keys.App.Address.ToString(), StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal)
                && !request.Url.StartsWith("blob:", StringComparison.Ordinal)) foreign.Add(request.Url);
        };
        await page.GotoAsync("/reference#tag/contacts/contacts_list");
        var operation = page.Locator("[id$='contacts_list']").First;
        await Expect(operation.GetByRole(AriaRole.Button, new() { NameRegex = new("Test Request") }).First).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await PageCheck.AssertGoodAsync(page);

        await page.SetViewportSizeAsync(1440, 900);
        await operation.GetByRole(AriaRole.Button, new() { NameRegex = new("Test Request") }).First.ClickAsync();
        var answer = await page.RunAndWaitForResponseAsync(
            () => page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Send") }).First.ClickAsync(), "**/api/v1/contacts", new() { Timeout = 30_000 });
        Assert.Equal(200, answer.Status);
        await page.Keyboard.PressAsync("Escape");
        await page.Locator(".reference a[href='playground?operation=contacts_list']").First.ClickAsync();
        await Expect(page.Locator(".play-address__path")).ToHaveTextAsync("/api/v1/contacts");
        Assert.Empty(foreign);
        // Leaving cuts off what Scalar still loads, and it complains of that on the console.
        session.AssertNoProblems("The request has been cancelled");
    }

    [Fact]
    public async Task Pages_forbid_code_from_text_and_the_validator_alone_may()
    {
        using var client = site.Keys.App.Client();
        var page = await PolicyOf(client, "/sign-in");
        var validator = await PolicyOf(client, "/assets/validator.js");

        Assert.Contains("script-src 'self';", page, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe-eval", page, StringComparison.Ordinal);
        Assert.Equal("default-src 'none'; script-src 'unsafe-eval'", validator);
    }

    [Fact]
    public async Task Editor_validator_and_reference_are_loaded_where_they_are_used_alone()
    {
        var owner = await site.Keys.NewOwner();
        await using var session = await site.Keys.Open(owner);
        var loaded = await session.Page.EvaluateAsync<string[]>("performance.getEntriesByType('resource').map(entry => entry.name)");

        Assert.DoesNotContain(loaded, name => name.Contains("chunks/", StringComparison.Ordinal) || name.Contains("playground", StringComparison.Ordinal) || name.Contains("validator", StringComparison.Ordinal));
    }

    private static async Task<string> PolicyOf(HttpClient client, string path)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
        response.EnsureSuccessStatusCode();
        return string.Join(' ', response.Headers.GetValues("Content-Security-Policy").Take(1));
    }
}
