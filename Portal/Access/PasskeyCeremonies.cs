using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Portal.Core.Access;
using Portal.Core.Shared.Problems;
using Portal.Shared;

namespace Portal.Access;

/// <summary>
/// The two exchanges of WebAuthn with a browser: to make a passkey, and to sign in with one. What the server has to
/// remember between their two requests goes into a cookie that only it can read, good once and for ten minutes.
/// </summary>
internal sealed class PasskeyCeremonies(IPasskeyHandler<User> handler, IDataProtectionProvider protection, TimeProvider time)
{
    private const string Cookie = "portal-passkey";
    private const string Creation = "create";
    private const string Assertion = "get";
    private const int LongestCredential = 20_000;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly IDataProtector _protector = protection.CreateProtector("Portal.PasskeyCeremonies");

    /// <summary>What the browser is to make a passkey with, as JSON for <c>navigator.credentials.create</c>.</summary>
    public async Task<string> BeginCreation(HttpContext http, PageUser user)
    {
        var options = await handler.MakeCreationOptionsAsync(new PasskeyUserEntity { Id = user.UserId, Name = user.Email, DisplayName = user.Name }, http);
        Remember(http, new State(Creation, options.AttestationState, user.UserId, time.GetUtcNow()));
        return options.CreationOptionsJson;
    }

    /// <summary>Verifies a passkey that the browser has made.</summary>
    /// <exception cref="ProblemException">It cannot be verified.</exception>
    public async Task<UserPasskeyInfo> FinishCreation(HttpContext http, PageUser user, string? credential)
    {
        var state = Recall(http, Creation);
        if (state.UserId != user.UserId || credential is not { Length: > 0 and <= LongestCredential }) throw NotVerified();
        var result = await handler.PerformAttestationAsync(new PasskeyAttestationContext { HttpContext = http, CredentialJson = credential, AttestationState = state.Content });
        return result.Succeeded ? result.Passkey : throw NotVerified();
    }

    /// <summary>What the browser is to look for a passkey with, as JSON for <c>navigator.credentials.get</c>: any that it has for this portal.</summary>
    public async Task<string> BeginAssertion(HttpContext http)
    {
        var options = await handler.MakeRequestOptionsAsync(null, http);
        Remember(http, new State(Assertion, options.AssertionState, null, time.GetUtcNow()));
        return options.RequestOptionsJson;
    }

    /// <summary>Verifies with which passkey, and so who signs in.</summary>
    /// <exception cref="ProblemException">It cannot be verified, or is not registered.</exception>
    public async Task<(string UserId, UserPasskeyInfo Passkey)> FinishAssertion(HttpContext http, string? credential)
    {
        var state = Recall(http, Assertion);
        if (credential is not { Length: > 0 and <= LongestCredential }) throw NotVerified();
        var result = await handler.PerformAssertionAsync(new PasskeyAssertionContext { HttpContext = http, CredentialJson = credential, AssertionState = state.Content });
        return result.Succeeded ? (result.User.Id, result.Passkey) : throw NotVerified();
    }

    private void Remember(HttpContext http, State state) =>
        http.Response.Cookies.Append(Cookie, Convert.ToBase64String(_protector.Protect(JsonSerializer.SerializeToUtf8Bytes(state))), Options(http));

    private State Recall(HttpContext http, string ceremony)
    {
        var kept = http.Request.Cookies[Cookie];
        http.Response.Cookies.Delete(Cookie, Options(http));
        return Read(kept) is { } state && state.Ceremony == ceremony && state.BegunAt + Lifetime > time.GetUtcNow() ? state : throw NotVerified();
    }

    private State? Read(string? kept)
    {
        if (string.IsNullOrEmpty(kept)) return null;
        try
        {
            return JsonSerializer.Deserialize<State>(_protector.Unprotect(Convert.FromBase64String(kept)));
        }
        catch (Exception e) when (e is FormatException or CryptographicException or JsonException)
        {
            return null;
        }
    }

    private static CookieOptions Options(HttpContext http) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = http.Request.IsHttps,
        Path = http.Request.PathBase.HasValue ? http.Request.PathBase.Value : "/",
        IsEssential = true,
    };

    private static ProblemException NotVerified() =>
        new Problem(ErrorCode.AuthenticationFailed, "The passkey could not be verified. Try again, or sign in another way.") { Details = Problem.Pairs(("reason", "passkey_invalid")) }.AsException();

    private sealed record State(string Ceremony, string? Content, string? UserId, DateTimeOffset BegunAt);
}
