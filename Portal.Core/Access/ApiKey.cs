using Portal.Core.Shared.Data;

namespace Portal.Core.Access;

/// <summary>A credential of a program. The secret itself is shown once and never stored, only its SHA-256.</summary>
public sealed class ApiKey : IOrganizationOwned
{
    public required string Id { get; set; }
    public string OrganizationId { get; set; } = "";
    public ApiMode Mode { get; set; }
    public required string Name { get; set; }

    /// <summary>What may be shown of the secret: <c>dyn_live_Ab3x</c> and the last four characters.</summary>
    public required string Prefix { get; set; }
    public required string LastFour { get; set; }

    /// <summary>SHA-256 of the whole key string, 32 bytes.</summary>
    public required byte[] Hash { get; set; }

    /// <summary>Scopes as granted, canonical spelling; <c>*</c> is every scope.</summary>
    public List<string> Scopes { get; set; } = [];

    /// <summary>Calls a minute; null leaves it to the plan's limits.</summary>
    public int? RateLimit { get; set; }
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>Addresses and CIDR ranges that may use the key; empty allows all.</summary>
    public List<string> AllowedAddresses { get; set; } = [];
    public bool Enabled { get; set; } = true;
    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary>The key that replaces this one; until <see cref="ExpiresAt"/> both work.</summary>
    public string? ReplacedById { get; set; }
    public string? CreatedById { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? LastUsedAt { get; set; }
    public string? LastUsedAddress { get; set; }
}
