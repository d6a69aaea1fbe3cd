using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Access;

/// <summary>Where a user is signed in.</summary>
/// <param name="OrganizationName">For a program the organization of its tokens; for a browser null, since it opens any.</param>
/// <param name="IsTwoFactor">Whether a second factor or a passkey was shown.</param>
/// <param name="LastSeenAt">By the minute in a browser; for programs the last sign-in or refresh.</param>
public sealed record UserSession(
    string Id, SessionKind Kind, string? OrganizationName, string? UserAgent, string? Address, bool IsTwoFactor, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt);

/// <summary>A user's own sessions, in browsers and through the API: which there are, and to end them. One that ends is refused at once.</summary>
public sealed class UserSessions(PortalStore store, SessionRevocation revocation, AuditLog audit, TimeProvider time)
{
    /// <summary>Those that work, the one seen last first.</summary>
    public async Task<IReadOnlyList<UserSession>> List(string userId, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var db = store.ReadAcross();
        return await db.Sessions.Where(session => session.UserId == userId && session.Kind != SessionKind.Loan && session.RevokedAt == null && session.ExpiresAt > now)
            .OrderByDescending(session => session.LastSeenAt).ThenByDescending(session => session.Id)
            .Select(session => new UserSession(
                session.Id, session.Kind,
                session.Kind == SessionKind.Api ? db.Organizations.Where(organization => organization.Id == session.OrganizationId).Select(organization => organization.Name).FirstOrDefault() : null,
                session.UserAgent, session.Address, session.IsTwoFactor, session.CreatedAt, session.LastSeenAt))
            .ToListAsync(cancellation);
    }

    /// <summary>Ends one of the actor's user's sessions.</summary>
    /// <param name="reason"><c>logout</c> for the actor's own, <c>ended</c> for another.</param>
    /// <exception cref="ProblemException">The user has no such session.</exception>
    public Task End(Actor actor, string sessionId, string reason, CancellationToken cancellation) => store.WriteAcross(async (db, token) =>
    {
        var session = Faults.IsStorable(sessionId)
            ? await db.Sessions.SingleOrDefaultAsync(session => session.Id == sessionId && session.UserId == actor.UserId, token) : null;
        if (session is null) throw Problem.NotFound("session", sessionId).AsException();
        if (session.RevokedAt is not null) return false;
        revocation.Revoke(db, session, reason);
        audit.Add(db, actor, "session.ended", "session", session.Id, reason == "logout" ? $"{actor.Name} signed out" : $"{actor.Name} ended a session");
        return true;
    }, cancellation);

    /// <summary>Ends all of the actor's user's sessions but one.</summary>
    /// <returns>How many ended.</returns>
    public Task<int> EndOthers(Actor actor, string keptId, CancellationToken cancellation) => store.WriteAcross(async (db, token) =>
    {
        var ended = await revocation.RevokeOthers(db, actor.UserId ?? "", keptId, "ended", token);
        if (ended > 0) audit.Add(db, actor, "session.others_ended", "user", actor.UserId, $"{actor.Name} ended all other sessions ({ended})");
        return ended;
    }, cancellation);
}
