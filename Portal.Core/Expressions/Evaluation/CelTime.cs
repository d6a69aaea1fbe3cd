using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Portal.Core.Expressions.Evaluation;

/// <summary>Timestamps (RFC 3339, years 1 to 9999) and durations (as Go writes them: <c>1h30m</c>, <c>1.5s</c>), both to 100 ns: what is finer is cut off.</summary>
internal static partial class CelTime
{
    /// <summary>Ticks of the longest duration of protobuf, ten thousand years.</summary>
    public const long MostDuration = 315_576_000_000 * TimeSpan.TicksPerSecond;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    private const string OutOfRange = "The result is beyond the range of timestamps or durations.";

    public static CelValue? Apply(string sign, in CelValue left, in CelValue right) => (sign, left.Kind, right.Kind) switch
    {
        ("+", CelKind.Duration, CelKind.Duration) => Duration((Int128)left.AsTicks + right.AsTicks),
        ("-", CelKind.Duration, CelKind.Duration) => Duration((Int128)left.AsTicks - right.AsTicks),
        ("-", CelKind.Timestamp, CelKind.Timestamp) => Duration((Int128)left.AsTicks - right.AsTicks),
        ("+", CelKind.Timestamp, CelKind.Duration) or ("+", CelKind.Duration, CelKind.Timestamp) => Timestamp((Int128)left.AsTicks + right.AsTicks),
        ("-", CelKind.Timestamp, CelKind.Duration) => Timestamp((Int128)left.AsTicks - right.AsTicks),
        _ => null,
    };

    public static CelValue Timestamp(Int128 ticks) =>
        ticks < 0 || ticks > DateTime.MaxValue.Ticks ? CelValue.Failure(OutOfRange) : CelValue.Timestamp((long)ticks);

    public static CelValue Duration(Int128 ticks) =>
        Int128.Abs(ticks) > MostDuration ? CelValue.Failure(OutOfRange) : CelValue.Duration((long)ticks);

    public static CelValue ParseTimestamp(string text)
    {
        if (text.Length is < 20 or > 64 || text[10] is not ('T' or 't')
            || !DateOnly.TryParseExact(text.AsSpan(0, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            || !TimeOnly.TryParseExact(text.AsSpan(11, 8), "HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            return NoTimestamp();
        var rest = text.AsSpan(19);
        long fraction = 0;
        if (rest[0] == '.')
        {
            var end = rest[1..].IndexOfAnyExceptInRange('0', '9') + 1;
            if (end < 2) return NoTimestamp();
            var unit = TimeSpan.TicksPerSecond / 10;
            foreach (var digit in rest[1..end])
            {
                fraction += (digit - '0') * unit;
                unit /= 10;
            }

            rest = rest[end..];
        }

        return Offset(rest) is { } offset ? Timestamp((Int128)date.ToDateTime(time).Ticks + fraction - offset.Ticks) : NoTimestamp();
    }

    private static CelValue NoTimestamp() => CelValue.Failure("The text is no timestamp such as 2026-01-31T12:00:00Z.");

    public static CelValue ParseDuration(string text)
    {
        var rest = text.Length <= 64 ? text.AsSpan() : default;
        var isNegative = rest is ['-', ..];
        if (rest is ['-' or '+', ..]) rest = rest[1..];
        if (rest is "0") return CelValue.Duration(0);
        if (rest.IsEmpty) return NoDuration();
        decimal ticks = 0;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(Digits);
            if (digits is < 1 or > 25 || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)) return NoDuration();
            rest = rest[digits..];
            var letters = rest.IndexOfAny(Digits) is var next && next < 0 ? rest.Length : next;
            if (Unit(rest[..letters]) is not { } unit) return NoDuration();
            rest = rest[letters..];
            if (value > MostDuration) return CelValue.Failure(OutOfRange);
            ticks += value * unit;
            if (ticks > MostDuration) return CelValue.Failure(OutOfRange);
        }

        return Duration(isNegative ? -(Int128)ticks : (Int128)ticks);
    }

    private static CelValue NoDuration() => CelValue.Failure("The text is no duration such as 1h30m or 1.5s.");

    private static decimal? Unit(ReadOnlySpan<char> name) => name switch
    {
        "h" => TimeSpan.TicksPerHour,
        "m" => TimeSpan.TicksPerMinute,
        "s" => TimeSpan.TicksPerSecond,
        "ms" => TimeSpan.TicksPerMillisecond,
        "us" or "µs" or "μs" => TimeSpan.TicksPerMicrosecond,
        "ns" => 0.01m,
        _ => null,
    };

    public static string Text(in CelValue value)
    {
        if (value.Kind == CelKind.Timestamp)
            return new DateTime(value.AsTicks, DateTimeKind.Utc).ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture);
        return ((decimal)value.AsTicks / TimeSpan.TicksPerSecond).ToString("0.#######", CultureInfo.InvariantCulture) + "s";
    }

    /// <summary>The moment on the clocks of a zone: a name of the IANA database, or an offset such as <c>-02:00</c>.</summary>
    public static DateTime? Local(long ticks, string zone)
    {
        var utc = new DateTime(ticks, DateTimeKind.Utc);
        if (zone is "UTC" or "") return utc;
        if (Offset(zone[0] is '+' or '-' ? zone : "+" + zone) is { } offset) return Shift(utc, offset);
        // A zone's name is a file's path below the database: one that leaves it is not looked for.
        if (!ZonePattern().IsMatch(zone) || !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found)) return null;
        return Shift(utc, found.GetUtcOffset(utc));
    }

    private static DateTime? Shift(DateTime utc, TimeSpan offset)
    {
        var ticks = (Int128)utc.Ticks + offset.Ticks;
        return ticks < 0 || ticks > DateTime.MaxValue.Ticks ? null : new DateTime((long)ticks, DateTimeKind.Unspecified);
    }

    // “Z” or hours and minutes with a sign, as in -02:00.
    private static TimeSpan? Offset(ReadOnlySpan<char> zone)
    {
        if (zone is "Z" or "z") return TimeSpan.Zero;
        if (zone is not ['+' or '-', _, _, ':', _, _]) return null;
        return int.TryParse(zone[1..3], NumberStyles.None, CultureInfo.InvariantCulture, out var hours) && hours < 24
            && int.TryParse(zone[4..], NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) && minutes < 60
                ? (zone[0] == '-' ? -1 : 1) * new TimeSpan(hours, minutes, 0)
                : null;
    }

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_+-]{0,30}(/[A-Za-z0-9_+-]{1,30}){0,2}\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ZonePattern();
}
