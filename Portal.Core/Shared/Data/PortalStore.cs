using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;

namespace Portal.Core.Shared.Data;

/// <summary>
/// The one door to the database. Reads get a context that sees one tenant and tracks nothing; writes are units of work
/// that commit whole or not at all, together with the events they add.
/// </summary>
public sealed class PortalStore(IDbContextFactory<PortalDbContext> contexts, IWriteTransactions transactions) : IDisposable
{
    private const int MostIdle = 64;

    // The one used last is the warmest.
    private readonly ConcurrentStack<PortalDbContext> _idle = [];
    private volatile bool _disposed;

    /// <summary>Opens a context for reading a tenant's rows; the caller disposes it.</summary>
    public PortalDbContext Read(Tenant tenant) => Open(tenant);

    /// <summary>Opens a context for reading across tenants, through <see cref="PortalDbContext.Across{T}"/>; the caller disposes it.</summary>
    public PortalDbContext ReadAcross() => Open(null);

    /// <summary>
    /// Runs <paramref name="work"/> in a transaction, saves and commits. The unit may be run again after a conflict, and
    /// on SQLite others wait for it: it touches nothing but its context and never waits for anything slow.
    /// </summary>
    /// <returns>What the unit returned, once it is durable.</returns>
    public Task<T> Write<T>(Tenant tenant, Func<PortalDbContext, CancellationToken, Task<T>> work, CancellationToken cancellation) =>
        transactions.Commit(tenant, work, cancellation);

    /// <summary>As <see cref="Write{T}"/>, for rows of no or of several tenants.</summary>
    public Task<T> WriteAcross<T>(Func<PortalDbContext, CancellationToken, Task<T>> work, CancellationToken cancellation) =>
        transactions.Commit(null, work, cancellation);

    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryPop(out var db))
        {
            db.KeepOnDispose(null);
            db.Dispose();
        }
    }

    // Kept here rather than in EF's pool, which closes a context's connection each time it comes back: on SQLite opening
    // one again, with the functions that EF defines on it, costs as much as a short query does.
    private PortalDbContext Open(Tenant? tenant)
    {
        if (!_idle.TryPop(out var db))
        {
            db = contexts.CreateDbContext();
            db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
            db.HoldConnection();
        }

        db.KeepOnDispose(Keep);
        return db.Enter(tenant);
    }

    private bool Keep(PortalDbContext db)
    {
        if (_disposed || _idle.Count >= MostIdle) return false;
        db.ChangeTracker.Clear();
        db.Enter(null);
        _idle.Push(db);
        return true;
    }
}

/// <summary>How a provider commits units of work.</summary>
public interface IWriteTransactions
{
    /// <summary>Runs, saves and commits one unit; see <see cref="PortalStore.Write{T}"/>.</summary>
    Task<T> Commit<T>(Tenant? tenant, Func<PortalDbContext, CancellationToken, Task<T>> work, CancellationToken cancellation);
}
