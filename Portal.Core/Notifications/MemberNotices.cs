using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;

namespace Portal.Core.Notifications;

/// <summary>What members are told about an organization's people. To be called in the unit of work of the change.</summary>
public sealed class MemberNotices(UserNotifications notifications, IdGenerator ids)
{
    /// <summary>Tells a member that somebody else has given them another role.</summary>
    public Task RoleChanged(PortalDbContext db, Actor by, string userId, Role role, CancellationToken cancellation) => userId == by.UserId
        ? Task.CompletedTask
        // Each change is news, also one back to a former role.
        : notifications.Tell(db, by.Tenant.OrganizationId, [userId], new Notice(NotificationKind.RoleChanged, ids.New("role"), null, Scopes.NameOf(role), by.Name), cancellation);

    /// <summary>Tells owners and administrators that somebody has joined.</summary>
    /// <param name="organizationId">Where.</param>
    /// <param name="user">Who; they themselves are not told.</param>
    /// <param name="role">As what.</param>
    public async Task Joined(PortalDbContext db, string organizationId, User user, Role role, CancellationToken cancellation) =>
        await notifications.TellAdmins(db, organizationId, new Notice(NotificationKind.MemberJoined, "joined:" + user.Id, user.Id, user.FullName, Scopes.NameOf(role)), cancellation, except: user.Id);
}
