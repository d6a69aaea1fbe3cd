using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Access;

/// <summary>The tokens of a session as they are handed over, once, and whom they are for.</summary>
internal sealed record SessionTokens(string AccessToken, string RefreshToken, TimeSpan ExpiresIn, User User, string OrganizationId, Role Role);

/// <summary>
/// Sessions of <c>/api/auth</c>: a sign-in starts one, each refresh token is good once and brings the next, and one that
/// comes a second time ends the session: either the thief or the owner has used it before (RFC 9700, section 4.14.2).
/// </summary>
internal sealed class Sessions(
    PortalStore store, AccessTokens accessTokens, SignIns signIns, SessionRevocation revocation, AuditLog audit, IdGenerator ids, TimeProvider time)
{
    private const string RefreshPrefix = "rt_";
    private const int RefreshBytes = 32;
    private const int RefreshLength = 3 + 43;
    private const int LongestUserAgent = 300;

    /// <summary>How long an ended session is kept, to answer the reuse of its tokens.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    /// <summary>Starts a session for somebody who signed in.</summary>
    /// <exception cref="ProblemException">AUTHORIZATION_FAILED: the organization requires a second factor, and none was shown.</exception>
    public async Task<SessionTokens> Start(SignedIn signedIn, Origin origin, CancellationToken cancellation)
    {
        if (signedIn.Organization.RequireTwoFactor && !signedIn.TwoFactor) throw NeedsTwoFactor(signedIn.Organization.Id).AsException();
        var refresh = NewRefreshToken();
        var session = await store.WriteAcross(async (db, token) =>
        {
            var now = time.GetUtcNow();
            await db.Sessions.Where(old => old.UserId == signedIn.User.Id && old.ExpiresAt < now - Kept).ExecuteDeleteAsync(token);
            var session = new Session
            {
                Id = ids.New("ses"),
                UserId = signedIn.User.Id,
                OrganizationId = signedIn.Organization.Id,
                Kind = SessionKind.Api,
                IsTwoFactor = signedIn.TwoFactor,
                Address = origin.Address,
                UserAgent = origin.UserAgent is { Length: > LongestUserAgent } agent ? agent[..LongestUserAgent] : origin.UserAgent,
                CreatedAt = now,
            };
            db.Sessions.Add(session);
            AddRefreshToken(db, session, refresh);
            await BrowserSessions.Mark(db, session.UserId, session.OrganizationId, now, token);
            return session;
        }, cancellation);
        return await Hand(session, refresh, signedIn.User, signedIn.Role, cancellation);
    }

    /// <summary>Trades a refresh token for new tokens, with the role that the user has now.</summary>
    /// <exception cref="ProblemException">
    /// AUTHENTICATION_FAILED: unknown, expired or used token, ended session, locked account. AUTHORIZATION_FAILED: the
    /// user does not belong to the session's organization any more.
    /// </exception>
    public async Task<SessionTokens> Refresh(string? refreshToken, Origin origin, CancellationToken cancellation)
    {
        var faults = new Faults();
        faults.Required("refresh_token", refreshToken, 1000);
        faults.ThrowIfAny();
        if (refreshToken!.Length != RefreshLength || !refreshToken.StartsWith(RefreshPrefix, StringComparison.Ordinal)) throw Unknown.AsException();

        var hash = KeyHash.Of(refreshToken).ToArray();
        var next = NewRefreshToken();
        var traded = await store.WriteAcross((db, token) => Trade(db, hash, next, origin, token), cancellation);
        if (traded.Refusal is { } refusal) throw refusal.AsException();
        return await Hand(traded.Session!, next, traded.User!, traded.Role, cancellation);
    }

    /// <summary>Ends a session, as at logout.</summary>
    public Task End(string sessionId, Actor actor, CancellationToken cancellation) => store.WriteAcross(async (db, token) =>
    {
        var session = await db.Sessions.SingleOrDefaultAsync(session => session.Id == sessionId, token);
        if (session is null || session.RevokedAt is not null) return false;
        revocation.Revoke(db, session, "logout");
        audit.Add(db, actor, "session.ended", "session", session.Id, $"{actor.Name} signed out");
        return true;
    }, cancellation);

    // Refusals are returned rather than thrown, so that the revocation after a reuse commits.
    private async Task<Traded> Trade(PortalDbContext db, byte[] hash, string next, Origin origin, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var presented = await db.RefreshTokens.SingleOrDefaultAsync(token => token.Hash == hash, cancellation);
        if (presented is null) return new Traded(Unknown);
        var session = await db.Sessions.SingleAsync(session => session.Id == presented.SessionId, cancellation);
        if (session.RevokedAt is not null) return new Traded(Ended);
        var user = await db.Users.SingleAsync(user => user.Id == session.UserId, cancellation);
        if (presented.UsedAt is not null)
        {
            revocation.Revoke(db, session, "reuse");
            audit.Add(db, origin.ActorFor(user, session.OrganizationId), "session.reuse_detected", "session", session.Id,
                $"A used refresh token of {user.FullName} came again; the session was ended");
            return new Traded(Reused);
        }

        if (presented.ExpiresAt <= now) return new Traded(Expired(presented));
        // Locked or removed, the token stays unused: what keeps the user out may be over before it expires.
        if (signIns.IsLockedOut(user)) return new Traded(SignIns.LockedOut(user).Problem);
        if (await Organizations.RoleIn(db, user.Id, session.OrganizationId, cancellation) is not { } role) return new Traded(SignIns.Nowhere);
        if (!session.IsTwoFactor && await db.Organizations.AnyAsync(organization => organization.Id == session.OrganizationId && organization.RequireTwoFactor, cancellation))
            return new Traded(NeedsTwoFactor(session.OrganizationId));

        if (await IdleTime.For(db, user.Id, cancellation) is { } idle && idle.IsOver(session, now))
        {
            revocation.Revoke(db, session, "idle");
            audit.Add(db, origin.ActorFor(user, idle.OrganizationId), "session.ended", "session", session.Id, $"A program of {user.FullName} was idle for too long; its session was ended");
            return new Traded(idle.Refusal);
        }

        presented.UsedAt = now;
        AddRefreshToken(db, session, next);
        session.Address = origin.Address ?? session.Address;
        await BrowserSessions.Mark(db, user.Id, session.OrganizationId, now, cancellation);
        return new Traded(null, session, user, role);
    }

    private void AddRefreshToken(PortalDbContext db, Session session, string value)
    {
        var now = time.GetUtcNow();
        session.ExpiresAt = now + SessionLifetimes.Refresh;
        session.LastSeenAt = now;
        db.RefreshTokens.Add(new RefreshToken
        {
            Hash = KeyHash.Of(value).ToArray(),
            SessionId = session.Id,
            CreatedAt = now,
            ExpiresAt = session.ExpiresAt,
        });
    }

    private async Task<SessionTokens> Hand(Session session, string refresh, User user, Role role, CancellationToken cancellation) => new(
        await accessTokens.Issue(session, user, role, cancellation), refresh, SessionLifetimes.Access, user, session.OrganizationId, role);

    private static string NewRefreshToken() => RefreshPrefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RefreshBytes));

    /// <summary>What a user without a second factor is told where the organization requires one.</summary>
    internal static Problem NeedsTwoFactor(string organizationId) =>
        new(ErrorCode.AuthorizationFailed, "This organization requires two-factor sign-in. Set it up on your account page and sign in with a code.")
        {
            Details = Problem.Pairs(("reason", "two_factor_required"), ("organization_id", organizationId)),
        };

    private static readonly Problem Unknown = new(ErrorCode.AuthenticationFailed, "The refresh token is not valid.");
    private static readonly Problem Ended = new(ErrorCode.AuthenticationFailed, "The session has ended. Sign in again.");
    private static readonly Problem Reused = new(ErrorCode.AuthenticationFailed, "The refresh token was used before. The session was ended for safety; sign in again.")
    {
        Details = Problem.Pairs(("reason", "refresh_token_reused")),
    };

    private static Problem Expired(RefreshToken token) => new(ErrorCode.TokenExpired, "Refresh token has expired")
    {
        Details = Problem.Pairs(("expired_at", token.ExpiresAt)),
    };

    private sealed record Traded(Problem? Refusal, Session? Session = null, User? User = null, Role Role = default);
}
