using Portal.Core.Shared.Events;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Problems;
using Portal.Core.Webhooks.Catalogue;

namespace Portal.Core.Webhooks.Delivery;

/// <summary>A delivery as the API answers with it.</summary>
public sealed record DeliveryResource : IResource
{
    public static string Kind => "delivery";
    public static string Plural => "deliveries";

    /// <summary><c>dlv_…</c></summary>
    public required string Id { get; init; }
    public required string WebhookId { get; init; }
    public required string EventId { get; init; }
    public required string EventType { get; init; }

    /// <summary>The event's number at this endpoint.</summary>
    public required long Sequence { get; init; }

    /// <summary><c>pending</c>, <c>succeeded</c>, <c>failed</c> or <c>cancelled</c>.</summary>
    public required DeliveryState Status { get; init; }

    /// <summary>What is sent; null once it is not kept any more.</summary>
    public required EventResource? Payload { get; init; }

    /// <summary>Attempts of all time.</summary>
    public required int AttemptCount { get; init; }

    /// <summary>The HTTP status of the last attempt; null before it, or where no answer came.</summary>
    public required int? ResponseStatus { get; init; }

    /// <summary>The body of the last answer, 64 KiB at most; null where there was none.</summary>
    public required string? ResponseBody { get; init; }

    /// <summary>Why the last attempt failed; null where it did not.</summary>
    public required string? Error { get; init; }

    /// <summary>When the next attempt is due; null where there is none.</summary>
    public required DateTimeOffset? NextAttemptAt { get; init; }
    public required DateTimeOffset? LastAttemptAt { get; init; }

    /// <summary>The replay that brought it back, <c>rpl_…</c>.</summary>
    public required string? ReplayId { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>All attempts, the newest first; only where one delivery is read.</summary>
    public IReadOnlyList<AttemptResource>? Attempts { get; init; }

    internal static DeliveryResource Of(WebhookDelivery row, EventRecord? @event, WebhookAttempt? last) => new()
    {
        Id = row.Id,
        WebhookId = row.EndpointId,
        EventId = row.EventId,
        EventType = row.EventType,
        Sequence = row.Sequence,
        Status = row.State,
        Payload = @event is null ? null : EventResource.Of(@event),
        AttemptCount = row.TotalAttempts,
        ResponseStatus = row.LastStatus,
        ResponseBody = last is null ? null : AttemptExchange.Read(last.Exchange).ResponseBody,
        Error = row.LastError,
        NextAttemptAt = row.State == DeliveryState.Pending ? row.DueAt : null,
        LastAttemptAt = row.LastAttemptAt,
        ReplayId = row.ReplayId,
        CreatedAt = row.CreatedAt,
    };
}

/// <summary>One request of a delivery and what came of it.</summary>
public sealed record AttemptResource
{
    /// <summary><c>att_…</c></summary>
    public required string Id { get; init; }

    /// <summary>From 1.</summary>
    public required int Number { get; init; }
    public required bool Succeeded { get; init; }
    public required int? ResponseStatus { get; init; }

    /// <summary>Why it failed; null where it did not.</summary>
    public required string? Error { get; init; }

    /// <summary>From the look-up of the name to the last byte read, in milliseconds.</summary>
    public required double DurationMs { get; init; }

    /// <summary>Where it was sent.</summary>
    public required string Url { get; init; }
    public required IReadOnlyList<AttemptHeader> RequestHeaders { get; init; }
    public required IReadOnlyList<AttemptHeader> ResponseHeaders { get; init; }

    /// <summary>64 KiB at most; null where no answer came.</summary>
    public required string? ResponseBody { get; init; }

    /// <summary>Whether the body was longer.</summary>
    public required bool ResponseBodyIsCut { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    internal static AttemptResource Of(WebhookAttempt row)
    {
        var exchange = AttemptExchange.Read(row.Exchange);
        return new()
        {
            Id = row.Id,
            Number = row.Number,
            Succeeded = row.Succeeded,
            ResponseStatus = row.Status,
            Error = row.Error,
            DurationMs = row.Duration / 1000.0,
            Url = exchange.Url,
            RequestHeaders = exchange.RequestHeaders,
            ResponseHeaders = exchange.ResponseHeaders,
            ResponseBody = exchange.ResponseBody,
            ResponseBodyIsCut = exchange.IsCut,
            CreatedAt = row.CreatedAt,
        };
    }
}

/// <summary>Which deliveries are wanted; every part that is given must match.</summary>
public sealed record DeliveryFilter
{
    /// <summary><c>pending</c>, <c>succeeded</c>, <c>failed</c> or <c>cancelled</c>.</summary>
    public string? Status { get; init; }

    /// <summary>One event type.</summary>
    public string? EventType { get; init; }

    /// <summary>One event, <c>evt_…</c>.</summary>
    public string? EventId { get; init; }

    /// <summary>One replay, <c>rpl_…</c>.</summary>
    public string? ReplayId { get; init; }
    public DateTimeOffset? CreatedAfter { get; init; }
    public DateTimeOffset? CreatedBefore { get; init; }

    internal void Check()
    {
        var faults = new Faults();
        faults.OneOf("status", Status, "pending", "succeeded", "failed", "cancelled");
        faults.Text("event_type", EventType);
        faults.Text("event_id", EventId);
        faults.Text("replay_id", ReplayId);
        faults.ThrowIfAny();
    }
}

/// <summary>An event that an endpoint was told of, or is yet to be.</summary>
public sealed record EndpointEventResource : IResource
{
    public static string Kind => "event";
    public static string Plural => "events";

    /// <summary><c>evt_…</c></summary>
    public required string Id { get; init; }

    /// <summary>The event type, as <c>form.submitted</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The same as <see cref="Type"/>.</summary>
    public required string Event { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset Timestamp { get; init; }
    public required System.Text.Json.Nodes.JsonObject? Data { get; init; }
    public required string DeliveryId { get; init; }

    /// <summary>The event's number at this endpoint.</summary>
    public required long Sequence { get; init; }

    /// <summary>How far its delivery is.</summary>
    public required DeliveryState Status { get; init; }
    public required int Attempts { get; init; }

    internal static EndpointEventResource Of(DeliveryResource delivery) => new()
    {
        Id = delivery.EventId,
        Type = delivery.EventType,
        Event = delivery.EventType,
        Timestamp = delivery.Payload?.Timestamp ?? delivery.CreatedAt,
        Data = delivery.Payload?.Data,
        DeliveryId = delivery.Id,
        Sequence = delivery.Sequence,
        Status = delivery.Status,
        Attempts = delivery.AttemptCount,
    };
}

/// <summary>An event of an endpoint, with its number there.</summary>
public sealed record FeedItem
{
    /// <summary>From 1, without gaps.</summary>
    public required long Sequence { get; init; }
    public required string DeliveryId { get; init; }

    /// <summary>How far its delivery is.</summary>
    public required DeliveryState Status { get; init; }
    public required EventResource Event { get; init; }
}

/// <summary>A part of an endpoint's feed.</summary>
public sealed record FeedResource
{
    /// <summary>The events after the asked-for number, in their order.</summary>
    public required IReadOnlyList<FeedItem> Events { get; init; }

    /// <summary>The number to ask after next.</summary>
    public required long NextAfter { get; init; }

    /// <summary>The number of the endpoint's last event.</summary>
    public required long LastSequence { get; init; }

    /// <summary>Whether more follow.</summary>
    public required bool HasMore { get; init; }
}
