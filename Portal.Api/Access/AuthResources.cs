using System.ComponentModel.DataAnnotations;
using Portal.Core.Access;

namespace Portal.Api.Access;

/// <summary>Who registers.</summary>
/// <param name="Email">Signs in with it; upper and lower case are the same.</param>
/// <param name="Password">At least 8 characters.</param>
/// <param name="OrganizationName">Optional; default the first name's organization.</param>
public sealed record RegisterRequest(
    [property: Required] string? Email, [property: Required] string? Password, [property: Required] string? FirstName, [property: Required] string? LastName,
    string? OrganizationName);

/// <summary>Who signs in.</summary>
/// <param name="TotpCode">Six digits of the authenticator app, or a recovery code; only for accounts with two-factor sign-in.</param>
public sealed record LoginRequest([property: Required] string? Email, [property: Required] string? Password, string? TotpCode = null);

/// <summary>Asks for new tokens.</summary>
/// <param name="RefreshToken">The latest of the session; each is good once.</param>
public sealed record RefreshRequest([property: Required] string? RefreshToken);

/// <summary>An organization, as far as its members see it here.</summary>
/// <param name="Plan"><c>free</c>, <c>premium</c> or <c>enterprise</c>.</param>
/// <param name="Role">What the user is in it: <c>owner</c>, <c>admin</c>, <c>developer</c> or <c>viewer</c>.</param>
public sealed record OrganizationResource(string Id, string Name, Plan Plan, Role Role)
{
    internal static OrganizationResource Of(MemberOf member) =>
        new(member.Organization.Id, member.Organization.Name, member.Organization.Plan, member.Role);
}

/// <summary>A new account (Auterity's UserResponse).</summary>
/// <param name="Organization">The organization that came with it.</param>
public sealed record UserResponse(
    string Id, string Email, string FirstName, string LastName, OrganizationResource Organization, DateTimeOffset CreatedAt)
{
    internal static UserResponse Of(Registered made) => new(
        made.User.Id, made.User.Email!, made.User.FirstName, made.User.LastName,
        OrganizationResource.Of(new MemberOf(made.Organization, Role.Owner)), made.User.CreatedAt);
}

/// <summary>The user of a session (NeuraCRM's user).</summary>
/// <param name="Role">In the session's organization.</param>
/// <param name="AvatarUrl">Always null: the portal keeps no pictures.</param>
public sealed record SessionUser(string Id, string Name, string Email, Role Role, string OrganizationId, string? AvatarUrl)
{
    internal static SessionUser Of(User user, Role role, string organizationId) =>
        new(user.Id, user.FullName, user.Email!, role, organizationId, null);
}

/// <summary>The tokens of a session (Auterity's AuthTokens), and whom they are for.</summary>
/// <param name="AccessToken">A JWT, to be sent as <c>Authorization: Bearer …</c>.</param>
/// <param name="RefreshToken">Brings the next tokens, once, within 7 days.</param>
/// <param name="TokenType">Always <c>bearer</c>.</param>
/// <param name="ExpiresIn">Seconds until the access token expires.</param>
public sealed record AuthTokens(string AccessToken, string RefreshToken, string TokenType, int ExpiresIn, SessionUser User)
{
    internal static AuthTokens Of(SessionTokens tokens) => new(
        tokens.AccessToken, tokens.RefreshToken, "bearer", (int)tokens.ExpiresIn.TotalSeconds,
        SessionUser.Of(tokens.User, tokens.Role, tokens.OrganizationId));
}

/// <summary>The caller.</summary>
/// <param name="Organizations">All that the user belongs to; <c>X-Organization-ID</c> chooses among them.</param>
public sealed record CurrentUser(
    string Id, string Name, string Email, Role Role, string OrganizationId, string? AvatarUrl,
    string FirstName, string LastName, bool EmailConfirmed, DateTimeOffset CreatedAt, IReadOnlyList<OrganizationResource> Organizations);
