using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Core.Shared.Data;

namespace Portal.Core.Shared.Mail;

/// <summary>Shows the mails that were queued, for portals that have no mail server. Their links are secrets of their receivers.</summary>
public sealed class Outbox(PortalStore store, IOptions<MailOptions> options)
{
    /// <summary>Whether mails leave the portal; otherwise its page is the only place where they can be read.</summary>
    public bool IsSent => options.Value.CanSend;

    /// <summary>The newest mails, newest first; of their attachments only what they are called.</summary>
    /// <param name="kind">Null for all.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellation">Ends the query.</param>
    public async Task<IReadOnlyList<OutboxMail>> Newest(MailKind? kind, int most, CancellationToken cancellation)
    {
        await using var db = store.ReadAcross();
        var mails = await db.Mails.Where(mail => kind == null || mail.Kind == kind).OrderByDescending(mail => mail.CreatedAt).ThenByDescending(mail => mail.Id).Take(most).ToListAsync(cancellation);
        var shown = mails.ConvertAll(mail => mail.Id);
        var files = await db.MailAttachments.Where(file => shown.Contains(file.MailId)).OrderBy(file => file.Number)
            .Select(file => new MailAttachment { MailId = file.MailId, Number = file.Number, FileName = file.FileName, ContentType = file.ContentType, Size = file.Size, Data = Array.Empty<byte>() })
            .ToListAsync(cancellation);
        foreach (var mail in mails) mail.Attachments = [.. files.Where(file => file.MailId == mail.Id)];
        return mails;
    }
}
