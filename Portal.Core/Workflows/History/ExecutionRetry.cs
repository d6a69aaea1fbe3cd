using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Billing;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;
using Portal.Core.Shared.Problems;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Engine;

namespace Portal.Core.Workflows.History;

/// <summary>Repeats runs. What is not repeated is copied: the new run goes on from there, as one does after a crash.</summary>
internal sealed class ExecutionRetry(PortalStore store, PlanCache plans, UsageQuotas quotas, IClusterSignals signals, IdGenerator ids, TimeProvider time)
{
    private const string FromStart = "start";
    private const string FromFailed = "failed";

    public async Task<StartedExecution> Start(Actor actor, string id, RetryInput input, CancellationToken cancellation)
    {
        var (old, plan) = await Old(actor.Tenant, id, cancellation);
        Check(input, plan);
        await quotas.Use(actor.Tenant.OrganizationId, UsageKind.WorkflowExecutions);
        return await store.Write(actor, async (db, token) =>
        {
            var row = Row(actor, old, input);
            db.Add(row);
            if (input.From != FromStart) await Copy(db, old, row, Kept(plan, input.From), token);
            db.AfterCommit(() => signals.Send(SignalTopics.WorkflowRun, row.Id));
            return ExecutionService.Started(row);
        }, cancellation);
    }

    private async Task<(WorkflowExecution Row, WorkflowPlan Plan)> Old(Tenant tenant, string id, CancellationToken cancellation)
    {
        await using var db = store.Read(tenant);
        var row = await ExecutionService.Find(db, id, cancellation);
        if (row.CompletedAt is null) throw Problem.Conflict("The run has not ended; it can be cancelled.", ("status", row.Status.ToString().ToLowerInvariant())).AsException();
        var plan = await plans.Plan(tenant, row.WorkflowId, row.Version, cancellation)
            ?? throw Problem.Conflict("The workflow was deleted, and its runs cannot be repeated.", ("workflow_id", row.WorkflowId)).AsException();
        return (row, plan);
    }

    private static void Check(RetryInput input, WorkflowPlan plan)
    {
        var faults = new Faults();
        if (input.From is not (FromStart or FromFailed) && plan.Find(input.From ?? "") is null) faults.Add("from", "from is start, failed, or the id of a node of the version that ran.");
        ExecutionService.RequireObject(faults, "inputs", input.Inputs);
        if (input.Inputs is not null && input.From != FromStart) faults.Add("inputs", "Other inputs need from to be start: what is kept of the run was made with the old ones.");
        if (input.NodeInput is not null && input.From is FromStart or FromFailed) faults.Add("node_input", "node_input needs from to be a node's id.");
        ExecutionService.RequireReadable(faults, "node_input", input.NodeInput);
        faults.ThrowIfAny();
    }

    private WorkflowExecution Row(Actor actor, WorkflowExecution old, RetryInput input)
    {
        var given = RunInput.Read(old.Input);
        if (input.Inputs is { ValueKind: JsonValueKind.Object } inputs) given = given with { Inputs = inputs, Trigger = WithBody(given.Trigger, inputs) };
        if (input.NodeInput is { } edited) given = given with { EditedInputs = JsonSerializer.SerializeToElement(new Dictionary<string, JsonElement>(StringComparer.Ordinal) { [input.From] = edited }) };
        var now = time.GetUtcNow();
        return new WorkflowExecution
        {
            Id = ids.New("exe"), OrganizationId = old.OrganizationId, Mode = old.Mode, WorkflowId = old.WorkflowId, Version = old.Version, TriggerNodeId = old.TriggerNodeId, TriggerType = "retry",
            Input = given.Write(), Priority = old.Priority, DueAt = now, RetryOf = old.Id, CreatedBy = actor.UserId ?? actor.Id ?? actor.Type, CreatedAt = now,
        };
    }

    // Who started by hand gave the inputs as the trigger's body too.
    private static JsonElement WithBody(JsonElement trigger, JsonElement inputs) =>
        trigger.ValueKind == JsonValueKind.Object && trigger.TryGetProperty("body", out _)
            ? JsonSerializer.SerializeToElement(trigger.EnumerateObject().ToDictionary(field => field.Name, field => field.Name == "body" ? inputs : field.Value, StringComparer.Ordinal))
            : trigger;

    /// <summary>Which nodes' steps stay as they were, where they came to an end.</summary>
    private static Func<string, bool> Kept(WorkflowPlan plan, string from)
    {
        if (from == FromFailed) return _ => true;
        var node = plan.Find(from)!;
        var again = plan.ReachableFrom(node);
        // A loop around it gathers other results, and what comes after the loop with it.
        for (var loop = node.Loop; loop is not null; loop = loop.Loop) again.UnionWith(plan.ReachableFrom(loop, throughItems: false));
        var names = again.Select(other => other.Id).ToHashSet(StringComparer.Ordinal);
        return id => !names.Contains(id);
    }

    private static async Task Copy(PortalDbContext db, WorkflowExecution old, WorkflowExecution row, Func<string, bool> isKept, CancellationToken cancellation)
    {
        var steps = await db.WorkflowSteps.AsNoTracking().Where(step => step.ExecutionId == old.Id && step.FollowedEdges != null).ToListAsync(cancellation);
        steps.RemoveAll(step => !isKept(step.NodeId));
        var withBlobs = steps.Where(step => step.OutputInBlob).Select(step => step.Number).ToArray();
        var blobs = withBlobs.Length == 0 ? [] : await db.WorkflowBlobs.AsNoTracking().Where(blob => blob.ExecutionId == old.Id && withBlobs.Contains(blob.Step)).ToListAsync(cancellation);
        foreach (var step in steps)
        {
            (step.ExecutionId, step.Sequence) = (row.Id, 1);
            row.StoredBytes += (step.Input?.Length ?? 0) + (step.Output?.Length ?? 0);
        }

        foreach (var blob in blobs)
        {
            blob.ExecutionId = row.Id;
            row.StoredBytes += blob.Data.Length;
        }

        row.Sequence = 1;
        db.AddRange(steps);
        db.AddRange(blobs);
    }
}
