using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Portal.Core.Shared.Data;

/// <summary>Which rows of a kind have outlived their use; a feature registers one for each kind that it lets go.</summary>
/// <param name="Due">The rows that are due at a moment, the oldest first.</param>
internal sealed record Retention(Func<PortalDbContext, DateTimeOffset, IQueryable<object>> Due);

/// <summary>Removes, once an hour, what has outlived its use. In small portions, so that other writes get through between them.</summary>
internal sealed class RetentionSweep(PortalStore store, IEnumerable<Retention> rules, TimeProvider time, ILogger<RetentionSweep> logger) : BackgroundService
{
    private const int Portion = 2000;
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>Removes all that is due now.</summary>
    /// <returns>How many rows went.</returns>
    public async Task<int> Sweep(CancellationToken cancellation)
    {
        var removed = 0;
        // One moment for all: what falls due meanwhile would go without what belongs to it.
        var now = time.GetUtcNow();
        foreach (var rule in rules) removed += await InPortions(rule, now, cancellation);
        return removed;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Sweep(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.LogError(e, "What outlived its retention could not be removed; the next hour tries again");
            }
        }
    }

    private async Task<int> InPortions(Retention rule, DateTimeOffset now, CancellationToken cancellation)
    {
        var removed = 0;
        int portion;
        do
        {
            portion = await store.WriteAcross(async (db, token) =>
            {
                var rows = await rule.Due(db, now).Take(Portion).ToListAsync(token);
                db.RemoveRange(rows);
                return rows.Count;
            }, cancellation);
            removed += portion;
        }
        while (portion == Portion);

        return removed;
    }
}
