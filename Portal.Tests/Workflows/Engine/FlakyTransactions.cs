using Portal.Core.Shared.Data;
using Portal.Core.Workflows.Tasks;

namespace Portal.Tests.Workflows.Engine;

/// <summary>A database that does as a test tells it: is away, answers late, or commits and is not heard.</summary>
internal sealed class FlakyTransactions(IWriteTransactions inner) : IWriteTransactions
{
    private int _tries;
    private Exception? _fault;
    private TaskCompletionSource? _hold;

    public int Tries => Volatile.Read(ref _tries);

    /// <summary>What every unit fails with.</summary>
    public Exception? Fault
    {
        get => Volatile.Read(ref _fault);
        set => Volatile.Write(ref _fault, value);
    }

    /// <summary>Whether the answer to the next commit that opens a task gets lost.</summary>
    public bool LosesAnswer { get; set; }

    /// <summary>Lets the next unit wait.</summary>
    public TaskCompletionSource HoldNext() => _hold = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task<T> Commit<T>(Tenant? tenant, Func<PortalDbContext, CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _tries);
        if (Fault is { } fault) throw fault;
        if (Interlocked.Exchange(ref _hold, null) is { } hold) await hold.Task;
        var opensTask = false;
        var result = await inner.Commit(tenant, async (db, token) =>
        {
            var made = await work(db, token);
            opensTask = db.ChangeTracker.Entries<WorkflowTask>().Any();
            return made;
        }, cancellation);
        if (!opensTask || !LosesAnswer) return result;
        LosesAnswer = false;
        throw new TimeoutException("The answer got lost.");
    }
}
