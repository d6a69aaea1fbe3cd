using Microsoft.EntityFrameworkCore;

namespace Portal.Core.Gateway;

internal static class GatewayModel
{
    public static void Configure(ModelBuilder builder)
    {
        builder.Entity<IdempotencyRecord>(e =>
        {
            e.ToTable("idempotency_records");
            e.HasKey(x => new { x.OrganizationId, x.Mode, x.CallerId, x.Key });
            e.Property(x => x.Key).HasMaxLength(IdempotencyRecord.LongestKey);
            e.HasIndex(x => x.CreatedAt);
        });
        builder.Entity<RequestLog>(e =>
        {
            e.ToTable("request_logs");
            e.HasIndex(x => new { x.OrganizationId, x.Mode, x.CreatedAt });
            e.HasIndex(x => new { x.OrganizationId, x.Mode, x.CallerId, x.CreatedAt });
            e.HasIndex(x => x.RequestId);
            e.HasIndex(x => x.CreatedAt);
        });
        builder.Entity<UsageMinute>(e =>
        {
            e.ToTable("usage_minutes");
            e.HasKey(x => new { x.OrganizationId, x.Mode, x.CallerId, x.Operation, x.Minute });
            e.HasIndex(x => new { x.OrganizationId, x.Minute });
        });
    }
}
