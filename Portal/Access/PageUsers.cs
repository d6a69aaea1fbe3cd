using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Shared;

namespace Portal.Access;

/// <summary>Finds the user behind a cookie or a circuit, and writes what was found into claims.</summary>
internal sealed class PageUsers(PortalStore store)
{
    /// <summary>The role claim of operators, for <c>[Authorize(Roles = …)]</c>.</summary>
    internal const string OperatorRole = "operator";

    private const string StampClaim = "portal:stamp";
    private const string OrganizationClaim = "portal:organization";
    private const string ModeClaim = "portal:mode";
    private const string AddressClaim = "portal:address";

    /// <summary>The claims that a cookie keeps: whose it is, and the security stamp that ends it.</summary>
    internal static ClaimsPrincipal Claim(User user) => Principal(
        new(ClaimTypes.NameIdentifier, user.Id), new(StampClaim, user.SecurityStamp ?? ""));

    /// <summary>The claims of a request or a circuit, as things are now.</summary>
    /// <param name="cookie">The principal that the cookie keeps.</param>
    /// <param name="user">Whom it was found to be.</param>
    internal static ClaimsPrincipal Describe(ClaimsPrincipal cookie, PageUser user)
    {
        List<Claim> claims =
        [
            new(ClaimTypes.NameIdentifier, user.UserId),
            new(StampClaim, cookie.FindFirstValue(StampClaim) ?? ""),
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
        return principal.FindFirstValue(OrganizationClaim) is { } organization
            ? Find(principal, organization, mode, principal.FindFirstValue(AddressClaim), cancellation)
            : Task.FromResult<PageUser?>(null);
    }

    /// <summary>The user whose security stamp a principal holds.</summary>
    /// <param name="principal">As <see cref="Claim"/> made it.</param>
    /// <param name="organizationId">Which organization; null for the one that was open last, or else the oldest.</param>
    /// <param name="mode">Live or test.</param>
    /// <param name="address">The network address of the request.</param>
    /// <param name="cancellation">Ends the query.</param>
    internal async Task<PageUser?> Find(
        ClaimsPrincipal principal, string? organizationId, ApiMode mode, string? address, CancellationToken cancellation)
    {
        var userId = principal.FindFirstValue(ClaimTypes.NameIdentifier);
        var stamp = principal.FindFirstValue(StampClaim);
        if (userId is null || stamp is null) return null;
        await using var db = store.ReadAcross();
        var memberships = await db.Across<Membership>()
            .Where(member => member.UserId == userId && member.User!.SecurityStamp == stamp)
            .Where(member => organizationId == null || member.OrganizationId == organizationId)
            .OrderBy(member => member.CreatedAt).ThenBy(member => member.OrganizationId)
            .Select(member => new { User = member.User!, Organization = member.Organization!, member.Role })
            .ToListAsync(cancellation);
        var open = memberships.Find(member => member.Organization.Id == member.User.LastOrganizationId) ?? memberships.FirstOrDefault();
        if (open is null) return null;
        var (user, organization) = (open.User, open.Organization);
        return new PageUser(
            user.Id, user.FullName, user.Email ?? "", organization.Id, organization.Name, organization.Plan, open.Role, mode, user.IsOperator)
        {
            Address = address,
        };
    }

    /// <summary>A user's row.</summary>
    internal async Task<User> Read(string userId, CancellationToken cancellation)
    {
        await using var db = store.ReadAcross();
        return await db.Users.SingleAsync(user => user.Id == userId, cancellation);
    }

    private static ClaimsPrincipal Principal(params Claim[] claims) => new(new ClaimsIdentity(claims, PageAuthentication.Scheme));
}
