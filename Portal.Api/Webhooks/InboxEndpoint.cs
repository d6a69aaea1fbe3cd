using System.Buffers;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Webhooks.Tester;

namespace Portal.Api.Webhooks;

/// <summary>Where the tester's inboxes are reached: anybody may send anything, and what comes back is what the inbox's owner configured.</summary>
internal static class InboxEndpoint
{
    // Read to its end up to here, so that a sender gets its answer; only its beginning is kept.
    private const long LargestBody = 16 * 1024 * 1024;
    private static readonly TimeSpan DripPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDrip = TimeSpan.FromMinutes(1);

    /// <summary>Maps the inboxes. They run right after routing: neither sessions, error pages nor policies of pages are theirs.</summary>
    public static void MapInboxes(this IEndpointRouteBuilder app) =>
        app.Map(InboxAddress.Prefix + "{token}/{**path}", Receive).AllowAnonymous().ShortCircuit();

    private static async Task Receive(HttpContext http)
    {
        var services = http.RequestServices;
        var cancellation = http.RequestAborted;
        Harmless(http.Response.Headers);
        var reception = await services.GetRequiredService<InboxReceiver>().Receive(
            (string)http.GetRouteValue("token")!, await Read(http, services.GetRequiredService<TesterOptions>().LargestBody, cancellation), cancellation);
        if (reception.Answer is { } answer) await Answer(http, answer, services.GetRequiredService<TimeProvider>());
        else if (reception.Wait is { } wait) await Refuse(http, wait);
        else await Say(http, StatusCodes.Status404NotFound, "There is no inbox at this address (any more).");
    }

    // The inbox shares its origin with the portal. Whatever somebody put into an answer, a browser shows it as text,
    // without scripts and in an origin of its own, and keeps nothing of it.
    private static void Harmless(IHeaderDictionary headers)
    {
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "sandbox; default-src 'none'; frame-ancestors 'none'";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
    }

    private static async Task<ArrivingRequest> Read(HttpContext http, int most, CancellationToken cancellation)
    {
        var request = http.Request;
        var (body, length) = await ReadBody(http, most, cancellation);
        var target = http.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?', 2);
        // Absolute forms of the target (RFC 9112, section 3.2.2) have the path further on.
        var path = target[0].IndexOf(InboxAddress.Prefix, StringComparison.OrdinalIgnoreCase) is var at and >= 0 ? target[0][(at + InboxAddress.Prefix.Length)..] : "";
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return new(
            request.Method, slash < 0 ? "" : path[slash..], target.Length > 1 ? target[1] : "",
            [.. request.Headers.SelectMany(header => header.Value, (header, value) => KeyValuePair.Create(header.Key, value ?? ""))],
            body, length, http.Connection.RemoteIpAddress?.ToString());
    }

    private static async Task<(byte[] Kept, long Length)> ReadBody(HttpContext http, int most, CancellationToken cancellation)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = LargestBody;
        var kept = new MemoryStream();
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        long length = 0;
        try
        {
            while (await http.Request.Body.ReadAsync(buffer, cancellation) is var read and > 0)
            {
                if (kept.Length < most) kept.Write(buffer, 0, (int)Math.Min(read, most - kept.Length));
                length += read;
            }
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            // What came of it is worth looking at all the same.
            length = Math.Max(length, http.Request.ContentLength ?? LargestBody + 1);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return (kept.ToArray(), length);
    }

    private static async Task Answer(HttpContext http, InboxAnswer answer, TimeProvider time)
    {
        await Pause.For(TimeSpan.FromMilliseconds(answer.DelayMilliseconds), time, http.RequestAborted);
        if (answer.Fault == InboxFault.Reset)
        {
            Reset(http);
            return;
        }

        var body = answer.HasBody && !HttpMethods.IsHead(http.Request.Method) ? Encoding.UTF8.GetBytes(answer.Body) : [];
        http.Response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.HeaderPairs()) http.Response.Headers[name] = value;
        if (answer.HasBody)
        {
            http.Response.ContentType = InboxAnswer.ContentTypes.Contains(answer.ContentType) ? answer.ContentType : "text/plain";
            http.Response.ContentLength = HttpMethods.IsHead(http.Request.Method) ? null : body.Length;
        }

        if (answer.Fault == InboxFault.Drip) await Drip(http, body, time);
        else if (body.Length > 0) await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    // Without lingering the operating system sends a reset instead of a regular end.
    private static void Reset(HttpContext http)
    {
        if (http.Features.Get<IConnectionSocketFeature>() is { } connection) connection.Socket.LingerState = new LingerOption(true, 0);
        http.Abort();
    }

    private static async Task Drip(HttpContext http, byte[] body, TimeProvider time)
    {
        var start = time.GetTimestamp();
        for (var i = 0; i < body.Length; i++)
        {
            await http.Response.Body.WriteAsync(body.AsMemory(i, 1), http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
            if (i == body.Length - 1) return;
            if (time.GetElapsedTime(start) > LongestDrip)
            {
                http.Abort();
                return;
            }

            await Pause.For(DripPause, time, http.RequestAborted);
        }
    }

    private static Task Refuse(HttpContext http, TimeSpan wait)
    {
        http.Response.Headers.RetryAfter = Math.Ceiling(Math.Max(1, wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return Say(http, StatusCodes.Status429TooManyRequests, "This inbox takes no more requests for now.");
    }

    private static Task Say(HttpContext http, int status, string text)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync(text + "\n", http.RequestAborted);
    }
}
