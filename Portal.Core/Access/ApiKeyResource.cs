using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Json;

namespace Portal.Core.Access;

/// <summary>Whether a key works, and if not, why.</summary>
public static class ApiKeyStatus
{
    public const string Active = "active";

    /// <summary>Replaced by another key and still working, until it expires.</summary>
    public const string Rotating = "rotating";
    public const string Disabled = "disabled";
    public const string Expired = "expired";
    public const string Revoked = "revoked";

    public static IReadOnlyList<string> All { get; } = [Active, Rotating, Disabled, Expired, Revoked];

    /// <summary>The status at a moment; what cannot be undone is named first.</summary>
    public static string Of(ApiKey key, DateTimeOffset now) => key switch
    {
        { RevokedAt: not null } => Revoked,
        { ExpiresAt: { } end } when end <= now => Expired,
        { Enabled: false } => Disabled,
        { ReplacedById: not null } => Rotating,
        _ => Active,
    };
}

/// <summary>A key as the API answers with it and as events carry it: never with its secret or the secret's hash.</summary>
public record ApiKeyResource : IResource
{
    public static string Kind => "key";
    public static string Plural => "keys";

    /// <summary><c>key_…</c></summary>
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required ApiMode Mode { get; init; }

    /// <summary>The beginning of the secret that may be shown, as <c>dyn_live_Ab3x</c>.</summary>
    public required string Prefix { get; init; }

    /// <summary>The secret's last four characters.</summary>
    public required string LastFour { get; init; }

    /// <summary>What the key may do, in the canonical spelling <c>resource:action</c>; <c>*</c> is everything.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>The same as <c>scopes</c>, under the name that some clients know.</summary>
    public IReadOnlyList<string> Permissions => Scopes;

    /// <summary>Calls a minute; null where only the plan's limits hold.</summary>
    public required int? RateLimit { get; init; }

    /// <summary>When it stops working; null is never.</summary>
    public required DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Addresses and CIDR ranges that may use it; empty allows all.</summary>
    public required IReadOnlyList<string> AllowedAddresses { get; init; }
    public required bool Enabled { get; init; }

    /// <summary><c>active</c>, <c>rotating</c>, <c>disabled</c>, <c>expired</c> or <c>revoked</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Whether a call with it is let in now.</summary>
    public bool Active => Status is ApiKeyStatus.Active or ApiKeyStatus.Rotating;

    /// <summary>The user who made it; null where a program without a user did.</summary>
    public required string? UserId { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset? RevokedAt { get; init; }

    /// <summary>The key that replaces this one.</summary>
    public required string? ReplacedById { get; init; }

    /// <summary>The last call that it let in, a second late at most; null where there was none.</summary>
    public required DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>The network address of that call.</summary>
    public required string? LastUsedAddress { get; init; }

    /// <summary>Who still uses a key that has been replaced; only in the answer for a single key.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ApiKeyRotation? Rotation { get; init; }

    internal static ApiKeyResource Of(ApiKey key, DateTimeOffset now) => new()
    {
        Id = key.Id,
        Name = key.Name,
        Mode = key.Mode,
        Prefix = key.Prefix,
        LastFour = key.LastFour,
        Scopes = key.Scopes,
        RateLimit = key.RateLimit,
        ExpiresAt = key.ExpiresAt,
        AllowedAddresses = key.AllowedAddresses,
        Enabled = key.Enabled,
        Status = ApiKeyStatus.Of(key, now),
        UserId = key.CreatedById,
        CreatedAt = key.CreatedAt,
        RevokedAt = key.RevokedAt,
        ReplacedById = key.ReplacedById,
        LastUsedAt = key.LastUsedAt,
        LastUsedAddress = key.LastUsedAddress,
    };
}

/// <summary>How far the move from an old key to its replacement has come.</summary>
/// <param name="ReplacedById">The new key.</param>
/// <param name="RotatedAt">When the new key was made.</param>
/// <param name="WorksUntil">When the old key stops; null where someone removed its end.</param>
/// <param name="CallsSinceRotation">Calls with the old key since then, refused ones included.</param>
/// <param name="LastUsedAt">The last call that the old key let in, also from before the rotation.</param>
/// <param name="LastUsedAddress">The network address of that call.</param>
/// <param name="StillUsed">Whether the old key let a call in after the rotation.</param>
public sealed record ApiKeyRotation(
    string ReplacedById,
    DateTimeOffset RotatedAt,
    DateTimeOffset? WorksUntil,
    long CallsSinceRotation,
    DateTimeOffset? LastUsedAt,
    string? LastUsedAddress,
    bool StillUsed);

/// <summary>A key that has just been made: as always, and with the secret that nobody is shown again.</summary>
public sealed record IssuedApiKey : ApiKeyResource
{
    public IssuedApiKey()
    {
    }

    [SetsRequiredMembers]
    internal IssuedApiKey(ApiKeyResource key, string secret) : base(key) => Secret = secret;

    /// <summary>The same as <c>id</c>, under the name that some clients know.</summary>
    public string KeyId => Id;

    /// <summary>The whole key as a client sends it.</summary>
    [JsonPropertyName("key")]
    public required string Secret { get; init; }

    /// <summary>The same as <c>key</c>, under the name that some clients know.</summary>
    public string ApiKey => Secret;

    // A record's own would write the secret into a log.
    public override string ToString() => $"{Prefix}…{LastFour}";
}
