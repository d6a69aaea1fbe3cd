using Portal.Core.Shared.Data;

namespace Portal.Core.Webhooks.Endpoints;

/// <summary>Why an endpoint gets no deliveries. Stored by name, so a name stays as it is.</summary>
public enum EndpointStop
{
    /// <summary>Somebody switched it off.</summary>
    Paused,

    /// <summary>The receiver answered 410 Gone.</summary>
    Gone,

    /// <summary>The receiver answered <c>webhook-delivery: disable</c>.</summary>
    ReceiverAsked,

    /// <summary>Nothing but failures for as long as the setting allows.</summary>
    Failing,
}

/// <summary>Where an organization wants to be told of events.</summary>
public sealed class WebhookEndpoint : ITenantOwned
{
    /// <summary><c>whk_…</c></summary>
    public required string Id { get; set; }
    public string OrganizationId { get; set; } = "";
    public ApiMode Mode { get; set; }
    public required string Name { get; set; }
    public string? Description { get; set; }
    public required string Url { get; set; }

    /// <summary>Event types; <c>*</c> and <c>deal.*</c> stand for many.</summary>
    public List<string> Events { get; set; } = [];

    /// <summary>A CEL expression over the event; null takes every event of the types.</summary>
    public string? Filter { get; set; }

    /// <summary>Headers of every delivery, as encrypted JSON: customers put tokens there. Null where there are none.</summary>
    public string? Headers { get; set; }

    /// <summary>The secrets that sign, as encrypted JSON: see <see cref="EndpointSecrets"/>.</summary>
    public required string Secrets { get; set; }

    /// <summary>The public half of the key that signs v1a, <c>whpk_…</c>.</summary>
    public required string PublicKey { get; set; }

    /// <summary>Retries after the first attempt; null keeps to the default schedule.</summary>
    public int? MaxRetries { get; set; }

    /// <summary>Milliseconds before the first retry, doubled for each that follows; null keeps to the default schedule.</summary>
    public int? BackoffMs { get; set; }

    /// <summary>Deliveries a minute; null is unlimited.</summary>
    public int? RateLimit { get; set; }

    /// <summary>A path into the event, as <c>data.id</c>: events with the same value there are delivered one after the other. Null orders nothing.</summary>
    public string? OrderingKey { get; set; }

    /// <summary>Null while the endpoint is active.</summary>
    public EndpointStop? Stopped { get; set; }
    public DateTimeOffset? StoppedAt { get; set; }
    public string? CreatedById { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
}
