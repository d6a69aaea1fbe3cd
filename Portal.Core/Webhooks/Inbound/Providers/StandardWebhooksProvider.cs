using Portal.Core.Webhooks.Signing;

namespace Portal.Core.Webhooks.Inbound.Providers;

/// <summary>Whoever signs as Standard Webhooks has it, the portal itself among them.</summary>
internal sealed class StandardWebhooksProvider : InboundProvider
{
    public override string Name => "standard-webhooks";

    public override string Title => "Standard Webhooks";

    public override string SignatureHeader(HmacSettings? hmac) => WebhookSignature.SignatureHeader;

    public override string Expects(HmacSettings? hmac) =>
        $"{WebhookSignature.SignatureHeader}: v1,<base 64 of HMAC-SHA256 over id.timestamp.body>, with {WebhookSignature.IdHeader} and {WebhookSignature.TimestampHeader}";

    public override string? SecretFault(string secret) =>
        WebhookPublicKey.TryParse(secret, out _) || SigningSecret.TryParse(secret, out _, out var reason) ? null : reason;

    public override InboundRefusal? Verify(InboundRequest request, InboundKey key, DateTimeOffset now)
    {
        // The simple header alone has no timestamp, so that a request could be sent again for ever.
        if (request.Header(WebhookSignature.IdHeader) is null) return InboundRefusal.Missing(WebhookSignature.IdHeader);
        var verdict = SignatureVerifier.Verify(new SignedRequest(request.Headers, request.Body, [key.Secret]), now);
        if (verdict.Valid) return null;
        // The others explain what the body should have been, which is for the owner of the secret alone.
        return verdict.Fault is SignatureFault.HeaderMissing or SignatureFault.HeaderMalformed or SignatureFault.Clock
            ? new InboundRefusal(verdict.Header ?? WebhookSignature.SignatureHeader, verdict.Explanation)
            : InboundRefusal.Wrong(WebhookSignature.SignatureHeader);
    }

    public override string? EventId(InboundRequest request, HmacSettings? hmac) => request.Header(WebhookSignature.IdHeader);

    public override string? EventType(InboundRequest request, HmacSettings? hmac) => request.JsonText("type");
}
