using Portal.Core.Shared.Data;
using Portal.Core.Shared.Json;

namespace Portal.Core.Access;

/// <summary>A key to be made.</summary>
public sealed record ApiKeyInput
{
    /// <summary>What it is for, in its owner's words; 1 to 200 characters.</summary>
    public string? Name { get; init; }

    /// <summary>Scopes in any of their spellings; null where <see cref="Preset"/> is given.</summary>
    public IReadOnlyList<string?>? Scopes { get; init; }

    /// <summary>What the request calls the scopes, for its faults: <c>scopes</c> or <c>permissions</c>.</summary>
    public string ScopesField { get; init; } = "scopes";

    /// <summary>The id of an <see cref="ApiKeyPreset"/> instead of scopes.</summary>
    public string? Preset { get; init; }

    /// <summary>Calls a minute; unset is the portal's default for new keys, null leaves it to the plan's limits.</summary>
    public Optional<int?> RateLimit { get; init; }

    /// <summary>What the request calls the limit: <c>rate_limit</c> or <c>rateLimit</c>.</summary>
    public string RateLimitField { get; init; } = "rate_limit";

    /// <summary>
    /// When it stops working; null is never. A moment in the past is taken: the key is then made expired, so that a
    /// request written last year is still answered in full and opens nothing.
    /// </summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Addresses and CIDR ranges that may use it; empty allows all, null what the maker itself is held to.</summary>
    public IReadOnlyList<string?>? AllowedAddresses { get; init; }

    /// <summary>Null is the mode that the maker acts in.</summary>
    public ApiMode? Mode { get; init; }
}

/// <summary>Changes to a key: what is not set stays.</summary>
public sealed record ApiKeyPatch
{
    public Optional<string?> Name { get; init; }
    public Optional<IReadOnlyList<string?>?> Scopes { get; init; }

    /// <summary>As <see cref="ApiKeyInput.ScopesField"/>.</summary>
    public string ScopesField { get; init; } = "scopes";

    /// <summary>Null leaves the limit to the plan.</summary>
    public Optional<int?> RateLimit { get; init; }

    /// <summary>As <see cref="ApiKeyInput.RateLimitField"/>.</summary>
    public string RateLimitField { get; init; } = "rate_limit";

    /// <summary>Null is never; a moment in the past ends the key now.</summary>
    public Optional<DateTimeOffset?> ExpiresAt { get; init; }

    /// <summary>Null and empty allow all addresses.</summary>
    public Optional<IReadOnlyList<string?>?> AllowedAddresses { get; init; }

    /// <summary>A disabled key is refused until it is enabled again.</summary>
    public Optional<bool?> Enabled { get; init; }
}

/// <summary>Which keys are wanted; every part that is given must match.</summary>
public sealed record ApiKeyFilter
{
    /// <summary>Null is both modes; callers by API key see their own in any case.</summary>
    public ApiMode? Mode { get; init; }

    /// <summary>One of <see cref="ApiKeyStatus.All"/>.</summary>
    public string? Status { get; init; }

    /// <summary>A part of the name, in any case, or of the visible prefix, or the id or the last four characters.</summary>
    public string? Search { get; init; }
}
