using System.Data;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Logging;

namespace Portal.Core.Shared.Data;

/// <summary>
/// SQLite has one writer, so the process has one too: units queue up, and those that wait together commit together.
/// One flush to disk (synchronous=FULL) is shared by the batch; a savepoint per unit keeps one unit's fault from the others.
/// </summary>
internal sealed class SqliteTransactions : IWriteTransactions, IAsyncDisposable
{
    private const int LargestBatch = 256;

    private readonly Channel<Unit> _queue = Channel.CreateBounded<Unit>(new BoundedChannelOptions(8192) { SingleReader = true });
    private readonly SqliteConnection _connection;
    private readonly PooledDbContextFactory<SqlitePortalDbContext> _contexts;
    private readonly ILogger<SqliteTransactions> _logger;
    private readonly SqliteCheckpoints _checkpoints;
    private readonly Lazy<Task> _worker;

    public SqliteTransactions(string connectionString, ILogger<SqliteTransactions> logger, Func<SqliteConnection, DbContextOptions<SqlitePortalDbContext>> options)
    {
        _connection = new SqliteConnection(connectionString);
        SqlText.Define(_connection);
        _contexts = new PooledDbContextFactory<SqlitePortalDbContext>(options(_connection), poolSize: 2);
        _logger = logger;
        _checkpoints = new SqliteCheckpoints(connectionString, logger);
        _worker = new Lazy<Task>(() => Task.Run(Work));
    }

    public async Task<T> Commit<T>(Tenant? tenant, Func<PortalDbContext, CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        _ = _worker.Value;
        var unit = new Unit<T>(tenant, work, cancellation);
        await _queue.Writer.WriteAsync(unit, cancellation);
        return await unit.Completion;
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        if (_worker.IsValueCreated) await _worker.Value;
        await _checkpoints.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private async Task Work()
    {
        var batch = new List<Unit>(LargestBatch);
        while (await _queue.Reader.WaitToReadAsync())
        {
            try
            {
                await CommitBatch(batch);
            }
            catch (Exception e)
            {
                // The transaction failed as a whole (disk full, I/O): nothing of the batch is durable, and each caller is told.
                _logger.LogError(e, "A batch of {Count} writes could not be committed", batch.Count);
                foreach (var unit in batch) await Fail(unit, e);
                // A fresh connection, since the old one may still be inside the failed transaction.
                await _connection.CloseAsync();
            }

            batch.Clear();
        }
    }

    private async Task CommitBatch(List<Unit> batch)
    {
        await OpenConnection();
        _checkpoints.RestartIfDue(_connection);
        await using var transaction = _connection.BeginTransaction(IsolationLevel.Serializable, deferred: false);
        while (batch.Count < LargestBatch && _queue.Reader.TryRead(out var unit))
        {
            batch.Add(unit);
            await Run(unit, transaction);
        }

        await transaction.CommitAsync();
        _checkpoints.Committed(batch.Count);
        foreach (var unit in batch) Complete(unit);
    }

    private async Task Run(Unit unit, SqliteTransaction transaction)
    {
        await transaction.SaveAsync("unit");
        try
        {
            await using var db = await _contexts.CreateDbContextAsync();
            db.Enter(unit.Tenant);
            db.Database.AutoSavepointsEnabled = false;
            await db.Database.UseTransactionAsync(transaction);
            await unit.Run(db);
        }
        catch (Exception e)
        {
            await transaction.RollbackAsync("unit");
            await Fail(unit, e);
        }

        await transaction.ReleaseAsync("unit");
    }

    private void Complete(Unit unit)
    {
        foreach (var action in unit.AfterCommit)
        {
            try
            {
                action();
            }
            catch (Exception e)
            {
                _logger.LogError(e, "What should follow a commit failed");
            }
        }

        unit.Complete();
    }

    private async Task Fail(Unit unit, Exception e)
    {
        foreach (var action in unit.TakeAfterRollback())
        {
            try
            {
                await action();
            }
            catch (Exception fault)
            {
                _logger.LogError(fault, "What should follow a rollback failed");
            }
        }

        unit.Fail(e);
    }

    private async Task OpenConnection()
    {
        if (_connection.State == ConnectionState.Open) return;
        await _connection.OpenAsync();
        await using var pragma = _connection.CreateCommand();
        pragma.CommandText = "PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;";
        await pragma.ExecuteNonQueryAsync();
    }

    private abstract class Unit(Tenant? tenant)
    {
        public Tenant? Tenant => tenant;
        public Action[] AfterCommit { get; protected set; } = [];
        protected Func<ValueTask>[] AfterRollback { get; set; } = [];

        // A unit that has failed by itself is told once more when its batch does.
        public Func<ValueTask>[] TakeAfterRollback()
        {
            var actions = AfterRollback;
            AfterRollback = [];
            return actions;
        }

        public abstract Task Run(PortalDbContext db);
        public abstract void Complete();
        public abstract void Fail(Exception e);
    }

    private sealed class Unit<T>(Tenant? tenant, Func<PortalDbContext, CancellationToken, Task<T>> work, CancellationToken cancellation) : Unit(tenant)
    {
        private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;

        public Task<T> Completion => _completion.Task;

        public override async Task Run(PortalDbContext db)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                _result = await work(db, cancellation);
                await db.SaveChangesAsync(cancellation);
            }
            finally
            {
                AfterRollback = db.TakeAfterRollback();
            }

            AfterCommit = db.TakeAfterCommit();
        }

        public override void Complete() => _completion.TrySetResult(_result);

        public override void Fail(Exception e)
        {
            AfterCommit = [];
            if (e is OperationCanceledException && cancellation.IsCancellationRequested) _completion.TrySetCanceled(cancellation);
            else _completion.TrySetException(e);
        }
    }
}
