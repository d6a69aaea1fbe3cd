using Microsoft.EntityFrameworkCore;

namespace Portal.Core.Crm;

internal static class CrmModel
{
    public static void Configure(ModelBuilder builder)
    {
        builder.Entity<Contact>(e =>
        {
            e.ToTable("contacts");
            e.HasIndex(x => new { x.OrganizationId, x.Mode, x.Id });
            e.HasIndex(x => new { x.OrganizationId, x.Mode, x.Email });
        });
        builder.Entity<Deal>(e =>
        {
            e.ToTable("deals");
            e.HasIndex(x => new { x.OrganizationId, x.Mode, x.Id });
            e.HasIndex(x => x.ContactId);
            e.HasOne<Contact>().WithMany().HasForeignKey(x => x.ContactId).OnDelete(DeleteBehavior.SetNull);
        });
        builder.Entity<Activity>(e =>
        {
            e.ToTable("activities");
            e.HasIndex(x => new { x.OrganizationId, x.Mode, x.Id });
            e.HasIndex(x => x.ContactId);
            e.HasIndex(x => x.DealId);
            e.HasOne<Contact>().WithMany().HasForeignKey(x => x.ContactId).OnDelete(DeleteBehavior.SetNull);
            e.HasOne<Deal>().WithMany().HasForeignKey(x => x.DealId).OnDelete(DeleteBehavior.SetNull);
        });
    }
}
