using Microsoft.Extensions.Logging;
using Portal.Core.Shared.Data;

namespace Portal.Core.Workflows.Engine;

/// <summary>Takes up runs that are due and that nobody has: claims them, brings them into memory and goes on where they were.</summary>
internal sealed class DueRuns(RunClaims claims, RunLoader loader, RunPlaces places, HeldRuns held, RunDriver driver, ILogger logger)
{
    /// <summary>Takes up as many as there is room for.</summary>
    public async Task TakeUp(CancellationToken cancellation)
    {
        while (places.Room() is > 0 and var room)
        {
            var rows = await claims.Due(room, held.Has, cancellation);
            if (rows.Count == 0) return;
            // Each is begun with, whatever happens: it has its place, and leaves it itself.
            await Task.WhenAll(rows.Select(row => Task.Run(() => TakeUp(row, cancellation), CancellationToken.None)));
        }
    }

    private async Task TakeUp(WorkflowExecution row, CancellationToken cancellation)
    {
        RunState? run = null;
        try
        {
            run = await loader.Load(row, cancellation);
            held.Add(run);
            await GoOn(run);
        }
        catch (Exception e)
        {
            if (run is null) places.Leave(row.OrganizationId);
            else held.Lose(run);
            // A node that stops gives back whatever it has.
            if (!cancellation.IsCancellationRequested) await NotTakenUp(row, e, cancellation);
        }
    }

    private async Task GoOn(RunState run)
    {
        if (run.Row.CancelRequested)
        {
            driver.Cancel(run);
            return;
        }

        lock (run.Gate)
        {
            if (!run.Active.Any(step => step.IsWaiting) && run.Take() is { } checkpoint)
            {
                driver.Store(checkpoint);
                return;
            }
        }

        await driver.Look(run);
    }

    private async Task NotTakenUp(WorkflowExecution row, Exception problem, CancellationToken cancellation)
    {
        if (problem is RunLoadException known)
        {
            await claims.Fail(row, known.Code, known.Message, cancellation);
        }
        else if (DatabaseFaults.MayPass(problem))
        {
            logger.LogError(problem, "Run {Execution} could not be taken up; its lease runs out, and it is tried again", row.Id);
        }
        else
        {
            logger.LogError(problem, "Run {Execution} cannot be taken up", row.Id);
            await claims.Fail(row, "INTERNAL_ERROR", "The run could not be taken up again for a reason that lies in the portal; its log says more.", cancellation);
        }
    }
}
