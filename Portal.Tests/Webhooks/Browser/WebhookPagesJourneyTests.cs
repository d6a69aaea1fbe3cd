using System.Diagnostics;
using System.Net;
using Microsoft.Playwright;
using Portal.Core.Access;
using Portal.Core.Webhooks.Catalogue;
using Portal.Core.Webhooks.Tester;
using Portal.Tests.Access.Browser;
using Portal.Tests.Infrastructure.Browser;
using static Microsoft.Playwright.Assertions;
using Member = Portal.Tests.Access.Browser.Member;

namespace Portal.Tests.Webhooks.Browser;

public sealed class WebhookPagesJourneyTests(KeysSite site) : IClassFixture<KeysSite>
{
    [Fact]
    public async Task Event_type_is_added_and_a_change_that_breaks_others_is_shown_before_it_is_saved()
    {
        var owner = await site.NewOwner();
        await using var session = await Open(owner, "/webhooks/events");
        var page = session.Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "Add event type" }).ClickAsync();
        var form = page.GetByRole(AriaRole.Dialog);
        await form.GetByLabel("Name", new() { Exact = true }).FillAsync("order.shipped");
        await form.GetByLabel("Description", new() { Exact = true }).FillAsync("An order left the house.");
        await Expect(form.GetByText("Fits the schema")).ToBeVisibleAsync();
        await form.GetByRole(AriaRole.Button, new() { Name = "Add event type" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "order.shipped" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Dialog).GetByText("v1", new() { Exact = true })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Edit", Exact = true }).ClickAsync();
        await Write(page.Locator(".cm-content").First, """{"type":"object","properties":{"order_id":{"type":"string"},"carrier":{"type":"string"}},"required":["order_id","carrier"]}""");
        await Expect(page.GetByText("sample.carrier")).ToBeVisibleAsync();
        await Write(page.Locator(".cm-content").Nth(1), """{"order_id":"A-1","carrier":"mule"}""");
        await Expect(page.GetByText("Fits the schema")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(page.GetByText("This change may break others")).ToBeVisibleAsync();
        await Expect(page.GetByText("Breaks senders")).ToBeVisibleAsync();
        await PageCheck.AssertGoodAsync(page);
        Assert.Equal(1, (await Type(owner, "order.shipped")).Version);

        await page.GetByRole(AriaRole.Button, new() { Name = "Save version 2 anyway" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog).GetByText("v2", new() { Exact = true })).ToBeVisibleAsync();
        Assert.Equal(2, (await Type(owner, "order.shipped")).Version);

        await page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Whoever publishes order.shipped from then on gets an error.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete event type" }).ClickAsync();
        await Expect(page.GetByText("Deleted order.shipped.")).ToBeVisibleAsync();
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Catalogue_is_searched_by_the_slash_key_and_its_state_is_in_the_address()
    {
        await using var session = await Open(await site.NewOwner(), "/webhooks/events");
        var page = session.Page;
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("workflow failed");
        await Expect(page.Locator(".event-row")).ToHaveCountAsync(1);
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("q=workflow"));
        await page.GetByRole(AriaRole.Link, new() { Name = "workflow.execution.failed" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "JSON Schema" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog).GetByText("\"$schema\"").First).ToBeVisibleAsync();
        await PageCheck.AssertGoodAsync(page);
        await page.ReloadAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "workflow.execution.failed" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Try in the tester" }).ClickAsync();
        await Expect(page.Locator("#send-type")).ToHaveValueAsync("workflow.execution.failed");
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Request_appears_live_and_the_inbox_answers_late_refuses_and_resets_as_told()
    {
        var owner = await site.NewOwner();
        await using var session = await Open(owner, "/webhooks/tester");
        var page = session.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "Create an inbox" }).ClickAsync();
        await Expect(page.GetByText("Waiting for the first request")).ToBeVisibleAsync();
        var url = new Uri(await page.Locator(".inbox-bar .copy-field__value").InnerTextAsync());
        using var client = site.App.Client();
        using (var response = await client.PostAsync(new Uri(url + "/hooks?x=1"), new StringContent("""{"type":"order.shipped","note":"<b>bold</b>"}"""))) Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await Expect(page.Locator(".inbox-row")).ToHaveCountAsync(1);
        await Expect(page.GetByText("<b>bold</b>").First).ToBeVisibleAsync();
        await PageCheck.AssertGoodAsync(page);

        await page.SetViewportSizeAsync(1440, 900);
        await page.GetByRole(AriaRole.Link, new() { Name = "Answer", Exact = true }).ClickAsync();
        await page.Locator("#inbox-status").FillAsync("503");
        await page.GetByLabel("Delay in milliseconds").FillAsync("300");
        await page.Locator("#inbox-headers").FillAsync("Set-Cookie: a=b");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Set-Cookie cannot be answered")).ToBeVisibleAsync();
        await PageCheck.AssertGoodAsync(page);
        await page.Locator("#inbox-headers").FillAsync("Retry-After: 9");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Answers 503")).ToBeVisibleAsync();
        var watch = Stopwatch.StartNew();
        using (var response = await client.GetAsync(url)) Assert.Equal((HttpStatusCode.ServiceUnavailable, "9"), (response.StatusCode, response.Headers.RetryAfter?.ToString()));
        Assert.True(watch.ElapsedMilliseconds >= 290);

        await page.GetByRole(AriaRole.Link, new() { Name = "Answer", Exact = true }).ClickAsync();
        await page.GetByLabel("Resets the connection").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(page.Locator(".inbox-bar").GetByText("Resets the connection")).ToBeVisibleAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => client.PutAsync(url, null));
        await Expect(page.Locator(".inbox-row")).ToHaveCountAsync(3);
        await page.Keyboard.PressAsync("j");
        await Expect(page.Locator(".inbox-row").Nth(1)).ToHaveAttributeAsync("aria-current", "true");
        await page.Keyboard.PressAsync("k");
        await Expect(page.Locator(".inbox-row").First).ToHaveAttributeAsync("aria-current", "true");

        await page.GetByRole(AriaRole.Button, new() { Name = "Clear", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Clear inbox" }).ClickAsync();
        await Expect(page.GetByText("Waiting for the first request")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete inbox" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Catch your first webhook" })).ToBeVisibleAsync();
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Sent_test_arrives_in_the_inbox_verifies_and_an_altered_byte_is_found()
    {
        var owner = await site.NewOwner();
        var inbox = await site.Get<TesterInboxes>().Create(owner.Actor, "Orders", default);
        await using var session = await Open(owner, $"/webhooks/tester?tab=send&type=deal.updated&target={inbox.Id}");
        var page = session.Page;
        await Expect(page.GetByText("Fits the schema")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Accepted: any status")).ToBeVisibleAsync();
        await Expect(page.GetByText("webhook-signature", new() { Exact = true })).ToBeVisibleAsync();
        await PageCheck.AssertGoodAsync(page);
        await page.SetViewportSizeAsync(1440, 900);
        await page.GetByRole(AriaRole.Link, new() { Name = "Look at it in the inbox" }).ClickAsync();
        await Expect(page.Locator(".inbox-row")).ToHaveCountAsync(1);

        await page.GetByRole(AriaRole.Link, new() { Name = "Verify signature" }).ClickAsync();
        var body = page.GetByLabel("Body, exactly as received");
        await Expect(body).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("deal\\.updated"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Verify", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "The signature holds" })).ToBeVisibleAsync();

        var text = await body.InputValueAsync();
        var at = text.IndexOf("deal.updated", StringComparison.Ordinal);
        await body.FillAsync(text[..at] + 'm' + text[(at + 1)..]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Verify", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "The body was changed" })).ToBeVisibleAsync();
        await Expect(page.GetByText($"byte {at} is 'm', sent was 'd'. The secret is right.")).ToBeVisibleAsync();
        await Expect(page.Locator(".verdict mark")).ToHaveTextAsync("m");
        await PageCheck.AssertGoodAsync(page);

        await page.GotoAsync("/webhooks/tester");
        await BrowserSession.InteractiveAsync(page);
        await page.GetByRole(AriaRole.Link, new() { Name = "Send again to…" }).ClickAsync();
        await Expect(page.Locator("#send-type")).ToHaveValueAsync("deal.updated");
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Payload_that_breaks_the_schema_names_its_path_and_a_refused_address_is_explained()
    {
        await using var session = await Open(await site.NewOwner(), "/webhooks/tester?tab=send&type=deal.updated");
        var page = session.Page;
        await Write(page.Locator(".cm-content"), """{"object":"deal","id":1}""");
        await Expect(page.GetByText("data.id", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(page.Locator(".cm-lintRange-error").First).ToBeVisibleAsync();
        await page.Locator("#send-url").FillAsync("http://169.254.169.254/latest");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true }).ClickAsync();
        await Expect(page.GetByText("a cloud's metadata service")).ToBeVisibleAsync();
        await PageCheck.AssertGoodAsync(page);
        session.AssertNoProblems();
    }

    [Fact]
    public async Task Viewer_reads_and_changes_nothing()
    {
        var owner = await site.NewOwner();
        await site.Get<EventTypeService>().Create(owner.Actor, EventTypeInput(), default);
        await site.Get<TesterInboxes>().Create(owner.Actor, "Orders", default);
        var viewer = await site.Become(owner, Role.Viewer);
        await using var session = await Open(viewer, "/webhooks/events?type=order.shipped&edit=1");
        var page = session.Page;
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Try in the tester" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true })).ToHaveCountAsync(0);
        await Expect(page.Locator(".event-form")).ToHaveCountAsync(0);
        await PageCheck.OpenAsync(page, "/webhooks/tester?answer=1");
        await Expect(page.GetByText("Waiting for the first request")).ToBeVisibleAsync();
        await Expect(page.Locator(".inbox-bar__actions, #inbox-status")).ToHaveCountAsync(0);
        await PageCheck.OpenAsync(page, "/webhooks/tester?tab=send");
        await Expect(page.GetByText("Your role may not send tests")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true })).ToHaveCountAsync(0);
        session.AssertNoProblems();
    }

    [Fact]
    public async Task What_is_not_there_is_said()
    {
        var owner = await site.NewOwner();
        var inbox = await site.Get<TesterInboxes>().Create(owner.Actor, "Orders", default);
        await site.Get<TestSender>().Send(owner.Actor, new TestSend { TargetId = inbox.Id, Payload = "x", Secret = TestSender.NewSecret(), Root = "http://portal.test" }, default);
        await using var session = await Open(owner, "/webhooks/tester?request=treq_none");
        await Expect(session.Page.GetByRole(AriaRole.Heading, new() { Name = "The request could not be loaded" })).ToBeVisibleAsync();
        await PageCheck.OpenAsync(session.Page, "/webhooks/events?q=nothing-like-that");
        await Expect(session.Page.GetByRole(AriaRole.Heading, new() { Name = "No event type matches" })).ToBeVisibleAsync();
        session.AssertNoProblems();
    }

    private static EventTypeInput EventTypeInput() => new()
    {
        Type = "order.shipped", Description = "An order left the house.", Schema = System.Text.Json.JsonElement.Parse("""{"type":"object"}"""), Sample = System.Text.Json.JsonElement.Parse("{}"),
    };

    private Task<EventTypeResource> Type(Member member, string type) => site.Get<EventTypeService>().Get(member.Actor.Tenant, type, default);

    private static async Task Write(ILocator editor, string text)
    {
        await editor.ClickAsync();
        await editor.PressAsync("Control+A");
        await editor.Page.Keyboard.InsertTextAsync(text);
    }

    private async Task<BrowserSession> Open(Member member, string path)
    {
        var session = await site.Open(member);
        await PageCheck.OpenAsync(session.Page, path);
        return session;
    }
}
