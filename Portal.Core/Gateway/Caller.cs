using System.Collections.Frozen;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Limits;
using Portal.Core.Shared.Security;

namespace Portal.Core.Gateway;

/// <summary>What kind of credential a caller showed.</summary>
public enum CallerKind
{
    /// <summary>None: known by its network address alone.</summary>
    Anonymous,
    ApiKey,
    User,
}

/// <summary>
/// Who calls the API: one object for each key, user or address, kept between calls, so that a call needs no look-up
/// beyond finding it. Immutable but for the counters it leads to; a change of the key or organization replaces it.
/// </summary>
internal sealed class Caller
{
    public required CallerKind Kind { get; init; }

    /// <summary>The key's or user's id; for anonymous callers their address.</summary>
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required Tenant Tenant { get; init; }
    public required Plan Plan { get; init; }

    /// <summary>The user behind the call; null for keys and anonymous callers.</summary>
    public string? UserId { get; init; }
    public Role? Role { get; init; }

    /// <summary>Whether the organization lets users act only after a second factor.</summary>
    public bool RequiresTwoFactor { get; init; }

    /// <summary>Everything the caller may do; see <see cref="Scopes.Expand"/>.</summary>
    public FrozenSet<string> Scopes { get; init; } = [];
    public AddressRanges AllowedAddresses { get; init; } = AddressRanges.None;
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Why the credential is refused although it is known: <c>revoked</c>, <c>disabled</c>; null when it is good.</summary>
    public string? Refusal { get; init; }

    /// <summary>The key's own calls a minute; null leaves it to the plan.</summary>
    public int? RateLimit { get; init; }
    public string? PinnedVersion { get; init; }

    /// <summary>The organization's quota; null for anonymous callers.</summary>
    public QuotaCounter? Quota { get; init; }

    /// <summary>For each operation by its index: what limits and counts this caller's use of it; filled as operations are used.</summary>
    public OperationUse?[] Uses { get; init; } = [];

    /// <summary>The second, since 1970, in which the use of the key was noted last.</summary>
    public long NotedUse { get; set; }

    public bool MayDo(string scope) => Access.Scopes.Covers(Scopes, scope);

    public Actor AsActor(string? address) => new(
        Tenant,
        Kind switch { CallerKind.ApiKey => "api_key", CallerKind.User => "user", _ => "system" },
        Kind == CallerKind.Anonymous ? null : Id,
        Name)
    {
        Address = address,
        UserId = UserId,
        GrantedScopes = Scopes,
    };
}

/// <summary>A caller's use of one operation: its limits, and where it is counted.</summary>
/// <param name="Limits">The catalogue that the windows were made from; another one in force makes them anew.</param>
/// <param name="Windows">The limits that apply, in lock order.</param>
internal sealed record OperationUse(LimitsDocument Limits, LimitWindow[] Windows, UsageCell? Usage);
