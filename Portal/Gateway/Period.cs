using System.Globalization;

namespace Portal.Gateway;

/// <summary>What span of time a page looks at, and in what steps its charts are.</summary>
/// <param name="From">Its start; a whole multiple of the step where it ends now.</param>
/// <param name="To">Its end, which is not in it.</param>
/// <param name="Step">So long that there are at most 60 of them.</param>
/// <param name="IsLive">Whether it ends now and moves on with the clock.</param>
public sealed record Period(DateTimeOffset From, DateTimeOffset To, TimeSpan Step, bool IsLive)
{
    private const int MostSteps = 60;
    private const int LongestDays = 400;

    private static readonly Dictionary<string, TimeSpan> Lengths = new(StringComparer.Ordinal)
    {
        ["15m"] = TimeSpan.FromMinutes(15),
        ["1h"] = TimeSpan.FromHours(1),
        ["24h"] = TimeSpan.FromDays(1),
        ["7d"] = TimeSpan.FromDays(7),
        ["30d"] = TimeSpan.FromDays(30),
        ["90d"] = TimeSpan.FromDays(90),
    };

    private static readonly TimeSpan[] Steps =
    [
        .. new[] { 1, 5, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800 }.Select(seconds => TimeSpan.FromSeconds(seconds)),
    ];

    /// <summary>What an address asks for.</summary>
    /// <param name="span">A length that ends now, as <c>24h</c>; what is unknown is taken as the fallback.</param>
    /// <param name="from">With <paramref name="to"/>, a span of its own (ISO 8601); it wins over the length.</param>
    /// <param name="to">Its end; without it, now.</param>
    /// <param name="fallback">The length where none is asked for.</param>
    /// <param name="leastStep">The finest step that the data has.</param>
    /// <param name="now">The moment that it ends at.</param>
    internal static Period Of(string? span, string? from, string? to, string fallback, TimeSpan leastStep, DateTimeOffset now)
    {
        if (Moment(from) is { } start)
        {
            var end = Moment(to) ?? now;
            if (end > start && end - start <= TimeSpan.FromDays(LongestDays)) return new Period(start, end, StepOf(end - start, leastStep), IsLive: false);
        }

        var length = Lengths.TryGetValue(span ?? fallback, out var known) ? known : Lengths[fallback];
        var step = StepOf(length, leastStep);
        var last = Floor(now, step) + step;
        return new Period(last - length, last, step, IsLive: true);
    }

    /// <summary>Whether an address names a span of its own.</summary>
    internal static bool IsOwn(string? from) => Moment(from) is not null;

    /// <summary>As long a span, just before this one.</summary>
    internal Period Before => this with { From = From - (To - From), To = From };

    private static TimeSpan StepOf(TimeSpan length, TimeSpan least) => Steps.First(step => step >= least && length / step <= MostSteps);

    private static DateTimeOffset Floor(DateTimeOffset moment, TimeSpan step) => new(moment.UtcTicks / step.Ticks * step.Ticks, TimeSpan.Zero);

    private static DateTimeOffset? Moment(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment) && moment.Year is > 2000 and < 3000 ? moment : null;
}
