using System.Text.RegularExpressions;
using Microsoft.Extensions.Localization;
using Microsoft.Playwright;
using Portal.Access;
using Portal.Core.Access;
using Portal.Tests.Access.Browser;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Docs.Browser;

/// <summary>From a key to an answer that fits, and away with the code.</summary>
public sealed partial class PlaygroundJourneyTests(PlaygroundSite site) : IClassFixture<PlaygroundSite>
{
    /// <summary>What Chromium writes on the console for every answer of 400 and above.</summary>
    private const string Refused = "the server responded with a status of";

    [Fact]
    public async Task Key_just_made_opens_in_the_playground_and_its_first_call_fits_the_schema()
    {
        var owner = await site.Keys.NewOwner();
        await using var session = await site.Keys.Open(owner);
        var page = session.Page;
        var keys = site.Keys.Get<IStringLocalizer<KeysTexts>>();
        // Clicks after sign-in: keys, new, preset, create, playground, send.
        await page.GetByRole(AriaRole.Link, new() { Name = keys["Empty.Action"] }).ClickAsync();
        await page.GetByLabel(keys["Form.Name"], new() { Exact = true }).FillAsync("Shop");
        await page.GetByRole(AriaRole.Button, new() { Name = "CRM" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = keys["Form.Create"], Exact = true }).ClickAsync();
        var playground = await page.RunAndWaitForPopupAsync(() => page.GetByRole(AriaRole.Link, new() { Name = keys["Secret.Playground"] }).ClickAsync());

        await Expect(playground.Locator(".play-key select")).ToHaveValueAsync(KeyId());
        await Expect(playground.Locator(".play-mode")).ToHaveTextAsync(site.Texts["Key.Live"]);
        await site.Send(playground, "200 OK");
        await site.ExpectValid(playground, 200);
        await Expect(playground.Locator(".play-limits")).ToContainTextAsync("by this key");
        await Expect(page.GetByText(keys["Secret.Received"]).First).ToBeVisibleAsync();
        var curl = await playground.Locator(".play-code [data-copy]").GetAttributeAsync("data-copy");
        Assert.Equal($"curl '{site.Keys.App.Address}api/v1/contacts' \\\n  -H \"X-API-Key: $PORTAL_API_KEY\"", curl);
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Wrong_body_is_explained_and_the_right_one_is_kept_in_the_history()
    {
        var owner = await site.Keys.NewOwner();
        await using var session = await site.Open(owner, "?operation=contacts_create");
        var page = session.Page;
        await site.Button(page, "Key.Make").ClickAsync();
        await Expect(page.Locator(".play-mode")).ToHaveTextAsync(site.Texts["Key.Test"]);

        await Field(page, "name").FillAsync("");
        await site.Send(page, "400 Bad Request");
        var error = page.Locator(".play-error");
        await Expect(error.GetByRole(AriaRole.Link, new() { Name = "VALIDATION_ERROR" })).ToHaveAttributeAsync("href", "docs/errors/VALIDATION_ERROR");
        await site.ExpectValid(page, 400);

        await Field(page, "name").FillAsync("Grace Hopper");
        await site.Send(page, "201 Created");
        await site.ExpectValid(page, 201);
        await page.GetByText(site.Texts["History.Title"], new() { Exact = true }).ClickAsync();
        await Expect(page.Locator(".play-history__row")).ToHaveCountAsync(2);
        await page.Locator(".play-history__row button").First.ClickAsync();
        await Expect(page.Locator(".play-notes")).ToHaveTextAsync(site.Texts["Request.FromHistory"]);
        await Expect(Field(page, "name")).ToHaveValueAsync("Grace Hopper");
        await site.Button(page, "History.Clear").ClickAsync();
        await Expect(page.Locator(".play-history__row")).ToHaveCountAsync(0);
        session.AssertNoProblems(Refused);
    }

    [Fact]
    public async Task Form_and_json_are_kept_in_step_and_survive_a_reload()
    {
        var owner = await site.Keys.NewOwner();
        await using var session = await site.Open(owner, "?operation=contacts_create");
        var page = session.Page;

        await Field(page, "company").FillAsync("Univac");
        await page.GetByText(site.Texts["Body.Json"], new() { Exact = true }).ClickAsync();
        var editor = page.GetByRole(AriaRole.Textbox, new() { Name = site.Texts["Body.EditorLabel"] });
        await Expect(editor).ToContainTextAsync("\"company\": \"Univac\"");
        await editor.ClickAsync();
        await page.Keyboard.PressAsync("Control+a");
        await page.Keyboard.InsertTextAsync("""{"name": 7, "company": "Eckert"}""");
        await Expect(page.Locator(".cm-lintRange-error")).ToHaveCountAsync(1);
        await page.GetByText(site.Texts["Body.Form"], new() { Exact = true }).ClickAsync();
        await Expect(Field(page, "company")).ToHaveValueAsync("Eckert");
        await page.ReloadAsync();
        await Expect(Field(page, "company")).ToHaveValueAsync("Eckert");
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Schema_completes_names_in_the_editor()
    {
        var owner = await site.Keys.NewOwner();
        await using var session = await site.Open(owner, "?operation=contacts_create");
        var page = session.Page;
        await page.GetByText(site.Texts["Body.Json"], new() { Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = site.Texts["Body.EditorLabel"] }).ClickAsync();
        await page.Keyboard.PressAsync("Control+a");
        await page.Keyboard.TypeAsync("{\"em");
        await Expect(page.GetByRole(AriaRole.Option, new() { Name = "email" })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Control+Space");
        await Expect(page.GetByRole(AriaRole.Option, new() { Name = "email" })).ToHaveAttributeAsync("aria-selected", "true");
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Pasted_curl_becomes_the_request_and_its_key_is_used()
    {
        var owner = await site.Keys.NewOwner();
        var key = await site.NewKey(owner, "Shop", "contacts:*");
        await using var session = await site.Open(owner);
        var page = session.Page;

        await site.Button(page, "Curl.Open").ClickAsync();
        await Field(page, site.Texts["Curl.Label"]).FillAsync("curl -u me:secret https://api.example.com/");
        await site.Button(page, "Curl.Read").ClickAsync();
        await Expect(page.GetByText(site.Texts["Curl.Refused.User", "-u"])).ToBeVisibleAsync();
        await Field(page, site.Texts["Curl.Label"]).FillAsync(
            $"curl -X POST https://api.example.com/api/v1/contacts \\\n  -H 'X-API-Key: {key.Secret}' --json '{{\"name\": \"It'\\''s Ada\"}}'");
        await site.Button(page, "Curl.Read").ClickAsync();

        await Expect(page.Locator(".play-notes")).ToContainTextAsync(site.Texts["Curl.Note.Host", "api.example.com"]);
        await Expect(page).ToHaveURLAsync(CreateContact());
        await Expect(Field(page, "name")).ToHaveValueAsync("It's Ada");
        await site.Send(page, "201 Created");
        await Expect(page.Locator("body")).Not.ToContainTextAsync(key.Secret);
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Logged_request_is_opened_again()
    {
        var owner = await site.Keys.NewOwner();
        var key = await site.NewKey(owner, "Shop", "contacts:*");
        using var client = site.Keys.App.Client(key.Secret);
        using var answer = await client.GetAsync(new Uri("/api/v1/contacts?q=ada&page=2", UriKind.Relative));
        var id = Assert.Single(answer.Headers.GetValues("X-Request-Id"));

        await using var session = await site.Open(owner, $"?request={id}");

        await Expect(session.Page.Locator(".play-address__path")).ToHaveTextAsync("/api/v1/contacts?q=ada&page=2");
        await Expect(session.Page.Locator(".play-notes")).ToHaveTextAsync(site.Texts["Request.FromLog"]);
        await site.Send(session.Page, "200 OK");
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Keyboard_finds_fills_and_sends()
    {
        var owner = await site.Keys.NewOwner();
        await site.NewKey(owner, "Shop", "contacts:read");
        await using var session = await site.Open(owner);
        var page = session.Page;

        // The island listens once it shows its field.
        await Expect(page.GetByRole(AriaRole.Searchbox)).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("/");
        await Expect(page.GetByRole(AriaRole.Searchbox)).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("read contact");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(ReadContact());
        await page.Keyboard.PressAsync("Control+Enter");
        await Expect(Field(page, "id required")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("con_none");
        await page.Keyboard.PressAsync("Control+Enter");
        await Expect(page.Locator(".play-status")).ToHaveTextAsync("404 Not Found");
        await page.GoBackAsync();
        await Expect(page.Locator(".play-address__path")).ToHaveTextAsync("/api/v1/contacts");
        session.AssertNoProblems(Refused);
    }

    [Fact]
    public async Task Signing_out_ends_the_lent_key_at_once()
    {
        var owner = await site.Keys.NewOwner();
        await site.NewKey(owner, "Shop", "contacts:read");
        await using var session = await site.Open(owner);
        var request = await session.Page.RunAndWaitForRequestAsync(() => site.Send(session.Page, "200 OK"), "**/api/v1/contacts");
        var token = request.Headers["x-api-key"];
        Assert.Equal(200, await site.Keys.Call(token, "/api/v1/contacts"));

        await session.Page.Locator("form[action='sign-out']").EvaluateAsync("form => form.submit()");
        await Expect(session.Page).ToHaveURLAsync(new Regex("/sign-in$"));

        Assert.Equal(401, await site.Keys.Call(token, "/api/v1/contacts"));
    }

    [Fact]
    public async Task Viewer_may_paste_a_key_and_is_told_why()
    {
        var owner = await site.Keys.NewOwner();
        var key = await site.NewKey(owner, "Shop", "contacts:read");
        await using var session = await site.Open(await site.Keys.Become(owner, Role.Viewer));
        var page = session.Page;

        await Expect(page.GetByText(site.Texts["Key.Viewer"])).ToBeVisibleAsync();
        await page.GetByLabel(site.Texts["Key.PasteLabel"]).FillAsync(key.Secret);
        await site.Send(page, "200 OK");
        session.AssertNoProblems();
    }

    private static ILocator Field(IPage page, string name) => page.GetByRole(AriaRole.Textbox, new() { Name = name, Exact = true });

    [GeneratedRegex("^key_")]
    private static partial Regex KeyId();

    [GeneratedRegex("operation=contacts_create")]
    private static partial Regex CreateContact();

    [GeneratedRegex("operation=contacts_get")]
    private static partial Regex ReadContact();
}
