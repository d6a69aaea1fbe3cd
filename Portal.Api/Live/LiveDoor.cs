using System.Collections.Concurrent;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Portal.Api.Workflows;
using Portal.Core.Access;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Problems;
using Portal.Core.Workflows;

namespace Portal.Api.Live;

/// <summary>What a socket shows.</summary>
internal interface ILiveFeed
{
    /// <summary>The topic whose signals say that there may be something new.</summary>
    string Topic { get; }

    /// <summary>Whether a signal's subject is about this feed.</summary>
    bool Concerns(string subject);

    /// <summary>Sends what is new.</summary>
    /// <returns>Why it has ended; null while it goes on.</returns>
    Task<string?> Send(LiveSocket socket, CancellationToken cancellation);
}

/// <summary>
/// Opens sockets: refuses in plain HTTP and the API's shape whoever may not, and bounds how many an organization has.
/// They stand outside of the API's surfaces, since nothing of theirs is a request and an answer.
/// </summary>
internal sealed class LiveDoor(LiveCredential credential, OpenAnswers answers, IClusterSignals signals, IOptions<WorkflowOptions> options, IHostApplicationLifetime host, TimeProvider time)
{
    private static readonly TimeSpan Ping = TimeSpan.FromSeconds(20);
    private static readonly string[] Methods = ["GET", "CONNECT"];
    private readonly ConcurrentDictionary<string, int> _open = new(StringComparer.Ordinal);

    /// <summary>Maps a socket's address. Who may open it is checked here, by key, token or cookie.</summary>
    public static void Map(IEndpointRouteBuilder app, string pattern, Func<HttpContext, Task> open)
    {
        var pipeline = app.CreateApplicationBuilder();
        pipeline.UseWebSockets();
        pipeline.Run(http => open(http));
        app.MapMethods(pattern, Methods, pipeline.Build()).AllowAnonymous();
    }

    /// <param name="readsWorkflows">Whether it shows runs, which needs a scope.</param>
    /// <param name="feed">Makes the feed for whoever was let in; may refuse.</param>
    public Task Open(HttpContext http, bool readsWorkflows, Func<Actor, Task<ILiveFeed>> feed) => answers.Run(http, async () =>
    {
        if (!http.WebSockets.IsWebSocketRequest)
            throw (Problem.Field(ErrorCode.WrongFormat, "Upgrade", "This address is a WebSocket's.") with { Status = StatusCodes.Status426UpgradeRequired }).AsException();
        LiveCredential.Adopt(http);
        var (actor, until) = await credential.Check(http, readsWorkflows, http.RequestAborted);
        var shown = await feed(actor);
        var organization = actor.Tenant.OrganizationId;
        if (_open.AddOrUpdate(organization, 1, (_, count) => count + 1) > options.Value.MostSockets)
        {
            Leave(organization);
            throw new Problem(ErrorCode.RateLimitExceeded, $"The organization has {options.Value.MostSockets} open sockets here, which is all it may have.") { Details = Problem.Pairs(("limit", "sockets"), ("sockets", options.Value.MostSockets)) }.AsException();
        }

        try
        {
            using var socket = await Accept(http);
            var live = new LiveSocket(socket, time, async token => (await credential.Check(http, readsWorkflows, token)).Until);
            await live.Follow(shown, signals, until, host.ApplicationStopping, http.RequestAborted);
        }
        finally
        {
            Leave(organization);
        }
    });

    /// <summary>How many sockets an organization has open on this node.</summary>
    internal int Count(string organizationId) => _open.GetValueOrDefault(organizationId);

    private static Task<WebSocket> Accept(HttpContext http) => http.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
    {
        // Never the one that holds the token.
        SubProtocol = http.WebSockets.WebSocketRequestedProtocols.Contains(LiveCredential.Protocol) ? LiveCredential.Protocol : null,
        KeepAliveInterval = Ping,
        KeepAliveTimeout = Ping,
    });

    private void Leave(string organization)
    {
        if (_open.AddOrUpdate(organization, 0, (_, count) => count - 1) == 0) ((ICollection<KeyValuePair<string, int>>)_open).Remove(new(organization, 0));
    }
}
