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
internal sealed class NotificationFeed(PortalStore store, Tenant tenant, string userId, string? after) : ILiveFeed
{
    private const int Portion = 100;
    private string? _last = after;

    public string Topic => SignalTopics.Notification;

    public bool Concerns(string subject) => subject == userId;

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

    // Ids grow with time. Who does not say what they know is told what is new from here on.
    private async Task<List<Notification>> Read(CancellationToken cancellation)
    {
        await using var db = store.Read(tenant);
        var own = db.Notifications.Where(row => row.UserId == userId);
        if (_last is null)
        {
            _last = await own.OrderByDescending(row => row.Id).Select(row => row.Id).FirstOrDefaultAsync(cancellation) ?? "";
            return [];
        }

        return await own.Where(row => row.Id.CompareTo(_last) > 0).OrderBy(row => row.Id).Take(Portion).ToListAsync(cancellation);
    }
}
