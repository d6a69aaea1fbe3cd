using System.Text;
using System.Text.Json;
using Portal.Core.Shared.Http;
using Portal.Core.Shared.Json;

namespace Portal.Core.Webhooks.Delivery;

/// <summary>Request and response of an attempt, as they are kept. The request's body is the event's and is not kept again.</summary>
/// <param name="Url">Where it was sent.</param>
/// <param name="RequestHeaders">As they were sent; the values of the customer's own headers are masked.</param>
/// <param name="ResponseHeaders">As they came; empty where no answer came.</param>
/// <param name="ResponseBody">The first 64 KiB as text; null where no answer came.</param>
/// <param name="IsCut">Whether the body was longer.</param>
public sealed record AttemptExchange(
    string Url, IReadOnlyList<AttemptHeader> RequestHeaders, IReadOnlyList<AttemptHeader> ResponseHeaders, string? ResponseBody, bool IsCut)
{
    private const int MostHeaders = 100;

    internal string Write() => JsonSerializer.Serialize(this, PortalJson.Options);

    internal static AttemptExchange Read(string stored) => JsonSerializer.Deserialize<AttemptExchange>(stored, PortalJson.Options)!;

    internal static AttemptExchange Of(string url, IEnumerable<AttemptHeader> sent, OutboundResponse? response) => new(
        url, [.. sent],
        [.. (response?.Headers ?? []).Take(MostHeaders).Select(header => new AttemptHeader(Storable(header.Key), Storable(header.Value)))],
        response is null ? null : Storable(Encoding.UTF8.GetString(response.Body)), response?.Cut ?? false);

    // PostgreSQL stores no U+0000; a binary answer is shown with replacements anyway.
    private static string Storable(string text) => text.Replace('\0', '\uFFFD');
}

/// <summary>A header's name and value.</summary>
public sealed record AttemptHeader(string Name, string Value);
