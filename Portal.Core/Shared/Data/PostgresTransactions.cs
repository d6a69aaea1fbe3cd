using System.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Portal.Core.Shared.Data;

/// <summary>
/// Each unit in a transaction of its own, at repeatable read: a unit that met a concurrent change is run again, so that
/// units read and write as they do behind SQLite's single writer.
/// </summary>
internal sealed class PostgresTransactions(IDbContextFactory<PortalDbContext> contexts) : IWriteTransactions
{
    /// <summary>Of units that change one row at once each round lets one through, so this many may meet.</summary>
    private const int MostTries = 100;

    public async Task<T> Commit<T>(Tenant? tenant, Func<PortalDbContext, CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await CommitOnce(tenant, work, cancellation);
            }
            catch (Exception e) when (attempt < MostTries && IsConflict(e))
            {
                // The other transaction has committed by now; the next try sees its result.
            }
        }
    }

    private async Task<T> CommitOnce<T>(Tenant? tenant, Func<PortalDbContext, CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        await using var db = (await contexts.CreateDbContextAsync(cancellation)).Enter(tenant);
        T result;
        try
        {
            result = await Run(db, work, cancellation);
        }
        catch
        {
            foreach (var action in db.TakeAfterRollback()) await action();
            throw;
        }

        foreach (var action in db.TakeAfterCommit()) action();
        return result;
    }

    private static async Task<T> Run<T>(PortalDbContext db, Func<PortalDbContext, CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        var result = await work(db, cancellation);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return result;
    }

    // The driver's and EF's exceptions wrap each other in more than one way, depending on which statement conflicts.
    // A unique key that another unit took in between is a conflict too: run again, the unit sees the row and says so itself.
    private static bool IsConflict(Exception? e)
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.UniqueViolation }) return true;
        }

        return false;
    }
}
