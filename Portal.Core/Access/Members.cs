using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Access;

/// <summary>A user in an organization.</summary>
/// <param name="Since">When they joined it.</param>
public sealed record Member(string UserId, string Name, string Email, Role Role, DateTimeOffset Since);

/// <summary>Who belongs to an organization.</summary>
public sealed class Members(PortalStore store)
{
    /// <summary>Everybody in the actor's organization, owners first, then by name.</summary>
    /// <exception cref="ProblemException">The actor lacks <c>organization:read</c>.</exception>
    public async Task<IReadOnlyList<Member>> List(Actor actor, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, "organization:read");
        var organization = actor.Tenant.OrganizationId;
        await using var db = store.ReadAcross();
        return await db.Across<Membership>().Where(member => member.OrganizationId == organization)
            .OrderBy(member => member.Role).ThenBy(member => member.User!.FirstName).ThenBy(member => member.UserId)
            .Select(member => new Member(
                member.UserId, (member.User!.FirstName + " " + member.User.LastName).Trim(), member.User.Email ?? "", member.Role, member.CreatedAt))
            .ToListAsync(cancellation);
    }
}
