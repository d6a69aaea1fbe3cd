using System.Security.Cryptography;
using System.Text;

namespace Portal.Core.Webhooks.Inbound.Providers;

/// <summary>Twilio: HMAC-SHA1 in base 64 over the address that it called and the form's fields; of a JSON body the address holds the hash.</summary>
internal sealed class TwilioProvider : InboundProvider
{
    private const string Header = "X-Twilio-Signature";
    private const string BodyHash = "bodySHA256";

    public override string Name => "twilio";

    public override string Title => "Twilio";

    public override bool MakesSecret => true;

    // Twilio reads its answers as TwiML; this one asks for nothing.
    public override (string ContentType, string Body)? Reply => ("text/xml; charset=utf-8", "<Response/>");

    public override string SignatureHeader(HmacSettings? hmac) => Header;

    public override string Expects(HmacSettings? hmac) =>
        $"{Header}: <base 64 of HMAC-SHA1 over the whole address and the form's fields, by the auth token>; the source's url is the address that Twilio calls";

    public override InboundRefusal? Verify(InboundRequest request, InboundKey key, DateTimeOffset now)
    {
        if (request.Header(Header) is not { } header) return InboundRefusal.Missing(Header);
        var fields = request.IsForm ? Joined(request.Form) : "";
        var fits = key.Addresses.SelectMany(WithAndWithoutPort)
            .Any(address => InboundHmac.Fits(HmacAlgorithm.Sha1, HmacEncoding.Base64, key.Secret, Encoding.UTF8.GetBytes(address + fields), header));
        if (!fits)
            return new(Header, $"The header {Header} is not the signature of this request: another auth token signed it, or Twilio calls another address than {string.Join(" or ", key.Addresses.Select(WithoutQuery).Distinct(StringComparer.Ordinal))}.");
        if (request.IsForm || request.Body.Length == 0) return null;
        return Query(request, BodyHash) is { } hash && CryptographicOperations.FixedTimeEquals(SHA256.HashData(request.Body), Bytes(hash))
            ? null
            : new(Header, $"The address's parameter {BodyHash} is not the hash of this body, which the signature does not cover otherwise.");
    }

    // The number of attempts is no part of it, so that a repetition has the same.
    public override string? EventId(InboundRequest request, HmacSettings? hmac) => request.Header("I-Twilio-Idempotency-Token");

    public override string? EventType(InboundRequest request, HmacSettings? hmac)
    {
        string? Field(string name) => request.Form.FirstOrDefault(field => field.Key == name).Value;
        if ((Field("MessageStatus") ?? Field("SmsStatus")) is { } message) return $"message.{message}";
        return Field("CallStatus") is { } call ? $"call.{call}" : request.JsonText("type");
    }

    private static string Joined(IReadOnlyList<KeyValuePair<string, string>> form) => string.Concat(
        form.GroupBy(field => field.Key, StringComparer.Ordinal).OrderBy(field => field.Key, StringComparer.Ordinal)
            .SelectMany(field => field.Select(one => one.Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(value => field.Key + value)));

    // Twilio leaves out the port that goes with the scheme, or not, depending on the product.
    private static IEnumerable<string> WithAndWithoutPort(string address)
    {
        yield return address;
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri)) yield break;
        var start = address.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = address.AsSpan(start).IndexOfAny('/', '?') is >= 0 and var length ? start + length : address.Length;
        var port = $":{uri.Port}";
        var authority = address[start..end];
        var other = authority.EndsWith(port, StringComparison.Ordinal) ? authority[..^port.Length] : authority + port;
        yield return address[..start] + other + address[end..];
    }

    private static string WithoutQuery(string address) => address.Split('?')[0];

    private static string? Query(InboundRequest request, string name) =>
        request.PathAndQuery.Split('?', 2) is [_, var query]
            ? query.Split('&').Select(pair => pair.Split('=', 2)).FirstOrDefault(pair => pair.Length == 2 && pair[0] == name)?[1]
            : null;

    private static byte[] Bytes(string hex)
    {
        var bytes = new byte[hex.Length / 2];
        return Convert.FromHexString(hex, bytes, out _, out _) == System.Buffers.OperationStatus.Done ? bytes : [];
    }
}
