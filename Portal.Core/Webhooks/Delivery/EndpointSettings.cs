using Portal.Core.Webhooks.Endpoints;
using Portal.Core.Webhooks.Signing;

namespace Portal.Core.Webhooks.Delivery;

/// <summary>What attempts need of an endpoint, secrets in clear: kept in memory by the node that leads it.</summary>
internal sealed class EndpointSettings
{
    private readonly EndpointKeys _keys;

    public EndpointSettings(WebhookEndpoint row, EndpointSecrets secrets)
    {
        _keys = secrets.Keys(row.Secrets);
        Key = SigningKeyPair.TryParse(_keys.Key, out var pair) ? pair : throw new InvalidOperationException("The endpoint's key cannot be read.");
        Headers = secrets.Headers(row.Headers);
        (Url, RateLimit, IsOrdered, MaxRetries, BackoffMs) = (row.Url, row.RateLimit, row.OrderingKey is not null, row.MaxRetries, row.BackoffMs);
    }

    public string Url { get; }
    public IReadOnlyDictionary<string, string> Headers { get; }
    public SigningKeyPair Key { get; }
    public int? RateLimit { get; }
    public bool IsOrdered { get; }
    public int? MaxRetries { get; }
    public int? BackoffMs { get; }

    public IReadOnlyList<SigningSecret> SigningSecrets(DateTimeOffset now) => _keys.Signing(now);
}
