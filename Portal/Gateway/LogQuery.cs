using System.Globalization;
using Portal.Core.Gateway;

namespace Portal.Gateway;

/// <summary>The request log's filters as they stand in the address. Equal queries show the same log.</summary>
/// <param name="Span">A length that ends now.</param>
/// <param name="From">Start of a span of its own.</param>
/// <param name="To">Its end.</param>
/// <param name="Search">Part of a path, or a request's id.</param>
/// <param name="Status">A status, or a class of them by its first digit.</param>
/// <param name="Method">An HTTP method.</param>
/// <param name="Operation">An operation's id.</param>
/// <param name="Key">The caller's id.</param>
/// <param name="Error">An error code.</param>
/// <param name="Slow">Milliseconds that the call took at least.</param>
public sealed record LogQuery(string? Span, string? From, string? To, string? Search, string? Status, string? Method, string? Operation, string? Key, string? Error, string? Slow)
{
    /// <summary>The span that is shown where the address names none.</summary>
    internal const string DefaultSpan = "24h";

    private const string RequestIdPrefix = "req_";
    private static readonly TimeSpan LeastStep = TimeSpan.FromSeconds(15);

    /// <summary>Whether anything but the time is filtered by.</summary>
    internal bool IsFiltered => (Search ?? Status ?? Method ?? Operation ?? Key ?? Error ?? Slow) is not null;

    internal Period PeriodAt(DateTimeOffset now) => Period.Of(Span, From, To, DefaultSpan, LeastStep, now);

    /// <summary>What the service is asked for. A request's id is found at any time.</summary>
    internal RequestLogFilter FilterIn(Period period)
    {
        var isId = Search?.StartsWith(RequestIdPrefix, StringComparison.Ordinal) == true;
        return new RequestLogFilter
        {
            From = period.From,
            To = period.To,
            RequestId = isId ? Search : null,
            Path = isId ? null : Search,
            Status = Number(Status) is { } status and (>= 1 and <= 5 or >= 100 and <= 599) ? (int)status : null,
            Method = Method?.ToUpperInvariant(),
            Operation = Operation,
            CallerId = Key,
            ErrorCode = Error,
            LatencyAtLeast = Number(Slow) is { } milliseconds ? (long)(milliseconds * 1000) : null,
        };
    }

    /// <summary>A place in the log, as it stands in the address.</summary>
    internal static string CursorOf(RequestLogPlace place) => string.Create(CultureInfo.InvariantCulture, $"{place.CreatedAt.UtcTicks}-{place.Id}");

    /// <summary>The place that an address names; null for none, or for what is no place.</summary>
    internal static RequestLogPlace? PlaceOf(string? cursor) =>
        cursor?.Split('-') is [var ticks, var id]
        && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var moment) && moment <= DateTimeOffset.MaxValue.UtcTicks
        && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var row)
            ? new RequestLogPlace(new DateTimeOffset(moment, TimeSpan.Zero), row)
            : null;

    private static decimal? Number(string? text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number is >= 0 and <= 3_600_000 ? number : null;
}
