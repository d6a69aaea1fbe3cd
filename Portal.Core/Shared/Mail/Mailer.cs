using Microsoft.Extensions.Options;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;

namespace Portal.Core.Shared.Mail;

/// <summary>Queues mails in the transaction of what they tell about.</summary>
public sealed class Mailer(IdGenerator ids, TimeProvider time, IClusterSignals signals, IOptions<MailOptions> options)
{
    private const int LongestSubject = 300;

    /// <summary>Whether mails leave the portal; otherwise they stay in its outbox.</summary>
    public bool CanSend => options.Value.CanSend;

    /// <summary>Adds a mail; it is sent after the unit of work has committed, and not at all if it does not.</summary>
    /// <param name="db">The unit of work.</param>
    /// <param name="to">One e-mail address.</param>
    /// <param name="subject">One line; line breaks become spaces.</param>
    /// <param name="body">Plain text.</param>
    public void Queue(PortalDbContext db, string to, string subject, string body) => Queue(db, new MailDraft { To = [to], Subject = subject, Text = body });

    /// <inheritdoc cref="Queue(PortalDbContext, string, string, string)"/>
    /// <returns>The mail's id.</returns>
    public string Queue(PortalDbContext db, MailDraft draft)
    {
        var mail = Row(MailKind.Email, string.Join(',', draft.To), draft.Text ?? "");
        mail.Cc = Joined(draft.Cc);
        mail.Bcc = Joined(draft.Bcc);
        mail.ReplyTo = draft.ReplyTo;
        mail.Subject = TextCut.To(string.Join(' ', draft.Subject.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries)), LongestSubject);
        mail.Html = draft.Html;
        foreach (var (name, type, data) in draft.Attachments)
            mail.Attachments.Add(new MailAttachment { MailId = mail.Id, Number = mail.Attachments.Count + 1, FileName = name, ContentType = type, Size = data.Length, Data = data });
        mail.DueAt = CanSend ? mail.CreatedAt : null;
        db.Mails.Add(mail);
        if (mail.DueAt is not null) db.AfterCommit(() => signals.Send(SignalTopics.Mail, mail.Id));
        return mail.Id;
    }

    /// <summary>Keeps a text message in the outbox: nothing sends it.</summary>
    /// <returns>Its id.</returns>
    public string KeepSms(PortalDbContext db, string to, string text)
    {
        var mail = Row(MailKind.Sms, to, text);
        db.Mails.Add(mail);
        return mail.Id;
    }

    private OutboxMail Row(MailKind kind, string to, string body) => new()
    {
        Id = ids.New(kind == MailKind.Sms ? "sms" : "mail"), Kind = kind, To = to, Subject = "", Body = body, CreatedAt = time.GetUtcNow(),
    };

    private static string? Joined(IReadOnlyList<string> addresses) => addresses.Count == 0 ? null : string.Join(',', addresses);
}

/// <summary>A mail as it is to be sent. Addresses are bare, as <c>jane@example.com</c>.</summary>
public sealed record MailDraft
{
    public required IReadOnlyList<string> To { get; init; }
    public IReadOnlyList<string> Cc { get; init; } = [];
    public IReadOnlyList<string> Bcc { get; init; } = [];
    public string? ReplyTo { get; init; }
    public required string Subject { get; init; }
    public string? Text { get; init; }
    public string? Html { get; init; }
    public IReadOnlyList<(string FileName, string ContentType, byte[] Data)> Attachments { get; init; } = [];
}
