using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Portal.Core.Webhooks.Signing;

namespace Portal.Core.Webhooks.Endpoints;

/// <summary>A secret of an endpoint.</summary>
/// <param name="Text">As the receiver keeps it.</param>
/// <param name="CreatedAt">Since when.</param>
/// <param name="ExpiresAt">Until when it signs beside its successor; null for the current one.</param>
internal sealed record EndpointSecret(string Text, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt);

/// <summary>All that signs an endpoint's deliveries.</summary>
/// <param name="Secrets">The current one first; older ones sign as well until they expire.</param>
/// <param name="Key">The pair that signs v1a, <c>whsk_…</c>.</param>
internal sealed record EndpointKeys(IReadOnlyList<EndpointSecret> Secrets, string Key)
{
    public EndpointSecret Current => Secrets[0];

    /// <summary>The secrets that sign at a moment, the current one first.</summary>
    public IReadOnlyList<SigningSecret> Signing(DateTimeOffset now) =>
        [.. Secrets.Where(secret => secret.ExpiresAt is null || secret.ExpiresAt > now).Select(secret => EndpointSecrets.Read(secret.Text))];

    /// <summary>With another secret in front; the one before it signs until the overlap is over.</summary>
    public EndpointKeys Rotated(string text, DateTimeOffset now, TimeSpan overlap) => this with
    {
        Secrets =
        [
            new EndpointSecret(text, now, null),
            .. Secrets.Select(secret => secret with { ExpiresAt = Earlier(secret.ExpiresAt, now + overlap) }).Where(secret => secret.ExpiresAt > now),
        ],
    };

    // Not in a log by accident.
    public override string ToString() => $"{Secrets.Count} secrets";

    private static DateTimeOffset Earlier(DateTimeOffset? one, DateTimeOffset other) => one < other ? one.Value : other;
}

/// <summary>Encrypts what endpoints keep secret. Not to be called in a unit of work: the key ring may have to be read.</summary>
public sealed class EndpointSecrets(IDataProtectionProvider protection)
{
    private readonly IDataProtector _protector = protection.CreateProtector("Portal.Webhooks.Endpoint");

    internal string Protect<T>(T value) => Convert.ToBase64String(_protector.Protect(JsonSerializer.SerializeToUtf8Bytes(value)));

    internal EndpointKeys Keys(string stored) => Reveal<EndpointKeys>(stored);

    internal Dictionary<string, string> Headers(string? stored) => stored is null ? [] : Reveal<Dictionary<string, string>>(stored);

    /// <summary>A secret that was checked when it was saved.</summary>
    internal static SigningSecret Read(string text) =>
        SigningSecret.TryChoose(text, out var secret, out var reason) ? secret : throw new InvalidOperationException(reason);

    private T Reveal<T>(string stored) => JsonSerializer.Deserialize<T>(_protector.Unprotect(Convert.FromBase64String(stored)))!;
}
