using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;
using Portal.Core.Workflows.Definitions;

namespace Portal.Core.Workflows.Engine;

/// <summary>Brings runs into memory: new ones, and stored ones with the steps that they have done.</summary>
internal sealed class RunLoader(PortalStore store, PlanCache plans, WorkflowSecrets secrets, RunLimits limits, TimeProvider time)
{
    /// <summary>A run that is not stored yet.</summary>
    public async ValueTask<RunState> Make(WorkflowExecution row, WorkflowPlan plan, RunInput input, CancellationToken cancellation)
    {
        var run = new RunState(row, plan, input, limits, time);
        if (plan.UsesSecrets) run.Facts = run.Facts with { Secrets = await secrets.Read(run.Tenant, row.WorkflowId, cancellation) };
        return run;
    }

    /// <summary>A stored run.</summary>
    /// <exception cref="RunLoadException">It cannot be run.</exception>
    public async Task<RunState> Load(WorkflowExecution row, CancellationToken cancellation)
    {
        var tenant = new Tenant(row.OrganizationId, row.Mode);
        WorkflowPlan? plan;
        try
        {
            plan = await plans.Plan(tenant, row.WorkflowId, row.Version, cancellation);
        }
        catch (ProblemException e)
        {
            throw new RunLoadException("VERSION_INVALID", $"Version {row.Version} of the workflow cannot be run: {e.Message}");
        }

        if (plan is null) throw new RunLoadException("WORKFLOW_DELETED", "The workflow was deleted.");
        var run = await Make(row, plan, RunInput.Read(row.Input), cancellation);
        run.IsStored = run.IsDurable = true;
        var steps = await Steps(tenant, row.Id, cancellation);
        lock (run.Gate) run.Flow.Begin(steps);
        return run;
    }

    /// <summary>The steps of a run with their outputs.</summary>
    public async Task<List<StoredStep>> Steps(Tenant tenant, string executionId, CancellationToken cancellation)
    {
        await using var db = store.Read(tenant);
        var rows = await db.WorkflowSteps.Where(step => step.ExecutionId == executionId).OrderBy(step => step.Number).ToListAsync(cancellation);
        var blobs = rows.Exists(row => row.OutputInBlob)
            ? await db.WorkflowBlobs.Where(blob => blob.ExecutionId == executionId).ToDictionaryAsync(blob => blob.Step, blob => blob.Data, cancellation)
            : [];
        return rows.ConvertAll(row => new StoredStep(row, OutputOf(row, blobs)));
    }

    private static JsonElement OutputOf(WorkflowStep row, Dictionary<int, byte[]> blobs)
    {
        if (row.OutputInBlob) return StepRecord.Decompress(blobs[row.Number]);
        return row.Output is { } json ? JsonElement.Parse(json) : default;
    }
}

/// <summary>A stored run cannot be run.</summary>
internal sealed class RunLoadException(string code, string message) : Exception(message)
{
    public string Code => code;
}
