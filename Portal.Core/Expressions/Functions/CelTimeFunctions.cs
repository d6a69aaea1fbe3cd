using Portal.Core.Expressions.Evaluation;

namespace Portal.Core.Expressions.Functions;

/// <summary>The parts of timestamps, in UTC or in the zone given, and the lengths of durations in whole units. Months, days of the month (save with getDate), of the week and of the year count from 0.</summary>
internal static class CelTimeFunctions
{
    private const int ZoneCost = 200;

    public static IEnumerable<CelFunction> All =>
    [
        Of("getFullYear", local => local.Year),
        Of("getMonth", local => local.Month - 1),
        Of("getDate", local => local.Day),
        Of("getDayOfMonth", local => local.Day - 1),
        Of("getDayOfWeek", local => (int)local.DayOfWeek),
        Of("getDayOfYear", local => local.DayOfYear - 1),
        Of("getHours", local => local.Hour, TimeSpan.TicksPerHour),
        Of("getMinutes", local => local.Minute, TimeSpan.TicksPerMinute),
        Of("getSeconds", local => local.Second, TimeSpan.TicksPerSecond),
        Of("getMilliseconds", local => local.Millisecond, TimeSpan.TicksPerMillisecond),
    ];

    private static CelFunction Of(string name, Func<DateTime, int> part, long unit = 0)
    {
        CelFunction? self = null;
        return self = new(name, true, 1, 2, CelKind.Int, (evaluation, arguments) =>
        {
            if (arguments is [{ Kind: CelKind.Duration }] && unit > 0) return CelValue.Of(arguments[0].AsTicks / unit);
            if (arguments[0].Kind != CelKind.Timestamp) return self!.NoOverload(arguments);
            if (arguments.Length == 1) return CelValue.Of((long)part(new DateTime(arguments[0].AsTicks, DateTimeKind.Utc)));
            if (arguments[1].Kind != CelKind.String) return self!.NoOverload(arguments);
            evaluation.Charge(ZoneCost);
            return CelTime.Local(arguments[0].AsTicks, arguments[1].AsString) is { } local
                ? CelValue.Of((long)part(local))
                : CelValue.Failure("There is no such time zone, or the moment has no date in it.");
        });
    }
}
