using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Messages;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Mail;
using Portal.Core.Shared.Problems;
using Portal.Tests.Access;
using Portal.Tests.Infrastructure.Hosts;
using Portal.Tests.Shared.Mail;
using Portal.Tests.Workflows;

namespace Portal.Tests.Messages;

public sealed class MessagesOnSqliteTests(SqliteCore core) : MessageTests(core), IClassFixture<SqliteCore>;

public sealed class MessagesOnPostgresTests(PostgresCore core) : MessageTests(core), IClassFixture<PostgresCore>;

/// <summary>E-mail and text messages without a provider, by workflows and by the service.</summary>
public abstract class MessageTests(CoreHost core)
{
    private readonly NodeBench _email = new(core, "email-sender");
    private readonly NodeBench _sms = new(core, "sms-sender");

    [Fact]
    public async Task Mail_of_a_node_is_kept_with_all_that_it_has()
    {
        var output = await _email.Output(
            """
            {"provider":"sendgrid","to":["{{ input.email }}","b@example.com"],"cc":["c@example.com"],"bcc":["d@example.com"],"from":"sales@example.com","subject":"Hi {{ input.name }}",
             "content":{"text":"Text","html":"<p>HTML</p>"},"attachments":[{"filename":"a.csv","content":"YWJj","content_type":"text/csv"},{"filename":"b","content":""}]}
            """,
            """{"email":"a@example.com","name":"Ada"}""");
        Assert.Equal("queued", output.GetProperty("status").GetString());
        Assert.Equal("outbox", output.GetProperty("provider_response").GetProperty("provider").GetString());
        Assert.StartsWith("sendgrid is not connected. The portal has no mail server", output.GetProperty("provider_response").GetProperty("detail").GetString(), StringComparison.Ordinal);

        var mail = await Kept(output);
        Assert.Equal((MailKind.Email, "a@example.com,b@example.com", "c@example.com", "d@example.com", "sales@example.com"), (mail.Kind, mail.To, mail.Cc, mail.Bcc, mail.ReplyTo));
        Assert.Equal(("Hi Ada", "Text", "<p>HTML</p>", null), (mail.Subject, mail.Body, mail.Html, mail.DueAt));
        Assert.Equal(["a.csv text/csv 3", "b application/octet-stream 0"], mail.Attachments.Select(file => $"{file.FileName} {file.ContentType} {file.Size}"));
        Assert.All(mail.Attachments, file => Assert.Empty(file.Data));
    }

    [Fact]
    public async Task Text_message_is_kept_and_the_output_says_that_nobody_sends_it()
    {
        var output = await _sms.Output("""{"to":"+1 (555) 012-3456","message":"Hello","media_urls":["https://example.com/a.png"]}""");
        Assert.Equal("queued", output.GetProperty("status").GetString());
        Assert.StartsWith("No provider of text messages is configured", output.GetProperty("provider_response").GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, output.GetProperty("cost").ValueKind);
        var message = await Kept(output);
        Assert.Equal((MailKind.Sms, "+15550123456", "Hello\nhttps://example.com/a.png"), (message.Kind, message.To, message.Body));
        Assert.Contains(await core.Get<Outbox>().Newest(MailKind.Sms, 100, default), kept => kept.Id == message.Id);
    }

    [Fact]
    public async Task Attempt_that_is_made_again_or_follows_sends_nothing_twice()
    {
        var to = $"{core.Get<Portal.Core.Shared.Ids.IdGenerator>().New("to")}@example.com";
        var config = $$"""{"to":["{{to}}"],"subject":"Once","content":{"text":"x"} }""";
        var outputs = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => _email.Output(config, execution: "exe_mail")));
        outputs = [.. outputs, await _email.Output(config, execution: "exe_mail"), await _email.Output(config, execution: "exe_mail", attempt: 2)];
        Assert.Single(outputs.Select(output => output.GetProperty("message_id").GetString()).Distinct());
        Assert.Single(await core.Get<Outbox>().Newest(null, 1000, default), mail => mail.To == to);
    }

    [Theory]
    [InlineData("""{"to":["nonsense"],"subject":"x","content":{"text":"x"}}""", "VALIDATION_ERROR", "to[0]")]
    [InlineData("""{"to":["a@b.c\nBcc: d@e.f"],"subject":"x","content":{"text":"x"}}""", "VALIDATION_ERROR", "to[0]")]
    [InlineData("""{"to":["a@b.co"],"cc":["x"],"subject":"x","content":{"text":"x"}}""", "VALIDATION_ERROR", "cc[0]")]
    [InlineData("""{"to":["a@b.co"],"from":"x","subject":"x","content":{"text":"x"}}""", "VALIDATION_ERROR", "from")]
    [InlineData("""{"to":["a@b.co"],"subject":"a\u0000b","content":{"text":"x"}}""", "VALIDATION_ERROR", "subject")]
    [InlineData("""{"to":["a@b.co"],"subject":"x","content":{"text":"a\u0000b"}}""", "VALIDATION_ERROR", "content.text")]
    [InlineData("""{"to":["a@b.co"],"subject":"x","content":{}}""", "VALIDATION_ERROR", "content")]
    [InlineData("""{"to":["a@b.co"],"subject":"x","content":{"text":"x"},"attachments":[{"filename":"a","content":"?"}]}""", "VALIDATION_ERROR", "attachments[0].content")]
    [InlineData("""{"to":["a@b.co"],"subject":"x","content":{"text":"x"},"attachments":[{"filename":"../a","content":""}]}""", "VALIDATION_ERROR", "attachments[0].filename")]
    [InlineData("""{"to":["a@b.co"],"subject":"x","content":{"text":"x"},"attachments":[{"filename":"a","content":"","content_type":"a b c"}]}""", "VALIDATION_ERROR", "attachments[0].content_type")]
    [InlineData("""{"to":["a@b.co"],"subject":"x"}""", "INVALID_CONFIG", "content")]
    [InlineData("""{"to":["a@b.co"],"subject":"x","template_id":"welcome","template_data":{"name":"Ada"}}""", "VALIDATION_ERROR", "Templates belong to providers")]
    [InlineData("""{"to":["a@b.co"],"subject":"x","template_id":"welcome","template_data":[]}""", "INVALID_CONFIG", "template_data")]
    [InlineData("""{"to":"{{ input }}","subject":"x","content":{"text":"x"}}""", "INVALID_CONFIG", "to")]
    [InlineData("""{"to":[],"subject":"x","content":{"text":"x"}}""", "INVALID_CONFIG", "to")]
    [InlineData("""{"to":["a@b.co"],"subject":"","content":{"text":"x"}}""", "INVALID_CONFIG", "subject")]
    public async Task Mail_that_cannot_be_sent_is_a_failure_that_names_the_field(string config, string code, string field) =>
        Assert.StartsWith(field, (await _email.Fails(code, config, "null")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"to":"555","message":"x"}""", "to")]
    [InlineData("""{"to":"+0123456789","message":"x"}""", "to")]
    [InlineData("""{"to":"+15550123456","message":" "}""", "message")]
    [InlineData("""{"to":"+15550123456","message":"x","media_urls":["file:///etc/passwd"]}""", "media_urls[0]")]
    public async Task Text_message_that_cannot_be_sent_is_a_failure(string config, string field) =>
        Assert.StartsWith(field, (await _sms.Fails("VALIDATION_ERROR", config)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Workflow_whose_author_might_not_write_messages_sends_none()
    {
        _email.Actor = _email.Actor with { GrantedScopes = Scopes.Expand(["workflows:*"]) };
        _sms.Actor = _email.Actor;
        Assert.Contains("messages:write", (await _email.Fails("FORBIDDEN", """{"to":["a@b.co"],"subject":"x","content":{"text":"x"}}""")).Message, StringComparison.Ordinal);
        await _sms.Fails("FORBIDDEN", """{"to":"+15550123456","message":"x"}""");
    }

    [Fact]
    public async Task Too_many_receivers_or_too_large_attachments_are_refused()
    {
        var many = Enumerable.Range(0, 30).Select(i => $"u{i}@example.com").ToList();
        Assert.Contains("to", (await Refused(Mail with { To = many, Bcc = many })).Select(fault => fault.Field));
        var large = new EmailAttachment { Filename = "a", Content = new string('A', 4 * 1024 * 1024) };
        Assert.Contains("attachments", (await Refused(Mail with { Attachments = [large, large] })).Select(fault => fault.Field));
        Assert.Contains("template_id", (await Assert.ThrowsAsync<ProblemException>(() => Send(Mail with { TemplateId = "t" }))).Problem.Details.Values);
    }

    [Fact]
    public async Task Connected_provider_is_chosen_by_name_or_as_the_first()
    {
        var messages = new MessageService([new FakeProvider("one", false), new FakeProvider("two", true), new FakeProvider("three", true)], [], core.Get<PortalSender>());
        Assert.Equal("two", (await messages.Send(_email.Actor, Mail, default)).ProviderResponse.Provider);
        Assert.Equal("three", (await messages.Send(_email.Actor, Mail with { Provider = "three" }, default)).ProviderResponse.Provider);
        Assert.Equal("outbox", (await messages.Send(_email.Actor, Mail with { Provider = "one" }, default)).ProviderResponse.Provider);
    }

    [Fact]
    public async Task Attachments_go_with_their_mail()
    {
        await using var db = core.Get<PortalStore>().ReadAcross();
        var id = (await Send(Mail with { Attachments = [new EmailAttachment { Filename = "a", Content = "YWJj" }] })).MessageId;
        Assert.Equal(1, await db.MailAttachments.CountAsync(file => file.MailId == id));
        await core.Get<PortalStore>().WriteAcross(async (unit, token) =>
        {
            unit.Mails.Remove(await unit.Mails.SingleAsync(mail => mail.Id == id, token));
            return true;
        }, default);
        Assert.Equal(0, await db.MailAttachments.CountAsync(file => file.MailId == id));
    }

    private static EmailRequest Mail { get; } = new() { To = ["a@example.com"], Subject = "x", Content = new EmailContent { Text = "x" } };

    private Task<EmailResponse> Send(EmailRequest request) => core.Get<MessageService>().Send(_email.Actor, request, default);

    private async Task<IReadOnlyList<FieldFault>> Refused(EmailRequest request) => (await Assert.ThrowsAsync<ProblemException>(() => Send(request))).Problem.Errors;

    private async Task<OutboxMail> Kept(JsonElement output) =>
        (await core.Get<Outbox>().Newest(null, 1000, default)).Single(mail => mail.Id == output.GetProperty("message_id").GetString());

    private sealed class FakeProvider(string name, bool isConnected) : IEmailSender
    {
        public string Provider => name;

        public Task<bool> IsConnected(Tenant tenant, CancellationToken cancellation) => Task.FromResult(isConnected);

        public Task<EmailResponse> Send(Actor actor, EmailRequest request, CancellationToken cancellation) => Task.FromResult(new EmailResponse
        {
            MessageId = "m", Status = MessageStatus.Sent, ProviderResponse = new ProviderResponse { Provider = name, Detail = "" }, Timestamp = default,
        });
    }
}

/// <summary>Messages that the portal's mail server sends.</summary>
public sealed class SentMessageTests
{
    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Mail_with_everything_reaches_all_receivers_and_is_erased(DatabaseProvider provider)
    {
        await using var smtp = new SmtpReceiver();
        await using var portal = await AccessFixture.Start(provider, new()
        {
            ["Mail:SmtpHost"] = "127.0.0.1", ["Mail:SmtpPort"] = $"{smtp.Port}", ["Mail:From"] = "Portal <portal@example.com>", ["Mail:UseTls"] = "false",
        });
        var taken = await portal.Get<MessageService>().Send(Actor.System(new Tenant("org_1", ApiMode.Live)), new EmailRequest
        {
            To = ["a@example.com", "b@example.com"], Cc = ["c@example.com"], Bcc = ["d@example.com"], From = "sales@example.com", Subject = "Quote",
            Content = new EmailContent { Text = "Plain words", Html = "<p>Rich words</p>" },
            Attachments = [new EmailAttachment { Filename = "a.csv", Content = Convert.ToBase64String("attached words"u8), ContentType = "text/csv; charset=utf-8" }],
        }, default);
        Assert.Equal(("smtp", MessageStatus.Queued), (taken.ProviderResponse.Provider, taken.Status));

        await portal.Get<MailDelivery>().SendDue(default);
        var text = Assert.Single(smtp.Messages);
        foreach (var receiver in "abcd") Assert.Contains($"RCPT TO:<{receiver}@example.com>", text, StringComparison.Ordinal);
        Assert.DoesNotContain("d@example.com", text[text.IndexOf("Subject", StringComparison.OrdinalIgnoreCase)..], StringComparison.Ordinal);
        foreach (var part in new[] { "From: \"Portal\" <portal@example.com>", "Reply-To: sales@example.com", "Plain words", "text/html", "a.csv", "text/csv", Convert.ToBase64String("attached words"u8) })
            Assert.Contains(part, text, StringComparison.OrdinalIgnoreCase);

        var mail = Assert.Single(await portal.Get<Outbox>().Newest(null, 10, default));
        Assert.Equal(("", null, 0), (mail.Body, mail.Html, mail.Attachments.Count));
        Assert.NotNull(mail.SentAt);
    }

    [Fact]
    public async Task Mail_of_html_alone_is_html()
    {
        await using var smtp = new SmtpReceiver();
        await using var portal = await AccessFixture.Start(settings: new()
        {
            ["Mail:SmtpHost"] = "127.0.0.1", ["Mail:SmtpPort"] = $"{smtp.Port}", ["Mail:From"] = "portal@example.com", ["Mail:UseTls"] = "false",
        });
        await portal.Get<MessageService>().Send(Actor.System(new Tenant("org_1", ApiMode.Live)), new EmailRequest { To = ["a@example.com"], Subject = "x", Content = new EmailContent { Html = "<p>Rich words</p>" } }, default);
        await portal.Get<MailDelivery>().SendDue(default);
        var text = Assert.Single(smtp.Messages);
        Assert.Contains("Content-Type: text/html", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("multipart", text, StringComparison.OrdinalIgnoreCase);
    }
}
