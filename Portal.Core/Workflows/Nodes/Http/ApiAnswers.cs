using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Portal.Core.Shared.Http;

namespace Portal.Core.Workflows.Nodes.Http;

/// <summary>What came of a request, as an output or a failure. Messages quote nothing that was sent or answered: either may hold secrets.</summary>
internal static class ApiAnswers
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(1);

    public static NodeException Failed(OutboundFailure failure) => failure.Fault switch
    {
        // The reason then names where a server wanted the request to go, its query included.
        OutboundFault.ForbiddenAddress when failure.Status is not null => new("ADDRESS_REFUSED", "The server redirects to an address that is not allowed."),
        OutboundFault.ForbiddenAddress => new("ADDRESS_REFUSED", failure.Reason),
        OutboundFault.InvalidRequest => new("INVALID_REQUEST", failure.Reason),
        OutboundFault.TimedOut => new("HTTP_TIMEOUT", failure.Reason, retryable: true),
        OutboundFault.TooLong => new("RESPONSE_TOO_LARGE", failure.Reason),
        OutboundFault.TlsFailed => new("TLS_FAILED", failure.Reason),
        OutboundFault.InvalidResponse => new("INVALID_RESPONSE", failure.Reason),
        OutboundFault.TooManyRedirects => new("TOO_MANY_REDIRECTS", failure.Reason),
        _ => new("HTTP_UNREACHABLE", failure.Reason, retryable: true),
    };

    public static NodeException Refused(OutboundResponse response, DateTimeOffset now)
    {
        var status = (int)response.Status;
        return new("HTTP_STATUS", $"The server answered {status}{(Enum.IsDefined(response.Status) ? $" ({ReasonOf(response.Status)})" : "")}.", retryable: status is 408 or 425 or 429 or >= 500)
        {
            RetryAfter = status is 429 or 503 ? PauseOf(response, now) : null,
        };
    }

    /// <summary>The response as the node's output.</summary>
    public static JsonElement Output(OutboundResponse response, ApiAnswer reading, TimeSpan duration)
    {
        var body = Body(response, reading);
        return NodeJson.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("status", (int)response.Status);
            writer.WriteStartObject("headers");
            foreach (var header in response.Headers.GroupBy(header => header.Key.ToLowerInvariant(), header => header.Value, StringComparer.Ordinal)) Write(writer, header.Key, header);
            writer.WriteEndObject();
            writer.WritePropertyName("body");
            body.WriteTo(writer);
            writer.WriteNumber("duration_ms", (long)duration.TotalMilliseconds);
            writer.WriteEndObject();
        });
    }

    // Cookies are a list: what sets them has commas of its own (RFC 9110, 5.3).
    private static void Write(Utf8JsonWriter writer, string header, IEnumerable<string> values)
    {
        if (header != "set-cookie")
        {
            writer.WriteString(header, string.Join(", ", values));
            return;
        }

        writer.WriteStartArray(header);
        foreach (var value in values) writer.WriteStringValue(value);
        writer.WriteEndArray();
    }

    private static JsonElement Body(OutboundResponse response, ApiAnswer reading)
    {
        if (response.Body.Length == 0) return Definitions.Json.Null;
        _ = MediaTypeHeaderValue.TryParse(response.Headers.FirstOrDefault(header => header.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)).Value, out var type);
        if (reading == ApiAnswer.Auto) reading = ReadingOf(type?.MediaType ?? "");
        return reading switch
        {
            ApiAnswer.Json => NodeJson.Parse(response.Body.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? response.Body.AsMemory(Encoding.UTF8.Preamble.Length) : response.Body, "The response"),
            ApiAnswer.Text => NodeJson.Text(EncodingOf(type?.CharSet).GetString(response.Body).TrimStart('\uFEFF')),
            _ => NodeJson.Write(writer => writer.WriteBase64StringValue(response.Body)),
        };
    }

    private static ApiAnswer ReadingOf(string mediaType) => mediaType switch
    {
        "application/json" or "text/json" => ApiAnswer.Json,
        _ when mediaType.EndsWith("+json", StringComparison.OrdinalIgnoreCase) => ApiAnswer.Json,
        _ when mediaType.StartsWith("text/", StringComparison.OrdinalIgnoreCase) || mediaType.EndsWith("xml", StringComparison.OrdinalIgnoreCase) => ApiAnswer.Text,
        "application/javascript" or "application/x-www-form-urlencoded" or "application/x-ndjson" or "application/yaml" => ApiAnswer.Text,
        _ => ApiAnswer.Base64,
    };

    private static Encoding EncodingOf(string? charset)
    {
        try
        {
            return string.IsNullOrEmpty(charset) ? Encoding.UTF8 : CodePagesEncodingProvider.Instance.GetEncoding(charset.Trim('"')) ?? Encoding.GetEncoding(charset.Trim('"'));
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
        {
            // A name that nobody knows, or UTF-7: what is not UTF-8 shows as such.
            return Encoding.UTF8;
        }
    }

    private static TimeSpan? PauseOf(OutboundResponse response, DateTimeOffset now)
    {
        var text = response.Headers.FirstOrDefault(header => header.Key.Equals("Retry-After", StringComparison.OrdinalIgnoreCase)).Value?.Trim();
        var pause = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds)
            : DateTimeOffset.TryParseExact(text, "r", CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment) ? moment - now
            : (TimeSpan?)null;
        return pause is not { } wanted || wanted < TimeSpan.Zero ? null : wanted < LongestPause ? wanted : LongestPause;
    }

    // The enumeration's name in words: the server's own phrase is its own affair.
    private static string ReasonOf(HttpStatusCode status) => string.Concat(status.ToString().Select((letter, i) => i > 0 && char.IsUpper(letter) ? $" {letter}" : $"{letter}"));
}
