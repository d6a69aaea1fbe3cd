namespace Portal.Core.Billing;

/// <summary>A span of the calendar (UTC) over which use is added up.</summary>
public enum UsagePeriod
{
    Daily,
    Monthly,
    Yearly,
}

internal static class UsagePeriods
{
    /// <summary>When the period began that a moment lies in.</summary>
    public static DateTimeOffset StartOf(this UsagePeriod period, DateTimeOffset moment) => new(
        moment.UtcDateTime.Year, period == UsagePeriod.Yearly ? 1 : moment.UtcDateTime.Month, period == UsagePeriod.Daily ? moment.UtcDateTime.Day : 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>When the next period begins.</summary>
    public static DateTimeOffset EndOf(this UsagePeriod period, DateTimeOffset moment) => period switch
    {
        UsagePeriod.Daily => period.StartOf(moment).AddDays(1),
        UsagePeriod.Monthly => period.StartOf(moment).AddMonths(1),
        _ => period.StartOf(moment).AddYears(1),
    };
}
