using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Core.Shared.Data;

namespace Portal.Core.Shared.Mail;

/// <summary>Shows the mails that were queued, for portals that have no mail server. Their links are secrets of their receivers.</summary>
public sealed class Outbox(PortalStore store, IOptions<MailOptions> options)
{
    /// <summary>Whether mails leave the portal; otherwise its page is the only place where they can be read.</summary>
    public bool IsSent => options.Value.CanSend;

    /// <summary>The newest mails, newest first.</summary>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellation">Ends the query.</param>
    public async Task<IReadOnlyList<OutboxMail>> Newest(int most, CancellationToken cancellation)
    {
        await using var db = store.ReadAcross();
        // Ids are ordered by time.
        return await db.Mails.OrderByDescending(mail => mail.Id).Take(most).ToListAsync(cancellation);
    }
}
