using Microsoft.EntityFrameworkCore;

namespace Portal.Core.Shared.Data;

/// <summary>Brings the database to this version's shape before anything uses it.</summary>
public sealed class DatabaseStartup(IDbContextFactory<PortalDbContext> contexts, DatabaseOptions options) : IDisposable
{
    private FileStream? _lock;

    /// <summary>Applies the missing migrations.</summary>
    /// <exception cref="InvalidOperationException">Another process uses the SQLite data directory.</exception>
    public async Task Prepare(CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        if (options.Provider == DatabaseProvider.Sqlite)
        {
            LockDirectory();
            await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL;", cancellation);
            await ReleaseAbandonedMigrationLock(db, cancellation);
        }

        await db.Database.MigrateAsync(cancellation);
    }

    public void Dispose() => _lock?.Dispose();

    private void LockDirectory()
    {
        var path = Path.Combine(options.DataDirectory, "portal.lock");
        try
        {
            _lock = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new InvalidOperationException(
                $"The data directory {options.DataDirectory} is in use by another portal. Several nodes need Database:Provider=Postgres.", e);
        }
    }

    // A process killed while it migrated leaves EF's lock row behind, and EF would wait for it for ever. The directory
    // is ours alone here, so a row can only be such a leftover.
    private static async Task ReleaseAbandonedMigrationLock(PortalDbContext db, CancellationToken cancellation)
    {
        const string table = "__EFMigrationsLock";
        var exists = await db.Database
            .SqlQuery<int>($"SELECT COUNT(*) AS Value FROM sqlite_master WHERE type = 'table' AND name = {table}")
            .SingleAsync(cancellation);
        if (exists > 0) await db.Database.ExecuteSqlRawAsync($"DELETE FROM \"{table}\";", cancellation);
    }
}
