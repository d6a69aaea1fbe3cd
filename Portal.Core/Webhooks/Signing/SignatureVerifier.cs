using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Portal.Core.Webhooks.Signing;

/// <summary>The part of a signed request that is wrong.</summary>
public enum SignatureFault
{
    None,
    HeaderMissing,
    HeaderMalformed,

    /// <summary>The timestamp is further from now than is tolerated.</summary>
    Clock,

    /// <summary>The secret that was given is none.</summary>
    SecretMalformed,

    /// <summary>Another secret signed, or the right one was used in the wrong form.</summary>
    Secret,

    /// <summary>The body is not the one that was signed.</summary>
    Body,

    /// <summary>Id or timestamp are not the ones that were signed.</summary>
    SignedHeader,

    /// <summary>Secret or body: what is there does not tell which.</summary>
    SecretOrBody,
}

/// <summary>Whether a signature holds, and if not, which part is wrong.</summary>
/// <param name="Fault"><see cref="SignatureFault.None"/> where it holds.</param>
/// <param name="Explanation">A sentence for the person who writes the receiver.</param>
/// <param name="Header">The header at fault, where it is one.</param>
/// <param name="Offset">The first byte of the body that differs, from 0, where that is known.</param>
public sealed record SignatureVerdict(SignatureFault Fault, string Explanation, string? Header = null, int? Offset = null)
{
    public bool Valid => Fault == SignatureFault.None;
}

/// <summary>What is verified: headers and body as they arrived, with the secret or public key that the receiver has.</summary>
/// <param name="Headers">Names in any case.</param>
/// <param name="Secrets"><c>whsec_…</c> or <c>whpk_…</c>; one that fits suffices.</param>
public sealed record SignedRequest(IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body, IReadOnlyList<string> Secrets)
{
    /// <summary>The body as it was sent, where it is known: then the first byte that differs can be named.</summary>
    public byte[]? SentBody { get; init; }
}

/// <summary>Verifies signatures as a receiver should, and says more than a receiver may about what is wrong.</summary>
public static class SignatureVerifier
{
    /// <summary>How far the clocks may be apart (Standard Webhooks).</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>Verifies Standard Webhooks headers; or the simple header, where it is the only one.</summary>
    public static SignatureVerdict Verify(SignedRequest request, DateTimeOffset now)
    {
        var secrets = new List<SigningSecret>();
        var keys = new List<WebhookPublicKey>();
        foreach (var text in request.Secrets)
        {
            if (WebhookPublicKey.TryParse(text, out var key)) keys.Add(key);
            else if (SigningSecret.TryParse(text, out var secret, out var reason)) secrets.Add(secret);
            else return new(SignatureFault.SecretMalformed, reason);
        }

        if (secrets.Count + keys.Count == 0) return new(SignatureFault.SecretMalformed, "There is no secret to verify with.");
        var standard = new[] { WebhookSignature.IdHeader, WebhookSignature.TimestampHeader, WebhookSignature.SignatureHeader };
        var simple = Header(request, WebhookSignature.SimpleHeader);
        if (simple is not null && standard.All(name => Header(request, name) is null)) return VerifySimple(request, simple, secrets);
        var missing = standard.FirstOrDefault(name => string.IsNullOrWhiteSpace(Header(request, name)));
        if (missing is not null) return new(SignatureFault.HeaderMissing, $"The header {missing} is missing.", missing);
        return VerifyStandard(request, secrets, keys, now);
    }

    private static SignatureVerdict VerifyStandard(SignedRequest request, List<SigningSecret> secrets, List<WebhookPublicKey> keys, DateTimeOffset now)
    {
        var id = Header(request, WebhookSignature.IdHeader)!.Trim();
        var timestamp = Header(request, WebhookSignature.TimestampHeader)!.Trim();
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return Malformed(WebhookSignature.TimestampHeader, "is not a number of seconds since 1970");
        var signatures = Header(request, WebhookSignature.SignatureHeader)!.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split(',', 2)).ToList();
        if (signatures.Any(part => part.Length != 2)) return Malformed(WebhookSignature.SignatureHeader, "is not a list of version,signature with spaces between");
        var wanted = new HashSet<string>(StringComparer.Ordinal);
        if (secrets.Count > 0) wanted.Add("v1");
        if (keys.Count > 0) wanted.Add("v1a");
        var usable = signatures.Where(part => wanted.Contains(part[0])).ToList();
        if (usable.Count == 0) return Malformed(WebhookSignature.SignatureHeader, $"holds no {string.Join(" or ", wanted.Order(StringComparer.Ordinal))} signature, which the given secret could verify");
        if (usable.FirstOrDefault(part => !IsBase64(part[1], part[0] == "v1" ? HMACSHA256.HashSizeInBytes : Ed25519.SignatureBytes)) is { } broken)
            return Malformed(WebhookSignature.SignatureHeader, $"holds a {broken[0]} signature that is not base 64 of the right length");

        var trial = new SignatureTrial(usable, secrets, keys);
        if (!trial.Fits(WebhookSignature.Content(id, timestamp, request.Body))) return SignatureDiagnosis.Explain(request, trial, id, timestamp);
        var drift = now.ToUnixTimeSeconds() - (double)seconds;
        if (Math.Abs(drift) <= Tolerance.TotalSeconds) return new(SignatureFault.None, "The signature is right.");
        var direction = drift > 0 ? "behind" : "ahead of";
        return new(SignatureFault.Clock,
            $"The signature is right, but the timestamp is {Math.Abs(drift):0} s {direction} this clock; {Tolerance.TotalSeconds:0} s are tolerated. Either a clock is wrong, or this is an old request.",
            WebhookSignature.TimestampHeader);
    }

    private static SignatureVerdict VerifySimple(SignedRequest request, string signature, List<SigningSecret> secrets)
    {
        if (secrets.Count == 0) return new(SignatureFault.SecretMalformed, $"{WebhookSignature.SimpleHeader} is verified with the secret (whsec_…), not with a public key.");
        var hex = signature.Trim();
        if (!hex.StartsWith(SimpleSignature.Prefix, StringComparison.OrdinalIgnoreCase) || hex.Length != SimpleSignature.Prefix.Length + 64 || !hex.AsSpan(SimpleSignature.Prefix.Length).ToString().All(char.IsAsciiHexDigit))
            return Malformed(WebhookSignature.SimpleHeader, "is not sha256= and 64 hexadecimal digits");
        bool Fits(byte[] body) => secrets.Any(secret => Same(secret.SignBody(body), hex.ToLowerInvariant()));
        return Fits(request.Body) ? new(SignatureFault.None, "The signature is right.") : BodyDiagnosis.Explain(request, Fits, Fits);
    }

    internal static string? Header(SignedRequest request, string name)
    {
        var values = request.Headers.Where(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value).ToList();
        return values.Count == 0 ? null : string.Join(' ', values);
    }

    internal static bool Same(string one, string other) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));

    private static bool IsBase64(string text, int length)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var written) && written == length;
    }

    private static SignatureVerdict Malformed(string header, string what) => new(SignatureFault.HeaderMalformed, $"The header {header} {what}.", header);
}
