using Microsoft.Extensions.Localization;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Shared.Charts;

namespace Portal.Gateway;

/// <summary>All that the usage page shows of a period.</summary>
/// <param name="Totals">The period's calls together.</param>
/// <param name="Before">Those of as long a span just before it.</param>
/// <param name="Spans">The period in the charts' steps.</param>
/// <param name="Rows">The break-down.</param>
/// <param name="KeyName">What the key is called that is filtered by; null where none is.</param>
public sealed record UsageReport(UsageTotals Totals, UsageTotals Before, IReadOnlyList<UsageSpan> Spans, IReadOnlyList<UsageGroup> Rows, string? KeyName)
{
    internal IReadOnlyList<DateTimeOffset> Times => [.. Spans.Select(span => span.Start)];

    internal static async Task<UsageReport> Read(UsageReports reports, Actor actor, UsageQuery query, Period period, CancellationToken cancellation)
    {
        var filter = query.FilterIn(period);
        var keyName = query.Key is null ? null : (await reports.ByCaller(actor, filter, cancellation)).FirstOrDefault(caller => caller.Id == query.Key)?.Name;
        return new UsageReport(
            await reports.Total(actor, filter, cancellation),
            await reports.Total(actor, query.FilterIn(period.Before), cancellation),
            await reports.OverTime(actor, filter, period.Step, cancellation),
            await query.Rows(reports, actor, period, cancellation),
            keyName);
    }

    /// <summary>Calls by how they ended, for a stack.</summary>
    internal IReadOnlyList<ChartSeries> Statuses(IStringLocalizer<GatewayTexts> texts) =>
    [
        new(texts["Series.Succeeded"], ChartTone.Success, Values(totals => totals.Succeeded)),
        new(texts["Series.ClientErrors"], ChartTone.Warning, Values(totals => totals.ClientErrors)),
        new(texts["Series.Refused"], ChartTone.Info, Values(totals => totals.Refused)),
        new(texts["Series.ServerErrors"], ChartTone.Danger, Values(totals => totals.ServerErrors)),
    ];

    /// <summary>Percentiles in milliseconds, with gaps where nothing was called.</summary>
    internal IReadOnlyList<ChartSeries> Latencies(IStringLocalizer<GatewayTexts> texts) =>
    [
        new(texts["Series.P50"], ChartTone.Accent, Values(totals => totals.P50 / 1000.0)),
        new(texts["Series.P95"], ChartTone.Info, Values(totals => totals.P95 / 1000.0)),
        new(texts["Series.P99"], ChartTone.Danger, Values(totals => totals.P99 / 1000.0)),
    ];

    private double?[] Values(Func<UsageTotals, double?> of) => [.. Spans.Select(span => of(span.Totals))];
}
