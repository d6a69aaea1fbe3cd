using System.Data.Common;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Portal.Core.Shared.Data;

namespace Portal.Core.Workflows.Engine;

/// <summary>
/// Stores what runs have done, that of all runs together: while one batch is written the next gathers. A checkpoint counts
/// only while this node still has the run; a late one is dropped, since whoever has the run now has done it again.
/// </summary>
internal sealed class CheckpointWriter(PortalStore store, CheckpointRows rows, string node, TimeProvider time, ILogger logger)
{
    private const int Largest = 256;
    private const int MostTries = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly Channel<Checkpoint> _waiting = Channel.CreateUnbounded<Checkpoint>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Called with each checkpoint once it is stored; false where it was not to be.</summary>
    public required Action<Checkpoint, bool> OnStored { get; init; }

    /// <summary>Called with a checkpoint that cannot be stored, however often that is tried.</summary>
    public required Func<Checkpoint, Task> OnRefused { get; init; }

    public void Add(Checkpoint checkpoint)
    {
        // After the end nothing is stored; whoever waits for it is told that the node stops.
        if (!_waiting.Writer.TryWrite(checkpoint)) checkpoint.Stored?.TrySetCanceled();
    }

    /// <summary>Ends once everything that was added is stored.</summary>
    public void Complete() => _waiting.Writer.TryComplete();

    public async Task Run()
    {
        var batch = new List<Checkpoint>(Largest);
        while (await _waiting.Reader.WaitToReadAsync())
        {
            while (batch.Count < Largest && _waiting.Reader.TryRead(out var checkpoint)) batch.Add(checkpoint);
            await StoreAll(batch);
            batch.Clear();
        }
    }

    private async Task StoreAll(List<Checkpoint> batch)
    {
        try
        {
            Tell(batch, await Store(batch));
        }
        catch (Exception e)
        {
            logger.LogError(e, "{Count} checkpoints of runs could not be stored; trying each by itself", batch.Count);
            await StoreEach(batch);
        }
    }

    // One that cannot be stored may not keep the others from it: they are stored first.
    private async Task StoreEach(List<Checkpoint> batch)
    {
        for (var attempt = 1; batch.Count > 0; attempt++)
        {
            var left = new List<Checkpoint>();
            foreach (var checkpoint in batch)
            {
                // Of one run they keep their order.
                if (left.Exists(other => other.Run == checkpoint.Run) || !await TryStore(checkpoint, attempt)) left.Add(checkpoint);
            }

            batch = left;
            if (batch.Count > 0) await Task.Delay(Pause, time);
        }
    }

    private async Task<bool> TryStore(Checkpoint checkpoint, int attempt)
    {
        try
        {
            Tell([checkpoint], await Store([checkpoint]));
        }
        catch (Exception e)
        {
            logger.LogError(e, "A checkpoint of run {Execution} could not be stored at try {Attempt}", checkpoint.Run.Row.Id, attempt);
            if (attempt < MostTries && !IsOfData(e)) return false;
            checkpoint.Stored?.TrySetException(e);
            await OnRefused(checkpoint);
        }

        return true;
    }

    // A value that no column takes (SQLSTATE class 22) is not taken later either, and others wait while it is tried again.
    private static bool IsOfData(Exception problem) =>
        problem is DbException { SqlState: ['2', '2', ..] } || (problem.InnerException is { } inner && IsOfData(inner));

    private void Tell(List<Checkpoint> batch, HashSet<string> fenced)
    {
        foreach (var checkpoint in batch)
        {
            OnStored(checkpoint, !fenced.Contains(checkpoint.Run.Row.Id));
            checkpoint.Stored?.TrySetResult();
        }
    }

    /// <returns>The runs that are not this node's any more.</returns>
    private Task<HashSet<string>> Store(List<Checkpoint> batch) => store.WriteAcross(async (db, token) =>
    {
        var known = batch.Where(checkpoint => !checkpoint.IsNew).Select(checkpoint => checkpoint.Run.Row.Id).Distinct(StringComparer.Ordinal).ToArray();
        var fenced = known.Length == 0 ? [] : await Fenced(db, batch, known, token);
        // What follows a checkpoint that could not be stored has lost its ground.
        fenced.UnionWith(batch.Where(checkpoint => checkpoint.Run.IsLost).Select(checkpoint => checkpoint.Run.Row.Id));
        await rows.Write(db, fenced.Count == 0 ? batch : batch.FindAll(checkpoint => !fenced.Contains(checkpoint.Run.Row.Id)), token);
        return fenced;
    }, CancellationToken.None);

    private async Task<HashSet<string>> Fenced(PortalDbContext db, List<Checkpoint> batch, string[] known, CancellationToken cancellation)
    {
        var leases = await db.Across<WorkflowExecution>().Where(row => known.Contains(row.Id) && row.LeaseOwner == node)
            .Select(row => new { row.Id, row.LeaseNumber }).ToDictionaryAsync(row => row.Id, row => row.LeaseNumber, StringComparer.Ordinal, cancellation);
        // One that is made in this batch is not there yet, and is this node's.
        var made = batch.Where(checkpoint => checkpoint.IsNew).Select(checkpoint => checkpoint.Run.Row.Id).ToHashSet(StringComparer.Ordinal);
        return [.. batch.Select(checkpoint => checkpoint.Run.Row).Where(row => !made.Contains(row.Id) && leases.GetValueOrDefault(row.Id) != row.LeaseNumber).Select(row => row.Id)];
    }
}
