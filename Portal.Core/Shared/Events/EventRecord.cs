using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;

namespace Portal.Core.Shared.Events;

/// <summary>
/// Something that happened, written in the transaction that made it happen. The table is the outbox: rows without
/// <see cref="DispatchedAt"/> have not been fanned out yet.
/// </summary>
public sealed class EventRecord : ITenantOwned
{
    /// <summary><c>evt_…</c>, time-ordered.</summary>
    public required string Id { get; set; }
    public string OrganizationId { get; set; } = "";
    public ApiMode Mode { get; set; }

    /// <summary>The event type, such as <c>deal.updated</c>.</summary>
    public required string Type { get; set; }

    /// <summary>What happened to what: the resource's kind and id.</summary>
    public required string Object { get; set; }
    public required string ObjectId { get; set; }

    /// <summary>The <c>data</c> of the delivery's body, as JSON.</summary>
    public required string Data { get; set; }

    /// <summary>How many runs of workflows have set each other off by events up to this one; 0 where no run caused it.</summary>
    public int Depth { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? DispatchedAt { get; set; }
}

internal static class EventsModel
{
    public static void Configure(ModelBuilder builder) => builder.Entity<EventRecord>(e =>
    {
        e.ToTable("events");
        e.Property(x => x.Type).HasMaxLength(100);
        e.HasIndex(x => new { x.OrganizationId, x.Mode, x.CreatedAt });
        e.HasIndex(x => x.Id).HasFilter("dispatched_at IS NULL").HasDatabaseName("ix_events_undispatched");
    });
}
