using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Portal.Core.Workflows.Nodes;

/// <summary>Moments as people write them: with an offset, or by a clock on a wall somewhere.</summary>
internal static partial class LocalTime
{
    /// <summary>The zone of an IANA name, as <c>Europe/Berlin</c>.</summary>
    /// <exception cref="NodeException">There is none.</exception>
    public static TimeZoneInfo Zone(string name) => TryZone(name, out var zone)
        ? zone
        : throw new NodeException("UNKNOWN_TIME_ZONE", $"There is no time zone “{name}”; one looks like Europe/Berlin.");

    /// <inheritdoc cref="Zone"/>
    /// <returns>False where there is none. Windows' names are none: whether a system knows them depends on what is installed.</returns>
    public static bool TryZone(string name, [NotNullWhen(true)] out TimeZoneInfo? zone)
    {
        zone = null;
        return ZoneName().IsMatch(name) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone);
    }

    /// <summary>
    /// When a clock in the zone shows this time. A time that summer time leaves out is taken as much later as the clock is
    /// put forward; of one that comes twice, the first.
    /// </summary>
    public static DateTimeOffset Moment(DateTime local, TimeZoneInfo zone)
    {
        local = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        // What held the day before is what the clock was put forward from.
        var offset = zone.IsInvalidTime(local) ? zone.GetUtcOffset(local.AddDays(-1))
            : zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max()
            : zone.GetUtcOffset(local);
        // At the ends of the calendar an offset leads out of it.
        var ticks = Math.Clamp(local.Ticks - offset.Ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks);
        return new DateTimeOffset(ticks, TimeSpan.Zero);
    }

    /// <summary>Reads ISO 8601; a time without an offset is the zone's. Null for anything else.</summary>
    public static DateTimeOffset? Read(string text, TimeZoneInfo zone)
    {
        if (Iso().Match(text) is not { Success: true } iso) return null;
        if (!iso.Groups["offset"].Success) return DateTime.TryParse(text, CultureInfo.InvariantCulture, out var time) ? Moment(time, zone) : null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var moment) ? moment.ToUniversalTime() : null;
    }

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?(?<offset>[Zz]|[+-]\d{2}:\d{2})?)?\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Iso();

    [GeneratedRegex(@"^[A-Za-z0-9_+/-]{1,64}\z", RegexOptions.NonBacktracking)]
    private static partial Regex ZoneName();
}
