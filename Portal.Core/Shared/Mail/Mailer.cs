using Microsoft.Extensions.Options;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;

namespace Portal.Core.Shared.Mail;

/// <summary>Queues mails in the transaction of what they tell about.</summary>
public sealed class Mailer(IdGenerator ids, TimeProvider time, IClusterSignals signals, IOptions<MailOptions> options)
{
    private const int LongestSubject = 300;

    /// <summary>Adds a mail; it is sent after the unit of work has committed, and not at all if it does not.</summary>
    /// <param name="db">The unit of work.</param>
    /// <param name="to">One e-mail address.</param>
    /// <param name="subject">One line; line breaks become spaces.</param>
    /// <param name="body">Plain text.</param>
    public void Queue(PortalDbContext db, string to, string subject, string body)
    {
        var line = string.Join(' ', subject.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
        var mail = new OutboxMail
        {
            Id = ids.New("mail"),
            To = to,
            Subject = line.Length <= LongestSubject ? line : line[..LongestSubject],
            Body = body,
            CreatedAt = time.GetUtcNow(),
            DueAt = options.Value.CanSend ? time.GetUtcNow() : null,
        };
        db.Mails.Add(mail);
        if (mail.DueAt is not null) db.AfterCommit(() => signals.Send(SignalTopics.Mail, mail.Id));
    }
}
