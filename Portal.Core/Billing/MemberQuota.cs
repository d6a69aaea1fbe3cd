using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Billing;

/// <summary>How many members an organization's plan allows. Asked in the unit of work that adds one, so that two at once do not both take the last place.</summary>
public sealed class MemberQuota(LimitCatalog limits)
{
    /// <summary>Whether there is room for one more member.</summary>
    public async Task<bool> HasRoom(PortalDbContext db, Organization organization, CancellationToken cancellation) =>
        limits.Current.Of(organization.Plan).Collaborators is not { } most || await Members(db, organization, cancellation) < most;

    /// <summary>Refuses one more invitation than members are allowed, those invited already counted in.</summary>
    /// <exception cref="ProblemException">There would be too many (QUOTA_EXCEEDED).</exception>
    public async Task HoldInvitation(PortalDbContext db, Organization organization, DateTimeOffset now, CancellationToken cancellation)
    {
        if (limits.Current.Of(organization.Plan).Collaborators is not { } most) return;
        var invited = await db.Across<Invitation>().CountAsync(invitation => invitation.OrganizationId == organization.Id && invitation.ExpiresAt > now, cancellation);
        var used = await Members(db, organization, cancellation) + invited;
        if (used >= most) throw Exceeded(organization, most, used).AsException();
    }

    /// <summary>The refusal of one member too many.</summary>
    public Problem Full(Organization organization)
    {
        var most = limits.Current.Of(organization.Plan).Collaborators ?? 0;
        return Exceeded(organization, most, most);
    }

    private static Task<int> Members(PortalDbContext db, Organization organization, CancellationToken cancellation) =>
        db.Across<Membership>().CountAsync(member => member.OrganizationId == organization.Id, cancellation);

    private static Problem Exceeded(Organization organization, int most, int used)
    {
        var plan = organization.Plan.ToString().ToLowerInvariant();
        return new Problem(ErrorCode.QuotaExceeded, $"The {plan} plan allows {most} members, those invited among them.")
        {
            Details = Problem.Pairs(("limit", "collaborators"), ("plan", plan), ("quota", most), ("used", used)),
        };
    }
}
