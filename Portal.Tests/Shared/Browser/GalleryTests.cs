using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Portal.Tests.Access.Browser;
using Portal.Tests.Infrastructure.Browser;
using Portal.Tests.Infrastructure.Hosts;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Shared.Browser;

/// <summary>The shared parts in a browser: reading, keys, brushing, folding, the address; and no accessibility fault.</summary>
public sealed partial class GalleryTests(PagesApp site) : IClassFixture<PagesApp>
{
    [Fact]
    public async Task Parts_are_accessible_in_light_and_dark_and_fit_every_width()
    {
        await using var session = await Open("/gallery");
        foreach (var state in new[] { "", "?state=empty", "?state=error", "?id=row_03", "?page=99", "?q=nothing" })
        {
            await PageCheck.OpenAsync(session.Page, $"/gallery{state}");
            await PageCheck.AssertGoodAsync(session.Page);
        }

        session.AssertNoProblems();
    }

    [Fact]
    public async Task Grid_is_used_by_keyboard_and_survives_back_and_reload()
    {
        await using var session = await Open("/gallery");
        var page = session.Page;
        // The circuit gives the focus to the heading when it starts.
        await Expect(page.Locator("h1")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("/");
        await Expect(page.GetByRole(AriaRole.Searchbox)).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("web shop");
        await Expect(page).ToHaveURLAsync(new Regex("q=web(%20|\\+)shop", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await Expect(page.Locator(".list tbody tr")).ToHaveCountAsync(8);
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Enter");
        var drawer = page.GetByRole(AriaRole.Dialog);
        await Expect(drawer.GetByRole(AriaRole.Heading, new() { Name = "Web shop 2" })).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Expect(drawer.GetByRole(AriaRole.Heading, new() { Name = "Web shop 2" })).ToBeVisibleAsync();
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await page.Keyboard.PressAsync("Escape");
        await Expect(drawer).ToBeHiddenAsync();
        // The browser closes it at once, the address follows from the server.
        await Expect(page).Not.ToHaveURLAsync(new Regex("id=row", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await page.GoBackAsync();
        await Expect(drawer).ToBeVisibleAsync();
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Order_and_columns_are_chosen_from_the_view()
    {
        await using var session = await Open("/gallery");
        var page = session.Page;
        await page.Locator(".popup summary").ClickAsync();
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "Id" }).CheckAsync();
        await Expect(page.GetByRole(AriaRole.Columnheader, new() { Name = "Id", Exact = true })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator(".popup[open]")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Link, new() { Name = "Program", Exact = true }).ClickAsync();
        await Expect(page.Locator(".list tbody th").First).ToContainTextAsync("Billing sync 1");
        Assert.Contains("cols=", page.Url, StringComparison.Ordinal);
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Span_is_chosen_by_dragging_and_by_keys()
    {
        await using var session = await Open("/gallery");
        var page = session.Page;
        var plot = page.Locator("[data-chart=brush]").First;
        await plot.ScrollIntoViewIfNeededAsync();
        var box = (await plot.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + box.Width * 0.25f, box.Y + 40);
        await Expect(plot.Locator(".chart__readout")).ToContainTextAsync("4xx");
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + box.Width * 0.75f, box.Y + 50, new() { Steps = 5 });
        await Expect(plot.Locator(".chart__span")).ToBeVisibleAsync();
        await page.Mouse.UpAsync();
        await Expect(page).ToHaveURLAsync(Span());

        await PageCheck.OpenAsync(page, "/gallery");
        await plot.FocusAsync();
        await page.Keyboard.PressAsync("ArrowLeft");
        await page.Keyboard.PressAsync("Shift+ArrowLeft");
        await page.Keyboard.PressAsync("Shift+ArrowLeft");
        await Expect(plot).ToHaveAttributeAsync("aria-valuenow", "56");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(Span());
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Tree_is_walked_and_folded_by_keys_and_copies()
    {
        await using var session = await Open("/gallery");
        var page = session.Page;
        await session.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        var tree = page.GetByRole(AriaRole.Tree, new() { Name = "Deal" });
        await tree.GetByRole(AriaRole.Treeitem).First.FocusAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("c");
        await Expect(tree.Locator("[data-copied=yes]")).ToHaveCountAsync(1);
        Assert.Equal("deal_01k9z3mq7x", await page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        await page.Keyboard.PressAsync("ArrowLeft");
        await page.Keyboard.PressAsync("ArrowLeft");
        await Expect(tree.GetByRole(AriaRole.Treeitem)).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(tree.GetByRole(AriaRole.Treeitem)).Not.ToHaveCountAsync(1);
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Toast_with_undo_and_question_with_damage_work_from_the_page_and_in_the_drawer()
    {
        await using var session = await Open("/gallery?id=row_03");
        var page = session.Page;
        var drawer = page.GetByRole(AriaRole.Dialog);
        await drawer.GetByRole(AriaRole.Button, new() { Name = "Show one with undo" }).ClickAsync();
        await drawer.GetByRole(AriaRole.Button, new() { Name = "Undo", Exact = true }).ClickAsync();
        await Expect(drawer.GetByText("Web shop works again")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask a question" }).ClickAsync();
        var question = page.GetByRole(AriaRole.Dialog, new() { Name = "Delete the endpoint Orders?" });
        await Expect(question.GetByText("3 workflows wait")).ToBeVisibleAsync();
        await AxeCheck.AssertNoneAsync(page);
        await question.GetByRole(AriaRole.Textbox).FillAsync("Orders");
        await question.GetByRole(AriaRole.Button, new() { Name = "Delete endpoint" }).ClickAsync();
        await Expect(page.GetByText("The endpoint Orders was deleted")).ToBeVisibleAsync();
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Gallery_is_no_page_outside_of_development()
    {
        await using var app = new PortalApp(new PortalAppOptions
        {
            Environment = "Production",
            Settings = { ["Bootstrap:AdminEmail"] = PagesApp.Operator, ["Bootstrap:AdminPassword"] = PageVisitor.Password },
            Services = services => services.AddFastPasswords(),
        });
        var visitor = new PageVisitor(app);
        await visitor.SignIn(PagesApp.Operator);

        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await visitor.Open("/gallery")).StatusCode);
    }

    private async Task<BrowserSession> Open(string path)
    {
        var session = await site.SignedIn(PagesApp.Operator, width: 1440);
        await PageCheck.OpenAsync(session.Page, path);
        return session;
    }

    [GeneratedRegex("from=2.*to=2", RegexOptions.None, 1000)]
    private static partial Regex Span();
}
