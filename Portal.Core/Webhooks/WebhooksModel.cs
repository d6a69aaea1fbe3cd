using Microsoft.EntityFrameworkCore;
using Portal.Core.Webhooks.Catalogue;

namespace Portal.Core.Webhooks;

internal static class WebhooksModel
{
    public static void Configure(ModelBuilder builder) => builder.Entity<CustomEventType>(e =>
    {
        e.ToTable("event_types");
        e.HasKey(x => new { x.OrganizationId, x.Type });
        e.Property(x => x.Type).HasMaxLength(100);
    });
}
