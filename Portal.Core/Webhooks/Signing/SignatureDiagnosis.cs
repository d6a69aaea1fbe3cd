using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Portal.Core.Webhooks.Signing;

/// <summary>Whether any of a request's signatures is that of any secret or key, for contents that are tried.</summary>
internal sealed class SignatureTrial(IReadOnlyList<string[]> signatures, IReadOnlyList<SigningSecret> secrets, IReadOnlyList<WebhookPublicKey> keys)
{
    public IReadOnlyList<SigningSecret> Secrets => secrets;

    public bool Fits(byte[] content) => FitsSecret(content) || FitsKey(content);

    /// <summary>As <see cref="Fits"/>, of secrets alone: a hash is a hundred times faster than a public key's check.</summary>
    public bool FitsSecret(byte[] content) => secrets.Any(secret => FitsV1(secret.Sign(content)));

    private bool FitsKey(byte[] content) => keys.Any(key => Of("v1a").Any(signature => Ed25519.Verify(key.Bytes, content, Convert.FromBase64String(signature))));

    /// <summary>Whether an HMAC-SHA256, in base 64, is one of the v1 signatures.</summary>
    public bool FitsV1(string signature) => Of("v1").Any(given => SignatureVerifier.Same(signature, given));

    private IEnumerable<string> Of(string version) => signatures.Where(part => part[0] == version).Select(part => part[1]);
}

/// <summary>Finds out why a signature does not fit, by trying what goes wrong in receivers.</summary>
internal static class SignatureDiagnosis
{
    public static SignatureVerdict Explain(SignedRequest request, SignatureTrial trial, string id, string timestamp)
    {
        var content = WebhookSignature.Content(id, timestamp, request.Body);
        foreach (var secret in trial.Secrets)
        {
            if (trial.FitsV1(Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret.Text), content)))
                || trial.FitsV1(Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret.Text[SigningSecret.Prefix.Length..]), content))))
                return new(SignatureFault.Secret, $"The sender used the secret's text as key; the key is what follows {SigningSecret.Prefix}, decoded from base 64.");
            if (trial.FitsV1(secret.Sign(request.Body)))
                return new(SignatureFault.SignedHeader, "The sender signed the body alone; id and timestamp belong before it: id.timestamp.body.", WebhookSignature.SignatureHeader);
        }

        // The simple header covers the body and nothing else: where it fits, body and secret are right.
        if (SignatureVerifier.Header(request, WebhookSignature.SimpleHeader) is { } simple
            && trial.Secrets.Any(secret => SignatureVerifier.Same(secret.SignBody(request.Body), simple.Trim())))
            return new(SignatureFault.SignedHeader, $"Body and secret are right ({WebhookSignature.SimpleHeader} fits); {WebhookSignature.IdHeader} or {WebhookSignature.TimestampHeader} is not the one that was signed.", WebhookSignature.IdHeader);
        return BodyDiagnosis.Explain(request, body => trial.Fits(WebhookSignature.Content(id, timestamp, body)), body => trial.FitsSecret(WebhookSignature.Content(id, timestamp, body)));
    }
}

/// <summary>Tells a changed body from a wrong secret, as far as that can be told.</summary>
internal static class BodyDiagnosis
{
    // A changed byte is searched by trying: 255 hashes for each byte. More than this is a wait that a person notices.
    private const int LongestSearch = 1024;

    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Indented = new(Compact) { WriteIndented = true };

    /// <param name="request">The request at fault.</param>
    /// <param name="fits">Whether the signature fits a body.</param>
    /// <param name="fitsFast">The same, as far as it takes only hashes: it is asked many times.</param>
    public static SignatureVerdict Explain(SignedRequest request, Func<byte[], bool> fits, Func<byte[], bool> fitsFast)
    {
        if (request.SentBody is { } sent && FirstDifference(sent, request.Body) is { } offset) return Differs(sent, request.Body, offset, fits(sent));
        foreach (var (body, what) in Rewritten(request.Body))
        {
            if (fits(body)) return new(SignatureFault.Body, $"The body is not the one that was signed: {what}. Verify the raw bytes, before any framework reads them.");
        }

        if (request.Body.Length <= LongestSearch && ChangedByte(request.Body, fitsFast) is { } found) return found;
        var known = request.SentBody is not null;
        return known
            ? new(SignatureFault.Secret, "The body is the one that was sent, so the secret is another one than the sender's.")
            : new(SignatureFault.SecretOrBody, "The signature belongs to another secret, or more than one byte of the body was changed on the way.");
    }

    private static int? FirstDifference(byte[] sent, byte[] received)
    {
        var common = sent.AsSpan().CommonPrefixLength(received);
        return common == sent.Length && common == received.Length ? null : common;
    }

    private static SignatureVerdict Differs(byte[] sent, byte[] received, int offset, bool secretFits)
    {
        var what = offset == received.Length ? $"it ends after {received.Length} of {sent.Length} bytes"
            : offset == sent.Length ? $"it has {received.Length - sent.Length} bytes more than were sent"
            : $"byte {offset} is {Shown(received[offset])}, sent was {Shown(sent[offset])}";
        var secret = secretFits ? "The secret is right." : "The secret does not fit the body that was sent either.";
        return new(SignatureFault.Body, $"The body was changed on the way: {what}. {secret}", Offset: offset);
    }

    private static IEnumerable<(byte[] Body, string What)> Rewritten(byte[] body)
    {
        if (body is [.., (byte)'\n']) yield return (body[..^1], "a line break was added at its end");
        if (body is [.., (byte)'\r', (byte)'\n']) yield return (body[..^2], "a line break was added at its end");
        yield return ([.. body, (byte)'\n'], "the line break at its end was removed");
        if (body.AsSpan().StartsWith("\uFEFF"u8)) yield return (body[3..], "a byte order mark was added");
        var text = Encoding.UTF8.GetString(body);
        if (text.Contains("\r\n", StringComparison.Ordinal)) yield return (Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\n")), "its line breaks were changed");
        yield return (Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n")), "its line breaks were changed");
        foreach (var written in Serialized(body)) yield return (written, "its JSON was read and written anew");
    }

    private static List<byte[]> Serialized(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return
            [
                JsonSerializer.SerializeToUtf8Bytes(document.RootElement, Compact),
                JsonSerializer.SerializeToUtf8Bytes(document.RootElement),
                JsonSerializer.SerializeToUtf8Bytes(document.RootElement, Indented),
                Encoding.UTF8.GetBytes(Spaced(document.RootElement)),
            ];
        }
        catch (JsonException)
        {
            // Bodies need not be JSON.
            return [];
        }
    }

    // As Python writes it: a space after each comma and colon.
    private static string Spaced(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => $"{{{string.Join(", ", value.EnumerateObject().Select(member => $"{JsonSerializer.Serialize(member.Name)}: {Spaced(member.Value)}"))}}}",
        JsonValueKind.Array => $"[{string.Join(", ", value.EnumerateArray().Select(Spaced))}]",
        _ => value.GetRawText(),
    };

    private static SignatureVerdict? ChangedByte(byte[] body, Func<byte[], bool> fits)
    {
        var tried = (byte[])body.Clone();
        for (var i = 0; i < tried.Length; i++)
        {
            for (var value = 0; value < 256; value++)
            {
                tried[i] = (byte)value;
                if (value != body[i] && fits(tried))
                    return new(SignatureFault.Body, $"One byte of the body was changed: byte {i} is {Shown(body[i])}, signed was {Shown((byte)value)}.", Offset: i);
            }

            tried[i] = body[i];
        }

        return null;
    }

    private static string Shown(byte value) =>
        value is > 0x20 and < 0x7F ? $"'{(char)value}'" : $"0x{value.ToString("x2", CultureInfo.InvariantCulture)}";
}
