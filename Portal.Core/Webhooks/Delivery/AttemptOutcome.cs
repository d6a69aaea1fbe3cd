using System.Globalization;
using System.Net;
using Portal.Core.Shared.Http;
using Portal.Core.Webhooks.Endpoints;

namespace Portal.Core.Webhooks.Delivery;

/// <summary>What an answer, or its absence, means for the delivery and for its endpoint.</summary>
/// <param name="Status">The HTTP status; null where no answer came.</param>
/// <param name="Error">Why it failed, as a sentence; null for a success.</param>
internal sealed record AttemptOutcome(int? Status, string? Error)
{
    private const string DirectiveHeader = "webhook-delivery";
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(24);

    public bool Succeeded => Error is null;

    /// <summary>The receiver wants this event no more.</summary>
    public bool Aborts { get; private init; }

    /// <summary>Why the receiver wants no more events at all; null where it does not say so.</summary>
    public EndpointStop? Stops { get; private init; }

    /// <summary>The receiver cannot keep up.</summary>
    public bool Throttles { get; private init; }

    /// <summary>How long the receiver asks to be left alone; null where it does not.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    public static AttemptOutcome Of(OutboundResult result, DateTimeOffset now)
    {
        if (result.Response is not { } response) return new((int?)result.Failure!.Status, result.Failure.Reason);
        var status = (int)response.Status;
        var directives = Values(response, DirectiveHeader).SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries)).ToList();
        var retryAfter = Values(response, "Retry-After").Select(value => ReadRetryAfter(value, now)).FirstOrDefault(pause => pause is not null);
        return new(status, ErrorOf(response.Status))
        {
            Aborts = directives.Contains("abort-message", StringComparer.OrdinalIgnoreCase),
            Stops = directives.Contains("disable", StringComparer.OrdinalIgnoreCase) ? EndpointStop.ReceiverAsked
                : response.Status == HttpStatusCode.Gone ? EndpointStop.Gone : null,
            Throttles = status is 429 or 502 or 504 || (retryAfter is not null && status >= 300),
            RetryAfter = retryAfter,
        };
    }

    private static string? ErrorOf(HttpStatusCode status) => (int)status switch
    {
        >= 200 and < 300 => null,
        >= 300 and < 400 => $"The receiver answered {(int)status}: redirects are not followed, the endpoint's URL has to be changed.",
        410 => "The receiver answered 410: it is gone for good.",
        _ => $"The receiver answered {(int)status}.",
    };

    // RFC 9110: seconds, or a date.
    private static TimeSpan? ReadRetryAfter(string value, DateTimeOffset now)
    {
        TimeSpan pause;
        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) pause = TimeSpan.FromSeconds(seconds);
        else if (DateTimeOffset.TryParseExact(value, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)) pause = moment - now;
        else return null;
        return pause <= TimeSpan.Zero ? null : pause < LongestRetryAfter ? pause : LongestRetryAfter;
    }

    private static IEnumerable<string> Values(OutboundResponse response, string name) =>
        response.Headers.Where(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value);
}
