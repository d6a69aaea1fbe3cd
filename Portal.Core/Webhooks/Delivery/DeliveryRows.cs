using Portal.Core.Shared.Data;

namespace Portal.Core.Webhooks.Delivery;

/// <summary>How far a delivery is. Stored by name, so a name stays as it is.</summary>
public enum DeliveryState
{
    /// <summary>An attempt is due, now or later; while its endpoint is stopped it waits for that.</summary>
    Pending,
    Succeeded,

    /// <summary>The attempts are used up, or the receiver asked for no more.</summary>
    Failed,

    /// <summary>Somebody ended it.</summary>
    Cancelled,
}

/// <summary>One event for one endpoint: the row of the queue, and its record afterwards.</summary>
public sealed class WebhookDelivery : ITenantOwned
{
    /// <summary><c>dlv_…</c></summary>
    public required string Id { get; set; }
    public string OrganizationId { get; set; } = "";
    public ApiMode Mode { get; set; }
    public required string EndpointId { get; set; }
    public required string EventId { get; set; }
    public required string EventType { get; set; }

    /// <summary>The event's number at this endpoint, from 1 without gaps, in the order of fan-out.</summary>
    public long Sequence { get; set; }

    /// <summary>The value at the endpoint's ordering path; null where the endpoint orders nothing.</summary>
    public string? OrderingKey { get; set; }
    public DeliveryState State { get; set; }

    /// <summary>Attempts since the delivery was begun or replayed: what the retry schedule counts.</summary>
    public int Attempts { get; set; }

    /// <summary>Attempts of all time.</summary>
    public int TotalAttempts { get; set; }

    /// <summary>When the next attempt is due; meaningless unless pending.</summary>
    public DateTimeOffset DueAt { get; set; }

    /// <summary>The HTTP status of the last attempt; null before it, or where no answer came.</summary>
    public int? LastStatus { get; set; }

    /// <summary>Why the last attempt failed; null where it did not.</summary>
    public string? LastError { get; set; }
    public DateTimeOffset? LastAttemptAt { get; set; }

    /// <summary>The replay that last brought it back, <c>rpl_…</c>.</summary>
    public string? ReplayId { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>One request of a delivery and what came of it.</summary>
public sealed class WebhookAttempt : ITenantOwned
{
    /// <summary><c>att_…</c></summary>
    public required string Id { get; set; }
    public string OrganizationId { get; set; } = "";
    public ApiMode Mode { get; set; }
    public required string DeliveryId { get; set; }
    public required string EndpointId { get; set; }

    /// <summary>From 1, of all time.</summary>
    public int Number { get; set; }
    public bool Succeeded { get; set; }

    /// <summary>The HTTP status; null where no answer came.</summary>
    public int? Status { get; set; }

    /// <summary>Why it failed, as a sentence; null where it did not.</summary>
    public string? Error { get; set; }

    /// <summary>From the look-up of the name to the last byte read, in microseconds.</summary>
    public long Duration { get; set; }

    /// <summary>Request and response as JSON, secrets masked: see <see cref="AttemptExchange"/>.</summary>
    public required string Exchange { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>
/// The engine's side of an endpoint. One node at a time leads it, under a lease: it alone attempts deliveries, so that
/// concurrency, order, rate and circuit need no further agreement between nodes, and writes results only while the
/// lease's number is its own.
/// </summary>
public sealed class WebhookLane : ITenantOwned
{
    /// <summary>The endpoint's id.</summary>
    public required string EndpointId { get; set; }
    public string OrganizationId { get; set; } = "";
    public ApiMode Mode { get; set; }

    /// <summary>Whether deliveries are attempted; what comes meanwhile waits.</summary>
    public bool IsActive { get; set; } = true;

    /// <summary>The number that the last event was given.</summary>
    public long LastSequence { get; set; }

    /// <summary>Not later than the earliest pending delivery is due; null where nothing is pending.</summary>
    public DateTimeOffset? DueAt { get; set; }

    /// <summary>Grows with each change of what is due, so that no two transactions decide on it side by side.</summary>
    public long Version { get; set; }

    /// <summary>The node that leads.</summary>
    public string? LeaseOwner { get; set; }
    public DateTimeOffset? LeaseUntil { get; set; }

    /// <summary>Grows with each lease: what fences the results of a node whose lease was taken.</summary>
    public long LeaseNumber { get; set; }

    /// <summary>No attempts before; null while there is no such rest.</summary>
    public DateTimeOffset? RestsUntil { get; set; }

    /// <summary>Failed attempts since the last success.</summary>
    public int Failures { get; set; }

    /// <summary>The first of those failures; null after a success.</summary>
    public DateTimeOffset? FailingSince { get; set; }

    /// <summary>How often the owners were warned of them, and when last.</summary>
    public int Warnings { get; set; }
    public DateTimeOffset? WarnedAt { get; set; }
    public DateTimeOffset? LastAttemptAt { get; set; }
    public DateTimeOffset? LastSuccessAt { get; set; }
}

/// <summary>Attempts of an endpoint in one hour.</summary>
public sealed class WebhookHour : IOrganizationOwned
{
    public required string EndpointId { get; set; }
    public DateTimeOffset Hour { get; set; }
    public string OrganizationId { get; set; } = "";
    public long Succeeded { get; set; }
    public long Failed { get; set; }

    /// <summary>Sum and greatest of the durations, in microseconds.</summary>
    public long DurationSum { get; set; }
    public long DurationMax { get; set; }
}
