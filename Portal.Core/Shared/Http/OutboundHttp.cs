using System.Buffers;
using System.Net;

namespace Portal.Core.Shared.Http;

/// <summary>
/// The one client for every address that a customer can aim: webhooks, connectors, API nodes. It reaches nothing that
/// <see cref="OutboundAddress"/> refuses, takes neither longer nor more than it is told, and answers with a reason
/// instead of an exception.
/// </summary>
internal sealed class OutboundHttp(OutboundAddress addresses, TimeProvider time) : IDisposable
{
    private readonly HttpMessageInvoker _client = new(OutboundConnections.Handler(addresses));

    /// <summary>Sends a request and reads the response.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> ended it.</exception>
    public async Task<OutboundResult> Send(OutboundRequest request, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        var exchange = new Exchange();
        using var timeout = new CancellationTokenSource(request.Timeout, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            var (response, failure) = FaultOf(request) is { } fault ? (null, fault) : await Follow(request, exchange, limit.Token);
            return new(response, failure, time.GetElapsedTime(start));
        }
        catch (Exception e) when (cancellation.IsCancellationRequested && e is (IOException or HttpRequestException or OperationCanceledException))
        {
            // The connection was torn down for it.
            throw new OperationCanceledException(e.Message, e, cancellation);
        }
        catch (Exception) when (timeout.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            // Whatever was cut off by the end of the time failed for that.
            return new(null, OutboundFailures.TimedOut(request.Timeout, exchange.Status), time.GetElapsedTime(start));
        }
        catch (Exception e) when (OutboundFailures.Of(e, exchange.Status) is { } failure)
        {
            return new(null, failure, time.GetElapsedTime(start));
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<(OutboundResponse?, OutboundFailure?)> Follow(OutboundRequest request, Exchange exchange, CancellationToken cancellation)
    {
        OutboundAddress.TryRead(request.Url, out var url, out _);
        for (var hops = 0; ; hops++)
        {
            using var message = Message(request, url!);
            exchange.Status = null;
            using var response = await _client.SendAsync(message, cancellation);
            exchange.Status = response.StatusCode;
            if (request.Redirects == 0 || !IsRedirect(response)) return await Read(response, url!, request, cancellation);
            if (hops == request.Redirects) return (null, new(OutboundFault.TooManyRedirects, $"The server redirected more than {request.Redirects} times.", response.StatusCode));

            var next = new Uri(url!, response.Headers.Location!);
            if (!OutboundAddress.TryRead(next.AbsoluteUri, out var target, out var reason))
                return (null, new(OutboundFault.ForbiddenAddress, $"The server redirects to {next}. {reason}", response.StatusCode));
            if (url!.Scheme == Uri.UriSchemeHttps && target.Scheme != Uri.UriSchemeHttps)
                return (null, new(OutboundFault.ForbiddenAddress, $"The server redirects from https to {target}.", response.StatusCode));
            request = Redirected(request, response.StatusCode, sameOrigin: url.GetLeftPart(UriPartial.Authority) == target.GetLeftPart(UriPartial.Authority));
            url = target;
        }
    }

    private static HttpRequestMessage Message(OutboundRequest request, Uri url)
    {
        var message = new HttpRequestMessage(request.Method, url) { Version = HttpVersion.Version11 };
        if (request.Body is { } body) message.Content = new ReadOnlyMemoryContent(body);
        foreach (var (name, value) in request.Headers)
        {
            if (message.Headers.TryAddWithoutValidation(name, value)) continue;
            // Content-Type and the like are refused above and belong to the body, if there is one.
            message.Content?.Headers.TryAddWithoutValidation(name, value);
        }

        if (!message.Headers.Contains("User-Agent")) message.Headers.TryAddWithoutValidation("User-Agent", "Portal");
        return message;
    }

    private static async Task<(OutboundResponse?, OutboundFailure?)> Read(HttpResponseMessage response, Uri url, OutboundRequest request, CancellationToken cancellation)
    {
        var most = request.LargestBody;
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        // One byte more than is kept tells whether there is more.
        var buffer = ArrayPool<byte>.Shared.Rent(most + 1);
        try
        {
            var length = await stream.ReadAtLeastAsync(buffer.AsMemory(0, most + 1), most + 1, throwOnEndOfStream: false, cancellation);
            var kept = buffer.AsSpan(0, Math.Min(length, most)).ToArray();
            if (length > most && request.LongestBody is { } longest && !await Ends(stream, buffer, longest - length, cancellation))
                return (null, new(OutboundFault.TooLong, $"The response is longer than {longest / 1024} KiB.", response.StatusCode));
            return (new(url, response.StatusCode, HeadersOf(response), kept, length > most), null);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<bool> Ends(Stream stream, byte[] buffer, int within, CancellationToken cancellation)
    {
        int read;
        while (within >= 0 && (read = await stream.ReadAsync(buffer, cancellation)) > 0) within -= read;
        return within >= 0;
    }

    private static List<KeyValuePair<string, string>> HeadersOf(HttpResponseMessage response) =>
    [
        .. response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            .SelectMany(header => header.Value, (header, value) => KeyValuePair.Create(header.Key, value)),
    ];

    private static OutboundFailure? FaultOf(OutboundRequest request)
    {
        if (!OutboundAddress.TryRead(request.Url, out _, out var reason)) return new(OutboundFault.InvalidRequest, reason);
        var fault = request.Headers.Select(header => OutboundHeaders.Fault(header.Key, header.Value)).FirstOrDefault(found => found is not null);
        return fault is null ? null : new(OutboundFault.InvalidRequest, fault);
    }

    private static bool IsRedirect(HttpResponseMessage response) => response.Headers.Location is not null
        && (int)response.StatusCode is 301 or 302 or 303 or 307 or 308;

    // As browsers do: only 307 and 308 keep method and body. Headers may hold secrets, which are for the first origin alone.
    private static OutboundRequest Redirected(OutboundRequest request, HttpStatusCode status, bool sameOrigin)
    {
        var next = sameOrigin ? request : request with { Headers = [] };
        var keeps = (int)status is 307 or 308 || request.Method == HttpMethod.Get || request.Method == HttpMethod.Head;
        return keeps ? next : next with { Method = HttpMethod.Get, Body = null };
    }

    private sealed class Exchange
    {
        public HttpStatusCode? Status { get; set; }
    }
}
