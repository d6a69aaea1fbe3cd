using Microsoft.EntityFrameworkCore;

namespace Portal.Core.Shared.Data;

/// <summary>A setting that an administrator edits in the portal, as JSON; it wins over the configuration files.</summary>
public sealed class Setting
{
    public required string Name { get; set; }
    public required string Value { get; set; }
    public DateTimeOffset ChangedAt { get; set; }
}

/// <summary>One key of the data-protection ring, which encrypts stored secrets, cookies and links.</summary>
public sealed class DataProtectionKey
{
    public required string Id { get; set; }
    public required string Xml { get; set; }
}

internal static class DataModel
{
    public static void Configure(ModelBuilder builder)
    {
        builder.Entity<Setting>(e =>
        {
            e.ToTable("settings");
            e.HasKey(x => x.Name);
            e.Property(x => x.Name).HasMaxLength(100);
        });
        builder.Entity<DataProtectionKey>(e => e.ToTable("data_protection_keys"));
    }
}
