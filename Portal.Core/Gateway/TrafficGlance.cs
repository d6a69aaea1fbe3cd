using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Data;

namespace Portal.Core.Gateway;

/// <summary>A call that was refused or failed.</summary>
/// <param name="RequestId">The trace id that the answer carried.</param>
/// <param name="Latency">In microseconds.</param>
public sealed record FailedCall(string RequestId, string Method, string Path, int Status, string? ErrorCode, long Latency, DateTimeOffset At);

/// <summary>The last hour of one organization and mode, and its month.</summary>
/// <param name="CallsPerMinute">Sixty numbers, oldest first; refused calls count too.</param>
/// <param name="ErrorsPerMinute">Sixty numbers: answers of 400 and above.</param>
/// <param name="P95">The latency that 95 of 100 calls stayed under, in microseconds, from the last calls that the log holds; null without any.</param>
/// <param name="Failed">The last failed calls of the hour, newest first; at most five.</param>
/// <param name="MonthUsed">Calls of the organization this calendar month (UTC) that count against its quota, live and test together.</param>
/// <param name="MonthAllowed">Its plan's calls a month; null is unlimited.</param>
public sealed record LastHour(
    IReadOnlyList<long> CallsPerMinute, IReadOnlyList<long> ErrorsPerMinute, long? P95, IReadOnlyList<FailedCall> Failed, long MonthUsed, long? MonthAllowed)
{
    public long Calls => CallsPerMinute.Sum();

    public long Errors => ErrorsPerMinute.Sum();
}

/// <summary>What the start page shows of an organization's calls; what is still in memory is written first.</summary>
public sealed class TrafficGlance(PortalStore store, UsageMeter meter, RequestLogWriter log, LimitCatalog limits, TimeProvider time)
{
    /// <summary>How many of the hour's last calls the latency is taken from: enough for the percentile, and no more work when there are a million.</summary>
    public const int Sample = 1000;

    private const int Minutes = 60;
    private const int MostFailed = 5;
    private const double Percentile = 0.95;

    /// <summary>The last hour as it is now.</summary>
    /// <exception cref="Shared.Problems.ProblemException">The actor lacks <c>usage:read</c>.</exception>
    public async Task<LastHour> Of(Actor actor, Plan plan, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, "usage:read");
        await meter.Flush(cancellation);
        await log.Flush();
        var now = time.GetUtcNow();
        var first = DateTimeOffset.FromUnixTimeSeconds((now.ToUnixTimeSeconds() / 60 - Minutes + 1) * 60);
        await using var db = store.Read(actor.Tenant);
        var (calls, errors) = await PerMinute(db, first, cancellation);
        return new LastHour(
            calls, errors, await P95(db, first, cancellation), await Failed(db, first, cancellation),
            await MonthUsed(actor, now, cancellation), limits.Current.Of(plan).MonthlyCalls);
    }

    private static async Task<(long[] Calls, long[] Errors)> PerMinute(PortalDbContext db, DateTimeOffset first, CancellationToken cancellation)
    {
        var (calls, errors) = (new long[Minutes], new long[Minutes]);
        var rows = await db.UsageMinutes.Where(row => row.Minute >= first).GroupBy(row => row.Minute)
            .Select(minute => new
            {
                Minute = minute.Key,
                Calls = minute.Sum(row => row.Calls),
                Errors = minute.Sum(row => row.ClientErrors + row.Refused + row.ServerErrors),
            })
            .ToListAsync(cancellation);
        foreach (var row in rows)
        {
            var index = (int)((row.Minute - first).Ticks / TimeSpan.TicksPerMinute);
            if (index is >= 0 and < Minutes) (calls[index], errors[index]) = (row.Calls, row.Errors);
        }

        return (calls, errors);
    }

    private static async Task<long?> P95(PortalDbContext db, DateTimeOffset first, CancellationToken cancellation)
    {
        var latencies = await db.RequestLogs.Where(row => row.CreatedAt >= first).OrderByDescending(row => row.CreatedAt).Take(Sample)
            .Select(row => row.Latency).ToListAsync(cancellation);
        if (latencies.Count == 0) return null;
        latencies.Sort();
        return latencies[(int)Math.Ceiling(Percentile * latencies.Count) - 1];
    }

    private static Task<List<FailedCall>> Failed(PortalDbContext db, DateTimeOffset first, CancellationToken cancellation) =>
        db.RequestLogs.Where(row => row.CreatedAt >= first && row.Status >= 400)
            .OrderByDescending(row => row.CreatedAt).ThenByDescending(row => row.Id).Take(MostFailed)
            .Select(row => new FailedCall(row.RequestId, row.Method, row.Path, row.Status, row.ErrorCode, row.Latency, row.CreatedAt))
            .ToListAsync(cancellation);

    private async Task<long> MonthUsed(Actor actor, DateTimeOffset now, CancellationToken cancellation)
    {
        var month = Quotas.MonthOf(now);
        var organization = actor.Tenant.OrganizationId;
        await using var db = store.ReadAcross();
        return await db.Across<UsageMinute>().Where(row => row.OrganizationId == organization && row.Minute >= month).SumAsync(row => row.Charged, cancellation);
    }
}
