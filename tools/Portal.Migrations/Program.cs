using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Shared.Data;

Console.WriteLine("For `dotnet ef` only; see docs/decisions/ef-migrations.md.");

internal sealed class SqliteFactory : IDesignTimeDbContextFactory<SqlitePortalDbContext>
{
    public SqlitePortalDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqlitePortalDbContext>().UseSqlite("Data Source=design.db").UseApplicationServiceProvider(Design.Services).Options);
}

internal sealed class PostgresFactory : IDesignTimeDbContextFactory<PostgresPortalDbContext>
{
    public PostgresPortalDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresPortalDbContext>().UseNpgsql("Host=design").UseApplicationServiceProvider(Design.Services).Options);
}

internal static class Design
{
    // Identity's model asks the application's options which version of its tables to make.
    public static ServiceProvider Services { get; } = new ServiceCollection().AddIdentityTables().BuildServiceProvider();
}
