using System.Globalization;
using System.Text;

namespace Portal.Core.Webhooks.Inbound.Providers;

/// <summary>Any sender that signs with an HMAC; the source says how.</summary>
internal sealed class HmacProvider : InboundProvider
{
    // A number of seconds beyond this is the year 5138; milliseconds passed it in 1973.
    private const long MostSeconds = 99_999_999_999;

    public override string Name => "hmac";

    public override string Title => "HMAC";

    public override string SignatureHeader(HmacSettings? hmac) => hmac?.SignatureHeader ?? "";

    public override string Expects(HmacSettings? hmac) => hmac is null
        ? "The source does not say how requests are signed."
        : $"{hmac.SignatureHeader}: {hmac.Prefix}<{hmac.Encoding.ToString().ToLowerInvariant()} of HMAC-{hmac.Algorithm.ToString().ToUpperInvariant()} over {hmac.Signed}>";

    public override InboundRefusal? Verify(InboundRequest request, InboundKey key, DateTimeOffset now)
    {
        if (key.Hmac is not { SignatureHeader: { } name } hmac) return new("", "The source does not say how requests are signed.");
        if (request.Header(name) is not { } header) return InboundRefusal.Missing(name);
        var prefix = hmac.Prefix ?? "";
        if (!header.StartsWith(prefix, StringComparison.Ordinal)) return InboundRefusal.Malformed(name, $"does not begin with {prefix}");
        string? timestamp = null;
        if (hmac.TimestampHeader is { } timestampHeader)
        {
            timestamp = request.Header(timestampHeader);
            if (timestamp is null) return InboundRefusal.Missing(timestampHeader);
        }

        if (!InboundHmac.Fits(hmac.Algorithm, hmac.Encoding, key.Secret, Content(hmac, timestamp, request.Body), header[prefix.Length..])) return InboundRefusal.Wrong(name);
        if (timestamp is null) return null;
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var moment)) return InboundRefusal.Malformed(hmac.TimestampHeader!, "is not a number of seconds or milliseconds since 1970");
        return ClockFault(hmac.TimestampHeader!, moment > MostSeconds ? moment / 1000 : moment, now);
    }

    public override string? EventId(InboundRequest request, HmacSettings? hmac) => hmac?.EventIdHeader is { } name ? request.Header(name) : null;

    public override string? EventType(InboundRequest request, HmacSettings? hmac) =>
        (hmac?.EventTypeHeader is { } name ? request.Header(name) : null) ?? request.JsonText("type");

    private static byte[] Content(HmacSettings hmac, string? timestamp, byte[] body)
    {
        var around = hmac.Signed.Split(HmacSettings.BodyPlace, 2);
        byte[] Part(string text) => Encoding.UTF8.GetBytes(text.Replace(HmacSettings.TimestampPlace, timestamp, StringComparison.Ordinal));
        return [.. Part(around[0]), .. body, .. Part(around[1])];
    }
}
