using Microsoft.EntityFrameworkCore;

namespace Portal.Core.Crm;

internal static class CrmModel
{
    public static void Configure(ModelBuilder builder)
    {
        builder.Entity<Contact>(e =>
        {
            e.ToTable("contacts");
            // The order that lists come in unless another is asked for.
            e.HasIndex(x => new { x.OrganizationId, x.Mode, x.CreatedAt, x.Id });
            e.HasIndex(x => new { x.OrganizationId, x.Mode, x.EmailKey });
        });
        builder.Entity<Lead>(e =>
        {
            e.ToTable("leads");
            // The order that lists come in unless another is asked for.
            e.HasIndex(x => new { x.OrganizationId, x.Mode, x.CreatedAt, x.Id });
            e.HasIndex(x => x.ContactId);
            e.HasIndex(x => new { x.OrganizationId, x.Mode, x.QuoteId }).IsUnique().HasFilter("quote_id IS NOT NULL");
            e.HasOne(x => x.Contact).WithMany().HasForeignKey(x => x.ContactId).OnDelete(DeleteBehavior.SetNull);
        });
        builder.Entity<Deal>(e =>
        {
            e.ToTable("deals");
            // The order that lists come in unless another is asked for.
            e.HasIndex(x => new { x.OrganizationId, x.Mode, x.CreatedAt, x.Id });
            e.HasIndex(x => x.ContactId);
            e.HasOne<Contact>().WithMany().HasForeignKey(x => x.ContactId).OnDelete(DeleteBehavior.SetNull);
        });
        builder.Entity<Activity>(e =>
        {
            e.ToTable("activities");
            // The order that lists come in unless another is asked for.
            e.HasIndex(x => new { x.OrganizationId, x.Mode, x.CreatedAt, x.Id });
            e.HasIndex(x => x.ContactId);
            e.HasIndex(x => x.DealId);
            e.HasOne<Contact>().WithMany().HasForeignKey(x => x.ContactId).OnDelete(DeleteBehavior.SetNull);
            e.HasOne<Deal>().WithMany().HasForeignKey(x => x.DealId).OnDelete(DeleteBehavior.SetNull);
        });
    }
}
