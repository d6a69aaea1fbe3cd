using Microsoft.EntityFrameworkCore;

namespace Portal.Core.Billing;

internal static class BillingModel
{
    public static void Configure(ModelBuilder builder) => builder.Entity<UsageDay>(e =>
    {
        e.ToTable("usage_days");
        e.HasKey(x => new { x.OrganizationId, x.Kind, x.Day });
        e.Property(x => x.Kind).HasConversion<string>().HasMaxLength(32);
        e.HasIndex(x => x.Day);
    });
}
