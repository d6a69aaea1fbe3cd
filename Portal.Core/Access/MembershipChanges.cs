using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Access;

/// <summary>What every change of an organization's members has to see to.</summary>
public sealed class MembershipChanges(IClusterSignals signals)
{
    /// <summary>Makes all nodes look at the organization again once the unit has committed.</summary>
    internal async Task Signal(PortalDbContext db, string organizationId, CancellationToken cancellation)
    {
        // Both of two units that change members write this row, so that the later one runs again and sees what the first did.
        var organization = await db.Organizations.SingleAsync(organization => organization.Id == organizationId, cancellation);
        organization.MembersVersion++;
        db.AfterCommit(() => signals.Send(SignalTopics.Organization, organizationId));
    }

    /// <summary>Refuses where nobody else owns the organization of the unit.</summary>
    /// <exception cref="ProblemException">CONFLICT, <c>reason</c> <c>last_owner</c>.</exception>
    internal async Task KeepAnOwner(PortalDbContext db, string userId, CancellationToken cancellation)
    {
        if (await db.Memberships.AnyAsync(member => member.UserId != userId && member.Role == Role.Owner, cancellation)) return;
        throw Problem.Conflict("An organization needs an owner. Make somebody else an owner first.", ("reason", "last_owner"), ("id", userId)).AsException();
    }
}
