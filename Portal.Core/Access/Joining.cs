using Microsoft.EntityFrameworkCore;
using Portal.Core.Billing;
using Portal.Core.Notifications;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Access;

/// <summary>Accepts invitations, for users who have an account and for those who make one. The link shows that the address is theirs.</summary>
public sealed class Joining(PortalStore store, NewAccounts accounts, UserUnits users, MembershipChanges changes, AuditLog audit, MemberNotices notices, MemberQuota quota, TimeProvider time)
{
    /// <summary>The page that the mailed link leads to; its query holds <c>token</c>.</summary>
    public const string Path = "/invitation";

    /// <summary>What a mailed link offers; null where it is wrong, used, taken back or too old.</summary>
    public async Task<InvitationOffer?> Find(string? token, CancellationToken cancellation)
    {
        await using var db = store.ReadAcross();
        if (await Invitations.WithToken(db, token, time.GetUtcNow(), cancellation) is not { } invitation) return null;
        var organization = await db.Organizations.SingleAsync(organization => organization.Id == invitation.OrganizationId, cancellation);
        var hasAccount = await db.Users.AnyAsync(user => user.NormalizedEmail == invitation.NormalizedEmail, cancellation);
        return new InvitationOffer(organization.Name, invitation.Email, invitation.Role, invitation.InvitedByName, invitation.ExpiresAt, hasAccount);
    }

    /// <summary>Makes a user a member of the organization that invited them, and opens it.</summary>
    /// <exception cref="ProblemException">
    /// The link does not work any more, or is for another address (AUTHORIZATION_FAILED, <c>reason</c> <c>wrong_user</c>), or the
    /// plan allows no more members (QUOTA_EXCEEDED).
    /// </exception>
    public Task<MemberOf> Accept(string userId, string? token, Origin origin, CancellationToken cancellation) => store.WriteAcross(async (db, cancel) =>
    {
        var user = await db.Users.SingleAsync(user => user.Id == userId, cancel);
        var invitation = await Invitations.WithToken(db, token, time.GetUtcNow(), cancel) ?? throw BadLink();
        if (invitation.NormalizedEmail != user.NormalizedEmail)
        {
            throw new Problem(ErrorCode.AuthorizationFailed, $"This invitation is for {invitation.Email}; you are signed in as {user.Email}.")
            {
                Details = Problem.Pairs(("reason", "wrong_user")),
            }.AsException();
        }

        return await Join(db, user, invitation, origin, cancel);
    }, cancellation);

    /// <summary>Makes an account for the invited address, its address confirmed, and joins.</summary>
    /// <exception cref="ProblemException">The link does not work any more, a field is at fault, or there is an account already.</exception>
    public async Task<SignedIn> Register(string? token, string? firstName, string? lastName, string? password, Origin origin, CancellationToken cancellation)
    {
        var offer = await Find(token, cancellation) ?? throw BadLink();
        Accounts.Check(new Registration(offer.Email, password, firstName, lastName, null)).ThrowIfAny();
        var user = accounts.Prepare(offer.Email, password!, firstName!, lastName!);
        return await NewAccounts.Commit(store, async (db, cancel) =>
        {
            var invitation = await Invitations.WithToken(db, token, time.GetUtcNow(), cancel) ?? throw BadLink();
            await NewAccounts.Add(db, user, cancel);
            var joined = await Join(db, user, invitation, origin, cancel);
            return new SignedIn(user, joined.Organization, joined.Role);
        }, cancellation);
    }

    /// <summary>In the unit of a sign-in: joins where the link is the user's and there is room, and does nothing where not.</summary>
    internal async Task TryJoin(PortalDbContext db, User user, string? token, Origin origin, CancellationToken cancellation)
    {
        if (await Invitations.WithToken(db, token, time.GetUtcNow(), cancellation) is { } invitation && invitation.NormalizedEmail == users.Normalize(user.Email!)
            && await quota.HasRoom(db, await db.Organizations.SingleAsync(organization => organization.Id == invitation.OrganizationId, cancellation), cancellation))
            await Join(db, user, invitation, origin, cancellation);
    }

    private async Task<MemberOf> Join(PortalDbContext db, User user, Invitation invitation, Origin origin, CancellationToken cancellation)
    {
        var organization = await db.Organizations.SingleAsync(organization => organization.Id == invitation.OrganizationId, cancellation);
        user.EmailConfirmed = true;
        user.LastOrganizationId = organization.Id;
        db.Set<Invitation>().Remove(invitation);
        var role = await Organizations.RoleIn(db, user.Id, organization.Id, cancellation);
        if (role is null)
        {
            if (!await quota.HasRoom(db, organization, cancellation)) throw quota.Full(organization).AsException();
            db.Memberships.Add(new Membership { OrganizationId = organization.Id, UserId = user.Id, Role = invitation.Role, CreatedAt = time.GetUtcNow() });
            audit.Add(db, origin.ActorFor(user, organization.Id), "member.joined", "user", user.Id,
                $"{user.FullName} accepted the invitation of {invitation.InvitedByName} and is {Scopes.NameOf(invitation.Role)}");
            await notices.Joined(db, organization.Id, user, invitation.Role, cancellation);
            await changes.Signal(db, organization.Id, cancellation);
            // A sign-in looks for the user's organizations in the same unit.
            await db.SaveChangesAsync(cancellation);
        }

        return new MemberOf(organization, role ?? invitation.Role);
    }

    private static ProblemException BadLink() =>
        Problem.Field(ErrorCode.Validation, "token", "This invitation was accepted or taken back, or is too old. Ask for a new one.").AsException();
}
