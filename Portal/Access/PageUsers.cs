using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Shared;

namespace Portal.Access;

/// <summary>Finds the user behind a cookie or a circuit, and writes what was found into claims.</summary>
internal sealed class PageUsers(PortalStore store, TimeProvider time)
{
    /// <summary>The role claim of operators, for <c>[Authorize(Roles = …)]</c>.</summary>
    internal const string OperatorRole = "operator";

    private const string SessionClaim = "portal:session";
    private const string OrganizationClaim = "portal:organization";
    private const string ModeClaim = "portal:mode";
    private const string AddressClaim = "portal:address";
    private const string SignedOutClaim = "portal:signed-out";

    /// <summary>The claims that a cookie keeps: whose it is, and the session that ends it.</summary>
    internal static ClaimsPrincipal Claim(Session session) => Principal(
        new(ClaimTypes.NameIdentifier, session.UserId), new(SessionClaim, session.Id));

    /// <summary>The session of a principal; null where it has none.</summary>
    internal static string? SessionOf(ClaimsPrincipal principal) => principal.FindFirstValue(SessionClaim);

    /// <summary>Whom a circuit belongs to once its sign-in has ended.</summary>
    /// <param name="signedOut">Whether the user ended it, in this or another tab.</param>
    internal static ClaimsPrincipal Nobody(bool signedOut) => new(new ClaimsIdentity(signedOut ? [new Claim(SignedOutClaim, "true")] : []));

    /// <summary>Whether a principal is nobody because the user has signed out.</summary>
    internal static bool IsSignedOut(ClaimsPrincipal principal) => principal.HasClaim(SignedOutClaim, "true");

    /// <summary>The organization of a described principal.</summary>
    internal static string? OrganizationOf(ClaimsPrincipal principal) => principal.FindFirstValue(OrganizationClaim);

    /// <summary>The claims of a request or a circuit, as things are now.</summary>
    /// <param name="cookie">The principal that the cookie keeps.</param>
    /// <param name="user">Whom it was found to be.</param>
    internal static ClaimsPrincipal Describe(ClaimsPrincipal cookie, PageUser user)
    {
        List<Claim> claims =
        [
            new(ClaimTypes.NameIdentifier, user.UserId),
            new(SessionClaim, SessionOf(cookie) ?? ""),
            new(ClaimTypes.Name, user.Name),
            new(ClaimTypes.Email, user.Email),
            new(OrganizationClaim, user.OrganizationId),
            new(ModeClaim, user.Mode.ToString()),
        ];
        if (user.Address is { } address) claims.Add(new(AddressClaim, address));
        if (user.IsOperator) claims.Add(new(ClaimTypes.Role, OperatorRole));
        return Principal([.. claims]);
    }

    /// <summary>The user whom a described principal names, as they are now; null when they are not that any more.</summary>
    internal Task<PageUser?> Find(ClaimsPrincipal principal, CancellationToken cancellation)
    {
        var mode = Enum.TryParse<ApiMode>(principal.FindFirstValue(ModeClaim), out var parsed) ? parsed : ApiMode.Live;
        return OrganizationOf(principal) is { } organization
            ? Find(principal, organization, mode, principal.FindFirstValue(AddressClaim), cancellation)
            : Task.FromResult<PageUser?>(null);
    }

    /// <summary>The user of the session that a principal names, while it lasts.</summary>
    /// <param name="principal">As <see cref="Claim"/> made it.</param>
    /// <param name="organizationId">Which organization; null for the one that was open last, or else the oldest.</param>
    /// <param name="mode">Live or test.</param>
    /// <param name="address">The network address of the request.</param>
    /// <param name="cancellation">Ends the query.</param>
    internal async Task<PageUser?> Find(
        ClaimsPrincipal principal, string? organizationId, ApiMode mode, string? address, CancellationToken cancellation)
    {
        var userId = principal.FindFirstValue(ClaimTypes.NameIdentifier);
        var sessionId = SessionOf(principal);
        if (userId is null || sessionId is null) return null;
        var now = time.GetUtcNow();
        await using var db = store.ReadAcross();
        var session = await db.Sessions.SingleOrDefaultAsync(
            session => session.Id == sessionId && session.UserId == userId && session.RevokedAt == null && session.ExpiresAt > now, cancellation);
        if (session is null) return null;
        var memberships = await db.Across<Membership>()
            .Where(member => member.UserId == userId)
            .OrderBy(member => member.CreatedAt).ThenBy(member => member.OrganizationId)
            .Select(member => new { User = member.User!, Organization = member.Organization!, member.Role })
            .ToListAsync(cancellation);
        if (IdleTime.IsOver(memberships.Min(member => member.Organization.SessionIdleMinutes), session.LastSeenAt, now)) return null;
        var open = organizationId is null
            ? memberships.Find(member => member.Organization.Id == member.User.LastOrganizationId) ?? memberships.FirstOrDefault()
            : memberships.Find(member => member.Organization.Id == organizationId);
        if (open is null) return null;
        var (user, organization) = (open.User, open.Organization);
        return new PageUser(
            user.Id, user.FullName, user.Email ?? "", organization.Id, organization.Name, organization.Plan, open.Role, mode, user.IsOperator)
        {
            Address = address,
            SessionId = session.Id,
            SeenAt = session.LastSeenAt,
            HasTwoFactor = session.IsTwoFactor,
            MustSetUpTwoFactor = organization.RequireTwoFactor && !session.IsTwoFactor,
        };
    }

    /// <summary>Whether the user has ended the session that a principal names by signing out.</summary>
    internal async Task<bool> HasSignedOut(ClaimsPrincipal principal, CancellationToken cancellation)
    {
        var sessionId = SessionOf(principal);
        await using var db = store.ReadAcross();
        return await db.Sessions.AnyAsync(session => session.Id == sessionId && session.RevokedReason == "logout", cancellation);
    }

    private static ClaimsPrincipal Principal(params Claim[] claims) => new(new ClaimsIdentity(claims, PageAuthentication.Scheme));
}
