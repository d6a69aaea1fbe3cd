
namespace Portal.Core.Webhooks.Endpoints;

/// <summary>A secret of an endpoint, in clear.</summary>
/// <param name="Secret">As the receiver keeps it.</param>
/// <param name="CreatedAt">Since when.</param>
/// <param name="ExpiresAt">Until when it signs beside its successor; null for the current one.</param>
public sealed record ShownSecret(string Secret, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt);

/// <summary>The secrets that sign an endpoint's deliveries.</summary>
public sealed record EndpointSecretsResource
{
    /// <summary>The current one.</summary>
    public required string Secret { get; init; }

    /// <summary>All that sign now, the current one first.</summary>
    public required IReadOnlyList<ShownSecret> Secrets { get; init; }

    internal static EndpointSecretsResource Of(EndpointKeys keys, DateTimeOffset now) => new()
    {
        Secret = keys.Current.Text,
        Secrets = [.. keys.Secrets.Where(secret => secret.ExpiresAt is null || secret.ExpiresAt > now).Select(secret => new ShownSecret(secret.Text, secret.CreatedAt, secret.ExpiresAt))],
    };
}

/// <summary>How a secret is replaced.</summary>
public sealed record SecretRotation
{
    /// <summary>The overlap when none is given, in hours.</summary>
    public const int DefaultOverlap = 24;

    /// <summary>The longest overlap, in hours.</summary>
    public const int LongestOverlap = 168;

    /// <summary>The new secret; made when absent.</summary>
    public string? Secret { get; init; }

    /// <summary>Hours for which the old secret signs too, 0 to 168; 24 when absent.</summary>
    public int? OverlapHours { get; init; }
}
