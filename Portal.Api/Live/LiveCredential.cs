using Microsoft.AspNetCore.Http;
using Portal.Api.Gateway;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared;
using Portal.Core.Shared.Problems;

namespace Portal.Api.Live;

/// <summary>
/// Whom a socket belongs to. A browser cannot send headers with a socket: it names its key or token as
/// <c>access_token</c>, or as the subprotocol <c>bearer.TOKEN</c> beside <c>portal.live</c>; the portal's own pages have their cookie.
/// </summary>
internal sealed class LiveCredential(Authenticator authenticator, IPageVisitors visitors, PublicAddress address)
{
    /// <summary>The subprotocol that is spoken.</summary>
    public const string Protocol = "portal.live";
    private const string TokenProtocol = "bearer.";
    private const string TokenParameter = "access_token";

    private static readonly EndpointPolicy Any = PolicyOf([]);
    private static readonly EndpointPolicy Readers = PolicyOf(["workflows:read"]);

    /// <summary>Whether the request names a key or token, rather than coming from a page.</summary>
    public static bool IsNamed(HttpRequest request) => request.Headers.Authorization.Count > 0 || request.Headers.ContainsKey("X-API-Key");

    /// <summary>Brings a key or token to where the gateway looks for it.</summary>
    public static void Adopt(HttpContext http)
    {
        var request = http.Request;
        if (IsNamed(request)) return;
        var protocol = http.WebSockets.WebSocketRequestedProtocols.FirstOrDefault(name => name.StartsWith(TokenProtocol, StringComparison.Ordinal));
        var token = protocol?[TokenProtocol.Length..] ?? request.Query[TokenParameter].ToString();
        if (token.Length > 0) request.Headers.Authorization = "Bearer " + token;
    }

    /// <summary>Who it is now, and until when at most.</summary>
    /// <param name="readsWorkflows">Whether the socket shows runs, which needs a scope.</param>
    /// <exception cref="ProblemException">Nobody, or nobody any more.</exception>
    public Task<(Actor Actor, DateTimeOffset? Until)> Check(HttpContext http, bool readsWorkflows, CancellationToken cancellation) =>
        IsNamed(http.Request) ? CheckNamed(http, readsWorkflows ? Readers : Any) : CheckVisitor(http, readsWorkflows, cancellation);

    private async Task<(Actor Actor, DateTimeOffset? Until)> CheckNamed(HttpContext http, EndpointPolicy policy)
    {
        var call = new ApiCall(http, policy, "", 0);
        var refusal = await authenticator.Authenticate(call) ?? GatewayMiddleware.AddressRefusal(call) ?? GatewayMiddleware.ScopeRefusal(call);
        return refusal is null ? (call.Actor, call.Session?.ExpiresAt ?? call.Caller.ExpiresAt) : throw refusal.AsException();
    }

    private async Task<(Actor Actor, DateTimeOffset? Until)> CheckVisitor(HttpContext http, bool readsWorkflows, CancellationToken cancellation)
    {
        // A browser sends the cookie whatever site opens the socket, and holds nobody back from reading.
        if (!IsOwnOrigin(http.Request)) throw new Problem(ErrorCode.AuthorizationFailed, "A page of another site may not use the portal's cookie.").AsException();
        if (await visitors.Find(http, cancellation) is not { } actor)
            throw new Problem(ErrorCode.AuthenticationFailed, "A credential is missing: send a key or token, or sign in.") { Details = Problem.Pairs(("reason", "missing")) }.AsException();
        return !readsWorkflows || actor.May("workflows:read") ? (actor, null) : throw new Problem(ErrorCode.AuthorizationFailed, "The role lacks the scope 'workflows:read'.").AsException();
    }

    private bool IsOwnOrigin(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        // Without an origin it is no browser's page, and has no business with the cookie either; but it has no credential then.
        return origin.Length == 0 ? request.Headers.Cookie.Count == 0
            : origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase) || address.Of("/").StartsWith(origin + "/", StringComparison.OrdinalIgnoreCase);
    }

    private static EndpointPolicy PolicyOf(string[] scopes) => new()
    {
        Surface = ApiSurface.Canonical,
        Operation = new OperationInfo("live", "Follow", null),
        Index = 0,
        Method = "GET",
        Route = "/ws",
        Scopes = scopes,
        Anonymous = false,
        Category = RateCategory.CrmRead,
        Charged = false,
        NeverWrapped = true,
        SuccessStatus = StatusCodes.Status101SwitchingProtocols,
    };
}
