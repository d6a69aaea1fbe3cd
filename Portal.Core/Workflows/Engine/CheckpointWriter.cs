using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Portal.Core.Shared.Data;

namespace Portal.Core.Workflows.Engine;

/// <summary>
/// Stores what runs have done, that of all runs together: while one batch is written the next gathers. A checkpoint counts
/// only while this node still has the run; a late one is dropped, since whoever has the run now has done it again.
/// A database that is away is waited for, as long as the node runs: leases tell who has the runs then.
/// </summary>
internal sealed class CheckpointWriter(PortalStore store, CheckpointRows rows, string node, TimeProvider time, ILogger logger)
{
    private const int Largest = 256;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private readonly Channel<Checkpoint> _waiting = Channel.CreateUnbounded<Checkpoint>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Called with each checkpoint once it is stored; false where it was not to be.</summary>
    public required Action<Checkpoint, bool> OnStored { get; init; }

    /// <summary>Called with a checkpoint that cannot be stored, however often that is tried.</summary>
    public required Func<Checkpoint, Task> OnRefused { get; init; }

    /// <summary>The node stops: what cannot be stored now is left to whoever has the run next.</summary>
    public required CancellationToken Stopping { get; init; }

    /// <returns>False after the end, when nothing is stored any more.</returns>
    public bool Add(Checkpoint checkpoint) => _waiting.Writer.TryWrite(checkpoint);

    /// <summary>Ends once everything that was added is stored, or cannot be.</summary>
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
        var pause = ShortestPause;
        for (var attempt = 1; batch.Count > 0; attempt++)
        {
            try
            {
                var fenced = await Store(batch, attempt > 1);
                Tell(batch, fenced);
                return;
            }
            catch (Exception e) when (DatabaseFaults.MayPass(e))
            {
                logger.LogError(e, "{Count} checkpoints of runs could not be stored at try {Attempt}", batch.Count, attempt);
                if (!await Paused(pause))
                {
                    foreach (var checkpoint in batch) checkpoint.Stored?.TrySetCanceled(Stopping);
                    return;
                }

                pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
            }
            catch (Exception e)
            {
                logger.LogError(e, "{Count} checkpoints of runs could not be stored together; trying each by itself", batch.Count);
                batch = await StoreEach(batch);
            }
        }
    }

    /// <summary>Parts what can be stored from what cannot.</summary>
    /// <returns>Those that were not tried since the database is away: of one run they keep their order.</returns>
    private async Task<List<Checkpoint>> StoreEach(List<Checkpoint> batch)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            try
            {
                Tell([batch[i]], await Store([batch[i]], isAgain: true));
            }
            catch (Exception e) when (DatabaseFaults.MayPass(e))
            {
                return batch[i..];
            }
            catch (Exception e)
            {
                logger.LogError(e, "A checkpoint of run {Execution} cannot be stored", batch[i].Run.Row.Id);
                batch[i].Stored?.TrySetException(e);
                await OnRefused(batch[i]);
            }
        }

        return [];
    }

    private async Task<bool> Paused(TimeSpan pause)
    {
        try
        {
            await Task.Delay(pause, time, Stopping);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Tell(List<Checkpoint> batch, HashSet<string> fenced)
    {
        foreach (var checkpoint in batch)
        {
            OnStored(checkpoint, !fenced.Contains(checkpoint.Run.Row.Id));
            checkpoint.Stored?.TrySetResult();
        }
    }

    /// <param name="isAgain">Whether it was tried before: a commit may have succeeded although its answer was lost.</param>
    /// <returns>The runs that are not this node's any more.</returns>
    private Task<HashSet<string>> Store(List<Checkpoint> batch, bool isAgain) => store.WriteAcross(async (db, token) =>
    {
        var leases = await Leases(db, batch, isAgain, token);
        // One that is made in this batch is not there yet, and is this node's.
        var made = batch.Where(checkpoint => checkpoint.IsNew).Select(checkpoint => checkpoint.Run.Row.Id).ToHashSet(StringComparer.Ordinal);
        var fenced = new HashSet<string>(StringComparer.Ordinal);
        var open = new List<Checkpoint>(batch.Count);
        foreach (var checkpoint in batch)
        {
            var row = checkpoint.Run.Row;
            var isThere = leases.TryGetValue(row.Id, out var lease);
            // What follows a checkpoint that could not be stored has lost its ground.
            if (checkpoint.Run.IsLost || (isThere ? lease.Number != row.LeaseNumber : !made.Contains(row.Id))) fenced.Add(row.Id);
            else if (isAgain && isThere && lease.Sequence >= checkpoint.Execution.Sequence) continue;
            else if (isThere && lease.Owner != node) fenced.Add(row.Id);
            else open.Add(checkpoint);
        }

        await rows.Write(db, open, token);
        return fenced;
    }, CancellationToken.None);

    private static async Task<Dictionary<string, Lease>> Leases(PortalDbContext db, List<Checkpoint> batch, bool isAgain, CancellationToken cancellation)
    {
        var known = batch.Where(checkpoint => isAgain || !checkpoint.IsNew).Select(checkpoint => checkpoint.Run.Row.Id).Distinct(StringComparer.Ordinal).ToArray();
        if (known.Length == 0) return [];
        return await db.Across<WorkflowExecution>().Where(row => known.Contains(row.Id)).Select(row => new { row.Id, row.LeaseOwner, row.LeaseNumber, row.Sequence })
            .ToDictionaryAsync(row => row.Id, row => new Lease(row.LeaseOwner, row.LeaseNumber, row.Sequence), StringComparer.Ordinal, cancellation);
    }

    private readonly record struct Lease(string? Owner, long Number, long Sequence);
}
