using System.Collections.Frozen;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Access;

/// <summary>What every token of ours says: the session that it ends with, and when it ends anyway.</summary>
internal abstract record TokenPrincipal(string SessionId, DateTimeOffset ExpiresAt);

/// <summary>Whom an access token speaks for.</summary>
/// <param name="Scopes">The token's permissions and all that they amount to.</param>
/// <param name="TwoFactor">Whether the session was begun with a second factor.</param>
internal sealed record SessionPrincipal(
    string UserId,
    string Email,
    string OrganizationId,
    Role Role,
    FrozenSet<string> Scopes,
    ApiMode Mode,
    string SessionId,
    string TokenId,
    DateTimeOffset ExpiresAt,
    bool TwoFactor = false) : TokenPrincipal(SessionId, ExpiresAt);

/// <summary>Which API key a token stands for, and who lent it. It speaks for the key, never for the user.</summary>
internal sealed record LoanPrincipal(string UserId, string OrganizationId, string KeyId, string SessionId, DateTimeOffset ExpiresAt)
    : TokenPrincipal(SessionId, ExpiresAt);

/// <summary>Why an access token is refused.</summary>
internal enum TokenFault
{
    /// <summary>It is no token of this portal, or was changed.</summary>
    Invalid,
    Expired,

    /// <summary>Its session was ended.</summary>
    Revoked,
}

/// <summary>What came of a check: a principal, a loan, or a fault.</summary>
/// <param name="ExpiredAt">When it expired, where that is the fault.</param>
internal readonly record struct TokenCheck(SessionPrincipal? Principal, TokenFault? Fault = null, DateTimeOffset? ExpiredAt = null)
{
    /// <summary>The loan of an API key, where the token is one.</summary>
    public LoanPrincipal? Loan { get; init; }

    /// <summary>The fault as the API tells it; null without one.</summary>
    public Problem? Problem => Fault switch
    {
        TokenFault.Expired => new Problem(ErrorCode.TokenExpired, "Access token has expired") { Details = Problem.Pairs(("expired_at", ExpiredAt)) },
        TokenFault.Revoked => new Problem(ErrorCode.AuthenticationFailed, "The session of this access token has ended. Sign in again."),
        TokenFault.Invalid => new Problem(ErrorCode.AuthenticationFailed, "The access token is not valid."),
        _ => null,
    };
}

/// <summary>
/// Checks access tokens. The signature of a token is verified once and its claims are kept until it expires; each check
/// looks anew at the clock and at the revoked sessions.
/// </summary>
internal sealed class TokenValidator(SigningKeys keys, RevokedSessions revoked, TimeProvider time)
{
    private const int LongestToken = 8192;
    private const int MostCached = 10_000;

    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = LongestToken };
    private readonly RecentMap<KeyHash, TokenPrincipal> _verified = new(MostCached);

    /// <summary>How many tokens are kept at present.</summary>
    internal int Cached => _verified.Count;

    /// <summary>Checks a token as it stands in the Authorization header. Completes at once for one that was seen before.</summary>
    public ValueTask<TokenCheck> Validate(string jwt, CancellationToken cancellation)
    {
        if (jwt.Length > LongestToken) return new(new TokenCheck(null, TokenFault.Invalid));
        var hash = KeyHash.Of(jwt);
        return _verified.TryGet(hash, out var principal) ? new(Judge(principal)) : Verify(jwt, hash, cancellation);
    }

    private TokenCheck Judge(TokenPrincipal principal)
    {
        if (principal.ExpiresAt <= time.GetUtcNow()) return new TokenCheck(null, TokenFault.Expired, principal.ExpiresAt);
        return revoked.Contains(principal.SessionId)
            ? new TokenCheck(null, TokenFault.Revoked)
            : new TokenCheck(principal as SessionPrincipal) { Loan = principal as LoanPrincipal };
    }

    private async ValueTask<TokenCheck> Verify(string jwt, KeyHash hash, CancellationToken cancellation)
    {
        if (KeyIdOf(jwt) is not { } keyId || await keys.Find(keyId, cancellation) is not { } key) return new TokenCheck(null, TokenFault.Invalid);
        var result = await _handler.ValidateTokenAsync(jwt, new TokenValidationParameters
        {
            IssuerSigningKey = key,
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            ValidateIssuer = false,
            ValidateAudience = false,
            // Judge looks at the injected clock, each time.
            ValidateLifetime = false,
        });
        if (!result.IsValid || Read((JsonWebToken)result.SecurityToken) is not { } principal) return new TokenCheck(null, TokenFault.Invalid);
        var check = Judge(principal);
        if (check.Fault is null) _verified.Add(hash, principal);
        return check;
    }

    private string? KeyIdOf(string jwt)
    {
        if (!_handler.CanReadToken(jwt)) return null;
        try
        {
            var token = _handler.ReadJsonWebToken(jwt);
            return token.Alg == SecurityAlgorithms.EcdsaSha256 && token.Kid is { Length: > 0 } id ? id : null;
        }
        catch (Exception e) when (e is ArgumentException or SecurityTokenException)
        {
            return null;
        }
    }

    private static TokenPrincipal? Read(JsonWebToken token) =>
        token.TryGetPayloadValue<string>(SessionClaims.Key, out var keyId) ? ReadLoan(token, keyId) : ReadSession(token);

    private static LoanPrincipal? ReadLoan(JsonWebToken token, string keyId) =>
        token.TryGetPayloadValue<string>(SessionClaims.Organization, out var organization)
        && token.TryGetPayloadValue<string>(SessionClaims.Session, out var session)
        && token.TryGetPayloadValue<long>("exp", out var expires)
            ? new LoanPrincipal(token.Subject, organization, keyId, session, DateTimeOffset.FromUnixTimeSeconds(expires))
            : null;

    private static SessionPrincipal? ReadSession(JsonWebToken token)
    {
        if (!token.TryGetPayloadValue<string>(SessionClaims.Organization, out var organization)
            || !token.TryGetPayloadValue<string>(SessionClaims.Session, out var session)
            || !token.TryGetPayloadValue<string>(SessionClaims.Email, out var email)
            || !token.TryGetPayloadValue<string>(SessionClaims.Role, out var roleName)
            || !token.TryGetPayloadValue<string>(SessionClaims.Mode, out var modeName)
            || !token.TryGetPayloadValue<long>("exp", out var expires)
            || !Enum.TryParse<Role>(roleName, true, out var role)
            || !Enum.TryParse<ApiMode>(modeName, true, out var mode)) return null;
        var permissions = token.Claims.Where(claim => claim.Type == SessionClaims.Permissions).Select(claim => claim.Value);
        return new SessionPrincipal(
            token.Subject, email, organization, role, Scopes.Expand(permissions), mode, session, token.Id, DateTimeOffset.FromUnixTimeSeconds(expires),
            token.Claims.Any(claim => claim.Type == SessionClaims.Methods && SessionClaims.TwoFactor.Contains(claim.Value)));
    }
}
