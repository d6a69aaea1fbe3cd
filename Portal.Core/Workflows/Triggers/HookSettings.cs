using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Portal.Core.Webhooks.Signing;

namespace Portal.Core.Workflows.Triggers;

/// <summary>How a webhook trigger knows who may call it.</summary>
internal enum HookAuthentication
{
    None,

    /// <summary>A header holds the secret.</summary>
    Header,

    /// <summary>A header holds <c>sha256=</c> and the HMAC-SHA256 of the body in hex, keyed by the secret.</summary>
    Hmac,
}

/// <summary>A webhook trigger's configuration, read once.</summary>
internal sealed class HookSettings
{
    public const string DefaultMethod = "POST";
    public const string SecretHeader = "X-Webhook-Secret";
    public const int DefaultWait = 30;
    public const int LongestWait = 120;

    private byte[] _secret = [];

    public FrozenSet<string> Methods { get; private init; } = FrozenSet<string>.Empty;

    public HookAuthentication Authentication { get; private init; }

    /// <summary>The header that the secret or signature comes in.</summary>
    public string Header { get; private init; } = SecretHeader;

    /// <summary>How long a caller waits for the run's end; null answers at once.</summary>
    public TimeSpan? Wait { get; private init; }

    public static HookSettings Of(JsonElement config)
    {
        var read = config.Deserialize<Config>(Shared.Json.PortalJson.Options)!;
        return new HookSettings
        {
            Methods = (read.Methods is { Count: > 0 } methods ? methods : [DefaultMethod]).ToFrozenSet(StringComparer.OrdinalIgnoreCase),
            Authentication = read.Authentication,
            Header = read.Header is { Length: > 0 } header ? header : read.Authentication == HookAuthentication.Hmac ? WebhookSignature.SimpleHeader : SecretHeader,
            Wait = read.Respond == "when_finished" ? TimeSpan.FromSeconds(Math.Clamp(read.WaitSeconds ?? DefaultWait, 1, LongestWait)) : null,
            _secret = Encoding.UTF8.GetBytes(read.Secret ?? ""),
        };
    }

    /// <summary>Whether what came in <see cref="Header"/> proves that the sender knows the secret.</summary>
    public bool Admits(string? shown, ReadOnlySpan<byte> body)
    {
        if (Authentication == HookAuthentication.None) return true;
        // Without a secret nobody knows it.
        if (_secret.Length == 0 || string.IsNullOrEmpty(shown)) return false;
        if (Authentication == HookAuthentication.Header) return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(shown), _secret);
        var signature = SimpleSignature.Prefix + Convert.ToHexStringLower(HMACSHA256.HashData(_secret, body));
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(shown), Encoding.UTF8.GetBytes(signature));
    }

    private sealed record Config
    {
        public IReadOnlyList<string>? Methods { get; init; }
        public HookAuthentication Authentication { get; init; }
        public string? Header { get; init; }
        public string? Secret { get; init; }
        public string? Respond { get; init; }

        // A whole number by its schema, which 30.0 is too.
        public double? WaitSeconds { get; init; }
    }
}
