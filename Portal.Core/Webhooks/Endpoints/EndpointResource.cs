using System.ComponentModel.DataAnnotations;
using Portal.Core.Shared.Http;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Problems;
using Portal.Core.Webhooks.Delivery;

namespace Portal.Core.Webhooks.Endpoints;

/// <summary>How an endpoint is doing.</summary>
public enum EndpointStatus
{
    /// <summary>Deliveries succeed, or none was attempted yet.</summary>
    Active,

    /// <summary>Active, but the last attempts failed.</summary>
    Failing,

    /// <summary>Somebody switched it off; events wait.</summary>
    Paused,

    /// <summary>The portal switched it off; events wait.</summary>
    Disabled,
}

/// <summary>When a failed delivery is attempted again.</summary>
public sealed record RetryPolicy
{
    /// <summary>Retries after the first attempt, 0 to 20.</summary>
    public int? MaxRetries { get; init; }

    /// <summary>Milliseconds before the first retry, 100 to 86,400,000; doubled for each that follows, a day at most.</summary>
    public int? BackoffMs { get; init; }
}

/// <summary>A webhook endpoint as the API answers with it.</summary>
public sealed record EndpointResource : IResource
{
    public static string Kind => "webhook";
    public static string Plural => "webhooks";

    /// <summary><c>whk_…</c></summary>
    public required string Id { get; init; }

    /// <summary>The same as <see cref="Id"/>.</summary>
    public required string WebhookId { get; init; }
    public required string Name { get; init; }
    public required string? Description { get; init; }
    public required string Url { get; init; }

    /// <summary>The event types it is told of; <c>*</c> and <c>deal.*</c> stand for many.</summary>
    public required IReadOnlyList<string> Events { get; init; }

    /// <summary>A CEL expression over <c>type</c> and <c>data</c>; null takes every event of the types.</summary>
    public required string? Filter { get; init; }

    /// <summary>Headers of every delivery; their values are masked.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>Null keeps to the default schedule: at once, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 10 h.</summary>
    public required RetryPolicy? RetryPolicy { get; init; }

    /// <summary>Deliveries a minute; null is unlimited.</summary>
    public required int? RateLimit { get; init; }

    /// <summary>Events with the same value at this path are delivered one after the other, as <c>data.id</c>; null orders nothing.</summary>
    public required string? OrderingKey { get; init; }
    public required bool Active { get; init; }
    public required EndpointStatus Status { get; init; }

    /// <summary>Why it is stopped: <c>paused</c>, <c>gone</c>, <c>receiver_asked</c> or <c>failing</c>; null while it is active.</summary>
    public required EndpointStop? StoppedBecause { get; init; }

    /// <summary>Failed attempts since the last success.</summary>
    public required int FailureCount { get; init; }

    /// <summary>The last attempt; null before the first.</summary>
    public required DateTimeOffset? LastTriggered { get; init; }

    /// <summary>The number of the last event.</summary>
    public required long LastSequence { get; init; }

    /// <summary>The secret, shown when it is made and by <c>GET /webhooks/{id}/secret</c>; null elsewhere.</summary>
    public required string? Secret { get; init; }

    /// <summary>Verifies v1a signatures, <c>whpk_…</c>.</summary>
    public required string PublicKey { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    internal static EndpointResource Of(WebhookEndpoint row, WebhookLane lane, IReadOnlyDictionary<string, string> headers, string? secret = null) => new()
    {
        Id = row.Id,
        WebhookId = row.Id,
        Name = row.Name,
        Description = row.Description,
        Url = row.Url,
        Events = row.Events,
        Filter = row.Filter,
        Headers = headers.ToDictionary(header => header.Key, header => SecretHeaders.Mask(header.Value), StringComparer.OrdinalIgnoreCase),
        RetryPolicy = row.MaxRetries is null && row.BackoffMs is null ? null : new RetryPolicy { MaxRetries = row.MaxRetries, BackoffMs = row.BackoffMs },
        RateLimit = row.RateLimit,
        OrderingKey = row.OrderingKey,
        Active = row.Stopped is null,
        Status = StatusOf(row, lane),
        StoppedBecause = row.Stopped,
        FailureCount = lane.Failures,
        LastTriggered = lane.LastAttemptAt,
        LastSequence = lane.LastSequence,
        Secret = secret,
        PublicKey = row.PublicKey,
        CreatedAt = row.CreatedAt,
        UpdatedAt = row.UpdatedAt,
    };

    internal static EndpointStatus StatusOf(WebhookEndpoint row, WebhookLane lane) => row.Stopped switch
    {
        EndpointStop.Paused => EndpointStatus.Paused,
        not null => EndpointStatus.Disabled,
        null when lane.Failures > 0 => EndpointStatus.Failing,
        null => EndpointStatus.Active,
    };
}

/// <summary>A new endpoint.</summary>
public sealed record EndpointInput
{
    /// <summary>At most 100 characters; the URL's host when absent.</summary>
    public string? Name { get; init; }

    /// <summary>At most 500 characters.</summary>
    public string? Description { get; init; }

    /// <summary>Where deliveries are sent; https, or http.</summary>
    [Required]
    public string? Url { get; init; }

    /// <summary>Event types of the catalogue, at most 100; <c>*</c> and <c>deal.*</c> stand for many.</summary>
    [Required]
    public IReadOnlyList<string?>? Events { get; init; }

    /// <summary>A CEL expression over <c>type</c> and <c>data</c>, as <c>data.value &gt; 1000</c>.</summary>
    public string? Filter { get; init; }

    /// <summary>Headers of every delivery, at most 20.</summary>
    public IReadOnlyDictionary<string, string?>? Headers { get; init; }

    /// <summary>Absent keeps to the default schedule.</summary>
    public RetryPolicy? RetryPolicy { get; init; }

    /// <summary>Deliveries a minute, 1 to 100,000; absent is unlimited.</summary>
    public int? RateLimit { get; init; }

    /// <summary>A path into the event, as <c>data.id</c>.</summary>
    public string? OrderingKey { get; init; }

    /// <summary>Made when absent. <c>whsec_</c> and base 64 (Standard Webhooks), or any text of at least 12 characters.</summary>
    public string? Secret { get; init; }

    /// <summary>Whether deliveries begin at once; true when absent.</summary>
    public bool? Active { get; init; }
}

/// <summary>Changes to an endpoint: fields that are absent stay, null empties a field.</summary>
public sealed record EndpointPatch
{
    public Optional<string?> Name { get; init; }
    public Optional<string?> Description { get; init; }
    public Optional<string?> Url { get; init; }
    public Optional<IReadOnlyList<string?>?> Events { get; init; }
    public Optional<string?> Filter { get; init; }

    /// <summary>Replaces all headers; a value that is the mask of the one that stands keeps it.</summary>
    public Optional<IReadOnlyDictionary<string, string?>?> Headers { get; init; }
    public Optional<RetryPolicy?> RetryPolicy { get; init; }
    public Optional<int?> RateLimit { get; init; }
    public Optional<string?> OrderingKey { get; init; }

    /// <summary>False stops deliveries, and events wait; true lets them go on in their order.</summary>
    public Optional<bool?> Active { get; init; }
}

/// <summary>Which endpoints are wanted; every part that is given must match.</summary>
public sealed record EndpointFilter
{
    /// <summary>Part of the name or the URL, in any case.</summary>
    public string? Q { get; init; }

    /// <summary>Whether they are active.</summary>
    public bool? Active { get; init; }

    /// <summary><c>active</c>, <c>failing</c>, <c>paused</c> or <c>disabled</c>.</summary>
    public string? Status { get; init; }

    internal void Check()
    {
        var faults = new Faults();
        faults.Text("q", Q);
        faults.OneOf("status", Status, "active", "failing", "paused", "disabled");
        faults.ThrowIfAny();
    }
}
