using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Portal.Core.Webhooks.Signing;

/// <summary>
/// A secret that portal and receiver share: <c>whsec_</c> and 24 to 64 random bytes in base 64 (Standard Webhooks). One
/// that a receiver brought along may be any text, whose bytes are the key then.
/// </summary>
internal sealed class SigningSecret
{
    public const string Prefix = "whsec_";
    private const int LeastBytes = 24;
    private const int MostBytes = 64;
    private const int NewBytes = 32;
    private const int ShortestText = 12;
    private const int LongestText = 200;
    private readonly byte[] _key;

    private SigningSecret(string text, byte[] key) => (Text, _key) = (text, key);

    /// <summary>The secret as the receiver keeps it.</summary>
    public string Text { get; }

    public static SigningSecret New() => Of(RandomNumberGenerator.GetBytes(NewBytes));

    /// <summary>Reads a secret that an endpoint is given: a standard one, or any text of 12 to 200 characters without the prefix.</summary>
    public static bool TryChoose(string text, [NotNullWhen(true)] out SigningSecret? secret, [NotNullWhen(false)] out string? reason)
    {
        if (text.StartsWith(Prefix, StringComparison.Ordinal)) return TryParse(text, out secret, out reason);
        var fits = text.Length is >= ShortestText and <= LongestText && !text.Any(char.IsControl);
        secret = fits ? new SigningSecret(text, Encoding.UTF8.GetBytes(text)) : null;
        reason = fits ? null : $"A secret is {Prefix} and base 64, or {ShortestText} to {LongestText} characters of text.";
        return fits;
    }

    /// <summary>Reads a secret with its prefix or without.</summary>
    /// <param name="text">What a person pasted.</param>
    /// <param name="secret">The secret when the result is true.</param>
    /// <param name="reason">When the result is false, a sentence that says what is wrong with it and does not repeat it.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out SigningSecret? secret, [NotNullWhen(false)] out string? reason)
    {
        secret = null;
        reason = null;
        var trimmed = (text ?? "").Trim();
        var encoded = trimmed.StartsWith(Prefix, StringComparison.Ordinal) ? trimmed[Prefix.Length..] : trimmed;
        var key = new byte[encoded.Length];
        if (encoded.Length == 0) reason = "The secret is empty.";
        else if (!Convert.TryFromBase64String(encoded, key, out var length)) reason = $"The secret is not base 64 after {Prefix}.";
        else if (length is < LeastBytes or > MostBytes) reason = $"The secret has {length} bytes; it needs {LeastBytes} to {MostBytes}.";
        else secret = new SigningSecret(Prefix + encoded, key[..length]);
        return reason is null && secret is not null;
    }

    /// <summary>The signature of Standard Webhooks v1, in base 64: HMAC-SHA256 over id, timestamp and body.</summary>
    public string Sign(ReadOnlySpan<byte> content) => Convert.ToBase64String(HMACSHA256.HashData(_key, content));

    /// <summary>
    /// The signature for simple receivers, in hex: HMAC-SHA256 over the body alone. The key is the secret's text with its
    /// prefix, which is what a receiver has that hands its setting to an HMAC function as it is.
    /// </summary>
    public string SignBody(ReadOnlySpan<byte> body) => SimpleSignature.Of(Text, body);

    // A class, not a record, and this: neither shows the secret in a log.
    public override string ToString() => $"{Prefix}…";

    private static SigningSecret Of(byte[] key) => new(Prefix + Convert.ToBase64String(key), key);
}

/// <summary><c>sha256=</c> and the HMAC-SHA256 of a body in hex, keyed by the secret's text: what GitHub made common.</summary>
internal static class SimpleSignature
{
    public const string Prefix = "sha256=";

    public static string Of(string secret, ReadOnlySpan<byte> body) =>
        Prefix + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));
}
