namespace Portal.Core.Access;

/// <summary>
/// A sign-in through the API: the family of its refresh tokens and the access tokens made from them. Or the loan of an API
/// key to one of the user's pages (<see cref="KeyLoans"/>), which has no refresh tokens.
/// </summary>
public sealed class Session
{
    /// <summary><c>ses_…</c>, for a loan <c>loan_…</c>.</summary>
    public required string Id { get; set; }
    public required string UserId { get; set; }
    public required string OrganizationId { get; set; }
    public string? UserAgent { get; set; }
    public string? Address { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary>Why it was revoked: <c>logout</c>, <c>reuse</c>, <c>password</c>, <c>returned</c> (a loan).</summary>
    public string? RevokedReason { get; set; }
}

/// <summary>A refresh token, by the SHA-256 of its value. Each is good once; a second use revokes the session.</summary>
public sealed class RefreshToken
{
    public required byte[] Hash { get; set; }
    public required string SessionId { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset? UsedAt { get; set; }
}

/// <summary>A key that signs access tokens (ECDSA P-256), its private part encrypted under the data-protection ring.</summary>
public sealed class SigningKey
{
    public required string Id { get; set; }
    public required string ProtectedPrivateKey { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it stopped signing; it still verifies what it signed.</summary>
    public DateTimeOffset? RetiredAt { get; set; }
}
