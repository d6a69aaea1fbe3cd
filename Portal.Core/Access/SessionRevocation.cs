using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;

namespace Portal.Core.Access;

/// <summary>Ends sessions; their tokens and cookies are refused from the next request on, on every node, and open pages close.</summary>
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

    /// <summary>
    /// Ends all sessions of a user, as when a password was changed; or those of programs in one organization, as when a
    /// member was removed. A browser's session opens any organization, so it stays and loses this one.
    /// </summary>
    public async Task RevokeAll(PortalDbContext db, string userId, string? organizationId, string reason, CancellationToken cancellation)
    {
        foreach (var session in await Working(db, userId)
            .Where(session => organizationId == null || (session.OrganizationId == organizationId && session.Kind != SessionKind.Browser)).ToListAsync(cancellation))
        {
            Revoke(db, session, reason);
        }
    }

    /// <summary>Ends all sessions of a user but one. Keys on loan to pages stay: they end within minutes, or with the sign-out.</summary>
    /// <returns>How many ended.</returns>
    public async Task<int> RevokeOthers(PortalDbContext db, string userId, string? keptId, string reason, CancellationToken cancellation)
    {
        var others = await Working(db, userId).Where(session => session.Id != keptId && session.Kind != SessionKind.Loan).ToListAsync(cancellation);
        foreach (var session in others) Revoke(db, session, reason);
        return others.Count;
    }

    /// <summary>Ends the sessions of programs in an organization that were begun without a second factor.</summary>
    public async Task RevokeWeak(PortalDbContext db, string organizationId, string reason, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        foreach (var session in await db.Sessions.Where(session => session.OrganizationId == organizationId && session.Kind == SessionKind.Api
            && !session.IsTwoFactor && session.RevokedAt == null && session.ExpiresAt > now).ToListAsync(cancellation))
        {
            Revoke(db, session, reason);
        }
    }

    private IQueryable<Session> Working(PortalDbContext db, string userId)
    {
        var now = time.GetUtcNow();
        return db.Sessions.Where(session => session.UserId == userId && session.RevokedAt == null && session.ExpiresAt > now);
    }
}
