using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Portal.Core.Webhooks.Inbound.Providers;

/// <summary>Slack: <c>v0=…</c> over version, timestamp and body; a new address is asked to repeat a challenge first.</summary>
internal sealed class SlackProvider : InboundProvider
{
    private const string Header = "X-Slack-Signature";
    private const string TimestampHeader = "X-Slack-Request-Timestamp";
    private const string Prefix = "v0=";

    public override string Name => "slack";

    public override string Title => "Slack";

    public override bool MakesSecret => true;

    public override string SignatureHeader(HmacSettings? hmac) => Header;

    public override string Expects(HmacSettings? hmac) => $"{Header}: {Prefix}<hex of HMAC-SHA256 over v0:timestamp:body>, and {TimestampHeader}";

    public override InboundRefusal? Verify(InboundRequest request, InboundKey key, DateTimeOffset now)
    {
        if (request.Header(Header) is not { } header) return InboundRefusal.Missing(Header);
        if (request.Header(TimestampHeader) is not { } timestamp) return InboundRefusal.Missing(TimestampHeader);
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return InboundRefusal.Malformed(TimestampHeader, "is not a number of seconds since 1970");
        if (!header.StartsWith(Prefix, StringComparison.Ordinal)) return InboundRefusal.Malformed(Header, $"does not begin with {Prefix}");
        byte[] content = [.. Encoding.UTF8.GetBytes($"v0:{timestamp}:"), .. request.Body];
        return InboundHmac.Fits(HmacAlgorithm.Sha256, HmacEncoding.Hex, key.Secret, content, header[Prefix.Length..])
            ? ClockFault(TimestampHeader, seconds, now)
            : InboundRefusal.Wrong(Header);
    }

    public override string? EventId(InboundRequest request, HmacSettings? hmac) => request.JsonText("event_id");

    public override string? EventType(InboundRequest request, HmacSettings? hmac)
    {
        if (request.Json.ValueKind == JsonValueKind.Object && request.Json.TryGetProperty("event", out var happened) && InboundRequest.TextOf(happened, "type") is { } type) return type;
        return request.JsonText("type") ?? (request.Form.Any(field => field.Key == "command") ? "slash_command" : null);
    }

    public override string? Challenge(InboundRequest request) => request.JsonText("type") == "url_verification" ? request.JsonText("challenge") : null;
}
