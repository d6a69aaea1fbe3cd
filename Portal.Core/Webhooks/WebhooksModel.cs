using Microsoft.EntityFrameworkCore;
using Portal.Core.Webhooks.Catalogue;
using Portal.Core.Webhooks.Delivery;
using Portal.Core.Webhooks.Endpoints;
using Portal.Core.Webhooks.Replay;

namespace Portal.Core.Webhooks;

internal static class WebhooksModel
{
    private const int NameLength = 16;

    public static void Configure(ModelBuilder builder)
    {
        builder.Entity<CustomEventType>(e =>
        {
            e.ToTable("event_types");
            e.HasKey(x => new { x.OrganizationId, x.Type });
            e.Property(x => x.Type).HasMaxLength(100);
        });
        builder.Entity<WebhookEndpoint>(e =>
        {
            e.ToTable("webhook_endpoints");
            e.Property(x => x.Stopped).HasConversion<string>().HasMaxLength(NameLength);
            e.HasIndex(x => new { x.OrganizationId, x.Mode, x.CreatedAt });
        });
        ConfigureDelivery(builder);
        builder.Entity<WebhookReplay>(e =>
        {
            e.ToTable("webhook_replays");
            e.Property(x => x.State).HasConversion<string>().HasMaxLength(NameLength);
            e.HasIndex(x => new { x.EndpointId, x.CreatedAt });
            e.HasIndex(x => x.DueAt).HasFilter("state = 'Running'").HasDatabaseName("ix_webhook_replays_running");
        });
    }

    private static void ConfigureDelivery(ModelBuilder builder)
    {
        builder.Entity<WebhookLane>(e =>
        {
            e.ToTable("webhook_lanes");
            e.HasKey(x => x.EndpointId);
            e.HasIndex(x => x.DueAt).HasFilter("due_at IS NOT NULL").HasDatabaseName("ix_webhook_lanes_due");
            e.HasOne<WebhookEndpoint>().WithOne().HasForeignKey<WebhookLane>(x => x.EndpointId);
        });
        // No foreign keys: an endpoint goes at once, what was delivered to it with its age.
        builder.Entity<WebhookDelivery>(e =>
        {
            e.ToTable("webhook_deliveries");
            e.Property(x => x.State).HasConversion<string>().HasMaxLength(NameLength);
            // An event goes to an endpoint once, however often it is fanned out.
            e.HasIndex(x => new { x.EndpointId, x.EventId }).IsUnique();
            e.HasIndex(x => new { x.EndpointId, x.Sequence });
            e.HasIndex(x => new { x.EndpointId, x.State, x.CreatedAt });
            e.HasIndex(x => new { x.EndpointId, x.DueAt, x.Sequence }).HasFilter("state = 'Pending'").HasDatabaseName("ix_webhook_deliveries_due");
            e.HasIndex(x => new { x.EndpointId, x.OrderingKey, x.Sequence }).HasFilter("state = 'Pending' AND ordering_key IS NOT NULL").HasDatabaseName("ix_webhook_deliveries_ordered");
            e.HasIndex(x => x.EventId);
            e.HasIndex(x => x.ReplayId).HasFilter("replay_id IS NOT NULL");
            e.HasIndex(x => x.CreatedAt);
        });
        builder.Entity<WebhookAttempt>(e =>
        {
            e.ToTable("webhook_attempts");
            e.HasIndex(x => new { x.DeliveryId, x.Number });
            e.HasIndex(x => new { x.EndpointId, x.Succeeded, x.CreatedAt });
            e.HasIndex(x => x.CreatedAt);
        });
        builder.Entity<WebhookHour>(e =>
        {
            e.ToTable("webhook_hours");
            e.HasKey(x => new { x.EndpointId, x.Hour });
            e.HasIndex(x => x.Hour);
        });
    }
}
