using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;

namespace Portal.Core.Webhooks.Inbound;

/// <summary>A provider's account that sends webhooks to an organization, with the secret that its signatures are checked by.</summary>
public sealed class InboundSource : IResourceRow
{
    public required string Id { get; set; }
    public string OrganizationId { get; set; } = "";
    public ApiMode Mode { get; set; }

    /// <summary>The name of one of the providers that the portal knows.</summary>
    public required string Provider { get; set; }
    public required string Name { get; set; }

    /// <summary>Where the provider sends, where that was said: a signature may cover it.</summary>
    public string? Url { get; set; }

    /// <summary>The provider's event types that are taken; empty takes all.</summary>
    public List<string> Events { get; set; } = [];

    /// <summary>Encrypted.</summary>
    public required string Secret { get; set; }

    /// <summary>The secret's last characters, to tell secrets apart.</summary>
    public required string SecretHint { get; set; }

    /// <summary>Encrypted; the one before, which goes on verifying until <see cref="PreviousSecretUntil"/>.</summary>
    public string? PreviousSecret { get; set; }
    public DateTimeOffset? PreviousSecretUntil { get; set; }

    /// <summary><see cref="HmacSettings"/> as JSON, for the provider whose signatures are described; null for all others.</summary>
    public string? Hmac { get; set; }
    public bool Active { get; set; } = true;

    /// <summary>When a message was taken last, to the second.</summary>
    public DateTimeOffset? LastReceivedAt { get; set; }
    public long ProcessedCount { get; set; }
    public long FailedCount { get; set; }
    public DateTimeOffset? LastRejectedAt { get; set; }
    public long RejectedCount { get; set; }

    /// <summary>Why the signature was refused last.</summary>
    public string? LastRejection { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>How far a received message has got.</summary>
public enum InboundStatus
{
    /// <summary>Taken and durable; it waits for its turn or for the next try.</summary>
    Received,
    Processed,

    /// <summary>Of a type that the source does not take.</summary>
    Ignored,

    /// <summary>It cannot be used, or was given up after the last try.</summary>
    Failed,
}

/// <summary>One request of a provider whose signature held, as it came.</summary>
public sealed class InboundMessage : ITenantOwned
{
    /// <summary><c>inb_…</c>, time-ordered.</summary>
    public required string Id { get; set; }
    public string OrganizationId { get; set; } = "";
    public ApiMode Mode { get; set; }
    public required string SourceId { get; set; }
    public required string Provider { get; set; }

    /// <summary>The provider's id of the event, or a hash of the body where it gives none: a source's second with the same is a repetition.</summary>
    public required string EventId { get; set; }

    /// <summary>The provider's event type; null where it names none.</summary>
    public string? Type { get; set; }

    /// <summary>As JSON, secrets and signatures masked.</summary>
    public required string Headers { get; set; }
    public string? ContentType { get; set; }

    /// <summary>The bytes that were signed.</summary>
    public required byte[] Body { get; set; }
    public InboundStatus Status { get; set; }

    /// <summary>Tries so far, of those that a retry by hand allows anew.</summary>
    public int Attempts { get; set; }

    /// <summary>Counts claims and never goes back: a result is written only by the claim that is the last one.</summary>
    public int Claim { get; set; }

    /// <summary>When the next try is due; null once there is none.</summary>
    public DateTimeOffset? DueAt { get; set; }

    /// <summary>Until when the worker that claimed it has it for itself; afterwards it is taken for abandoned.</summary>
    public DateTimeOffset? LeaseUntil { get; set; }
    public string? Error { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? ProcessedAt { get; set; }
}
