using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;

namespace Portal.Core.Access;

/// <summary>Ends sessions; their tokens are refused from the next request on, on every node.</summary>
public sealed class SessionRevocation(IClusterSignals signals, TimeProvider time)
{
    /// <summary>Ends one session within a unit of work. Ending it again changes nothing.</summary>
    /// <param name="reason">As <c>logout</c>.</param>
    public void Revoke(PortalDbContext db, Session session, string reason)
    {
        if (session.RevokedAt is not null) return;
        session.RevokedAt = time.GetUtcNow();
        session.RevokedReason = reason;
        var id = session.Id;
        db.AfterCommit(() => signals.Send(SignalTopics.Session, id));
    }

    /// <summary>Ends all sessions of a user, or those in one organization, as when a password was changed or a member removed.</summary>
    public async Task RevokeAll(PortalDbContext db, string userId, string? organizationId, string reason, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var sessions = await db.Sessions
            .Where(session => session.UserId == userId && session.RevokedAt == null && session.ExpiresAt > now
                && (organizationId == null || session.OrganizationId == organizationId))
            .ToListAsync(cancellation);
        foreach (var session in sessions) Revoke(db, session, reason);
    }
}
