using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;

namespace Portal.Api.Gateway;

/// <summary>Finds out who calls, by API key or session token, and whether their credential is good.</summary>
internal sealed class Authenticator(KeyCallers keys, UserCallers users, TokenValidator tokens, AddressCallers addresses, TimeProvider time)
{
    private const string KeyHeader = "X-API-Key";
    private const string OrganizationHeader = "X-Organization-ID";
    private const string Bearer = "Bearer ";
    private static readonly object ConnectionItem = new();

    /// <summary>Sets the call's caller; an anonymous one where the credential is missing or bad.</summary>
    /// <returns>Why the credential is refused; null when it is good, or not needed.</returns>
    public async ValueTask<Problem?> Authenticate(ApiCall call)
    {
        var credential = Credential(call.Http.Request);
        if (credential is null)
        {
            call.Caller = addresses.Of(call.Address);
            return call.Policy.Anonymous
                ? null
                : Failed("A credential is missing: send an API key as X-API-Key, or a key or token as Authorization: Bearer.", "missing");
        }

        // An access token is three parts with dots between, which no key has.
        var isToken = credential.AsSpan().Count('.') == 2;
        var problem = isToken ? await AuthenticateToken(call, credential) : await AuthenticateKey(call, credential);
        if (problem is null) return null;
        call.Caller = addresses.Of(call.Address);
        // Clients send their token along with everything: one that has expired must not keep them from renewing it.
        return isToken && call.Policy.Anonymous ? null : problem;
    }

    private async ValueTask<Problem?> AuthenticateKey(ApiCall call, string credential)
    {
        // The checksum tells a mistyped key from an unknown one without a look-up.
        if (Remembered(call.Http, credential) is not { } caller)
        {
            if (!ApiKeyFormat.TryParse(credential, out _)) return Failed("The API key is malformed: it was cut off or mistyped.", "malformed");
            var generation = keys.Generation;
            caller = await keys.Find(KeyHash.Of(credential));
            if (caller is not null) Remember(call.Http, new ConnectionKey(credential, caller, generation));
        }

        return caller is null ? Failed("The API key is not known.", "unknown") : Accept(call, caller);
    }

    /// <summary>Lets a known key in, if it still works.</summary>
    private Problem? Accept(ApiCall call, Caller caller)
    {
        if (caller.Refusal is { } refusal) return Failed($"The API key is {refusal}.", refusal);
        if (caller.ExpiresAt is { } expiry && expiry <= time.GetUtcNow())
        {
            return new Problem(ErrorCode.TokenExpired, "The API key has expired.")
            {
                Details = Problem.Pairs(("reason", "expired"), ("expired_at", expiry), ("key", caller.Id)),
            };
        }

        call.Caller = caller;
        return WantedOrganization(call) is { } wanted && wanted != caller.Tenant.OrganizationId ? WrongOrganization(wanted) : null;
    }

    // A program keeps its connection and sends its key with each call: hashing it anew would be a good part of the
    // gateway's time. Only on HTTP/1.1, where the calls of a connection follow one another.
    private Caller? Remembered(HttpContext http, string credential) =>
        HttpProtocol.IsHttp11(http.Request.Protocol)
        && http.Features.Get<IConnectionItemsFeature>()?.Items.TryGetValue(ConnectionItem, out var item) == true
        && item is ConnectionKey key && key.Generation == keys.Generation && key.Credential == credential
            ? key.Caller
            : null;

    private static void Remember(HttpContext http, ConnectionKey key)
    {
        if (HttpProtocol.IsHttp11(http.Request.Protocol) && http.Features.Get<IConnectionItemsFeature>() is { } connection) connection.Items[ConnectionItem] = key;
    }

    private async ValueTask<Problem?> AuthenticateToken(ApiCall call, string token)
    {
        var check = await tokens.Validate(token, call.Http.RequestAborted);
        if (check.Loan is { } loan) return await AuthenticateLoan(call, loan);
        if (check.Principal is not { } principal) return check.Problem;
        call.Session = principal;
        var wanted = WantedOrganization(call);
        var caller = await users.Find(principal.UserId, new Tenant(wanted ?? principal.OrganizationId, principal.Mode));
        if (caller is null) return WrongOrganization(wanted ?? principal.OrganizationId);
        if (caller.RequiresTwoFactor && !principal.TwoFactor) return Sessions.NeedsTwoFactor(caller.Tenant.OrganizationId);
        call.Caller = caller;
        return null;
    }

    // What the key may do, its limits and its addresses are the key's own. The lender must still be somebody who may lend it.
    private async ValueTask<Problem?> AuthenticateLoan(ApiCall call, LoanPrincipal loan)
    {
        if (await keys.FindLent(loan.KeyId) is not { } key || key.Tenant.OrganizationId != loan.OrganizationId)
            return Failed("The API key of this token is not known.", "unknown");
        if (await users.Find(loan.UserId, key.Tenant) is not { } lender || !KeyLoans.MayLend(lender.Scopes, key.Scopes))
            return Failed("Who lent this API key may not lend it any more.", "not_lent_any_more");
        return Accept(call, key);
    }

    private static string? WantedOrganization(ApiCall call) =>
        call.Http.Request.Headers.TryGetValue(OrganizationHeader, out var wanted) && wanted.Count > 0 ? wanted.ToString() : null;

    private static Problem WrongOrganization(string wanted) =>
        new(ErrorCode.AuthorizationFailed, "The credential does not belong to this organization.")
        {
            Details = Problem.Pairs(("header", OrganizationHeader), ("organization_id", wanted)),
        };

    private static string? Credential(HttpRequest request)
    {
        if (request.Headers.TryGetValue(KeyHeader, out var key) && key.Count > 0) return key.ToString();
        var authorization = request.Headers.Authorization;
        if (authorization.Count == 0) return null;
        var text = authorization.ToString();
        return text.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? text[Bearer.Length..].Trim() : text;
    }

    private static Problem Failed(string message, string reason) => new(ErrorCode.AuthenticationFailed, message)
    {
        Details = Problem.Pairs(("reason", reason)),
    };

    /// <summary>The key that a connection sent last, and whose it was at that generation of the keys.</summary>
    private sealed record ConnectionKey(string Credential, Caller Caller, int Generation);
}
