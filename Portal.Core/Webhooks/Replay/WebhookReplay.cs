using Portal.Core.Shared.Data;

namespace Portal.Core.Webhooks.Replay;

/// <summary>How far a replay is. Stored by name, so a name stays as it is.</summary>
public enum ReplayState
{
    Running,
    Paused,
    Completed,
    Cancelled,
}

/// <summary>Sends events to an endpoint again, a portion at a time. It goes on where it left off, whatever happens in between.</summary>
public sealed class WebhookReplay : ITenantOwned
{
    /// <summary><c>rpl_…</c></summary>
    public required string Id { get; set; }
    public string OrganizationId { get; set; } = "";
    public ApiMode Mode { get; set; }
    public required string EndpointId { get; set; }

    /// <summary>Which events, as JSON: see <see cref="ReplaySelection"/>.</summary>
    public required string Selection { get; set; }
    public ReplayState State { get; set; }

    /// <summary>Deliveries a minute that are queued.</summary>
    public int RateLimit { get; set; }

    /// <summary>How many matched when it was begun.</summary>
    public int Total { get; set; }

    /// <summary>How many were queued.</summary>
    public int Queued { get; set; }

    /// <summary>The last event that was looked at; empty before the first.</summary>
    public string Cursor { get; set; } = "";

    /// <summary>When the next portion is due.</summary>
    public DateTimeOffset DueAt { get; set; }
    public string? CreatedById { get; set; }
    public required string CreatedByName { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
}
