using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Portal.Core.Webhooks.Signing;

/// <summary>The portal's half of v1a (ed25519): <c>whsk_</c> with seed and public key in base 64; receivers have <see cref="PublicKey"/>.</summary>
internal sealed class SigningKeyPair
{
    public const string Prefix = "whsk_";
    private readonly byte[] _seed;

    private SigningKeyPair(byte[] seed)
    {
        _seed = seed;
        PublicKey = WebhookPublicKey.Of(Ed25519.PublicKeyOf(seed));
        Text = Prefix + Convert.ToBase64String([.. seed, .. PublicKey.Bytes]);
    }

    /// <summary>The whole key; secret.</summary>
    public string Text { get; }

    /// <summary>The half that is published.</summary>
    public WebhookPublicKey PublicKey { get; }

    public static SigningKeyPair New() => new(RandomNumberGenerator.GetBytes(Ed25519.SeedBytes));

    /// <summary>Reads a key pair; its public half must belong to its seed.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out SigningKeyPair? pair)
    {
        pair = null;
        if (text?.StartsWith(Prefix, StringComparison.Ordinal) is not true) return false;
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text[Prefix.Length..], bytes, out var length) || length != Ed25519.SeedBytes + Ed25519.PublicKeyBytes) return false;
        var read = new SigningKeyPair(bytes[..Ed25519.SeedBytes]);
        if (read.Text != text) return false;
        pair = read;
        return true;
    }

    /// <summary>The signature of Standard Webhooks v1a, in base 64.</summary>
    public string Sign(byte[] content) => Convert.ToBase64String(Ed25519.Sign(_seed, content));

    public override string ToString() => $"{Prefix}…";
}

/// <summary>What a receiver verifies v1a signatures with: <c>whpk_</c> and 32 bytes in base 64.</summary>
internal sealed class WebhookPublicKey
{
    public const string Prefix = "whpk_";

    private WebhookPublicKey(byte[] bytes) => Bytes = bytes;

    public byte[] Bytes { get; }

    public static WebhookPublicKey Of(byte[] bytes) => new(bytes);

    public static bool TryParse(string? text, [NotNullWhen(true)] out WebhookPublicKey? key)
    {
        key = null;
        var trimmed = (text ?? "").Trim();
        if (!trimmed.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        var bytes = new byte[trimmed.Length];
        if (!Convert.TryFromBase64String(trimmed[Prefix.Length..], bytes, out var length) || length != Ed25519.PublicKeyBytes) return false;
        key = new(bytes[..length]);
        return true;
    }

    public override string ToString() => Prefix + Convert.ToBase64String(Bytes);
}
