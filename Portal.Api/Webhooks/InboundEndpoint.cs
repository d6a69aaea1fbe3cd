using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Api.Gateway;
using Portal.Core.Shared.Ids;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Problems;
using Portal.Core.Webhooks.Inbound;

namespace Portal.Api.Webhooks;

/// <summary>
/// Where providers send: <c>POST /webhooks/{provider}</c>, and <c>/webhooks/{provider}/{source}</c> for one source alone.
/// Anybody may call; the provider's signature decides. It stands outside of the API, whose callers have a key and limits
/// of their own: a provider sends from few addresses and as much as happens, so only requests that fail are limited.
/// </summary>
internal sealed class InboundEndpoint(
    InboundReceiver receiver, InboundLog log, IOptions<InboundOptions> options, IdGenerator ids, TimeProvider time, ILogger<InboundEndpoint> logger)
{
    // Ids have an underscore, so that pages below /webhooks keep theirs.
    private const string Provider = "/webhooks/{provider:regex(^[a-z0-9-]{{1,40}}$)}";

    public static void Map(IEndpointRouteBuilder app)
    {
        RequestDelegate receive = http => http.RequestServices.GetRequiredService<InboundEndpoint>().Receive(http);
        app.MapPost(Provider, receive).AllowAnonymous();
        app.MapPost(Provider + "/{source}", receive).AllowAnonymous();
    }

    private async Task Receive(HttpContext http)
    {
        var requestId = ids.New("req");
        var started = time.GetTimestamp();
        http.Response.Headers["X-Request-Id"] = requestId;
        try
        {
            await Answer(http, requestId, started);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The provider went away; it will send again.
            http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            var problem = Failures.Explain(e);
            if (problem.HttpStatus >= 500) logger.LogError(e, "Inbound webhook {RequestId} failed", requestId);
            await ErrorAnswer.Write(http, problem, requestId, time.GetUtcNow());
        }
    }

    private async Task Answer(HttpContext http, string requestId, long started)
    {
        var route = http.Request.RouteValues;
        var (provider, source) = ((string)route["provider"]!, (string?)route["source"]);
        var request = await Read(http);
        var outcome = await receiver.Receive(provider, source, request, http.RequestAborted);
        if (outcome.Refusal is { } refusal)
        {
            if (outcome.RetryAfter is { } seconds) http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            await ErrorAnswer.Write(http, refusal, requestId, time.GetUtcNow());
        }
        else
        {
            await Accept(http, outcome);
        }

        log.Add(http, outcome, request, requestId, started);
    }

    private static async Task Accept(HttpContext http, InboundOutcome outcome)
    {
        var response = http.Response;
        response.StatusCode = outcome.Duplicate || outcome.Challenge is not null ? StatusCodes.Status200OK : StatusCodes.Status202Accepted;
        if (outcome.Challenge is { } challenge)
        {
            await Write(response, new { challenge });
        }
        else if (outcome.Source!.Provider.Reply is var (contentType, body))
        {
            (response.StatusCode, response.ContentType) = (StatusCodes.Status200OK, contentType);
            await response.WriteAsync(body, http.RequestAborted);
        }
        else
        {
            await Write(response, new InboundReceipt(true, outcome.MessageId!, "received", outcome.Duplicate));
        }
    }

    private static async Task Write<T>(HttpResponse response, T body)
    {
        response.ContentType = "application/json; charset=utf-8";
        await response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(body, PortalJson.Options), response.HttpContext.RequestAborted);
    }

    private async Task<InboundRequest> Read(HttpContext http)
    {
        var most = options.Value.LargestBody;
        if (http.Request.ContentLength > most) throw TooLarge(most).AsException();
        var buffer = new MemoryStream((int)(http.Request.ContentLength ?? 0));
        var chunk = new byte[16 * 1024];
        int read;
        while ((read = await http.Request.Body.ReadAsync(chunk, http.RequestAborted)) > 0)
        {
            if (buffer.Length + read > most) throw TooLarge(most).AsException();
            buffer.Write(chunk, 0, read);
        }

        return new InboundRequest(
            http.Request.GetEncodedUrl(), http.Request.GetEncodedPathAndQuery(),
            [.. http.Request.Headers.Select(header => KeyValuePair.Create(header.Key, header.Value.ToString()))], buffer.ToArray())
        {
            Sender = http.Connection.RemoteIpAddress,
        };
    }

    private static Problem TooLarge(int most) => Problem.Field(ErrorCode.Validation, "body", $"The body is larger than {most} bytes.") with { Status = StatusCodes.Status413PayloadTooLarge };
}

/// <summary>What a provider is answered once its message is durable.</summary>
/// <param name="Success">Always true.</param>
/// <param name="Id"><c>inb_…</c>; of a repetition, the first one's.</param>
/// <param name="Status">Always <c>received</c>: it is processed after the answer.</param>
/// <param name="Duplicate">Whether the message had been taken before.</param>
internal sealed record InboundReceipt(bool Success, string Id, string Status, bool Duplicate);
