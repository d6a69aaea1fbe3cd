using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Portal.Tests.Infrastructure.Hosts;
using Portal.Tests.Webhooks.Delivery;

namespace Portal.Tests.Workflows.Templates;

/// <summary>The templates that an event sets off.</summary>
public sealed class EventTemplatesTests(ApiHost portal) : TemplateTest(portal), IClassFixture<ApiHost>
{
    private const string Default = "usr_default";

    [Theory]
    [InlineData("""{"title":"Ten engines","amount":10000,"currency":"GBP","source":"referral"}""", "to_large", "usr_large")]
    [InlineData("""{"title":"One engine","amount":9999.99,"currency":"GBP","source":"referral"}""", "to_partner", "usr_partner")]
    [InlineData("""{"title":"A question","source":"website"}""", "to_default", Default)]
    [InlineData("""{"title":"Another question"}""", "to_default", Default)]
    public async Task Lead_goes_to_its_owner_with_a_task_to_call(string lead, string node, string owner)
    {
        var used = await Use("lead_routing", new { default_owner_id = Default, large_owner_id = "usr_large", partner_owner_id = "usr_partner", call_within_hours = 1.5 });
        var contact = await New("contacts", new { name = "Charles Babbage" });
        var made = await New("leads", Over(lead, "contact_id", Text(contact, "id")!));
        Assert.Equal(["lead", "route", node, "task"], (await Ended(used)).Steps);
        Assert.Equal(owner, Text(await Get("leads", Text(made, "id")!), "owner_id"));
        var task = Assert.Single(await All("activities"));
        Assert.Equal(("task", owner, Text(contact, "id"), $"Call: {Text(made, "title")}"), (Text(task, "type"), Text(task, "owner_id"), Text(task, "contact_id"), Text(task, "subject")));
        var due = task.GetProperty("due_at").GetDateTimeOffset() - task.GetProperty("created_at").GetDateTimeOffset();
        Assert.InRange(due, TimeSpan.FromMinutes(89), TimeSpan.FromMinutes(90));
    }

    [Fact]
    public async Task Lead_that_has_an_owner_is_left_alone_and_large_ones_have_the_default_owner_where_no_other_is_named()
    {
        var used = await Use("lead_routing", new { default_owner_id = Default });
        await New("leads", new { title = "Mine", owner_id = "usr_mine", amount = 1_000_000 });
        await New("leads", new { title = "Large", amount = 1_000_000 });
        Assert.Equal(["lead", "route", "to_large", "task"], (await Ended(used)).Steps);
        Assert.Equal(["usr_mine", Default], (await All("leads")).Select(lead => Text(lead, "owner_id")));
    }

    [Fact]
    public async Task Chat_is_told_of_a_new_deal()
    {
        await using var chat = await Receiver.Start();
        var used = await Use("new_deal_alert", new { chat_url = chat.Url, fallback_email = Mailbox });
        var contact = await New("contacts", new { name = "Charles Babbage" });
        await New("deals", new { title = "Ten engines", value = 12500.5, currency = "GBP", contact_id = Text(contact, "id") });
        Assert.Equal(["deal", "contact", "text", "chat"], (await Ended(used)).Steps);
        Assert.Equal("""{"text":"New deal: Ten engines with Charles Babbage, 12,500.50 GBP (Prospecting)"}""", Assert.Single(chat.Requests).Body);
        Assert.Empty(await Mails());
    }

    [Fact]
    public async Task Small_deal_is_passed_over_and_one_without_customer_told_of()
    {
        await using var chat = await Receiver.Start();
        var used = await Use("new_deal_alert", new { chat_url = chat.Url, fallback_email = Mailbox, least_value = 500 });
        await New("deals", new { title = "A gear", value = 499.99 });
        await New("deals", new { title = "A barrel", value = 500 });
        Assert.Equal(["deal", "text", "chat"], (await Ended(used)).Steps);
        Assert.Equal("""{"text":"New deal: A barrel, 500.00 USD (Prospecting)"}""", Assert.Single(chat.Requests).Body);
    }

    [Fact]
    public async Task Message_that_the_chat_does_not_take_goes_out_by_mail()
    {
        await using var chat = await Receiver.Start();
        chat.AnswerWith(404);
        var used = await Use("new_deal_alert", new { chat_url = chat.Url, fallback_email = Mailbox });
        await New("deals", new { title = "Ten engines", value = 12500 });
        Assert.Equal(["deal", "text", "chat failed", "mail"], (await Ended(used)).Steps);
        var mail = await Mail();
        Assert.Equal("New deal: Ten engines", mail.Subject);
        Assert.Contains("New deal: Ten engines, 12,500.00 USD (Prospecting)", mail.Body, StringComparison.Ordinal);
        Assert.Contains("404", mail.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Services_are_asked_at_the_same_time_and_fill_what_is_empty()
    {
        await using var services = await Receiver.Start();
        var both = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        services.Answer = async (context, _) =>
        {
            // Neither is answered before both were asked.
            if (services.Requests.Count == 2) both.TrySetResult();
            await both.Task.WaitAsync(context.RequestAborted);
            await context.Response.WriteAsJsonAsync(context.Request.Query.ContainsKey("email")
                ? new { query = context.Request.QueryString.Value, title = "Countess", phone = "+442079460018", name = "" }
                : (object)new { query = context.Request.QueryString.Value, name = "Analytical Engines" });
        };
        var used = await Use("fan_out_enrichment", new { person_url = services.Url, company_url = services.Url });
        var made = await New("contacts", new { name = "Ada Lovelace", email = "ada@analytical.example", phone = "+441", tags = new[] { "vip" } });
        var run = await Ended(used);
        Assert.Equal("?email=ada%40analytical.example", Text(run.Step("person").GetProperty("output_data").GetProperty("body"), "query"));
        Assert.Equal("?domain=analytical.example", Text(run.Step("company").GetProperty("output_data").GetProperty("body"), "query"));
        var contact = await Get("contacts", Text(made, "id")!);
        Assert.Equal(("Countess", "+441", "Analytical Engines"), (Text(contact, "title"), Text(contact, "phone"), Text(contact, "company")));
        Assert.Equal(["vip", "enriched"], contact.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
        Assert.Equal(2, run.Json.GetProperty("metrics").GetProperty("api_calls_count").GetInt32());
    }

    [Fact]
    public async Task One_service_that_answers_is_enough()
    {
        await using var services = await Receiver.Start();
        services.Answer = (context, _) =>
        {
            if (context.Request.Query.ContainsKey("domain")) return context.Response.WriteAsJsonAsync(new { name = "Analytical Engines" });
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        };
        var used = await Use("fan_out_enrichment", new { person_url = services.Url, company_url = services.Url });
        var made = await New("contacts", new { name = "Ada Lovelace", email = "ada@analytical.example" });
        Assert.Contains("person failed", (await Ended(used)).Steps);
        var contact = await Get("contacts", Text(made, "id")!);
        Assert.Equal((null, "Analytical Engines"), (Text(contact, "title"), Text(contact, "company")));
        Assert.Empty(await All("activities"));
    }

    [Fact]
    public async Task Task_says_that_no_service_knew_and_contacts_without_address_are_left_alone()
    {
        await using var services = await Receiver.Start();
        services.AnswerWith(404);
        var used = await Use("fan_out_enrichment", new { person_url = services.Url, company_url = services.Url });
        await New("contacts", new { name = "Nobody" });
        var made = await New("contacts", new { name = "Ada Lovelace", email = "ada@analytical.example" });
        await Ended(used);
        var task = Assert.Single(await All("activities"));
        Assert.Equal((Text(made, "id"), "task"), (Text(task, "contact_id"), Text(task, "type")));
        Assert.Contains("Person: The server answered 404", Text(task, "description"), StringComparison.Ordinal);
        Assert.Empty((await Get("contacts", Text(made, "id")!)).GetProperty("tags").EnumerateArray());
    }

    [Fact]
    public async Task Answer_that_a_contact_cannot_hold_becomes_a_task()
    {
        await using var services = await Receiver.Start();
        services.Answer = (context, _) => context.Response.WriteAsJsonAsync(new { phone = new string('1', 51) });
        var used = await Use("fan_out_enrichment", new { person_url = services.Url, company_url = services.Url });
        await New("contacts", new { name = "Ada Lovelace", email = "ada@analytical.example" });
        Assert.Contains("fill failed", (await Ended(used)).Steps);
        Assert.Contains("Contact: phone", Text(Assert.Single(await All("activities")), "description"), StringComparison.Ordinal);
    }

    private static Dictionary<string, JsonElement> Over(string json, string name, string value) =>
        new(JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!, StringComparer.Ordinal) { [name] = JsonSerializer.SerializeToElement(value) };

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
