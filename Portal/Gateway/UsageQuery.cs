using Portal.Core.Access;
using Portal.Core.Gateway;

namespace Portal.Gateway;

/// <summary>What the usage page shows, as it stands in the address. Equal queries show the same.</summary>
/// <param name="Span">A length that ends now.</param>
/// <param name="From">Start of a span of its own.</param>
/// <param name="To">Its end.</param>
/// <param name="Operation">An operation's id.</param>
/// <param name="Key">The caller's id.</param>
/// <param name="By">What the rows are: one of <see cref="Groupings"/>; anything else is the first.</param>
public sealed record UsageQuery(string? Span, string? From, string? To, string? Operation, string? Key, string? By)
{
    internal const string DefaultSpan = "7d";
    internal const string ByEndpoint = "endpoint";
    internal const string ByKey = "key";
    internal const string ByStatus = "status";
    internal const string ByDay = "day";

    private static readonly TimeSpan LeastStep = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>What the break-down can be by.</summary>
    internal static readonly string[] Groupings = [ByEndpoint, ByKey, ByStatus, ByDay];

    /// <summary>Whether anything but the time is filtered by.</summary>
    internal bool IsFiltered => (Operation ?? Key) is not null;

    internal string Grouping => Groupings.FirstOrDefault(grouping => grouping == By) ?? ByEndpoint;

    internal Period PeriodAt(DateTimeOffset now) => Period.Of(Span, From, To, DefaultSpan, LeastStep, now);

    internal UsageFilter FilterIn(Period period) => new() { From = period.From, To = period.To, Operation = Operation, CallerId = Key };

    /// <summary>The rows of the break-down, the same on the page and in its export. Statuses have calls only.</summary>
    internal async Task<IReadOnlyList<UsageGroup>> Rows(UsageReports reports, Actor actor, Period period, CancellationToken cancellation)
    {
        var filter = FilterIn(period);
        return Grouping switch
        {
            ByKey => await reports.ByCaller(actor, filter, cancellation),
            ByStatus => Statuses(await reports.Total(actor, filter, cancellation)),
            ByDay =>
            [
                .. (await reports.OverTime(actor, filter, Day, cancellation)).Reverse().Where(day => day.Totals.Calls > 0)
                    .Select(day => new UsageGroup(DayOf(day.Start), DayOf(day.Start), day.Totals)),
            ],
            _ => await reports.ByOperation(actor, filter, cancellation),
        };
    }

    private static UsageGroup[] Statuses(UsageTotals totals)
    {
        (string Id, long Calls)[] all = [("2", totals.Succeeded), ("4", totals.ClientErrors), ("429", totals.Refused), ("5", totals.ServerErrors)];
        return [.. all.Where(status => status.Calls > 0).Select(status => new UsageGroup(status.Id, status.Id, Only(status.Id, status.Calls)))];
    }

    private static UsageTotals Only(string status, long calls) => new(
        calls, status == "4" ? calls : 0, status == "429" ? calls : 0, status == "5" ? calls : 0, null, null, null, null, null);

    private static string DayOf(DateTimeOffset start) => start.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
