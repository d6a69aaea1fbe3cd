using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Notifications;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Access;

/// <summary>
/// Who belongs to an organization. Reading needs the actor's scope <c>members:read</c>, changing <c>members:write</c>;
/// see <see cref="MemberCeiling"/> for who may change whom. An organization always keeps an owner.
/// </summary>
public sealed class Members(
    PortalStore store, MembershipChanges changes, SessionRevocation sessions, AuditLog audit, MemberNotices notices, TimeProvider time)
{
    private const string ReadScope = "members:read";

    private static readonly Sorting<Membership> Sorting = new Sorting<Membership>("members", member => member.UserId)
        .By("created_at", member => member.CreatedAt)
        .By("name", member => member.User!.FirstName)
        .By("email", member => member.User!.NormalizedEmail!);

    /// <summary>The fields that a list can be sorted by.</summary>
    public static IEnumerable<string> SortFields => Sorting.Fields;

    /// <summary>Members that match, who joined last first unless the request says otherwise.</summary>
    /// <exception cref="ProblemException">The actor lacks <c>members:read</c>.</exception>
    public async Task<Page<MemberResource>> List(Actor actor, MemberFilter filter, PageRequest page, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, ReadScope);
        await using var db = store.Read(actor.Tenant);
        IQueryable<Membership> members = db.Memberships.Include(member => member.User);
        if (filter.Role is { } role) members = members.Where(member => member.Role == role);
        if (!string.IsNullOrWhiteSpace(filter.Search))
        {
            var text = SqlText.Fold(filter.Search.Trim().Replace("\0", "", StringComparison.Ordinal));
            members = members.Where(member =>
                SqlText.Fold(member.User!.FirstName + " " + member.User.LastName)!.Contains(text) || SqlText.Fold(member.User.Email)!.Contains(text));
        }

        var found = await Sorting.Cut(members, page, cancellation);
        var withPasskey = await WithPasskey(db, [.. found.Items.Select(member => member.UserId)], cancellation);
        return found.Select(member => Shown(member, withPasskey));
    }

    /// <exception cref="ProblemException">The actor lacks <c>members:read</c>, or there is no such member.</exception>
    public async Task<MemberResource> Get(Actor actor, string userId, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, ReadScope);
        await using var db = store.Read(actor.Tenant);
        return Shown(await Find(db, userId, cancellation), await WithPasskey(db, [userId], cancellation));
    }

    /// <summary>What would be noticed if a member were gone.</summary>
    /// <exception cref="ProblemException">The actor lacks <c>members:read</c>.</exception>
    public async Task<MemberTraces> Traces(Actor actor, string userId, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, ReadScope);
        var now = time.GetUtcNow();
        var organization = actor.Tenant.OrganizationId;
        await using var db = store.Read(actor.Tenant);
        var keys = await db.ApiKeys.CountAsync(key => key.CreatedById == userId && key.RevokedAt == null && (key.ExpiresAt == null || key.ExpiresAt > now), cancellation);
        var open = await db.Sessions.CountAsync(session => session.UserId == userId && session.OrganizationId == organization
            && session.Kind == SessionKind.Api && session.RevokedAt == null && session.ExpiresAt > now, cancellation);
        return new MemberTraces(keys, open);
    }

    /// <summary>Gives a member another role, with effect on the next request.</summary>
    /// <exception cref="ProblemException">The actor may not, there is no such member, or it is the last owner (CONFLICT).</exception>
    public Task<MemberResource> ChangeRole(Actor actor, string userId, Role role, CancellationToken cancellation) => store.Write(actor, async (db, token) =>
    {
        var ceiling = await MemberCeiling.Of(db, actor, "members:update", token);
        var member = await Find(db, userId, token);
        ceiling.Hold(member.Role);
        ceiling.Hold(role);
        if (member.Role != role)
        {
            if (member.Role == Role.Owner) await changes.KeepAnOwner(db, userId, token);
            await Assign(db, actor, member, role, token);
            await changes.Signal(db, actor.Tenant.OrganizationId, token);
        }

        return Shown(member, await WithPasskey(db, [userId], token));
    }, cancellation);

    /// <summary>Takes a member out. Their sessions of the API in this organization end, and open pages lose it at once.</summary>
    /// <exception cref="ProblemException">The actor may not, there is no such member, or it is the last owner (CONFLICT).</exception>
    public Task<bool> Remove(Actor actor, string userId, CancellationToken cancellation) => store.Write(actor, async (db, token) =>
    {
        var ceiling = await MemberCeiling.Of(db, actor, "members:delete", token);
        var member = await Find(db, userId, token);
        ceiling.Hold(member.Role);
        await TakeOut(db, actor, member, "member.removed", $"Removed {Name(member)} ({Scopes.NameOf(member.Role)})", token);
        return true;
    }, cancellation);

    /// <summary>Takes the actor's user out.</summary>
    /// <exception cref="ProblemException">Nobody stands behind the actor, or it is the last owner (CONFLICT).</exception>
    public Task<bool> Leave(Actor actor, CancellationToken cancellation) => store.Write(actor, async (db, token) =>
    {
        var member = await Find(db, actor.UserId ?? "", token);
        await TakeOut(db, actor, member, "member.left", $"{Name(member)} ({Scopes.NameOf(member.Role)}) left", token);
        return true;
    }, cancellation);

    /// <summary>Makes another member an owner and the actor's user an administrator, both or neither.</summary>
    /// <exception cref="ProblemException">The actor is no owner, or there is no such member.</exception>
    public Task<MemberResource> Transfer(Actor actor, string userId, CancellationToken cancellation) => store.Write(actor, async (db, token) =>
    {
        var ceiling = await MemberCeiling.Of(db, actor, "members:update", token);
        ceiling.Hold(Role.Owner);
        if (actor.UserId is not { } self || self == userId)
            throw Problem.Conflict("The ownership goes to another member.", ("id", userId)).AsException();
        var heir = await Find(db, userId, token);
        var owner = await Find(db, self, token);
        if (heir.Role != Role.Owner) await Assign(db, actor, heir, Role.Owner, token);
        await Assign(db, actor, owner, Role.Admin, token);
        await changes.Signal(db, actor.Tenant.OrganizationId, token);
        return Shown(heir, await WithPasskey(db, [userId], token));
    }, cancellation);

    private async Task Assign(PortalDbContext db, Actor actor, Membership member, Role role, CancellationToken cancellation)
    {
        var before = member.Role;
        member.Role = role;
        audit.Add(db, actor, "member.role_changed", "user", member.UserId, $"{Name(member)} is now {Scopes.NameOf(role)}",
            AuditChanges.Of(("role", Scopes.NameOf(before), Scopes.NameOf(role))));
        await notices.RoleChanged(db, actor, member.UserId, role, cancellation);
    }

    private async Task TakeOut(PortalDbContext db, Actor actor, Membership member, string action, string summary, CancellationToken cancellation)
    {
        if (member.Role == Role.Owner) await changes.KeepAnOwner(db, member.UserId, cancellation);
        db.Memberships.Remove(member);
        await sessions.RevokeAll(db, member.UserId, member.OrganizationId, "membership", cancellation);
        audit.Add(db, actor, action, "user", member.UserId, summary);
        await changes.Signal(db, member.OrganizationId, cancellation);
    }

    private static async Task<Membership> Find(PortalDbContext db, string userId, CancellationToken cancellation) =>
        Faults.IsStorable(userId) && await db.Memberships.Include(member => member.User).SingleOrDefaultAsync(member => member.UserId == userId, cancellation) is { } found
            ? found
            : throw Problem.NotFound("member", userId).AsException();

    private static string Name(Membership member) => member.User!.FullName is { Length: > 0 } name ? name : member.User.Email ?? member.UserId;

    private static async Task<HashSet<string>> WithPasskey(PortalDbContext db, IReadOnlyList<string> users, CancellationToken cancellation) =>
        [.. await db.Set<IdentityUserPasskey<string>>().Where(passkey => users.Contains(passkey.UserId)).Select(passkey => passkey.UserId).ToListAsync(cancellation)];

    private static MemberResource Shown(Membership member, HashSet<string> withPasskey) => new()
    {
        Id = member.UserId,
        Name = Name(member),
        Email = member.User!.Email ?? "",
        Role = member.Role,
        TwoFactor = member.User.TwoFactorEnabled || withPasskey.Contains(member.UserId),
        JoinedAt = member.CreatedAt,
        LastSeenAt = member.LastSeenAt,
    };
}
