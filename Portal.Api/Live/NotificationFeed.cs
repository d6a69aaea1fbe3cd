using Microsoft.EntityFrameworkCore;
using Portal.Core.Notifications;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;

namespace Portal.Api.Live;

/// <summary>Auterity's UserNotification: something that a user is told.</summary>
internal sealed record UserNotification
{
    /// <summary>Always <c>user_notification</c>.</summary>
    public string Type => "user_notification";

    /// <summary><c>ntf_…</c>; <c>?after=</c> it goes on behind this one.</summary>
    public required string Id { get; init; }

    /// <summary>What it is about, as <c>approval_requested</c>.</summary>
    public required NotificationKind Kind { get; init; }

    /// <summary>The id of what it is about.</summary>
    public required string? SubjectId { get; init; }

    /// <summary>What its words are filled with: names, numbers, moments.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }
    public required DateTimeOffset Timestamp { get; init; }
}

/// <summary>What a user is told from now on, or since a notification that they know.</summary>
internal sealed class NotificationFeed : ILiveFeed
{
    private const int Portion = 100;
    private readonly PortalStore _store;
    private readonly Tenant _tenant;
    private readonly string _userId;
    private string _last;

    private NotificationFeed(PortalStore store, Tenant tenant, string userId, string last) => (_store, _tenant, _userId, _last) = (store, tenant, userId, last);

    public string Topic => SignalTopics.Notification;

    /// <summary>Opens the feed. Who does not say what they know is told what is new from here on: before the socket is accepted, so that nothing falls in between.</summary>
    /// <param name="after">The last notification that is known.</param>
    public static async Task<ILiveFeed> Open(PortalStore store, Tenant tenant, string userId, string? after, CancellationToken cancellation)
    {
        if (after is not null) return new NotificationFeed(store, tenant, userId, after);
        await using var db = store.Read(tenant);
        var last = await db.Notifications.Where(row => row.UserId == userId).OrderByDescending(row => row.Id).Select(row => row.Id).FirstOrDefaultAsync(cancellation);
        return new NotificationFeed(store, tenant, userId, last ?? "");
    }

    public bool Concerns(string subject) => subject == _userId;

    public async Task<string?> Send(LiveSocket socket, CancellationToken cancellation)
    {
        while (await Read(cancellation) is { Count: > 0 } rows)
        {
            foreach (var row in rows)
            {
                await socket.Send(new UserNotification { Id = row.Id, Kind = row.Kind, SubjectId = row.SubjectId, Arguments = row.Arguments, Timestamp = row.CreatedAt }, cancellation);
                _last = row.Id;
            }
        }

        return null;
    }

    // Ids grow with time.
    private async Task<List<Notification>> Read(CancellationToken cancellation)
    {
        await using var db = _store.Read(_tenant);
        return await db.Notifications.Where(row => row.UserId == _userId && row.Id.CompareTo(_last) > 0).OrderBy(row => row.Id).Take(Portion).ToListAsync(cancellation);
    }
}
