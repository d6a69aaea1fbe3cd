using System.Globalization;
using System.Text.Json;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;
using Portal.Tests.Webhooks.Delivery;

namespace Portal.Tests.Workflows.Templates;

/// <summary>The templates that a schedule sets off, and what takes time in others, on a clock that the tests advance.</summary>
public sealed class TimedTemplatesTests(TimedPortal timed) : TemplateTest(timed.Host), IClassFixture<TimedPortal>
{
    private ManualTime Clock => timed.Clock;

    [Fact]
    public async Task Contacts_are_put_as_csv_each_night()
    {
        await using var store = await Receiver.Start();
        await New("contacts", new { name = "Babbage, Charles", email = "charles@analytical.example" });
        await New("contacts", new { name = "Ada Lovelace", company = "=cmd()" });
        var used = await Use("nightly_csv_export", new { target_url = store.Url + "/{date}.csv", alert_email = Mailbox });
        await At(2, 0);
        Assert.Equal(["night", "contacts", "csv", "put"], (await Over(used)).Steps);
        var file = Assert.Single(store.Requests);
        Assert.Equal(($"/hook/{Day}.csv", "text/csv; charset=utf-8"), (file.Path, file.Header("Content-Type")));
        var lines = file.Body.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("id,name,email,phone,company,title,created_at", lines[0]);
        Assert.Contains(",Ada Lovelace,,,'=cmd(),,", lines[1], StringComparison.Ordinal);
        Assert.Contains(",\"Babbage, Charles\",charles@analytical.example,", lines[2], StringComparison.Ordinal);
        Assert.Empty(await Mails());
    }

    [Fact]
    public async Task Night_without_a_file_is_told_after_five_attempts()
    {
        await using var store = await Receiver.Start();
        store.AnswerWith(503);
        // It is winter: midnight in Berlin is an hour earlier than in London.
        var used = await Use("nightly_csv_export", new { target_url = store.Url, alert_email = Mailbox, hour = 0, time_zone = "Europe/Berlin" });
        await At(23, 0);
        Assert.Equal(["night", "contacts", "csv", "put failed", "alert"], (await Over(used)).Steps);
        Assert.Equal(5, store.Requests.Count);
        Assert.Contains("The server answered 503", (await Mail()).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Webhook_is_tried_again_until_the_receiver_takes_it()
    {
        await using var receiver = await Receiver.Start();
        receiver.Answer = (context, _) =>
        {
            context.Response.StatusCode = receiver.Requests.Count < 4 ? 503 : 200;
            return Task.CompletedTask;
        };
        var used = await Use("webhook_relay", new { target_url = receiver.Url, alert_email = Mailbox });
        await Send(used, new { order = 17 });
        var run = await Over(used);
        Assert.Equal(["webhook", "shape", "send"], run.Steps);
        Assert.Equal((4, 4), (run.Step("send").GetProperty("attempt").GetInt32(), receiver.Requests.Count));
        Assert.Empty(await Mails());
    }

    [Fact]
    public async Task Contacts_are_tidied_on_sunday_and_duplicates_marked()
    {
        var used = await Use("contact_clean_up", new { report_email = Mailbox });
        await New("contacts", new { name = "Ada", email = "ada@analytical.example", tags = new[] { "vip" } });
        await New("contacts", new { name = "Ada again", email = "Ada@Analytical.example", tags = new[] { "fair" } });
        await New("contacts", new { name = "Charles", email = "charles@analytical.example" });
        await New("contacts", new { name = "Nobody" });
        await At(3, 0, DayOfWeek.Sunday);
        var run = await Over(used);
        Assert.Equal(["sunday", "contacts", "addresses", "untidy", "each_untidy", "tidy", "doubles", "unmarked", "each_double", "mark", "report"], run.Steps);
        var contacts = await All("contacts");
        Assert.Equal(["ada@analytical.example", "ada@analytical.example", "charles@analytical.example", null], contacts.Select(contact => Text(contact, "email")));
        Assert.Equal(["vip", "fair duplicate", "", ""], contacts.Select(contact => string.Join(' ', contact.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()))));
        Assert.Equal("Looked at: 4\nAddresses tidied: 1\nMarked as duplicate: 1\nNot changed, for a fault: 0", (await Mail()).Body);

        await At(3, 0, DayOfWeek.Sunday);
        Assert.DoesNotContain("report", (await Over(used, 2))[0].Steps);
        Assert.Single(await Mails());
    }

    [Fact]
    public async Task Stale_deals_get_a_task_once_and_sales_the_list()
    {
        await At(8, 0, DayOfWeek.Monday);
        var large = await New("deals", new { title = "Ten <engines>", value = 12500, currency = "GBP", owner_id = "usr_1" });
        await New("deals", new { title = "A gear", value = 99 });
        await New("deals", new { title = "Won", value = 5000, status = "won" });
        await New("deals", new { title = "An engine", value = 1200 });
        await At(10, 0, DayOfWeek.Thursday);
        await New("deals", new { title = "Fresh", value = 700 });
        var used = await Use("stale_deal_reminder", new { sales_email = Mailbox, days = 4, least_value = 100 });
        await At(9, 0, DayOfWeek.Friday);
        Assert.Equal(["morning", "deals", "stale", "each", "tasks", "remind", "tasks", "remind", "rows", "table", "list"], (await Over(used)).Steps);
        var tasks = await All("activities");
        Assert.Equal(["Go on with: Ten <engines>", "Go on with: An engine"], tasks.Select(task => Text(task, "subject")));
        Assert.Equal((Text(large, "id"), "usr_1"), (Text(tasks[0], "deal_id"), Text(tasks[0], "owner_id")));
        var mail = await Mail();
        Assert.Equal("2 deals wait for somebody to go on", mail.Subject);
        Assert.Contains("<td>Ten &lt;engines&gt;</td><td>12,500.00 GBP</td><td>Prospecting</td>", mail.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("Fresh", mail.Html, StringComparison.Ordinal);

        await At(9, 0, DayOfWeek.Monday);
        Assert.Equal(["morning", "deals", "stale", "each", "tasks", "tasks", "rows", "table", "list"], (await Over(used, 2))[0].Steps);
        Assert.Equal(2, (await All("activities")).Count);
    }

    [Fact]
    public async Task Digest_tells_in_the_morning_what_failed()
    {
        await using var receiver = await Receiver.Start();
        var digest = await Use("error_digest", new { report_email = Mailbox });
        await At(7, 0);
        Assert.DoesNotContain("mail", (await Over(digest)).Steps);

        // A workflow whose only call has no way to go on when it fails.
        receiver.AnswerWith(400);
        await Pass(TimeSpan.FromHours(1));
        var workflow = await Api.Post("/api/v1/workflows", $$$"""
            {"name":"Broken <relay>","nodes":[{"id":"call","type":"api-integration","config":{"url":"{{{receiver.Url}}}"}}],"edges":[]}
            """);
        Assert.Equal(201, workflow.Status);
        for (var i = 0; i < 2; i++) Assert.Equal(202, (await Api.Post($"/api/v1/workflows/{workflow.Id}/execute", "{}")).Status);
        await WaitFor.Condition(async () => (await Api.Get($"/api/v1/executions?workflow_id={workflow.Id}&status=failed")).Json.GetProperty("executions").GetArrayLength() == 2, "both runs have failed");
        await At(7, 0);
        Assert.Contains("mail", (await Over(digest, 2))[0].Steps);
        var mail = await Mail();
        Assert.Equal("2 failed runs, 0 webhooks in trouble", mail.Subject);
        Assert.Contains("<td>Broken &lt;relay&gt;</td><td>2</td>", mail.Html, StringComparison.Ordinal);
        Assert.Contains("The server answered 400", mail.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Message_becomes_a_task_where_the_model_is_away()
    {
        timed.Model.AnswerWith(503);
        var used = await Use("ai_reply_draft", new { reply_email = "help@analytical.example" });
        await Send(used, new { from = Mailbox, subject = "Invoice 17", text = "The billing is wrong." });
        var run = await Over(used);
        Assert.Equal(["message", "topic failed", "draft failed", "find", "task"], run.Steps);
        Assert.Equal((3, "AI_SERVICE_UNAVAILABLE"), (run.Step("draft").GetProperty("attempt").GetInt32(), Text(run.Step("draft"), "error_code")));
        Assert.Contains("The billing is wrong.", Text(Assert.Single(await All("activities")), "description"), StringComparison.Ordinal);
        Assert.Empty(await Mails());
    }

    [Fact]
    public async Task Discount_that_nobody_decides_is_not_given()
    {
        var used = await Use("discount_approval", new { decide_within_hours = 2 });
        var deal = await New("deals", new { title = "Ten engines", value = 1000 });
        await Send(used, new { deal_id = Text(deal, "id"), percent = 40, reason = "They asked.", email = Mailbox });
        await Approval();
        await Pass(TimeSpan.FromHours(2));
        Assert.Equal(["request", "deal", "small", "ask", "no"], (await Over(used)).Steps);
        Assert.Equal("Ten engines stays as it is: nobody decided in time.", (await Mail()).Body);
    }

    private string Day => Clock.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    // The next time that a clock in UTC shows this.
    private async Task At(int hour, int minute, DayOfWeek? day = null)
    {
        var now = Clock.GetUtcNow();
        var next = new DateTimeOffset(now.Date, TimeSpan.Zero).AddHours(hour).AddMinutes(minute);
        while (next <= now || (day is { } wanted && next.DayOfWeek != wanted)) next = next.AddDays(1);
        await Pass(next - now);
    }

    // The owner's session does not live long.
    private Task Pass(TimeSpan time)
    {
        Clock.Advance(time);
        return SignIn();
    }

    private async Task<TemplateRun> Over(UsedTemplate used) => Assert.Single(await Over(used, 1));

    // Steps that are small beside the pauses, so that whoever sleeps wakes in order.
    private async Task<List<TemplateRun>> Over(UsedTemplate used, int count)
    {
        await WaitFor.Condition(async () =>
        {
            if (await HaveEnded(used, count)) return true;
            Clock.Advance(TimeSpan.FromSeconds(1));
            return false;
        }, $"{count} runs have come to an end");
        return await Ended(used, count);
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}

/// <summary>A portal with a clock that tests advance, and a language model that answers as they say.</summary>
public sealed class TimedPortal : IAsyncLifetime
{
    public ManualTime Clock { get; } = new();

    public ApiHost Host { get; private set; } = null!;

    public Receiver Model { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Model = await Receiver.Start();
        Host = ApiHost.Of(new PortalApp(new PortalAppOptions
        {
            Time = Clock, Settings = new(StringComparer.OrdinalIgnoreCase) { ["Ai:BaseUrl"] = Model.Url, ["Ai:Model"] = "gpt-test" },
        }));
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Model.DisposeAsync();
    }
}
