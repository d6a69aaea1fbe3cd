using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portal.Api.Docs;

namespace Portal.Api.Gateway;

/// <summary>The answer of a ping.</summary>
/// <param name="Ok">Always true.</param>
public sealed record Pong(bool Ok);

/// <summary>The smallest call: is the key good, is the portal there.</summary>
internal static class PingEndpoints
{
    private static readonly Ok<Pong> Answer = TypedResults.Ok(new Pong(true));

    public static void MapPing(this RouteGroupBuilder api) => api
        .MapGet("/ping", Ping)
        .RequireCredential()
        .WithTags("Gateway")
        .Operation("ping", "Check a credential", "Answers when the credential is good. Touches no data, but counts like any call.")
        .Example(response: new Pong(true));

    private static Ok<Pong> Ping() => Answer;
}
