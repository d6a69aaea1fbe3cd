using Microsoft.EntityFrameworkCore;

namespace Portal.Core.Webhooks.Inbound;

internal static class InboundModel
{
    public static void Configure(ModelBuilder builder)
    {
        builder.Entity<InboundSource>(e =>
        {
            e.ToTable("inbound_sources");
            e.Property(x => x.Provider).HasMaxLength(40);
            e.HasIndex(x => new { x.OrganizationId, x.Mode, x.CreatedAt, x.Id });
        });
        builder.Entity<InboundMessage>(e =>
        {
            e.ToTable("inbound_messages");
            e.Property(x => x.Provider).HasMaxLength(40);
            e.Property(x => x.EventId).HasMaxLength(InboundReceiver.LongestName);
            e.Property(x => x.Type).HasMaxLength(InboundReceiver.LongestName);
            e.Property(x => x.Status).HasConversion<string>().HasMaxLength(16);
            e.HasIndex(x => new { x.SourceId, x.EventId }).IsUnique();
            e.HasIndex(x => new { x.SourceId, x.CreatedAt, x.Id });
            e.HasIndex(x => x.DueAt).HasFilter("due_at IS NOT NULL").HasDatabaseName("ix_inbound_messages_due");
            e.HasIndex(x => x.CreatedAt);
            e.HasOne<InboundSource>().WithMany().HasForeignKey(x => x.SourceId).OnDelete(DeleteBehavior.Cascade);
        });
    }
}
