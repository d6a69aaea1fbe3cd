using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;

namespace Portal.Core.Access;

/// <summary>
/// Makes access tokens: JWTs with exactly the claims of Auterity's JWTPayload, <c>sid</c> (the session), <c>mode</c> and, after a second factor, <c>amr</c>.
/// Role and permissions are those of the moment of issue.
/// </summary>
internal sealed class AccessTokens(SigningKeys keys, IdGenerator ids, TimeProvider time)
{
    // Otherwise the handler adds nbf, and iat and exp by the machine's clock.
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>Signs a token for a session; it expires after <see cref="SessionLifetimes.Access"/>.</summary>
    public Task<string> Issue(Session session, User user, Role role, CancellationToken cancellation)
    {
        var claims = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            [SessionClaims.User] = user.Id,
            [SessionClaims.Email] = user.Email ?? "",
            [SessionClaims.Organization] = session.OrganizationId,
            [SessionClaims.Role] = Scopes.NameOf(role),
            [SessionClaims.Permissions] = Scopes.Of(role).ToArray(),
            [SessionClaims.TokenId] = ids.New("jti"),
            [SessionClaims.Session] = session.Id,
            [SessionClaims.Mode] = "live",
        };
        if (session.IsTwoFactor) claims[SessionClaims.Methods] = SessionClaims.TwoFactor;
        return Sign(claims, time.GetUtcNow() + SessionLifetimes.Access, cancellation);
    }

    /// <summary>Signs a token that stands for an API key. It names no role and no permissions, so that it is no session's token.</summary>
    public Task<string> IssueLoan(Session loan, ApiKey key, DateTimeOffset expiresAt, CancellationToken cancellation) => Sign(
        new(StringComparer.Ordinal)
        {
            [SessionClaims.User] = loan.UserId,
            [SessionClaims.Organization] = loan.OrganizationId,
            [SessionClaims.Key] = key.Id,
            [SessionClaims.TokenId] = ids.New("jti"),
            [SessionClaims.Session] = loan.Id,
            [SessionClaims.Mode] = key.Mode == ApiMode.Test ? "test" : "live",
        },
        expiresAt,
        cancellation);

    private async Task<string> Sign(Dictionary<string, object> claims, DateTimeOffset expiresAt, CancellationToken cancellation) =>
        _handler.CreateToken(new SecurityTokenDescriptor
        {
            IssuedAt = time.GetUtcNow().UtcDateTime,
            Expires = expiresAt.UtcDateTime,
            SigningCredentials = new SigningCredentials(await keys.Current(cancellation), SecurityAlgorithms.EcdsaSha256),
            Claims = claims,
        });
}

/// <summary>The names of an access token's claims.</summary>
internal static class SessionClaims
{
    public const string User = "sub";
    public const string Email = "email";
    public const string Organization = "org_id";
    public const string Role = "role";
    public const string Permissions = "permissions";
    public const string TokenId = "jti";
    public const string Session = "sid";
    public const string Mode = "mode";

    /// <summary>How the user signed in (RFC 8176); there only where it says something.</summary>
    public const string Methods = "amr";

    /// <summary>With more than one factor, as <see cref="Methods"/> says it.</summary>
    public static readonly string[] TwoFactor = ["mfa"];

    /// <summary>The API key that a lent token stands for; no session's token has it.</summary>
    public const string Key = "key";
}
