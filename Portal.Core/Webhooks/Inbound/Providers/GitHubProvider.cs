namespace Portal.Core.Webhooks.Inbound.Providers;

/// <summary>GitHub: <c>sha256=…</c> over the body; what happened stands in headers.</summary>
internal sealed class GitHubProvider : InboundProvider
{
    private const string Header = "X-Hub-Signature-256";
    private const string Prefix = "sha256=";

    public override string Name => "github";

    public override string Title => "GitHub";

    public override string SignatureHeader(HmacSettings? hmac) => Header;

    public override string Expects(HmacSettings? hmac) => $"{Header}: {Prefix}<hex of HMAC-SHA256 over the body>";

    public override InboundRefusal? Verify(InboundRequest request, InboundKey key, DateTimeOffset now)
    {
        if (request.Header(Header) is not { } header) return InboundRefusal.Missing(Header);
        if (!header.StartsWith(Prefix, StringComparison.Ordinal)) return InboundRefusal.Malformed(Header, $"does not begin with {Prefix}");
        return InboundHmac.Fits(HmacAlgorithm.Sha256, HmacEncoding.Hex, key.Secret, request.Body, header[Prefix.Length..]) ? null : InboundRefusal.Wrong(Header);
    }

    public override string? EventId(InboundRequest request, HmacSettings? hmac) => request.Header("X-GitHub-Delivery");

    public override string? EventType(InboundRequest request, HmacSettings? hmac) => request.Header("X-GitHub-Event");
}
