using System.Text.Json;
using Portal.Core.Shared.Json;
using Portal.Core.Webhooks.Delivery;

namespace Portal.Core.Webhooks.Replay;

/// <summary>Which events are sent again. Without any field it is everything that failed.</summary>
public sealed record ReplaySelection
{
    /// <summary>These deliveries, <c>dlv_…</c>, at most 1,000, whatever came of them. The other fields are ignored then.</summary>
    public IReadOnlyList<string>? Deliveries { get; init; }

    /// <summary>
    /// <c>failed</c> takes deliveries that failed for good, and is what holds when absent; <c>all</c> takes every event of
    /// the endpoint's types, delivered before or not.
    /// </summary>
    public string? Status { get; init; }

    /// <summary>Events that happened then or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Events that happened before then; the replay's beginning when absent.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Event types; <c>*</c> and <c>deal.*</c> stand for many. Those of the endpoint when absent.</summary>
    public IReadOnlyList<string>? Events { get; init; }

    /// <summary>A CEL expression over <c>type</c> and <c>data</c>.</summary>
    public string? Filter { get; init; }

    internal bool TakesAll => Status == "all";

    internal string Write() => JsonSerializer.Serialize(this, PortalJson.Options);

    internal static ReplaySelection Read(string stored) => JsonSerializer.Deserialize<ReplaySelection>(stored, PortalJson.Options)!;
}

/// <summary>A replay that is asked for.</summary>
public sealed record ReplayInput
{
    /// <summary>The rate when none is given, deliveries a minute.</summary>
    public const int DefaultRate = 600;

    /// <summary>Which events.</summary>
    public ReplaySelection? Selection { get; init; }

    /// <summary>Deliveries that are queued a minute, 1 to 60,000; 600 when absent. The endpoint's own rate limit holds besides.</summary>
    public int? RateLimit { get; init; }

    /// <summary>Only counts.</summary>
    public bool? DryRun { get; init; }
}

/// <summary>A replay as the API answers with it.</summary>
public sealed record ReplayResource : IResource
{
    public static string Kind => "replay";
    public static string Plural => "replays";

    /// <summary><c>rpl_…</c>; empty for a dry run.</summary>
    public required string Id { get; init; }
    public required string WebhookId { get; init; }
    public required bool DryRun { get; init; }

    /// <summary><c>running</c>, <c>paused</c>, <c>completed</c> (all are queued) or <c>cancelled</c>.</summary>
    public required ReplayState Status { get; init; }
    public required ReplaySelection Selection { get; init; }

    /// <summary>Deliveries a minute.</summary>
    public required int RateLimit { get; init; }

    /// <summary>Events that matched when it was begun.</summary>
    public required int Total { get; init; }

    /// <summary>Events that were queued again.</summary>
    public required int Queued { get; init; }

    /// <summary>Of those, delivered by now.</summary>
    public required int Succeeded { get; init; }

    /// <summary>Of those, failed for good by now.</summary>
    public required int Failed { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the last was queued, or it was cancelled; null before.</summary>
    public required DateTimeOffset? EndedAt { get; init; }

    internal static ReplayResource Of(WebhookReplay row, IReadOnlyDictionary<DeliveryState, int> states) => new()
    {
        Id = row.Id,
        WebhookId = row.EndpointId,
        DryRun = false,
        Status = row.State,
        Selection = ReplaySelection.Read(row.Selection),
        RateLimit = row.RateLimit,
        Total = row.Total,
        Queued = row.Queued,
        Succeeded = states.GetValueOrDefault(DeliveryState.Succeeded),
        Failed = states.GetValueOrDefault(DeliveryState.Failed) + states.GetValueOrDefault(DeliveryState.Cancelled),
        CreatedAt = row.CreatedAt,
        EndedAt = row.EndedAt,
    };
}
