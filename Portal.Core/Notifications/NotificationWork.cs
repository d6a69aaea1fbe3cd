using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Core.Shared.Data;

namespace Portal.Core.Notifications;

/// <summary>
/// Watches what nobody does and members are told all the same: quotas every few seconds, ends of keys every hour. Also
/// removes notifications that are older than <see cref="Kept"/>.
/// </summary>
public sealed class NotificationWork(KeyNotices keys, QuotaNotices quotas, PortalStore store, TimeProvider time, ILogger<NotificationWork> logger) : BackgroundService
{
    /// <summary>How long a notification is kept, read or not.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    private const int Portion = 1000;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SweepInterval = TimeSpan.FromHours(1);

    /// <summary>Tells of keys that end, and removes what is old.</summary>
    /// <returns>How many notifications were removed.</returns>
    public async Task<int> Sweep(CancellationToken cancellation)
    {
        await keys.TellExpiring(cancellation);
        var before = time.GetUtcNow() - Kept;
        var removed = 0;
        int portion;
        do
        {
            portion = await store.WriteAcross(async (db, token) =>
            {
                var rows = await db.Across<Notification>().Where(row => row.CreatedAt < before).OrderBy(row => row.CreatedAt).Take(Portion).ToListAsync(token);
                db.RemoveRange(rows);
                return rows.Count;
            }, cancellation);
            removed += portion;
        }
        while (portion == Portion);

        return removed;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        DateTimeOffset? swept = null;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await OrLog(quotas.Look, stoppingToken);
            if (time.GetUtcNow() - swept < SweepInterval) continue;
            swept = time.GetUtcNow();
            await OrLog(Sweep, stoppingToken);
        }
    }

    private async Task OrLog(Func<CancellationToken, Task> work, CancellationToken cancellation)
    {
        try
        {
            await work(cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            logger.LogError(e, "Notifications could not be made; the next round tries again");
        }
    }
}
