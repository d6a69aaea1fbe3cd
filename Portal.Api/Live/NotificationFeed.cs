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
/// <remarks>
/// Ids grow with time, but units of work that run at once commit in another order: one may appear behind others that were
/// told already. So it is looked for behind those too, until they are old enough that nothing of their time is under way.
/// </remarks>
internal sealed class NotificationFeed : ILiveFeed
{
    private const int Portion = 100;
    private static readonly TimeSpan LongestUnit = TimeSpan.FromSeconds(30);
    private readonly Dictionary<string, DateTimeOffset> _told = new(StringComparer.Ordinal);
    private readonly PortalStore _store;
    private readonly Tenant _tenant;
    private readonly string _userId;
    private readonly TimeProvider _time;

    // Everything up to here was told, or was there before; nothing more will appear.
    private string _settled;

    private NotificationFeed(PortalStore store, Tenant tenant, string userId, string settled, TimeProvider time) => (_store, _tenant, _userId, _settled, _time) = (store, tenant, userId, settled, time);

    public string Topic => SignalTopics.Notification;

    /// <summary>Opens the feed. Who does not say what they know is told what is new from here on: before the socket is accepted, so that nothing falls in between.</summary>
    /// <param name="after">The last notification that is known.</param>
    public static async Task<ILiveFeed> Open(PortalStore store, Tenant tenant, string userId, string? after, TimeProvider time, CancellationToken cancellation)
    {
        var feed = new NotificationFeed(store, tenant, userId, after ?? "", time);
        if (after is null) await feed.Begin(cancellation);
        return feed;
    }

    public bool Concerns(string subject) => subject == _userId;

    public async Task<string?> Send(LiveSocket socket, CancellationToken cancellation)
    {
        while (await Read(cancellation) is { Count: > 0 } rows)
        {
            foreach (var row in rows)
            {
                await socket.Send(new UserNotification { Id = row.Id, Kind = row.Kind, SubjectId = row.SubjectId, Arguments = row.Arguments, Timestamp = row.CreatedAt }, cancellation);
                _told[row.Id] = row.CreatedAt;
            }
        }

        return null;
    }

    private async Task Begin(CancellationToken cancellation)
    {
        var since = _time.GetUtcNow() - LongestUnit;
        await using var db = _store.Read(_tenant);
        var own = db.Notifications.Where(row => row.UserId == _userId);
        _settled = await own.Where(row => row.CreatedAt < since).OrderByDescending(row => row.Id).Select(row => row.Id).FirstOrDefaultAsync(cancellation) ?? "";
        foreach (var row in await own.Where(row => row.Id.CompareTo(_settled) > 0).Select(row => new { row.Id, row.CreatedAt }).ToListAsync(cancellation)) _told[row.Id] = row.CreatedAt;
    }

    private async Task<List<Notification>> Read(CancellationToken cancellation)
    {
        Settle();
        var told = _told.Keys.ToArray();
        await using var db = _store.Read(_tenant);
        return await db.Notifications.Where(row => row.UserId == _userId && row.Id.CompareTo(_settled) > 0 && !told.Contains(row.Id)).OrderBy(row => row.Id).Take(Portion).ToListAsync(cancellation);
    }

    private void Settle()
    {
        var since = _time.GetUtcNow() - LongestUnit;
        foreach (var id in _told.Where(told => told.Value < since).Select(told => told.Key).Order(StringComparer.Ordinal).ToList())
        {
            _told.Remove(id);
            if (string.CompareOrdinal(id, _settled) > 0) _settled = id;
        }
    }
}
