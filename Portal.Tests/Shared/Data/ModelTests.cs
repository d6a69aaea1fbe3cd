using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Shared.Data;

namespace Portal.Tests.Shared.Data;

/// <summary>The migrations of both providers make what the model describes.</summary>
public sealed class ModelTests
{
    private static readonly ServiceProvider Services = new ServiceCollection().AddIdentityTables().BuildServiceProvider();

    [Fact]
    public void Sqlite_migrations_are_complete()
    {
        using var db = new SqlitePortalDbContext(new DbContextOptionsBuilder<SqlitePortalDbContext>()
            .UseSqlite("Data Source=:memory:").UseApplicationServiceProvider(Services).Options);
        Assert.False(db.Database.HasPendingModelChanges(), "Run tools/migrations.sh.");
    }

    [Fact]
    public void Postgres_migrations_are_complete()
    {
        using var db = new PostgresPortalDbContext(new DbContextOptionsBuilder<PostgresPortalDbContext>()
            .UseNpgsql("Host=none").UseApplicationServiceProvider(Services).Options);
        Assert.False(db.Database.HasPendingModelChanges(), "Run tools/migrations.sh.");
    }
}
