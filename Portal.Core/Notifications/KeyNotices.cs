using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Data;

namespace Portal.Core.Notifications;

/// <summary>What the makers of keys are told about them.</summary>
public sealed class KeyNotices(UserNotifications notifications, PortalStore store, TimeProvider time)
{
    /// <summary>How long before its end a key's maker is told.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromDays(7);

    /// <summary>Tells a key's maker that somebody else has revoked it.</summary>
    public Task Revoked(PortalDbContext db, Actor by, ApiKey key, CancellationToken cancellation) =>
        TellMaker(db, by, key, NotificationKind.KeyRevoked, "key.revoked:" + key.Id, key.Id, cancellation);

    /// <summary>Tells a key's maker that somebody else has replaced it.</summary>
    public Task Rotated(PortalDbContext db, Actor by, ApiKey key, string successorId, CancellationToken cancellation) =>
        TellMaker(db, by, key, NotificationKind.KeyRotated, "key.rotated:" + key.Id, successorId, cancellation);

    /// <summary>Tells the makers of the keys that end within <see cref="Ahead"/>. A replaced key is meant to end.</summary>
    /// <returns>How many keys end.</returns>
    public async Task<int> TellExpiring(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var until = now + Ahead;
        List<ApiKey> ending;
        await using (var db = store.ReadAcross())
        {
            ending = await db.Across<ApiKey>()
                .Where(key => key.ExpiresAt > now && key.ExpiresAt <= until && key.RevokedAt == null && key.Enabled && key.ReplacedById == null && key.CreatedById != null)
                .ToListAsync(cancellation);
        }

        foreach (var key in ending)
        {
            // The end is part of the key: whoever moves it is told anew.
            var end = key.ExpiresAt!.Value.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
            var notice = new Notice(NotificationKind.KeyExpires, $"key.expires:{key.Id}:{end}", key.Id, key.Name, Shown(key), end);
            await store.WriteAcross(async (db, token) =>
            {
                await notifications.Tell(db, key.OrganizationId, [key.CreatedById!], notice, token);
                return true;
            }, cancellation);
        }

        return ending.Count;
    }

    private Task TellMaker(PortalDbContext db, Actor by, ApiKey key, NotificationKind kind, string noticeKey, string subjectId, CancellationToken cancellation) =>
        key.CreatedById is { } maker && maker != by.UserId
            ? notifications.Tell(db, key.OrganizationId, [maker], new Notice(kind, noticeKey, subjectId, key.Name, Shown(key), by.Name), cancellation)
            : Task.CompletedTask;

    private static string Shown(ApiKey key) => $"{key.Prefix}…{key.LastFour}";
}
