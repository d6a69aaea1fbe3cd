using System.Globalization;
using System.Text;

namespace Portal.Core.Webhooks.Signing;

/// <summary>The headers by which a receiver knows that a delivery is the portal's: Standard Webhooks, and a simple one.</summary>
internal static class WebhookSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";
    public const string SimpleHeader = "X-Webhook-Signature";

    /// <summary>Signs a delivery.</summary>
    /// <param name="id">The event's id: the same at every attempt, so that receivers can tell repetitions.</param>
    /// <param name="moment">When this attempt is sent; whole seconds are signed.</param>
    /// <param name="body">Exactly the bytes that are sent.</param>
    /// <param name="secrets">
    /// All that hold, the newest first. During a rotation the older ones sign too; the simple header has room for one
    /// signature, which is the newest secret's.
    /// </param>
    /// <param name="keys">Signs v1a as well; null leaves it out.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> Headers(
        string id, DateTimeOffset moment, byte[] body, IReadOnlyList<SigningSecret> secrets, SigningKeyPair? keys = null)
    {
        if (secrets.Count == 0) throw new ArgumentException("A delivery is signed by at least one secret.", nameof(secrets));
        var timestamp = moment.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var content = Content(id, timestamp, body);
        var signatures = secrets.Select(secret => $"v1,{secret.Sign(content)}").ToList();
        if (keys is not null) signatures.Add($"v1a,{keys.Sign(content)}");
        return
        [
            new(IdHeader, id),
            new(TimestampHeader, timestamp),
            new(SignatureHeader, string.Join(' ', signatures)),
            new(SimpleHeader, secrets[0].SignBody(body)),
        ];
    }

    /// <summary>What is signed: id, timestamp and body with dots between.</summary>
    public static byte[] Content(string id, string timestamp, ReadOnlySpan<byte> body) => [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
}
