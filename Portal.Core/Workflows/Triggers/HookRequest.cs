using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Portal.Core.Shared.Problems;
using Portal.Core.Workflows.Definitions;

namespace Portal.Core.Workflows.Triggers;

/// <summary>A request to a webhook trigger.</summary>
/// <param name="Query">Decoded; names may repeat.</param>
/// <param name="Headers">Names in any case.</param>
internal sealed record HookRequest(
    string Method, string Path, IEnumerable<KeyValuePair<string, string>> Query, IEnumerable<KeyValuePair<string, string>> Headers, string? ContentType, ReadOnlyMemory<byte> Body)
{
    private const int DeepestBody = 32;

    // What lets whoever reads a run act as the caller.
    private static readonly string[] SecretHeaders = ["authorization", "cookie", "proxy-authorization", "x-api-key"];

    /// <summary>Where it came from.</summary>
    public IPAddress? Sender { get; init; }

    public string? Header(string name) => Headers.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>What expressions know as <c>trigger</c>.</summary>
    /// <exception cref="ProblemException">The body is none that can be read.</exception>
    public JsonElement Trigger(Trigger trigger, DateTimeOffset now)
    {
        var json = new ArrayBufferWriter<byte>(Body.Length + 1024);
        using (var writer = new Utf8JsonWriter(json, Json.Writing))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "webhook"u8);
            writer.WriteString("node_id"u8, trigger.NodeId);
            writer.WriteString("method"u8, Method);
            writer.WriteString("path"u8, Path);
            WritePairs(writer, "query"u8, Query);
            WriteHeaders(writer, trigger.Hook);
            writer.WritePropertyName("body"u8);
            WriteBody(writer);
            writer.WriteString("received_at"u8, now.UtcDateTime);
            writer.WriteEndObject();
        }

        return JsonElement.Parse(json.WrittenSpan);
    }

    private void WriteHeaders(Utf8JsonWriter writer, HookSettings settings)
    {
        writer.WriteStartObject("headers"u8);
        foreach (var (name, value) in Headers)
        {
            var lower = name.ToLowerInvariant();
            var isSecret = SecretHeaders.Contains(lower) || (settings.Authentication == HookAuthentication.Header && name.Equals(settings.Header, StringComparison.OrdinalIgnoreCase));
            writer.WriteString(lower, isSecret ? Json.Mask : value);
        }

        writer.WriteEndObject();
    }

    private void WriteBody(Utf8JsonWriter writer)
    {
        var body = Body.Span;
        if (body.IsEmpty)
        {
            writer.WriteNullValue();
            return;
        }

        if (!Utf8.IsValid(body)) throw Unreadable("The body is not UTF-8.");
        var type = ContentType is { } stated ? stated.Split(';')[0].Trim() : "";
        if (type.EndsWith("/json", StringComparison.OrdinalIgnoreCase) || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase)) WriteJson(writer, body);
        else if (type.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)) WritePairs(writer, default, FormFields.Of(Encoding.UTF8.GetString(body)));
        else if (type.Length == 0 || type.StartsWith("text/", StringComparison.OrdinalIgnoreCase) || type.EndsWith("xml", StringComparison.OrdinalIgnoreCase)) writer.WriteStringValue(body);
        else throw (Unreadable("A body is JSON, a form or text.").Problem with { Status = 415 }).AsException();
    }

    private static void WriteJson(Utf8JsonWriter writer, ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = DeepestBody });
        // Only an escape can name half of a surrogate pair, which no text can hold.
        var mayHoldHalves = body.IndexOf("\\u"u8) >= 0;
        try
        {
            while (reader.Read())
            {
                if (mayHoldHalves && reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped) reader.GetString();
            }
        }
        catch (JsonException e)
        {
            throw Unreadable($"The body is not valid JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.");
        }
        catch (InvalidOperationException)
        {
            throw Unreadable("The body is not well-formed Unicode.");
        }

        writer.WriteRawValue(body, skipInputValidation: true);
    }

    // A name that repeats has a list.
    private static void WritePairs(Utf8JsonWriter writer, ReadOnlySpan<byte> property, IEnumerable<KeyValuePair<string, string>> pairs)
    {
        if (property.IsEmpty) writer.WriteStartObject();
        else writer.WriteStartObject(property);
        foreach (var values in pairs.GroupBy(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal))
        {
            if (values.Skip(1).Any())
            {
                writer.WriteStartArray(values.Key);
                foreach (var value in values) writer.WriteStringValue(value);
                writer.WriteEndArray();
            }
            else
            {
                writer.WriteString(values.Key, values.First());
            }
        }

        writer.WriteEndObject();
    }

    private static ProblemException Unreadable(string reason) => Problem.Field(ErrorCode.WrongFormat, "body", reason).AsException();
}

/// <summary>The fields of <c>application/x-www-form-urlencoded</c>.</summary>
internal static class FormFields
{
    public static IEnumerable<KeyValuePair<string, string>> Of(string body) => body.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair =>
    {
        var at = pair.IndexOf('=', StringComparison.Ordinal);
        return at < 0 ? KeyValuePair.Create(Decoded(pair), "") : KeyValuePair.Create(Decoded(pair[..at]), Decoded(pair[(at + 1)..]));
    });

    private static string Decoded(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
