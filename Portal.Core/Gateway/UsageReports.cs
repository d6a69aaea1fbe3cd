using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Gateway;

/// <summary>
/// What a tenant called, from the complete counts, for those with the scope <c>usage:read</c>. What is still in memory on
/// this node is written first.
/// </summary>
public sealed class UsageReports(PortalStore store, UsageMeter meter, CallerNames names)
{
    private const string Scope = "usage:read";

    /// <summary>Calls in equal spans of time.</summary>
    /// <param name="actor">Who asks; their tenant's calls are shown.</param>
    /// <param name="filter">Which calls.</param>
    /// <param name="step">A span's length: whole minutes.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>A span for each step, oldest first, those without calls included; at most 1,000.</returns>
    public async Task<IReadOnlyList<UsageSpan>> OverTime(Actor actor, UsageFilter filter, TimeSpan step, CancellationToken cancellation)
    {
        await using var db = await Open(actor, cancellation);
        var spans = new Spans(filter.From, filter.To, step);
        var seconds = spans.Seconds;
        var rows = await Sums(Matching(db, filter).GroupBy(row => SqlTime.Seconds(row.Minute) / seconds), cancellation);
        return spans.Select((key, start) => new UsageSpan(start, rows.GetValueOrDefault(key, UsageTotals.None)));
    }

    /// <summary>All matching calls together.</summary>
    public async Task<UsageTotals> Total(Actor actor, UsageFilter filter, CancellationToken cancellation)
    {
        await using var db = await Open(actor, cancellation);
        return (await Sums(Matching(db, filter).GroupBy(_ => 1), cancellation)).GetValueOrDefault(1, UsageTotals.None);
    }

    /// <summary>Calls by operation, the most called first.</summary>
    public async Task<IReadOnlyList<UsageGroup>> ByOperation(Actor actor, UsageFilter filter, CancellationToken cancellation)
    {
        await using var db = await Open(actor, cancellation);
        var rows = await Sums(Matching(db, filter).GroupBy(row => row.Operation), cancellation);
        return [.. rows.Select(row => new UsageGroup(row.Key, row.Key, row.Value)).OrderByDescending(group => group.Totals.Calls).ThenBy(group => group.Id, StringComparer.Ordinal)];
    }

    /// <summary>Calls by API key or user, the busiest first.</summary>
    public async Task<IReadOnlyList<UsageGroup>> ByCaller(Actor actor, UsageFilter filter, CancellationToken cancellation)
    {
        await using var db = await Open(actor, cancellation);
        var rows = await Sums(Matching(db, filter).GroupBy(row => row.CallerId), cancellation);
        var called = await names.Of(db, actor.Tenant.OrganizationId, rows.Keys, cancellation);
        return [.. rows.Select(row => new UsageGroup(row.Key, called[row.Key], row.Value)).OrderByDescending(group => group.Totals.Calls).ThenBy(group => group.Id, StringComparer.Ordinal)];
    }

    private async Task<PortalDbContext> Open(Actor actor, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, Scope);
        await meter.Flush(cancellation);
        return store.Read(actor.Tenant);
    }

    private static IQueryable<UsageMinute> Matching(PortalDbContext db, UsageFilter filter)
    {
        filter.Check();
        var rows = db.UsageMinutes.Where(row => row.Minute >= filter.From && row.Minute < filter.To);
        if (filter.Operation is { } operation) rows = rows.Where(row => row.Operation == operation);
        if (filter.CallerId is { } caller) rows = rows.Where(row => row.CallerId == caller);
        return rows;
    }

    private static async Task<Dictionary<TKey, UsageTotals>> Sums<TKey>(IQueryable<IGrouping<TKey, UsageMinute>> groups, CancellationToken cancellation) where TKey : notnull
    {
        var rows = await groups.Select(calls => new
        {
            calls.Key,
            Calls = calls.Sum(row => row.Calls),
            ClientErrors = calls.Sum(row => row.ClientErrors),
            Refused = calls.Sum(row => row.Refused),
            ServerErrors = calls.Sum(row => row.ServerErrors),
            LatencySum = calls.Sum(row => row.LatencySum),
            LatencyMax = calls.Max(row => row.LatencyMax),
            L00 = calls.Sum(row => row.Latency00),
            L01 = calls.Sum(row => row.Latency01),
            L02 = calls.Sum(row => row.Latency02),
            L03 = calls.Sum(row => row.Latency03),
            L04 = calls.Sum(row => row.Latency04),
            L05 = calls.Sum(row => row.Latency05),
            L06 = calls.Sum(row => row.Latency06),
            L07 = calls.Sum(row => row.Latency07),
            L08 = calls.Sum(row => row.Latency08),
            L09 = calls.Sum(row => row.Latency09),
            L10 = calls.Sum(row => row.Latency10),
            L11 = calls.Sum(row => row.Latency11),
            L12 = calls.Sum(row => row.Latency12),
            L13 = calls.Sum(row => row.Latency13),
            L14 = calls.Sum(row => row.Latency14),
            L15 = calls.Sum(row => row.Latency15),
        }).ToListAsync(cancellation);
        return rows.ToDictionary(row => row.Key, row =>
        {
            long[] latencies =
            [
                row.L00, row.L01, row.L02, row.L03, row.L04, row.L05, row.L06, row.L07, row.L08, row.L09, row.L10, row.L11, row.L12, row.L13, row.L14, row.L15,
            ];
            return new UsageTotals(
                row.Calls, row.ClientErrors, row.Refused, row.ServerErrors, row.Calls == 0 ? null : row.LatencySum / row.Calls,
                LatencyHistogram.Percentile(latencies, 0.50, row.LatencyMax), LatencyHistogram.Percentile(latencies, 0.95, row.LatencyMax),
                LatencyHistogram.Percentile(latencies, 0.99, row.LatencyMax), row.Calls == 0 ? null : row.LatencyMax);
        });
    }
}

/// <summary>Which calls are reported; every part that is given must match.</summary>
public sealed record UsageFilter
{
    /// <summary>From this moment on; counts are kept by the minute.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>Before this moment.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>The operation's id.</summary>
    public string? Operation { get; init; }

    /// <summary>The API key's or user's id.</summary>
    public string? CallerId { get; init; }

    internal void Check()
    {
        var faults = new Faults();
        faults.Text("operation", Operation);
        faults.Text("caller_id", CallerId);
        faults.ThrowIfAny();
    }
}

/// <summary>Counts of calls and how long they took. Latencies are in microseconds, and null where nothing was called.</summary>
/// <param name="ClientErrors">Answers of 400 to 499 other than 429.</param>
/// <param name="Refused">Answers of 429.</param>
/// <param name="ServerErrors">Answers of 500 and above.</param>
public sealed record UsageTotals(long Calls, long ClientErrors, long Refused, long ServerErrors, long? Mean, long? P50, long? P95, long? P99, long? Greatest)
{
    internal static UsageTotals None { get; } = new(0, 0, 0, 0, null, null, null, null, null);

    public long Errors => ClientErrors + Refused + ServerErrors;

    public long Succeeded => Calls - Errors;
}

/// <summary>What was called in a span of time.</summary>
public sealed record UsageSpan(DateTimeOffset Start, UsageTotals Totals);

/// <summary>What was called of one operation or by one caller.</summary>
/// <param name="Id">The operation's or caller's id.</param>
/// <param name="Name">What people call it; of an operation its id.</param>
public sealed record UsageGroup(string Id, string Name, UsageTotals Totals);
