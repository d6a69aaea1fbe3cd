using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Core.Shared.Data;

namespace Portal.Core.Gateway;

/// <summary>
/// Removes, once an hour, what has outlived its use: rows of the request log after <see cref="RequestLogOptions.RetentionDays"/>,
/// answers kept for idempotency keys after a day. In small portions, so that other writes get through between them.
/// </summary>
public sealed class RetentionSweep(PortalStore store, RequestLogOptions options, TimeProvider time, ILogger<RetentionSweep> logger) : BackgroundService
{
    private const int Portion = 2000;
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private static readonly TimeSpan AnswersKept = TimeSpan.FromHours(24);

    /// <summary>Removes all that is due now.</summary>
    /// <returns>How many rows went.</returns>
    public async Task<int> Sweep(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var logsBefore = now.AddDays(-options.RetentionDays);
        var answersBefore = now - AnswersKept;
        return await InPortions(db => db.Across<RequestLog>().Where(row => row.CreatedAt < logsBefore).OrderBy(row => row.CreatedAt).Take(Portion), cancellation)
            + await InPortions(db => db.Across<IdempotencyRecord>().Where(row => row.CreatedAt < answersBefore).OrderBy(row => row.CreatedAt).Take(Portion), cancellation);
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

    private async Task<int> InPortions<T>(Func<PortalDbContext, IQueryable<T>> due, CancellationToken cancellation) where T : class
    {
        var removed = 0;
        int portion;
        do
        {
            portion = await store.WriteAcross(async (db, token) =>
            {
                var rows = await due(db).ToListAsync(token);
                db.RemoveRange(rows);
                return rows.Count;
            }, cancellation);
            removed += portion;
        }
        while (portion == Portion);

        return removed;
    }
}
