using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;

namespace Portal.Core.Access;

/// <summary>The sessions behind the pages' cookies: one for each sign-in in a browser.</summary>
public sealed class BrowserSessions(PortalStore store, SessionRevocation revocation, AuditLog audit, IdGenerator ids, TimeProvider time)
{
    /// <summary>How long a browser stays signed in without a visit.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(14);

    /// <summary>How exactly it is known when a browser was seen last.</summary>
    public static readonly TimeSpan Granularity = TimeSpan.FromMinutes(1);

    private const int LongestUserAgent = 300;

    /// <summary>Begins a session for somebody who signed in.</summary>
    public Task<Session> Begin(SignedIn signedIn, Origin origin, CancellationToken cancellation) => store.WriteAcross(async (db, token) =>
    {
        var now = time.GetUtcNow();
        var session = new Session
        {
            Id = ids.New("ses"),
            UserId = signedIn.User.Id,
            OrganizationId = signedIn.Organization.Id,
            Kind = SessionKind.Browser,
            IsTwoFactor = signedIn.TwoFactor,
            Address = origin.Address,
            UserAgent = origin.UserAgent is { Length: > LongestUserAgent } agent ? agent[..LongestUserAgent] : origin.UserAgent,
            CreatedAt = now,
            LastSeenAt = now,
            ExpiresAt = now + Lifetime,
        };
        db.Sessions.Add(session);
        await Mark(db, signedIn.User.Id, signedIn.Organization.Id, now, token);
        return session;
    }, cancellation);

    /// <summary>Notes that a browser was seen, at most once a minute; it may stay away for <see cref="Lifetime"/> again.</summary>
    /// <param name="seenAt">When it was noted last.</param>
    public async Task Seen(string sessionId, DateTimeOffset seenAt, string userId, string organizationId, string? address, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (now - seenAt < Granularity) return;
        await store.WriteAcross(async (db, token) =>
        {
            await db.Sessions.Where(session => session.Id == sessionId).ExecuteUpdateAsync(session => session
                .SetProperty(row => row.LastSeenAt, now).SetProperty(row => row.ExpiresAt, now + Lifetime).SetProperty(row => row.Address, row => address ?? row.Address), token);
            await Mark(db, userId, organizationId, now, token);
            return true;
        }, cancellation);
    }

    /// <summary>Ends a browser's session if it has been idle for too long.</summary>
    /// <param name="sessionId">A session that lets in nobody any more; null for none.</param>
    /// <returns>Whose rule ended it, now or before; null where something else did.</returns>
    public async Task<IdleTime?> EndIdle(string? sessionId, CancellationToken cancellation)
    {
        if (sessionId is null) return null;
        IdleTime? idle = null;
        await store.WriteAcross(async (db, token) =>
        {
            idle = null;
            var session = await db.Sessions.SingleOrDefaultAsync(session => session.Id == sessionId && session.Kind == SessionKind.Browser, token);
            if (session is null || (session.RevokedAt is not null && session.RevokedReason != "idle")) return false;
            var rule = await IdleTime.For(db, session.UserId, token);
            if (session.RevokedAt is null && !IdleTime.IsOver(rule?.Minutes, session.LastSeenAt, time.GetUtcNow())) return false;
            idle = rule;
            if (session.RevokedAt is not null || rule is null) return false;
            var user = await db.Users.SingleAsync(user => user.Id == session.UserId, token);
            revocation.Revoke(db, session, "idle");
            audit.Add(db, new Origin(session.Address).ActorFor(user, rule.OrganizationId), "session.ended", "session", session.Id,
                $"{user.FullName} was idle for too long; the session in a browser was ended");
            return true;
        }, cancellation);
        return idle;
    }

    /// <summary>Notes in a unit of work when a member was seen.</summary>
    internal static Task<int> Mark(PortalDbContext db, string userId, string organizationId, DateTimeOffset now, CancellationToken cancellation) =>
        db.Across<Membership>().Where(member => member.UserId == userId && member.OrganizationId == organizationId)
            .ExecuteUpdateAsync(member => member.SetProperty(row => row.LastSeenAt, now), cancellation);
}
