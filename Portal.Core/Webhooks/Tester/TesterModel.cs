using Microsoft.EntityFrameworkCore;

namespace Portal.Core.Webhooks.Tester;

internal static class TesterModel
{
    public static void Configure(ModelBuilder builder)
    {
        builder.Entity<TesterInbox>(e =>
        {
            e.ToTable("tester_inboxes");
            e.Property(x => x.Name).HasMaxLength(100);
            e.Property(x => x.Fault).HasConversion<string>().HasMaxLength(16);
            e.Ignore(x => x.Answer);
            e.HasIndex(x => x.Token).IsUnique();
            e.HasIndex(x => new { x.OrganizationId, x.Mode });
            e.HasIndex(x => x.UsedAt);
        });
        builder.Entity<TesterRequest>(e =>
        {
            e.ToTable("tester_requests");
            e.Property(x => x.Method).HasMaxLength(20);
            e.Property(x => x.EventType).HasMaxLength(100);
            e.HasIndex(x => new { x.InboxId, x.Id });
            e.HasOne<TesterInbox>().WithMany().HasForeignKey(x => x.InboxId);
        });
    }
}
