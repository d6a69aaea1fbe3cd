using System.Net;
using System.Net.Mail;
using System.Net.Mime;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Core.Shared.Data;

namespace Portal.Core.Shared.Mail;

/// <summary>Hands the outbox's mails to the SMTP server: each at least once, a refused one again after a growing pause.</summary>
internal sealed class MailDelivery(PortalStore store, IOptions<MailOptions> options, TimeProvider time, ILogger<MailDelivery> logger)
{
    private const int BatchSize = 20;
    private const int LongestError = 500;

    /// <summary>How long a claimed mail is this node's; afterwards another one takes it for abandoned.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The pauses after the first, second … refused try; after the last one the mail is given up.</summary>
    internal static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2), TimeSpan.FromHours(6), TimeSpan.FromHours(12),
    ];

    /// <summary>Sends everything that is due.</summary>
    public async Task SendDue(CancellationToken cancellation)
    {
        while (await Claim(cancellation) is { Count: > 0 } mails)
        {
            foreach (var mail in mails)
            {
                // A slow server may hold up a batch until the rest of it is no longer ours.
                if (mail.DueAt - SendTimeout > time.GetUtcNow()) await Send(mail, cancellation);
            }
        }
    }

    private Task<List<OutboxMail>> Claim(CancellationToken cancellation) => store.WriteAcross(async (db, token) =>
    {
        var now = time.GetUtcNow();
        var due = await db.Mails.Where(mail => mail.DueAt != null && mail.DueAt <= now).OrderBy(mail => mail.DueAt).Take(BatchSize).ToListAsync(token);
        foreach (var mail in due)
        {
            mail.DueAt = now + Lease;
            mail.Attempts++;
        }

        return due;
    }, cancellation);

    private async Task Send(OutboxMail mail, CancellationToken cancellation)
    {
        try
        {
            await Transmit(mail, cancellation);
        }
        catch (Exception e) when (e is SmtpException or FormatException or IOException or SocketException
            || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            await Refused(mail, e, cancellation);
            return;
        }

        // The body may hold a link that is as good as a password; nobody needs it any more.
        await Record(mail, sent =>
        {
            sent.SentAt = time.GetUtcNow();
            sent.DueAt = null;
            sent.LastError = null;
            sent.Body = "";
            sent.Html = null;
            sent.Attachments.Clear();
        }, cancellation);
    }

    private async Task Transmit(OutboxMail mail, CancellationToken cancellation)
    {
        var settings = options.Value;
        using var client = new SmtpClient(settings.SmtpHost, settings.SmtpPort) { EnableSsl = settings.UseTls };
        if (!string.IsNullOrEmpty(settings.SmtpUser)) client.Credentials = new NetworkCredential(settings.SmtpUser, settings.SmtpPassword);
        using var message = await Message(mail, settings.From!, cancellation);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(SendTimeout);
        await client.SendMailAsync(message, limit.Token);
    }

    private async Task<MailMessage> Message(OutboxMail mail, string from, CancellationToken cancellation)
    {
        await using var db = store.ReadAcross();
        var attachments = await db.MailAttachments.Where(file => file.MailId == mail.Id).OrderBy(file => file.Number).ToListAsync(cancellation);
        var message = new MailMessage { From = new MailAddress(from), Subject = mail.Subject };
        try
        {
            message.To.Add(mail.To);
            if (mail.Cc is { } cc) message.CC.Add(cc);
            if (mail.Bcc is { } bcc) message.Bcc.Add(bcc);
            if (mail.ReplyTo is { } reply) message.ReplyToList.Add(reply);
            message.Body = mail.Body.Length > 0 ? mail.Body : mail.Html ?? "";
            message.IsBodyHtml = mail is { Body.Length: 0, Html: not null };
            if (mail is { Body.Length: > 0, Html: { } html }) message.AlternateViews.Add(AlternateView.CreateAlternateViewFromString(html, null, MediaTypeNames.Text.Html));
            foreach (var file in attachments) message.Attachments.Add(new Attachment(new MemoryStream(file.Data), file.FileName, file.ContentType));
            return message;
        }
        catch
        {
            message.Dispose();
            throw;
        }
    }

    private Task<bool> Refused(OutboxMail mail, Exception reason, CancellationToken cancellation)
    {
        var givenUp = mail.Attempts > Pauses.Length;
        logger.LogWarning(
            "Mail {MailId} was not taken at try {Attempt}: {Reason}. {Next}",
            mail.Id, mail.Attempts, reason.Message, givenUp ? "It is given up." : "It is tried again.");
        return Record(mail, refused =>
        {
            refused.LastError = reason.Message.Length <= LongestError ? reason.Message : reason.Message[..LongestError];
            refused.DueAt = givenUp ? null : time.GetUtcNow() + Pauses[refused.Attempts - 1];
        }, cancellation);
    }

    // Only while the lease is ours: another node may have claimed the mail meanwhile, and then its result counts.
    private Task<bool> Record(OutboxMail claimed, Action<OutboxMail> change, CancellationToken cancellation) => store.WriteAcross(async (db, token) =>
    {
        var mail = await db.Mails.Include(mail => mail.Attachments).SingleOrDefaultAsync(mail => mail.Id == claimed.Id && mail.Attempts == claimed.Attempts, token);
        if (mail is null) return false;
        change(mail);
        return true;
    }, cancellation);
}
