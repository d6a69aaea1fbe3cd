namespace Portal.Core.Access;

/// <summary>What a session lets in.</summary>
public enum SessionKind
{
    /// <summary>A program with tokens: a family of refresh tokens and the access tokens made from them.</summary>
    Api,

    /// <summary>A browser with the pages' cookie.</summary>
    Browser,

    /// <summary>One of the user's pages, to which an API key is lent (<see cref="KeyLoans"/>); it has no refresh tokens.</summary>
    Loan,
}

/// <summary>A sign-in, through the API or in a browser; or the loan of an API key to one of the user's pages.</summary>
public sealed class Session
{
    /// <summary><c>ses_…</c>, for a loan <c>loan_…</c>.</summary>
    public required string Id { get; set; }
    public required string UserId { get; set; }

    /// <summary>The organization of its tokens; for a browser the one where it began.</summary>
    public required string OrganizationId { get; set; }
    public SessionKind Kind { get; set; }

    /// <summary>Whether a second factor or a passkey was shown.</summary>
    public bool IsTwoFactor { get; set; }
    public string? UserAgent { get; set; }
    public string? Address { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>By the minute in a browser; for programs the last sign-in or refresh.</summary>
    public DateTimeOffset LastSeenAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary>Why it was revoked: <c>logout</c>, <c>reuse</c>, <c>password</c>, <c>membership</c>, <c>ended</c>, <c>idle</c>, <c>returned</c> (a loan).</summary>
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

/// <summary>A code that replaces the authenticator app once, by the SHA-256 of user and code.</summary>
public sealed class RecoveryCode
{
    public required byte[] Hash { get; set; }
    public required string UserId { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
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
