using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Mail;
using Portal.Tests.Access;
using Portal.Tests.Infrastructure;

namespace Portal.Tests.Shared.Mail;

public sealed class MailTests
{
    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Queued_mail_is_sent_after_the_commit_and_its_text_erased(DatabaseProvider provider)
    {
        await using var smtp = new SmtpReceiver();
        await using var portal = await AccessFixture.Start(provider, Settings(smtp));
        await using var running = await Running(portal);
        await Queue(portal, "Hello\r\nBcc: everyone@example.com", "The text with secret-link");
        await WaitFor.Condition(async () => (await portal.Mails())[0].SentAt is not null, "the mail is sent");
        var text = Assert.Single(smtp.Messages);
        Assert.Contains("RCPT TO:<jane@example.com>", text, StringComparison.Ordinal);
        Assert.Contains("From: \"Portal\" <portal@example.com>", text, StringComparison.Ordinal);
        Assert.Contains("Subject: Hello Bcc: everyone@example.com", text, StringComparison.Ordinal);
        Assert.Contains("secret-link", text, StringComparison.Ordinal);
        var mail = Assert.Single(await portal.Mails());
        Assert.Equal(("", null, 1), (mail.Body, mail.DueAt, mail.Attempts));
        portal.Logs.AssertNever("secret-link");
    }

    [Fact]
    public async Task Refused_mail_is_tried_again_after_a_growing_pause()
    {
        await using var smtp = new SmtpReceiver { Refusing = true };
        await using var portal = await AccessFixture.Start(settings: Settings(smtp));
        await using var running = await Running(portal);
        await Queue(portal, "Hello", "The text");
        await WaitFor.Condition(async () => (await portal.Mails())[0].LastError is not null, "the first try failed");
        var mail = (await portal.Mails())[0];
        Assert.Equal((1, portal.Time.GetUtcNow() + TimeSpan.FromSeconds(30)), (mail.Attempts, mail.DueAt!.Value));

        portal.Time.Advance(TimeSpan.FromSeconds(30));
        await WaitFor.Condition(async () => (await portal.Mails())[0] is { Attempts: 2 } tried && tried.DueAt == portal.Time.GetUtcNow() + TimeSpan.FromMinutes(2), "the second try failed");
        smtp.Refusing = false;
        portal.Time.Advance(TimeSpan.FromMinutes(2));
        await WaitFor.Condition(async () => (await portal.Mails())[0].SentAt is not null, "the mail is sent");
        Assert.Equal((2, 1), (smtp.Refused, smtp.Messages.Count));
        Assert.Null((await portal.Mails())[0].LastError);
    }

    [Fact]
    public async Task Mail_is_given_up_after_the_last_pause()
    {
        await using var smtp = new SmtpReceiver { Refusing = true };
        await using var portal = await AccessFixture.Start(settings: Settings(smtp));
        await Queue(portal, "Hello", "The text");
        foreach (var pause in MailDelivery.Pauses)
        {
            await portal.Get<MailDelivery>().SendDue(default);
            portal.Time.Advance(pause);
        }

        await portal.Get<MailDelivery>().SendDue(default);
        var mail = Assert.Single(await portal.Mails());
        Assert.Equal((8, null, null), (mail.Attempts, mail.DueAt, mail.SentAt));
        Assert.NotNull(mail.LastError);
        portal.Time.Advance(TimeSpan.FromDays(1));
        await portal.Get<MailDelivery>().SendDue(default);
        Assert.Equal(8, smtp.Refused);
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Mail_is_sent_once_however_many_workers_look(DatabaseProvider provider)
    {
        await using var smtp = new SmtpReceiver();
        await using var portal = await AccessFixture.Start(provider, Settings(smtp));
        for (var i = 0; i < 5; i++) await Queue(portal, $"Mail {i}", "The text");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => portal.Get<MailDelivery>().SendDue(default))));
        Assert.Equal(5, smtp.Messages.Count);
        Assert.All(await portal.Mails(), mail => Assert.NotNull(mail.SentAt));
    }

    [Fact]
    public async Task Without_a_server_mails_stay_in_the_outbox()
    {
        await using var portal = await AccessFixture.Start();
        await using var running = await Running(portal);
        await Queue(portal, "Hello", "The text");
        var mail = Assert.Single(await portal.Mails());
        Assert.Equal(("The text", null, null, 0), (mail.Body, mail.DueAt, mail.SentAt, mail.Attempts));
    }

    [Fact]
    public async Task Mail_of_a_unit_that_fails_is_not_sent()
    {
        await using var portal = await AccessFixture.Start();
        await Assert.ThrowsAsync<InvalidOperationException>(() => portal.Store.WriteAcross<bool>((db, _) =>
        {
            portal.Get<Mailer>().Queue(db, "jane@example.com", "Hello", "The text");
            throw new InvalidOperationException("changed my mind");
        }, default));
        Assert.Empty(await portal.Mails());
    }

    [Fact]
    public void All_faults_of_the_settings_are_listed()
    {
        var result = new MailOptionsValidation().Validate(null, new MailOptions { SmtpHost = "mail.example.com", SmtpPort = 0, SmtpUser = "jane" });
        Assert.Equal(
            ["Mail:SmtpPort is 0; it must lie between 1 and 65535.", "Mail:From is missing; Mail:SmtpHost needs it.", "Mail:SmtpPassword is missing; Mail:SmtpUser needs it."],
            result.Failures!);
        Assert.Same(ValidateOptionsResult.Success, new MailOptionsValidation().Validate(null, new MailOptions()));
    }

    private static Dictionary<string, string?> Settings(SmtpReceiver smtp) => new()
    {
        ["Mail:SmtpHost"] = "127.0.0.1",
        ["Mail:SmtpPort"] = $"{smtp.Port}",
        ["Mail:From"] = "Portal <portal@example.com>",
        ["Mail:UseTls"] = "false",
    };

    private static Task<bool> Queue(AccessFixture portal, string subject, string body) => portal.Store.WriteAcross((db, _) =>
    {
        portal.Get<Mailer>().Queue(db, "jane@example.com", subject, body);
        return Task.FromResult(true);
    }, default);

    private static async Task<IAsyncDisposable> Running(AccessFixture portal)
    {
        var worker = portal.Get<IEnumerable<IHostedService>>().OfType<MailWorker>().Single();
        await worker.StartAsync(default);
        return new Stopper(worker);
    }

    private sealed class Stopper(MailWorker worker) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await worker.StopAsync(default);
    }
}
