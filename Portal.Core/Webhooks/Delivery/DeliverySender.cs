using Microsoft.Extensions.Options;
using Portal.Core.Shared.Http;
using Portal.Core.Webhooks.Endpoints;
using Portal.Core.Webhooks.Signing;

namespace Portal.Core.Webhooks.Delivery;

/// <summary>An attempt as it went.</summary>
/// <param name="StartedAt">When it began.</param>
internal sealed record SentAttempt(DateTimeOffset StartedAt, TimeSpan Duration, AttemptOutcome Outcome, AttemptExchange Exchange);

/// <summary>Makes one attempt: signs, sends, and says what the answer means.</summary>
internal sealed class DeliverySender(OutboundHttp http, IOptions<DeliveryOptions> options, TimeProvider time)
{
    private const int KeptOfAnswer = 64 * 1024;
    private const int LongestAnswer = 1024 * 1024;
    private static readonly KeyValuePair<string, string>[] Fixed = [new("Content-Type", "application/json"), new("User-Agent", "Portal-Webhooks/1")];

    public async Task<SentAttempt> Send(EndpointSettings endpoint, EventBody body, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var signature = WebhookSignature.Headers(body.Id, now, body.Bytes, endpoint.SigningSecrets(now), endpoint.Key);
        var result = await http.Send(
            new OutboundRequest
            {
                Method = HttpMethod.Post,
                Url = endpoint.Url,
                Headers = [.. Fixed, .. endpoint.Headers, .. signature],
                Body = body.Bytes,
                Timeout = options.Value.Timeout,
                LargestBody = KeptOfAnswer,
                LongestBody = LongestAnswer,
            }, cancellation);
        var sent = Fixed.Concat(signature).Select(header => new AttemptHeader(header.Key, header.Value))
            .Concat(endpoint.Headers.Select(header => new AttemptHeader(header.Key, SecretHeaders.Mask(header.Value))));
        return new SentAttempt(now, result.Duration, AttemptOutcome.Of(result, now), AttemptExchange.Of(endpoint.Url, sent, result.Response));
    }
}
