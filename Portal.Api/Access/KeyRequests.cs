using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Problems;

namespace Portal.Api.Access;

/// <summary>A key to be made.</summary>
public sealed record CreateKeyRequest
{
    /// <summary>What the key is for; 1 to 200 characters.</summary>
    [Required]
    public string? Name { get; init; }

    /// <summary>What it may do, as <c>contacts:read</c>; also spelled <c>contacts.read</c> or <c>read:contacts</c>. Required unless there is a preset.</summary>
    public IReadOnlyList<string?>? Scopes { get; init; }

    /// <summary>Another name of <c>scopes</c>.</summary>
    public IReadOnlyList<string?>? Permissions { get; init; }

    /// <summary>A named set of scopes instead: <c>read_only</c>, <c>crm</c>, <c>finance</c>, <c>webhooks_events</c>, <c>integration</c>, <c>full_access</c>.</summary>
    public string? Preset { get; init; }

    /// <summary>Calls a minute, 1 to 1,000,000; absent for the portal's default, null to leave it to the plan.</summary>
    public Optional<int?> RateLimit { get; init; }

    /// <summary>Another name of <c>rate_limit</c>.</summary>
    [JsonPropertyName("rateLimit")]
    public Optional<int?> RateLimitInCamelCase { get; init; }

    /// <summary>When it stops working, as a date or a moment; a date is its first moment in UTC. One in the past makes an expired key.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Another name of <c>expires_at</c>.</summary>
    [JsonPropertyName("expiresAt")]
    public DateTimeOffset? ExpiresAtInCamelCase { get; init; }

    /// <summary>Addresses and CIDR ranges, IPv4 and IPv6, that may use the key; empty allows all, and so does leaving it out unless the caller is a key with a list of its own.</summary>
    public IReadOnlyList<string?>? AllowedAddresses { get; init; }

    /// <summary><c>live</c> or <c>test</c>; the caller's mode when absent.</summary>
    public ApiMode? Mode { get; init; }

    /// <exception cref="ProblemException">The two names of the scopes say different things.</exception>
    internal ApiKeyInput Read() => new()
    {
        Name = Name,
        Scopes = KeyFields.Same(Scopes, Permissions),
        ScopesField = KeyFields.Scopes(Scopes is not null, Permissions is not null),
        Preset = Preset,
        RateLimit = RateLimit.IsSet ? RateLimit : RateLimitInCamelCase,
        RateLimitField = KeyFields.RateLimit(RateLimit, RateLimitInCamelCase),
        ExpiresAt = ExpiresAt ?? ExpiresAtInCamelCase,
        AllowedAddresses = AllowedAddresses,
        Mode = Mode,
    };
}

/// <summary>Changes to a key: fields that are absent stay.</summary>
public sealed record UpdateKeyRequest
{
    /// <summary>1 to 200 characters.</summary>
    public Optional<string?> Name { get; init; }

    /// <summary>All that the key may do from now on.</summary>
    public Optional<IReadOnlyList<string?>?> Scopes { get; init; }

    /// <summary>Another name of <c>scopes</c>.</summary>
    public Optional<IReadOnlyList<string?>?> Permissions { get; init; }

    /// <summary>Calls a minute, 1 to 1,000,000; null leaves it to the plan.</summary>
    public Optional<int?> RateLimit { get; init; }

    /// <summary>Another name of <c>rate_limit</c>.</summary>
    [JsonPropertyName("rateLimit")]
    public Optional<int?> RateLimitInCamelCase { get; init; }

    /// <summary>When it stops working; null is never, a moment in the past is now.</summary>
    public Optional<DateTimeOffset?> ExpiresAt { get; init; }

    /// <summary>Another name of <c>expires_at</c>.</summary>
    [JsonPropertyName("expiresAt")]
    public Optional<DateTimeOffset?> ExpiresAtInCamelCase { get; init; }

    /// <summary>Addresses and CIDR ranges that may use the key; null and empty allow all.</summary>
    public Optional<IReadOnlyList<string?>?> AllowedAddresses { get; init; }

    /// <summary>False refuses the key until it is true again.</summary>
    public Optional<bool?> Enabled { get; init; }

    /// <exception cref="ProblemException">The two names of the scopes say different things.</exception>
    internal ApiKeyPatch Read() => new()
    {
        Name = Name,
        Scopes = Scopes.IsSet || Permissions.IsSet ? new(KeyFields.Same(Scopes.Value, Permissions.Value)) : default,
        ScopesField = KeyFields.Scopes(Scopes.IsSet, Permissions.IsSet),
        RateLimit = RateLimit.IsSet ? RateLimit : RateLimitInCamelCase,
        RateLimitField = KeyFields.RateLimit(RateLimit, RateLimitInCamelCase),
        ExpiresAt = ExpiresAt.IsSet ? ExpiresAt : ExpiresAtInCamelCase,
        AllowedAddresses = AllowedAddresses,
        Enabled = Enabled,
    };
}

/// <summary>How a key is to be replaced.</summary>
public sealed record RotateKeyRequest
{
    /// <summary>A day.</summary>
    public const long DefaultOverlap = 86_400;

    /// <summary>How long the old key goes on working, in seconds: 0 (it stops at once) to 2,592,000 (30 days); a day when absent.</summary>
    public long? OverlapSeconds { get; init; }

    // What no span can hold is as much too long as 31 days.
    internal TimeSpan Overlap => TimeSpan.FromSeconds((double)Math.Clamp(OverlapSeconds ?? DefaultOverlap, -1, int.MaxValue));
}

/// <summary>Fields of keys that go by two names.</summary>
internal static class KeyFields
{
    public static string Scopes(bool scopes, bool permissions) => permissions && !scopes ? "permissions" : "scopes";

    public static string RateLimit(Optional<int?> snake, Optional<int?> camel) => camel.IsSet && !snake.IsSet ? "rateLimit" : "rate_limit";

    public static IReadOnlyList<string?>? Same(IReadOnlyList<string?>? scopes, IReadOnlyList<string?>? permissions)
    {
        if (scopes is null || permissions is null || scopes.SequenceEqual(permissions)) return scopes ?? permissions;
        throw Problem.Field(ErrorCode.Validation, "permissions", "scopes and permissions are two names of one field, and differ here.").AsException();
    }
}
