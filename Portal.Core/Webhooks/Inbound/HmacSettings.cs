using System.Security.Cryptography;
using System.Text;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Webhooks.Inbound;

/// <summary>The hash of an HMAC.</summary>
public enum HmacAlgorithm
{
    Sha1,
    Sha256,
    Sha512,
}

/// <summary>How the bytes of a signature are written.</summary>
public enum HmacEncoding
{
    Hex,
    Base64,
}

/// <summary>How a provider that the portal does not know by name signs.</summary>
public sealed record HmacSettings
{
    internal const string BodyPlace = "{body}";
    internal const string TimestampPlace = "{timestamp}";

    /// <summary>The header that the signature stands in.</summary>
    public string? SignatureHeader { get; init; }

    /// <summary><c>sha256</c> when absent.</summary>
    public HmacAlgorithm Algorithm { get; init; } = HmacAlgorithm.Sha256;

    /// <summary><c>hex</c> when absent.</summary>
    public HmacEncoding Encoding { get; init; }

    /// <summary>What stands before the signature in its header, as <c>sha256=</c>.</summary>
    public string? Prefix { get; init; }

    /// <summary>The header of the moment of sending, in seconds or milliseconds since 1970; when given, requests older than five minutes are refused.</summary>
    public string? TimestampHeader { get; init; }

    /// <summary>What is signed: <c>{body}</c>, and <c>{timestamp}</c> where there is one. <c>{body}</c> or <c>{timestamp}.{body}</c> when absent.</summary>
    public string? Template { get; init; }

    /// <summary>The header of the event's id; the body's hash stands in where there is none.</summary>
    public string? EventIdHeader { get; init; }

    /// <summary>The header of the event's type; <c>type</c> of a JSON body where there is none.</summary>
    public string? EventTypeHeader { get; init; }

    internal string Signed => Template ?? (TimestampHeader is null ? BodyPlace : $"{TimestampPlace}.{BodyPlace}");

    internal void Check(Faults faults)
    {
        Header(faults, "signature_header", SignatureHeader);
        if (TimestampHeader is not null) Header(faults, "timestamp_header", TimestampHeader);
        if (EventIdHeader is not null) Header(faults, "event_id_header", EventIdHeader);
        if (EventTypeHeader is not null) Header(faults, "event_type_header", EventTypeHeader);
        faults.Text("hmac.prefix", Prefix, 50);
        faults.Text("hmac.template", Template);
        if (Template is null) return;
        if (Template.Split(BodyPlace).Length != 2) faults.Add("hmac.template", $"template holds {BodyPlace} once.");
        if (Template.Contains(TimestampPlace, StringComparison.Ordinal) && TimestampHeader is null) faults.Add("hmac.template", $"{TimestampPlace} needs timestamp_header.");
        if (!Template.Contains(TimestampPlace, StringComparison.Ordinal) && TimestampHeader is not null) faults.Add("hmac.template", $"A timestamp that is not signed proves nothing: template holds {TimestampPlace} where there is timestamp_header.");
    }

    private static void Header(Faults faults, string field, string? name)
    {
        faults.Required($"hmac.{field}", name, 100);
        if (!string.IsNullOrWhiteSpace(name) && !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')) faults.Add($"hmac.{field}", $"{field} is not a header's name.", ErrorCode.WrongFormat);
    }
}

/// <summary>Message authentication codes, compared in constant time.</summary>
internal static class InboundHmac
{
    /// <summary>Whether a signature, as it was written, is that of the content.</summary>
    public static bool Fits(HmacAlgorithm algorithm, HmacEncoding encoding, string secret, ReadOnlySpan<byte> content, string signature)
    {
        var given = new byte[signature.Length];
        if (!TryDecode(encoding, signature, given, out var length)) return false;
        var key = Encoding.UTF8.GetBytes(secret);
        var right = algorithm switch
        {
#pragma warning disable CA5350 // Twilio and others sign so; as an HMAC it is not broken.
            HmacAlgorithm.Sha1 => HMACSHA1.HashData(key, content),
#pragma warning restore CA5350
            HmacAlgorithm.Sha512 => HMACSHA512.HashData(key, content),
            _ => HMACSHA256.HashData(key, content),
        };
        return CryptographicOperations.FixedTimeEquals(right, given.AsSpan(0, length));
    }

    private static bool TryDecode(HmacEncoding encoding, string signature, byte[] target, out int length)
    {
        if (encoding == HmacEncoding.Base64) return Convert.TryFromBase64String(signature, target, out length);
        length = signature.Length / 2;
        return Convert.FromHexString(signature, target, out _, out _) == System.Buffers.OperationStatus.Done;
    }
}
