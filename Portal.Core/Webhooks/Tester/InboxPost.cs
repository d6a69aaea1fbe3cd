using System.Net;
using System.Text;
using Portal.Core.Shared.Http;

namespace Portal.Core.Webhooks.Tester;

/// <summary>Delivers to inboxes of this portal without the network, with the answers and failures that the network would show.</summary>
internal sealed class InboxPost(InboxReceiver receiver, TimeProvider time, TesterOptions options)
{
    public async Task<OutboundResult> Send(InboxTarget target, OutboundRequest request, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        var body = request.Body?.ToArray() ?? [];
        var arriving = new ArrivingRequest(
            request.Method.Method, target.Path, target.Query, request.Headers, body.Length <= options.LargestBody ? body : body[..options.LargestBody], body.Length, Address: null);
        var reception = await receiver.Receive(target.Token, arriving, cancellation);
        var (response, failure) = reception.Answer is { } answer ? await Play(answer, request, cancellation) : (Refusal(request, reception), null);
        return new(response, failure, time.GetElapsedTime(start));
    }

    private async Task<(OutboundResponse?, OutboundFailure?)> Play(InboxAnswer answer, OutboundRequest request, CancellationToken cancellation)
    {
        var content = answer.HasBody ? Encoding.UTF8.GetBytes(answer.Body) : [];
        var delay = TimeSpan.FromMilliseconds(answer.DelayMilliseconds);
        var drip = answer.Fault == InboxFault.Drip ? TimeSpan.FromSeconds(content.Length) : TimeSpan.Zero;
        var length = delay + drip;
        if (length > request.Timeout)
        {
            await Pause.For(request.Timeout, time, cancellation);
            return (null, OutboundFailures.TimedOut(request.Timeout, delay < request.Timeout ? (HttpStatusCode)answer.Status : null));
        }

        await Pause.For(length, time, cancellation);
        if (answer.Fault == InboxFault.Reset) return (null, new(OutboundFault.ConnectionLost, "The server reset the connection."));
        IReadOnlyList<KeyValuePair<string, string>> headers = [new("Content-Type", answer.ContentType), .. answer.HeaderPairs()];
        return (new(new Uri(request.Url), (HttpStatusCode)answer.Status, headers, content, false), null);
    }

    private static OutboundResponse Refusal(OutboundRequest request, Reception reception) => new(
        new Uri(request.Url), reception.Wait is null ? HttpStatusCode.NotFound : HttpStatusCode.TooManyRequests, [], [], false);
}
