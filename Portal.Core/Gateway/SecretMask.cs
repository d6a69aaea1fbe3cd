using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Portal.Core.Gateway;

/// <summary>Takes secrets out of what is logged: by header, by the name of a field or parameter, and by the form of the portal's keys and tokens.</summary>
internal sealed partial class SecretMask(IEnumerable<string> furtherFields)
{
    public const string Mask = "••••••";

    private static readonly HashSet<string> SecretHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Authorization", "Proxy-Authorization", "X-API-Key", "Cookie", "Set-Cookie", "X-Portal-Signature", "Signature",
    };

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly HashSet<string> _fields = new(furtherFields, StringComparer.OrdinalIgnoreCase);

    /// <summary>A header's value; of a credential only its kind is left.</summary>
    public string Header(string name, string value)
    {
        if (!SecretHeaders.Contains(name)) return Forms().Replace(value, Mask);
        return value.IndexOf(' ') is > 0 and < 12 and var space && name.EndsWith("Authorization", StringComparison.OrdinalIgnoreCase) ? value[..space] + " " + Mask : Mask;
    }

    /// <summary>A query string without its question mark.</summary>
    public string? Query(string? query) => query is null ? null : Forms().Replace(
        string.Join('&', query.Split('&').Select(pair => pair.IndexOf('=', StringComparison.Ordinal) is > 0 and var at && IsSecret(Uri.UnescapeDataString(pair[..at])) ? pair[..(at + 1)] + Mask : pair)),
        Mask);

    /// <summary>A body: JSON field by field, anything else by the form of what it holds. JSON that was cut is masked as text.</summary>
    public string Body(string body, bool isCut)
    {
        if (!isCut && MaskedJson(body) is { } json) return Forms().Replace(json, Mask);
        return Forms().Replace(Members().Replace(body, member => IsSecret(member.Groups["name"].Value) ? $"\"{member.Groups["name"].Value}\":\"{Mask}\"" : member.Value), Mask);
    }

    private bool IsSecret(string field) => Names().IsMatch(field) || _fields.Contains(field);

    private void MaskFields(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, value) in members.ToArray())
                {
                    if (value is JsonValue && IsSecret(name)) members[name] = Mask;
                    else MaskFields(value);
                }

                break;
            case JsonArray items:
                foreach (var item in items) MaskFields(item);
                break;
        }
    }

    private string? MaskedJson(string body)
    {
        try
        {
            var json = JsonNode.Parse(body);
            MaskFields(json);
            return json?.ToJsonString(Readable);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            // Not JSON, a name twice in one object, or half a surrogate pair: it is masked as text.
            return null;
        }
    }

    // A field is a secret when its last word says so: "key_id" and "token_type" name one, but are none.
    [GeneratedRegex("(?:^|[_-]|(?<=[a-z])(?=[A-Z]))(?:pass(?:word|phrase|code)?|secret|token|api_?key|key|credentials?|authorization|pin|cvv|cvc|ssn|iban|card_?number|private_?key|otp|totp_?code|recovery_?codes?|code_?verifier)$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Names();

    // The portal's keys and JSON web tokens, wherever they stand.
    [GeneratedRegex(@"dyn_(?:live|test)_[0-9A-Za-z_]{8,}|eyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]*", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Forms();

    [GeneratedRegex("\"(?<name>[^\"\\\\]{1,100})\"\\s*:\\s*\"(?:[^\"\\\\]|\\\\.)*(?:\"|$)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Members();
}
