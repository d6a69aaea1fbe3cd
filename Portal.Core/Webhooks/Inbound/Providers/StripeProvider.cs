using System.Globalization;
using System.Text;

namespace Portal.Core.Webhooks.Inbound.Providers;

/// <summary>Stripe: <c>t=…,v1=…</c> over timestamp and body; several v1 while the secret is being rolled.</summary>
internal sealed class StripeProvider : InboundProvider
{
    private const string Header = "Stripe-Signature";

    public override string Name => "stripe";

    public override string Title => "Stripe";

    public override bool MakesSecret => true;

    public override string SignatureHeader(HmacSettings? hmac) => Header;

    public override string Expects(HmacSettings? hmac) => $"{Header}: t=<seconds>,v1=<hex of HMAC-SHA256 over t.body>";

    public override string? SecretFault(string secret) =>
        secret.StartsWith("sk_", StringComparison.Ordinal) || secret.StartsWith("pk_", StringComparison.Ordinal)
            ? "This is an API key of Stripe; the endpoint's signing secret begins with whsec_."
            : null;

    public override InboundRefusal? Verify(InboundRequest request, InboundKey key, DateTimeOffset now)
    {
        if (request.Header(Header) is not { } header) return InboundRefusal.Missing(Header);
        var parts = header.Split(',').Select(part => part.Trim().Split('=', 2)).Where(part => part.Length == 2).ToList();
        var timestamp = parts.FirstOrDefault(part => part[0] == "t")?[1];
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return InboundRefusal.Malformed(Header, "has no t=<seconds>");
        var signatures = parts.Where(part => part[0] == "v1").Select(part => part[1]).ToList();
        if (signatures.Count == 0) return InboundRefusal.Malformed(Header, "has no v1=<signature>");
        byte[] content = [.. Encoding.UTF8.GetBytes($"{timestamp}."), .. request.Body];
        return signatures.Exists(signature => InboundHmac.Fits(HmacAlgorithm.Sha256, HmacEncoding.Hex, key.Secret, content, signature))
            ? ClockFault(Header, seconds, now)
            : InboundRefusal.Wrong(Header);
    }

    public override string? EventId(InboundRequest request, HmacSettings? hmac) => request.JsonText("id");

    public override string? EventType(InboundRequest request, HmacSettings? hmac) => request.JsonText("type");
}
