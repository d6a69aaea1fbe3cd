using System.Text;
using System.Text.Json.Nodes;
using Bunit;
using Microsoft.AspNetCore.Components;
using Portal.Core.Webhooks.Catalogue;
using Portal.Core.Webhooks.Signing;
using Portal.Core.Webhooks.Tester;
using Portal.Tests.Shared.Components;
using Portal.Webhooks.Parts.Catalogue;
using Portal.Webhooks.Parts.Tester;

namespace Portal.Tests.Webhooks.Components;

public sealed class WebhookPartTests : PartTest
{
    private static readonly DateTimeOffset Moment = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    private static readonly EventTypeResource Type = new()
    {
        Type = "order.shipped", Description = "An order left the house.", Version = 3, Custom = true, UpdatedAt = Moment, Schema = Json("""{"type":"object","properties":{"amount":{"type":"number","description":"In all."}},"required":["amount"]}"""),
        Sample = Json("""{"amount":1}"""),
    };

    private static readonly InboxRequest Request = new(
        new InboxRequestRow("treq_1", "POST", "/x", "order.shipped", 11, 200, Moment), "inbx_1", "a=1", [new("webhook-id", "evt_1"), new("X-Evil", "<script>alert(1)</script>")], "{\"a\":\"<b>\"}"u8.ToArray(), "192.0.2.7");

    [Fact]
    public void Event_type_shows_fields_example_and_the_way_to_the_tester()
    {
        var detail = Render<EventTypeDetail>(p => p.Add(part => part.Type, Type).Add(part => part.MayWrite, true));

        Assert.Equal("webhooks/tester?tab=send&type=order.shipped", detail.Find("a.button--primary").GetAttribute("href"));
        Assert.Equal("amount", detail.Find(".schema-table tbody code").TextContent);
        Assert.Contains("In all.", detail.Find(".schema-table tbody").TextContent, StringComparison.Ordinal);
        Assert.Contains("\"type\": \"order.shipped\"", detail.Find(".code__text").TextContent, StringComparison.Ordinal);
        Assert.Contains(detail.FindAll("a.button"), link => link.GetAttribute("href")!.Contains("edit=1", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Portals_own_types_and_viewers_have_no_buttons_to_change(bool custom, bool mayWrite)
    {
        var detail = Render<EventTypeDetail>(p => p.Add(part => part.Type, Type with { Custom = custom }).Add(part => part.MayWrite, mayWrite));
        Assert.Single(detail.FindAll(".actions .button"));
    }

    [Fact]
    public void Catalogue_is_grouped_by_resource_and_a_resource_narrows_it()
    {
        var types = new[] { Type, Type with { Type = "order.paid" }, Type with { Type = "workflow.execution.failed", Custom = false } };
        var all = Render<EventTypeList>(p => p.Add(part => part.Types, types));
        Assert.Equal(["order", "workflow.execution"], all.FindAll("h2").Select(head => head.FirstChild!.TextContent.Trim()));
        Assert.Equal(3, all.FindAll(".event-row").Count);
        Assert.Single(Render<EventTypeList>(p => p.Add(part => part.Types, types).Add(part => part.Resource, "workflow.execution")).FindAll(".event-row"));
    }

    [Fact]
    public void Breaking_change_is_told_apart_from_a_harmless_one_and_saved_only_by_its_own_button()
    {
        var confirmed = false;
        var changes = Render<SchemaChanges>(p => p.Add(part => part.Type, Type).Add(part => part.After, """{"type":"object"}""")
            .Add(part => part.Changes, [new SchemaChange("data.amount", "The field is removed.", "receivers"), new SchemaChange("data.note", "The field is new.", null)])
            .Add(part => part.OnConfirm, () => confirmed = true));

        Assert.Equal(["Breaks receivers", "Harmless"], changes.FindAll(".schema-changes__list .badge").Select(badge => badge.TextContent));
        Assert.NotEmpty(changes.FindAll(".diff__line--removed"));
        changes.Find(".button--danger").Click();
        Assert.True(confirmed);
    }

    [Fact]
    public void Stored_request_is_text_and_never_markup()
    {
        var view = Render<InboxRequestView>(p => p.Add(part => part.Request, Request).Add(part => part.Url, "https://portal.test/inbox/t").Add(part => part.MayWrite, true));

        Assert.Empty(view.FindAll("script, b"));
        Assert.Contains("<script>alert(1)</script>", view.Find(".headers").ParentElement!.ParentElement!.TextContent, StringComparison.Ordinal);
        Assert.Equal(["webhooks/tester?tab=verify&request=treq_1", "webhooks/tester?tab=send&request=treq_1"], view.FindAll(".arrived__head a:not([data-step])").Select(link => link.GetAttribute("href")));
        Assert.Contains("curl -X POST 'https://portal.test/inbox/t/x?a=1'", view.Find(".arrived__head [data-copy]").GetAttribute("data-copy"), StringComparison.Ordinal);
    }

    [Fact]
    public void Cut_body_says_so_and_is_neither_verified_nor_sent_again()
    {
        var view = Render<InboxRequestView>(p => p.Add(part => part.Request, Request with { Row = Request.Row with { BodyBytes = 3000 } }).Add(part => part.MayWrite, true));
        Assert.Contains("Only the first 11 B of 2.9 KiB are kept.", view.Find(".notice").TextContent, StringComparison.Ordinal);
        Assert.Empty(view.FindAll(".arrived__head a:not([data-step])"));
    }

    [Theory]
    [InlineData(null, ".json")]
    [InlineData("raw", ".code__string")]
    [InlineData("hex", ".code__text")]
    public void Body_is_shown_pretty_raw_or_as_bytes(string? view, string found) =>
        Assert.NotEmpty(Render<BodyView>(p => p.Add(part => part.Body, Request.Body).Add(part => part.View, view)).FindAll(found));

    [Fact]
    public void Altered_byte_is_marked_in_the_body()
    {
        var verdict = new SignatureVerdict(SignatureFault.Body, "Byte 2.", Offset: 2);
        var view = Render<VerdictView>(p => p.Add(part => part.Verdict, verdict).Add(part => part.Body, Encoding.UTF8.GetBytes("abXd")).Add(part => part.Headers, []));
        Assert.Equal("X", view.Find("mark").TextContent);
        Assert.Equal("abXd", view.Find(".verdict__place code").TextContent);
        Assert.Equal("bad", view.FindAll(".verdict__parts li")[2].GetAttribute("data-state"));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(9)]
    public void End_of_a_body_that_is_too_short_is_marked(int offset) => Assert.Equal(
        "⟨end⟩", Render<VerdictView>(p => p.Add(part => part.Verdict, new SignatureVerdict(SignatureFault.Body, "Ends.", Offset: offset)).Add(part => part.Body, "abcd"u8.ToArray()).Add(part => part.Headers, [])).Find("mark").TextContent);

    [Fact]
    public void Failure_is_told_with_what_to_do_about_it()
    {
        var sent = new SentTest("https://e.x", [new("webhook-id", "evt_1")], "{}", null, new TestFailure("NameNotFound", "The host name cannot be resolved.", null), TimeSpan.FromMilliseconds(12), false);
        var view = Render<SendResult>(p => p.Add(part => part.Sent, sent));
        Assert.Contains("The host name cannot be resolved.", view.Find(".notice--danger").TextContent, StringComparison.Ordinal);
        Assert.Contains("spelling", view.Find(".notice--danger").TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("python", "standardwebhooks.webhooks")]
    [InlineData("csharp", "HMACSHA256")]
    [InlineData("cobol", "npm install standardwebhooks")]
    public void Sample_is_in_the_chosen_language(string language, string part) =>
        Assert.Contains(part, Render<VerifyCode>(p => p.Add(code => code.Language, language)).Find("pre").TextContent, StringComparison.Ordinal);

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}
