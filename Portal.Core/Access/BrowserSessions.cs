using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;

namespace Portal.Core.Access;

/// <summary>The sessions behind the pages' cookies: one for each sign-in in a browser.</summary>
public sealed class BrowserSessions(PortalStore store, IdGenerator ids, TimeProvider time)
{
    /// <summary>How long a browser stays signed in without a visit.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(14);

    private static readonly TimeSpan Granularity = TimeSpan.FromMinutes(1);
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

    /// <summary>Notes in a unit of work when a member was seen.</summary>
    internal static Task<int> Mark(PortalDbContext db, string userId, string organizationId, DateTimeOffset now, CancellationToken cancellation) =>
        db.Across<Membership>().Where(member => member.UserId == userId && member.OrganizationId == organizationId)
            .ExecuteUpdateAsync(member => member.SetProperty(row => row.LastSeenAt, now), cancellation);
}
