using System.Net;
using System.Text;
using System.Text.Json;

namespace Portal.Core.Webhooks.Inbound;

/// <summary>A provider's request as it arrived.</summary>
/// <param name="Address">The whole address that was called, as the server saw it.</param>
/// <param name="PathAndQuery">Path and query of it, beginning with a slash.</param>
/// <param name="Headers">Names in any case.</param>
internal sealed record InboundRequest(string Address, string PathAndQuery, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body)
{
    private readonly Lazy<JsonElement> _json = new(() => ParseJson(Body));
    private readonly Lazy<IReadOnlyList<KeyValuePair<string, string>>> _form = new(() => ParseForm(Body));

    /// <summary>Where the request came from.</summary>
    public IPAddress? Sender { get; init; }

    public string? ContentType => Header("Content-Type");

    public bool IsForm => ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>The body as JSON; undefined where it is none.</summary>
    public JsonElement Json => _json.Value;

    /// <summary>The fields of a body that is a form, decoded.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Form => IsForm ? _form.Value : [];

    /// <summary>A header's value without space around it; null where it is missing or empty.</summary>
    public string? Header(string name)
    {
        var value = Headers.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value?.Trim();
        return string.IsNullOrEmpty(value) ? null : value;
    }

    /// <summary>A text at the top of a JSON body; null where it is missing or no text.</summary>
    public string? JsonText(string name) => TextOf(Json, name);

    /// <summary>A text of a JSON object; null where it is missing, no text, or no Unicode.</summary>
    public static string? TextOf(JsonElement json, string name)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String) return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: it names nothing.
            return null;
        }
    }

    private static JsonElement ParseJson(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 64 });
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static List<KeyValuePair<string, string>> ParseForm(byte[] body) =>
        [.. Encoding.UTF8.GetString(body).Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair =>
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            return at < 0 ? KeyValuePair.Create(Decoded(pair), "") : KeyValuePair.Create(Decoded(pair[..at]), Decoded(pair[(at + 1)..]));
        })];

    private static string Decoded(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
