using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Core.Billing;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Access;

/// <summary>
/// Invitations of an organization. Reading needs the actor's scope <c>members:read</c>, all else <c>members:write</c>;
/// nobody invites into a role that may do more than they themselves. <see cref="Joining"/> accepts.
/// </summary>
public sealed class Invitations(
    PortalStore store, UserUnits users, AccountMails mails, AuditLog audit, MemberQuota quota, IOptions<AccountsOptions> options, IdGenerator ids, TimeProvider time)
{
    /// <summary>Most invitations that an organization may have open, so that nobody mails the world through it.</summary>
    public const int MostOpen = 200;

    private const string ReadScope = "members:read";
    private const string TokenPrefix = "inv_";
    private const int TokenBytes = 32;

    private static readonly Sorting<Invitation> Sorting = new Sorting<Invitation>("invitations", invitation => invitation.Id)
        .By("created_at", invitation => invitation.Id)
        .By("email", invitation => invitation.NormalizedEmail)
        .By("expires_at", invitation => invitation.ExpiresAt);

    /// <summary>The fields that a list can be sorted by.</summary>
    public static IEnumerable<string> SortFields => Sorting.Fields;

    /// <exception cref="ProblemException">The actor lacks <c>members:read</c>.</exception>
    public async Task<Page<InvitationResource>> List(Actor actor, PageRequest page, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, ReadScope);
        await using var db = store.Read(actor.Tenant);
        var found = await Sorting.Cut(db.Invitations, page, cancellation);
        var now = time.GetUtcNow();
        return found.Select(invitation => InvitationResource.Of(invitation, now));
    }

    /// <exception cref="ProblemException">The actor lacks <c>members:read</c>, or there is no such invitation.</exception>
    public async Task<InvitationResource> Get(Actor actor, string id, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, ReadScope);
        await using var db = store.Read(actor.Tenant);
        return InvitationResource.Of(await Find(db, id, cancellation), time.GetUtcNow());
    }

    /// <summary>Mails an invitation.</summary>
    /// <exception cref="ProblemException">
    /// The actor may not; the address is not one, is outside the organization's domains, or is a member's; or it is
    /// invited already (CONFLICT); or the plan allows no more members (QUOTA_EXCEEDED).
    /// </exception>
    public async Task<InvitationResource> Create(Actor actor, string? email, Role? role, CancellationToken cancellation)
    {
        var faults = new Faults();
        Accounts.CheckEmail(faults, email);
        if (role is null) faults.Add("role", "role is required.", ErrorCode.MissingField);
        faults.ThrowIfAny();
        var (address, token, now) = (email!.Trim(), NewToken(), time.GetUtcNow());
        var normalized = users.Normalize(address);
        return await store.Write(actor, async (db, cancel) =>
        {
            (await MemberCeiling.Of(db, actor, "members:create", cancel)).Hold(role!.Value);
            var organization = await db.Organizations.SingleAsync(organization => organization.Id == actor.Tenant.OrganizationId, cancel);
            await CheckAddress(db, organization, address, normalized, cancel);
            await quota.HoldInvitation(db, organization, now, cancel);
            var invitation = new Invitation
            {
                Id = ids.New("inv"),
                OrganizationId = organization.Id,
                Email = address,
                NormalizedEmail = normalized,
                Role = role.Value,
                TokenHash = HashOf(token),
                InvitedById = actor.UserId,
                InvitedByName = actor.Name,
                CreatedAt = now,
            };
            db.Invitations.Add(invitation);
            Send(db, organization, invitation, token, now);
            audit.Add(db, actor, "invitation.created", "invitation", invitation.Id, $"Invited {address} as {Scopes.NameOf(role.Value)}");
            return InvitationResource.Of(invitation, now);
        }, cancellation);
    }

    /// <summary>Changes the role that an invitation offers; the mailed link stays good.</summary>
    /// <exception cref="ProblemException">The actor may give neither role, or there is no such invitation.</exception>
    public Task<InvitationResource> ChangeRole(Actor actor, string id, Role role, CancellationToken cancellation) =>
        Change(actor, id, "members:update", async (db, ceiling, invitation, token) =>
        {
            ceiling.Hold(role);
            var before = invitation.Role;
            if (before == role) return;
            invitation.Role = role;
            await Touch(db, actor, token);
            audit.Add(db, actor, "invitation.role_changed", "invitation", id, $"{invitation.Email} is now invited as {Scopes.NameOf(role)}",
                AuditChanges.Of(("role", Scopes.NameOf(before), Scopes.NameOf(role))));
        }, cancellation);

    /// <summary>Mails a new link with a new end; the one before stops working.</summary>
    /// <exception cref="ProblemException">The actor may not, or there is no such invitation.</exception>
    public Task<InvitationResource> Resend(Actor actor, string id, CancellationToken cancellation)
    {
        var token = NewToken();
        return Change(actor, id, "members:create", async (db, _, invitation, cancel) =>
        {
            var organization = await db.Organizations.SingleAsync(organization => organization.Id == invitation.OrganizationId, cancel);
            invitation.TokenHash = HashOf(token);
            Send(db, organization, invitation, token, time.GetUtcNow());
            audit.Add(db, actor, "invitation.resent", "invitation", id, $"Mailed the invitation of {invitation.Email} again");
        }, cancellation);
    }

    /// <summary>Takes an invitation back; its link stops working.</summary>
    /// <exception cref="ProblemException">The actor may not, or there is no such invitation.</exception>
    public Task Withdraw(Actor actor, string id, CancellationToken cancellation) =>
        Change(actor, id, "members:delete", (db, _, invitation, _) =>
        {
            db.Invitations.Remove(invitation);
            audit.Add(db, actor, "invitation.withdrawn", "invitation", id, $"Took back the invitation of {invitation.Email}");
            return Task.CompletedTask;
        }, cancellation);

    /// <summary>The invitation whose link holds a token; null where there is none or it has expired.</summary>
    internal static async Task<Invitation?> WithToken(PortalDbContext db, string? token, DateTimeOffset now, CancellationToken cancellation)
    {
        if (token is null || !token.StartsWith(TokenPrefix, StringComparison.Ordinal)) return null;
        var hash = HashOf(token);
        return await db.Across<Invitation>().SingleOrDefaultAsync(invitation => invitation.TokenHash == hash && invitation.ExpiresAt > now, cancellation);
    }

    private Task<InvitationResource> Change(
        Actor actor, string id, string scope, Func<PortalDbContext, MemberCeiling, Invitation, CancellationToken, Task> change, CancellationToken cancellation) =>
        store.Write(actor, async (db, token) =>
        {
            var ceiling = await MemberCeiling.Of(db, actor, scope, token);
            var invitation = await Find(db, id, token);
            ceiling.Hold(invitation.Role);
            await change(db, ceiling, invitation, token);
            return InvitationResource.Of(invitation, time.GetUtcNow());
        }, cancellation);

    private static async Task CheckAddress(PortalDbContext db, Organization organization, string email, string normalized, CancellationToken cancellation)
    {
        var domain = email[(email.LastIndexOf('@') + 1)..].ToLowerInvariant();
        if (organization.InvitationDomains.Count > 0 && !organization.InvitationDomains.Contains(domain))
            throw Problem.Field(ErrorCode.Validation, "email", $"This organization invites addresses of {string.Join(", ", organization.InvitationDomains)} only.").AsException();
        if (await db.Memberships.AnyAsync(member => member.User!.NormalizedEmail == normalized, cancellation))
            throw Problem.Field(ErrorCode.Validation, "email", "Somebody with this e-mail address is a member already.").AsException();
        if (await db.Invitations.Where(invitation => invitation.NormalizedEmail == normalized).Select(invitation => invitation.Id).FirstOrDefaultAsync(cancellation) is { } open)
            throw Problem.Conflict("This address is invited already. Send that invitation again instead.", ("id", open), ("field", "email")).AsException();
        if (await db.Invitations.CountAsync(cancellation) >= MostOpen)
            throw Problem.Conflict($"There are {MostOpen} invitations that nobody has accepted. Take some back first.", ("limit", MostOpen)).AsException();
    }

    private void Send(PortalDbContext db, Organization organization, Invitation invitation, string token, DateTimeOffset now)
    {
        invitation.SentAt = now;
        invitation.ExpiresAt = now + options.Value.InvitationLifetime;
        mails.Invite(db, organization, invitation, token);
    }

    // A role that is changed while somebody accepts must meet their unit in a row.
    private static async Task Touch(PortalDbContext db, Actor actor, CancellationToken cancellation) =>
        (await db.Organizations.SingleAsync(organization => organization.Id == actor.Tenant.OrganizationId, cancellation)).MembersVersion++;

    private static async Task<Invitation> Find(PortalDbContext db, string id, CancellationToken cancellation) =>
        Faults.IsStorable(id) && await db.Invitations.SingleOrDefaultAsync(invitation => invitation.Id == id, cancellation) is { } found
            ? found
            : throw Problem.NotFound("invitation", id).AsException();

    private static string NewToken() => TokenPrefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));

    private static byte[] HashOf(string token) => KeyHash.Of(token).ToArray();
}
