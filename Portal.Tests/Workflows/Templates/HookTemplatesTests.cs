using System.Text.Json;
using Portal.Tests.Infrastructure.Hosts;
using Portal.Tests.Webhooks.Delivery;

namespace Portal.Tests.Workflows.Templates;

/// <summary>The templates that a webhook sets off.</summary>
public sealed class HookTemplatesTests(ApiHost portal) : TemplateTest(portal), IClassFixture<ApiHost>
{
    [Fact]
    public async Task Quote_becomes_contact_and_lead_and_the_tool_is_answered()
    {
        var used = await Use("quote_to_lead", new { sales_email = Mailbox, currency = "GBP" });
        var answer = await Send(used, new { number = "Q-7", amount = 2400.5, customer_email = " Charles@Analytical.example", customer_name = "Charles Babbage" });
        Assert.True(answer.GetProperty("accepted").GetBoolean());
        var lead = await Get("leads", answer.GetProperty("lead_id").GetString()!);
        Assert.Equal(("Quote Q-7 for Charles Babbage", "new_lead", "quotes", 2400.50m, "GBP"), (Text(lead, "title"), Text(lead, "status"), Text(lead, "source"), lead.GetProperty("amount").GetDecimal(), Text(lead, "currency")));
        var contact = Assert.Single(await All("contacts"));
        Assert.Equal((answer.GetProperty("contact_id").GetString(), "Charles Babbage", "charles@analytical.example"), (Text(contact, "id"), Text(contact, "name"), Text(contact, "email")));
        Assert.Equal(Text(contact, "id"), Text(lead, "contact_id"));
        var mail = await Mail();
        Assert.Equal("New lead: quote Q-7", mail.Subject);
        Assert.Contains("was quoted 2400.5 GBP", mail.Body, StringComparison.Ordinal);
        Assert.Equal(["quote", "read", "find", "known", "contact", "lead", "tell", "answer"], (await Ended(used)).Steps);
    }

    [Fact]
    public async Task Quote_of_a_known_customer_makes_a_lead_alone()
    {
        var contact = await New("contacts", new { name = "Charles Babbage", email = "charles@analytical.example" });
        var used = await Use("quote_to_lead", new { sales_email = Mailbox, source = "quoteiq" });
        var answer = await Send(used, new { number = 8, amount = "99.99", currency = "EUR", customer_email = "charles@analytical.example" });
        Assert.Equal(Text(contact, "id"), Text(answer, "contact_id"));
        Assert.Single(await All("contacts"));
        var lead = Assert.Single(await All("leads"));
        Assert.Equal(("quoteiq", 99.99m, "EUR"), (Text(lead, "source"), lead.GetProperty("amount").GetDecimal(), Text(lead, "currency")));
    }

    [Fact]
    public async Task Quote_that_cannot_be_read_goes_to_sales_by_mail()
    {
        var used = await Use("quote_to_lead", new { sales_email = Mailbox });
        var answer = await Send(used, new { number = "Q-9", total = 12 });
        Assert.Equal((false, "number, amount and customer_email are required."), (answer.GetProperty("accepted").GetBoolean(), Text(answer, "reason")));
        Assert.Empty(await All("leads"));
        Assert.Contains("""{"number":"Q-9","total":12}""", (await Mail()).Body, StringComparison.Ordinal);
        Assert.Equal(["quote", "read failed", "unread", "refusal"], (await Ended(used)).Steps);
    }

    [Fact]
    public async Task Webhook_is_sent_on_without_what_is_left_out()
    {
        await using var receiver = await Receiver.Start();
        var used = await Use("webhook_relay", new { target_url = receiver.Url, alert_email = Mailbox, left_out = "password,internal", source = "shop" });
        var receipt = await Send(used, new { order = 17, lines = new[] { "gears" }, password = "geheim", @internal = true, token = "stays" });
        var run = await Ended(used);
        Assert.Equal(Text(receipt, "execution_id"), Text(run.Json, "id"));
        var sent = Assert.Single(receiver.Requests);
        Assert.Equal(["order", "lines", "token", "source", "relayed_at"], sent.Json.EnumerateObject().Select(field => field.Name));
        Assert.Equal(("shop", 17), (Text(sent.Json, "source"), sent.Json.GetProperty("order").GetInt32()));
        Assert.NotEqual("", sent.Header("Idempotency-Key"));
        Assert.Equal(["webhook", "shape", "send"], run.Steps);
        Assert.Empty(await Mails());
    }

    [Fact]
    public async Task Webhook_that_is_not_taken_goes_out_by_mail()
    {
        await using var receiver = await Receiver.Start();
        receiver.AnswerWith(410);
        var used = await Use("webhook_relay", new { target_url = receiver.Url, alert_email = Mailbox });
        await Send(used, new { order = 17, token = "geheim" });
        var run = await Ended(used);
        Assert.Equal(["webhook", "shape", "send failed", "alert"], run.Steps);
        var mail = await Mail();
        Assert.Contains("The server answered 410", mail.Body, StringComparison.Ordinal);
        Assert.Contains("\"order\":17", mail.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", mail.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Draft_is_sent_once_somebody_has_read_it()
    {
        var used = await Use("ai_reply_draft", new { reply_email = "help@analytical.example" });
        await Send(used, new { from = Mailbox, subject = "Invoice 17", text = "There is a technical fault in the billing of my invoice, the billing is wrong. Kind regards, Ada Lovelace" });
        var approval = await Approval();
        Assert.Equal($"Reply to {Mailbox}", Text(approval, "title"));
        var data = approval.GetProperty("data");
        Assert.Equal("Invoice 17", Text(data, "subject"));
        Assert.Contains(Text(data, "topic"), new[] { "billing", "technical" });
        Assert.Contains("Hello Ada Lovelace", Text(data, "draft"), StringComparison.Ordinal);
        Assert.Empty(await Mails());
        await Decide(approval, "approve");
        var run = await Ended(used);
        Assert.Equal(["message", "topic", "draft", "ask", "reply"], run.Steps);
        Assert.True(run.Json.GetProperty("metrics").GetProperty("tokens_used").GetInt64() > 0);
        var mail = await Mail();
        Assert.Equal(("Re: Invoice 17", "help@analytical.example", Text(data, "draft")), (mail.Subject, mail.ReplyTo, mail.Body));
    }

    [Fact]
    public async Task Comment_takes_the_drafts_place()
    {
        var used = await Use("ai_reply_draft", new { reply_email = "help@analytical.example" });
        await Send(used, new { from = Mailbox, subject = "Invoice 17", text = "The billing is wrong." });
        await Decide(await Approval(), "approve", "We have corrected it.");
        await Ended(used);
        Assert.Equal("We have corrected it.", (await Mail()).Body);
    }

    [Fact]
    public async Task Draft_that_is_rejected_or_cannot_be_sent_and_message_without_text_become_tasks()
    {
        var contact = await New("contacts", new { name = "Ada Lovelace", email = "ada@analytical.example" });
        var used = await Use("ai_reply_draft", new { reply_email = "help@analytical.example" });
        await Send(used, new { from = "Ada@analytical.example", subject = "Invoice 17", text = "The billing is wrong." });
        await Decide(await Approval(), "reject");
        Assert.Equal(["message", "topic", "draft", "ask", "find", "task"], (await Ended(used)).Steps);
        var task = Assert.Single(await All("activities"));
        Assert.Equal((Text(contact, "id"), "task"), (Text(task, "contact_id"), Text(task, "type")));
        Assert.Contains("The billing is wrong.", Text(task, "description"), StringComparison.Ordinal);

        await Send(used, new { from = "nobody", subject = "Invoice 18", text = "It is wrong still." });
        await Decide(await Approval(), "approve");
        Assert.Equal(["message", "topic", "draft", "ask", "reply failed", "find", "task"], (await Ended(used, 2))[0].Steps);

        await Send(used, new { from = 4711 });
        Assert.Equal(["message", "topic failed", "draft failed", "find", "task"], (await Ended(used, 3))[0].Steps);
        Assert.Contains("The message has no text.", Text((await All("activities"))[2], "description"), StringComparison.Ordinal);
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
