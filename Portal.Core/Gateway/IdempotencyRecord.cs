using Portal.Core.Shared.Data;

namespace Portal.Core.Gateway;

/// <summary>The first answer to a POST that carried an <c>Idempotency-Key</c>, kept for 24 hours.</summary>
public sealed class IdempotencyRecord : ITenantOwned
{
    /// <summary>Longest key that is taken, in characters.</summary>
    public const int LongestKey = 255;

    public string OrganizationId { get; set; } = "";
    public ApiMode Mode { get; set; }

    /// <summary>The API key's or user's id: keys of two callers do not meet.</summary>
    public required string CallerId { get; set; }
    public required string Key { get; set; }

    /// <summary>SHA-256 of method, path, query and body: the same key with another request is a conflict.</summary>
    public required byte[] Fingerprint { get; set; }
    public int Status { get; set; }

    /// <summary>The answer's value as JSON in the current version, before it is wrapped; null where it has none.</summary>
    public string? Value { get; set; }
    public string? Location { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}
