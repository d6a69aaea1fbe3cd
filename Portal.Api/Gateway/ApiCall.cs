using System.Net;
using Microsoft.AspNetCore.Http;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Limits;

namespace Portal.Api.Gateway;

/// <summary>
/// One call on its way through the gateway: who calls, under which policy, and how the answer is to look. Handlers
/// take it as a parameter.
/// </summary>
public sealed class ApiCall
{
    private Actor? _actor;

    internal ApiCall(HttpContext http, EndpointPolicy policy, string requestId, long started)
    {
        Http = http;
        Policy = policy;
        RequestId = requestId;
        Started = started;
    }

    /// <summary>The trace id, <c>req_…</c>, that the answer and the log carry.</summary>
    public string RequestId { get; }

    /// <summary>Whose data the call is about.</summary>
    public Tenant Tenant => Caller.Tenant;

    /// <summary>Who acts, for the services.</summary>
    public Actor Actor => _actor ??= Caller.AsActor(Address?.ToString()) with { Joining = Idempotency is { } attempt ? attempt.Join : null };

    /// <summary>The client's address; null where the connection has none (in-process tests).</summary>
    public IPAddress? Address => Http.Connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : Http.Connection.RemoteIpAddress;

    /// <summary>The path that was called, on its surface: where a new resource goes below.</summary>
    internal string Path => (Http.Request.Path.Value ?? "").TrimEnd('/');
    internal HttpContext Http { get; }
    internal EndpointPolicy Policy { get; }

    /// <summary>Timestamp of the time provider.</summary>
    internal long Started { get; }
    internal Caller Caller { get; set; } = null!;

    /// <summary>The session of a call with an access token; null with any other credential.</summary>
    internal SessionPrincipal? Session { get; set; }
    internal OperationUse? Use { get; set; }
    internal ApiVersion Version { get; set; } = ApiVersions.Current;
    internal IdempotentAttempt? Idempotency { get; set; }

    /// <summary>The state of the tightest limit, for the headers.</summary>
    internal LimitResult Limits { get; set; }

    /// <summary>Whether the call was counted against the monthly quota.</summary>
    internal bool Charged { get; set; }
    internal string? ErrorCode { get; set; }

    /// <summary>What is kept of the exchange for the log; null where nothing is.</summary>
    internal CapturedExchange? Exchange { get; init; }

    /// <summary>Whether the credential was good and might be used from where the call came.</summary>
    internal bool IsLetIn { get; set; }

    /// <summary>The call of a request that came through the gateway.</summary>
    public static ApiCall Of(HttpContext http) =>
        http.Features.Get<ApiCall>() ?? throw new InvalidOperationException("The request did not come through the gateway.");

    /// <summary>Lets handlers take the call as a parameter.</summary>
    public static ValueTask<ApiCall?> BindAsync(HttpContext context) => ValueTask.FromResult<ApiCall?>(Of(context));
}
