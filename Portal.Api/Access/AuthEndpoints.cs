using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portal.Api.Docs;
using Portal.Api.Gateway;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Problems;

namespace Portal.Api.Access;

/// <summary>Accounts and sessions over HTTP.</summary>
internal static class AuthEndpoints
{
    public static void MapAuth(this RouteGroupBuilder api)
    {
        var auth = api.MapGroup("/auth").WithTags("Authentication").RateLimitAs(RateCategory.Authentication).FreeOfCharge();
        auth.MapPost("/register", Register).AllowAnonymousCall()
            .Operation("auth_register", "Register a user", "Makes an account and an organization that the user owns.")
            .Refuses(ErrorCode.AuthorizationFailed).Example(AccessExamples.Register, AccessExamples.Registered);
        auth.MapPost("/login", Login).AllowAnonymousCall()
            .Operation("auth_login", "Sign in", "Starts a session. An account with two-factor sign-in is refused with `reason` `totp_required` until the code comes along as `totp_code`. "
            + "Ten wrong passwords or codes in a row lock the account for five minutes.")
            .Refuses(ErrorCode.AuthorizationFailed).Example(AccessExamples.Login, AccessExamples.Tokens);
        auth.MapPost("/refresh", Refresh).AllowAnonymousCall()
            .Operation("auth_refresh", "Get new tokens", "A refresh token is good once. One that comes a second time ends the session.")
            .Example(AccessExamples.Refresh, AccessExamples.NextTokens);
        auth.MapPost("/logout", Logout).RequireCredential()
            .Operation("auth_logout", "Sign out", "Ends the session: its tokens are refused from the next request on.");
        auth.MapGet("/me", Me).RequireCredential().Operation("auth_me", "Read the current user")
            .Example(response: AccessExamples.Me);
    }

    private static async Task<Created<UserResponse>> Register(RegisterRequest input, ApiCall call, Accounts accounts, CancellationToken cancellation)
    {
        var registration = new Registration(input.Email, input.Password, input.FirstName, input.LastName, input.OrganizationName);
        return TypedResults.Created((string?)null, UserResponse.Of(await accounts.Register(registration, OriginOf(call), cancellation)));
    }

    private static async Task<Ok<AuthTokens>> Login(LoginRequest input, ApiCall call, SignIns signIns, Sessions sessions, CancellationToken cancellation)
    {
        var origin = OriginOf(call);
        var signedIn = await signIns.Check(input.Email, input.Password, input.TotpCode, origin, cancellation);
        return TypedResults.Ok(AuthTokens.Of(await sessions.Start(signedIn, origin, cancellation)));
    }

    private static async Task<Ok<AuthTokens>> Refresh(RefreshRequest input, ApiCall call, Sessions sessions, CancellationToken cancellation) =>
        TypedResults.Ok(AuthTokens.Of(await sessions.Refresh(input.RefreshToken, OriginOf(call), cancellation)));

    private static async Task<Done> Logout(ApiCall call, Sessions sessions, CancellationToken cancellation)
    {
        await sessions.End(SessionOf(call).SessionId, call.Actor, cancellation);
        return new Done("Successfully logged out");
    }

    private static async Task<Ok<CurrentUser>> Me(ApiCall call, Accounts accounts, Organizations organizations, CancellationToken cancellation)
    {
        var id = SessionOf(call).UserId;
        var user = await accounts.Get(id, cancellation);
        var all = await organizations.Of(id, cancellation);
        var shown = SessionUser.Of(user, call.Caller.Role!.Value, call.Tenant.OrganizationId);
        return TypedResults.Ok(new CurrentUser(
            shown.Id, shown.Name, shown.Email, shown.Role, shown.OrganizationId, shown.AvatarUrl,
            user.FirstName, user.LastName, user.EmailConfirmed, user.CreatedAt, [.. all.Select(OrganizationResource.Of)]));
    }

    private static SessionPrincipal SessionOf(ApiCall call) => call.Session
        ?? throw new Problem(ErrorCode.AuthorizationFailed, "This needs the access token of a user's session; an API key speaks for an organization.")
        {
            Details = Problem.Pairs(("reason", "session_required")),
        }.AsException();

    private static Origin OriginOf(ApiCall call) => new(call.Address?.ToString(), call.Http.Request.Headers.UserAgent.ToString() is { Length: > 0 } agent ? agent : null);
}
