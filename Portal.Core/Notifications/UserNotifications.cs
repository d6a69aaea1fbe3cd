using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Notifications;

/// <summary>Something to tell. See <see cref="NotificationKind"/> for the subject and the arguments of each kind.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Key">Tells it from others: whoever was told under this key is not told again. At most 200 characters.</param>
/// <param name="SubjectId">The id of what it is about.</param>
/// <param name="Arguments">What its words are filled with.</param>
public sealed record Notice(NotificationKind Kind, string Key, string? SubjectId, params IReadOnlyList<string> Arguments);

/// <summary>
/// What members are told, each in each of their organizations. Telling is part of the unit of work that gives cause to
/// it; open pages hear of it by <see cref="SignalTopics.Notification"/>, whose subject is the user's id.
/// </summary>
public sealed class UserNotifications(PortalStore store, IClusterSignals signals, IdGenerator ids, TimeProvider time)
{
    private static readonly Sorting<Notification> Newest = new Sorting<Notification>("notifications", row => row.Id).By("created_at", row => row.Id);

    /// <summary>Tells members of an organization, once the caller's unit commits. Who is no member, or was told before, is left out.</summary>
    /// <param name="db">The caller's unit of work, of the organization or across tenants.</param>
    /// <param name="organizationId">Whose members.</param>
    /// <param name="userIds">Whom.</param>
    /// <param name="notice">What.</param>
    /// <param name="cancellation">Ends the queries.</param>
    public async Task Tell(PortalDbContext db, string organizationId, IEnumerable<string> userIds, Notice notice, CancellationToken cancellation)
    {
        var wanted = userIds.Distinct(StringComparer.Ordinal).ToArray();
        if (wanted.Length == 0) return;
        var members = await db.Across<Membership>().Where(member => member.OrganizationId == organizationId && wanted.Contains(member.UserId))
            .Select(member => member.UserId).ToListAsync(cancellation);
        var told = await db.Across<Notification>()
            .Where(row => row.OrganizationId == organizationId && row.Key == notice.Key && wanted.Contains(row.UserId))
            .Select(row => row.UserId).ToListAsync(cancellation);
        foreach (var userId in members.Except(told, StringComparer.Ordinal))
        {
            db.Add(new Notification
            {
                Id = ids.New("ntf"),
                OrganizationId = organizationId,
                UserId = userId,
                Kind = notice.Kind,
                Key = notice.Key,
                SubjectId = notice.SubjectId,
                Arguments = [.. notice.Arguments],
                CreatedAt = time.GetUtcNow(),
            });
            db.AfterCommit(() => signals.Send(SignalTopics.Notification, userId));
        }
    }

    /// <summary>Tells everybody who runs the organization: its owners and administrators.</summary>
    /// <param name="except">A user who is not told, because they gave cause to it; null leaves nobody out.</param>
    public async Task TellAdmins(PortalDbContext db, string organizationId, Notice notice, CancellationToken cancellation, string? except = null)
    {
        var admins = await db.Across<Membership>()
            .Where(member => member.OrganizationId == organizationId && (member.Role == Role.Owner || member.Role == Role.Admin) && member.UserId != except)
            .Select(member => member.UserId).ToListAsync(cancellation);
        await Tell(db, organizationId, admins, notice, cancellation);
    }

    /// <summary>What the actor's user was told in the actor's organization, newest first.</summary>
    /// <param name="unreadOnly">Leaves out what was read.</param>
    public async Task<Page<Notification>> List(Actor actor, bool unreadOnly, PageRequest page, CancellationToken cancellation)
    {
        await using var db = store.Read(actor.Tenant);
        return await Newest.Cut(Own(db, actor).Where(row => !unreadOnly || row.ReadAt == null), page, cancellation);
    }

    /// <summary>How many the actor's user has not read.</summary>
    public async Task<int> Unread(Actor actor, CancellationToken cancellation)
    {
        await using var db = store.Read(actor.Tenant);
        return await Own(db, actor).CountAsync(row => row.ReadAt == null, cancellation);
    }

    /// <summary>Marks one as read. Another user's, or one that is gone, changes nothing.</summary>
    public Task MarkRead(Actor actor, string id, CancellationToken cancellation) => Mark(actor, rows => rows.Where(row => row.Id == id), cancellation);

    /// <summary>Marks all as read.</summary>
    public Task MarkAllRead(Actor actor, CancellationToken cancellation) => Mark(actor, rows => rows, cancellation);

    private async Task Mark(Actor actor, Func<IQueryable<Notification>, IQueryable<Notification>> which, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await store.Write(actor.Tenant, async (db, token) =>
        {
            var rows = await which(Own(db, actor).Where(row => row.ReadAt == null)).ToListAsync(token);
            foreach (var row in rows) row.ReadAt = now;
            // The reader's other pages and tabs count anew.
            if (rows.Count > 0) db.AfterCommit(() => signals.Send(SignalTopics.Notification, actor.UserId!));
            return rows.Count;
        }, cancellation);
    }

    private static IQueryable<Notification> Own(PortalDbContext db, Actor actor)
    {
        var userId = actor.UserId ?? throw new Problem(ErrorCode.AuthorizationFailed, "Only a user has notifications.").AsException();
        return db.Notifications.Where(row => row.UserId == userId);
    }
}
