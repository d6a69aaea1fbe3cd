using System.Text.Json;

namespace Portal.Core.Webhooks.Inbound.Providers;

/// <summary>QuoteIQ: hex over the body, with or without <c>sha256=</c> in front.</summary>
internal sealed class QuoteIqProvider : InboundProvider
{
    private const string Header = "X-QuoteIQ-Signature";
    private const string Prefix = "sha256=";

    public override string Name => "quoteiq";

    public override string Title => "QuoteIQ";

    public override IReadOnlyList<string>? KnownEvents { get; } = ["quote.created", "quote.updated"];

    public override string SignatureHeader(HmacSettings? hmac) => Header;

    public override string Expects(HmacSettings? hmac) => $"{Header}: <hex of HMAC-SHA256 over the body>, {Prefix} may stand in front";

    public override InboundRefusal? Verify(InboundRequest request, InboundKey key, DateTimeOffset now)
    {
        if (request.Header(Header) is not { } header) return InboundRefusal.Missing(Header);
        var signature = header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? header[Prefix.Length..] : header;
        return InboundHmac.Fits(HmacAlgorithm.Sha256, HmacEncoding.Hex, key.Secret, request.Body, signature) ? null : InboundRefusal.Wrong(Header);
    }

    // An "id" may be the quote's, which each of its events would share.
    public override string? EventId(InboundRequest request, HmacSettings? hmac) =>
        request.JsonText("event_id") ?? request.Header("X-QuoteIQ-Event-Id") ?? request.Header("X-QuoteIQ-Delivery");

    public override string? EventType(InboundRequest request, HmacSettings? hmac) =>
        request.JsonText("event") ?? request.JsonText("event_type") ?? request.JsonText("type") ?? request.Header("X-QuoteIQ-Event");

    /// <summary>The quote: the body itself, or its <c>data</c>.</summary>
    public static JsonElement QuoteOf(JsonElement body) =>
        body.ValueKind == JsonValueKind.Object && !body.TryGetProperty("quote_id", out _) && body.TryGetProperty("data", out var data) ? data : body;
}
