using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Problems;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Engine;

namespace Portal.Core.Workflows.Triggers;

/// <summary>
/// Fires schedules. One unit of work takes a trigger at the time that it is due for, starts its run and sets its next
/// time: a fire is neither lost nor doubled, whatever crashes and however many nodes look.
/// </summary>
internal sealed class Schedules(PortalStore store, Executions executions, TimeProvider time, ILogger<Schedules> logger)
{
    /// <summary>What <see cref="ExecutionStart.TriggerType"/> calls it.</summary>
    public const string TriggerType = "schedule";

    /// <summary>How late a fire may be before its time counts as missed.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    private const int Portion = 100;
    private const int AtOnce = 8;

    /// <summary>Fires everything that is due.</summary>
    /// <returns>Whether all went well; what did not is due still.</returns>
    public async Task<bool> FireDue(CancellationToken cancellation)
    {
        while (await Due(cancellation) is { Count: > 0 } due)
        {
            var failed = 0;
            await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (row, token) =>
            {
                if (!await TryFire(row.Id, row.At, token)) Interlocked.Increment(ref failed);
            });
            if (failed > 0) return false;
        }

        return true;
    }

    /// <summary>When the next one is due; null when none is.</summary>
    public async Task<DateTimeOffset?> NextDue(CancellationToken cancellation)
    {
        await using var db = store.ReadAcross();
        return await Waiting(db).OrderBy(row => row.NextAt).Select(row => row.NextAt).FirstOrDefaultAsync(cancellation);
    }

    /// <summary>Fires one trigger, unless it was fired or changed since.</summary>
    /// <param name="at">The time that it was seen to be due for.</param>
    internal Task<bool> Fire(string id, DateTimeOffset at, CancellationToken cancellation) => store.WriteAcross(async (db, token) =>
    {
        var row = await Waiting(db).AsTracking().FirstOrDefaultAsync(row => row.Id == id && row.NextAt == at, token);
        if (row is null) return false;
        var now = time.GetUtcNow();
        if (!Schedule.TryRead(JsonElement.Parse(row.Config), out var schedule, out var fault))
        {
            // It was checked when it was published: the rules are stricter now, or a time zone is gone.
            (row.NextAt, row.LastError) = (null, fault.Message);
            return false;
        }

        row.NextAt = schedule.Next(now);
        if (now - at > Grace && schedule.Misfire == Misfire.Skip) return false;
        row.LastAt = now;
        // Of nodes that look at once one has the row from here on: the others' units wait, and have counted no run.
        await db.SaveChangesAsync(token);
        row.LastError = await Start(db, row, at, token);
        return row.LastError is null;
    }, cancellation);

    private async Task<string?> Start(PortalDbContext db, TriggerRow row, DateTimeOffset at, CancellationToken cancellation)
    {
        try
        {
            await executions.Add(db, new ExecutionStart
            {
                Tenant = new Tenant(row.OrganizationId, row.Mode),
                WorkflowId = row.WorkflowId,
                TriggerType = TriggerType,
                TriggerNodeId = row.NodeId,
                Trigger = JsonSerializer.SerializeToElement(new { Type = TriggerType, row.NodeId, Time = at }, PortalJson.Options),
                Inputs = Json.EmptyObject,
                Context = Json.EmptyObject,
                CreatedBy = row.NodeId,
            }, cancellation);
            return null;
        }
        catch (Exception e) when (e is ProblemException or JsonException)
        {
            // A quota, a workflow that cannot be run or read: it is not for this time, and the schedule goes on.
            return e.Message;
        }
    }

    private async Task<bool> TryFire(string id, DateTimeOffset at, CancellationToken cancellation)
    {
        try
        {
            await Fire(id, at, cancellation);
            return true;
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            logger.LogError(e, "Schedule {TriggerId} could not be fired; it stays due", id);
            return false;
        }
    }

    private async Task<List<(string Id, DateTimeOffset At)>> Due(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var db = store.ReadAcross();
        var rows = await Waiting(db).Where(row => row.NextAt <= now).OrderBy(row => row.NextAt).Take(Portion).Select(row => new { row.Id, row.NextAt }).ToListAsync(cancellation);
        return rows.ConvertAll(row => (row.Id, row.NextAt!.Value));
    }

    private static IQueryable<TriggerRow> Waiting(PortalDbContext db) =>
        db.Across<TriggerRow>().Where(row => row.NextAt != null && row.IsActive && row.Kind == TriggerKind.Schedule);
}
