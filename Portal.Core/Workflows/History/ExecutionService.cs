using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Json.Schema;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Engine;

namespace Portal.Core.Workflows.History;

/// <summary>Runs of workflows: starts, shows, cancels and repeats them. Every fault is a <see cref="ProblemException"/>.</summary>
public sealed class ExecutionService
{
    private const int MostShownSteps = 200;
    private const int HighestPriority = 9;

    private static readonly Sorting<WorkflowExecution> Sorting = new Sorting<WorkflowExecution>(ExecutionResource.Plural, row => row.Id)
        .By("created_at", row => row.CreatedAt);

    private static readonly Sorting<WorkflowStep> StepSorting = new Sorting<WorkflowStep>(ExecutionStep.Plural, row => row.ExecutionId).By("number", row => row.Number);

    private readonly PortalStore _store;
    private readonly Executions _executions;
    private readonly ExecutionRetry _retry;
    private readonly AuditLog _audit;
    private readonly RunEnds _ends;
    private readonly IClusterSignals _signals;
    private readonly TimeProvider _time;

    internal ExecutionService(PortalStore store, Executions executions, ExecutionRetry retry, AuditLog audit, RunEnds ends, IClusterSignals signals, TimeProvider time) =>
        (_store, _executions, _retry, _audit, _ends, _signals, _time) = (store, executions, retry, audit, ends, signals, time);

    /// <summary>The fields that a list can be sorted by.</summary>
    public static IEnumerable<string> SortFields => Sorting.Fields;

    /// <summary>The fields that a run's steps can be sorted by.</summary>
    public static IEnumerable<string> StepSortFields => StepSorting.Fields;

    /// <summary>Starts a run by hand or by a program.</summary>
    public async Task<StartedExecution> Start(Actor actor, string workflowId, ExecuteInput input, CancellationToken cancellation)
    {
        Check(input);
        var inputs = input.Inputs ?? Json.EmptyObject;
        var start = new ExecutionStart
        {
            Tenant = actor.Tenant,
            WorkflowId = workflowId,
            Version = input.Version,
            TriggerType = "api",
            TriggerNodeId = input.Trigger,
            Trigger = JsonSerializer.SerializeToElement(new { type = "api", body = inputs }),
            Inputs = inputs,
            Context = input.Context ?? Json.EmptyObject,
            CreatedBy = actor.UserId ?? actor.Id ?? actor.Type,
            Priority = input.Priority,
        };
        if (actor.Joining is null) return Started(await _executions.Start(start, cancellation));
        // What joins is to commit with the run, so it is queued instead of begun beside the database.
        var run = await _executions.Prepare(start, cancellation);
        return await _store.Write(actor, (db, _) => Task.FromResult(Started(_executions.Queue(db, run))), cancellation);
    }

    public async Task<Page<ExecutionResource>> List(Tenant tenant, ExecutionFilter filter, PageRequest page, CancellationToken cancellation)
    {
        filter.Check();
        await using var db = _store.Read(tenant);
        var rows = await Sorting.Cut(Matching(db.WorkflowExecutions, filter), page, cancellation);
        var ids = rows.Items.Select(row => row.WorkflowId).Distinct(StringComparer.Ordinal).ToArray();
        var names = await db.Workflows.Where(row => ids.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.Name, StringComparer.Ordinal, cancellation);
        var now = _time.GetUtcNow();
        return rows.Select(row => ExecutionResource.Of(row, names.GetValueOrDefault(row.WorkflowId), now));
    }

    /// <summary>A run with its first steps.</summary>
    public async Task<ExecutionResource> Get(Tenant tenant, string id, CancellationToken cancellation)
    {
        await using var db = _store.Read(tenant);
        var row = await Find(db, id, cancellation);
        var steps = await db.WorkflowSteps.Where(step => step.ExecutionId == id).OrderBy(step => step.Number).Take(MostShownSteps).ToListAsync(cancellation);
        var count = steps.Count < MostShownSteps ? steps.Count : await db.WorkflowSteps.CountAsync(step => step.ExecutionId == id, cancellation);
        var name = await db.Workflows.Where(workflow => workflow.Id == row.WorkflowId).Select(workflow => workflow.Name).SingleOrDefaultAsync(cancellation);
        var titles = await Titles(db, row, cancellation);
        return ExecutionResource.Of(row, name, _time.GetUtcNow()) with
        {
            InputData = RunInput.Read(row.Input).Inputs,
            OutputData = row.Output is { } output ? JsonElement.Parse(output) : null,
            Steps = steps.ConvertAll(step => ExecutionStep.Of(step, titles.GetValueOrDefault(step.NodeId), null)),
            StepCount = count,
        };
    }

    /// <summary>A run's steps, the first first unless asked otherwise.</summary>
    public async Task<Page<ExecutionStep>> Steps(Tenant tenant, string id, PageRequest page, CancellationToken cancellation)
    {
        await using var db = _store.Read(tenant);
        var row = await Find(db, id, cancellation);
        var steps = await StepSorting.Cut(db.WorkflowSteps.Where(step => step.ExecutionId == id), page with { Sort = page.Sort ?? "number" }, cancellation);
        var titles = await Titles(db, row, cancellation);
        return steps.Select(step => ExecutionStep.Of(step, titles.GetValueOrDefault(step.NodeId), null));
    }

    /// <summary>A step with all of its output, however long.</summary>
    public async Task<ExecutionStep> Step(Tenant tenant, string id, int number, CancellationToken cancellation)
    {
        await using var db = _store.Read(tenant);
        var row = await Find(db, id, cancellation);
        var step = await db.WorkflowSteps.SingleOrDefaultAsync(step => step.ExecutionId == id && step.Number == number, cancellation)
            ?? throw Problem.NotFound("step", $"{id}:{number}").AsException();
        var output = await OutputOf(db, step, cancellation);
        return ExecutionStep.Of(step, (await Titles(db, row, cancellation)).GetValueOrDefault(step.NodeId), output);
    }

    /// <summary>Asks for a run's end; its steps are cut off.</summary>
    public Task<ExecutionResource> Cancel(Actor actor, string id, CancellationToken cancellation) => _store.Write(actor, async (db, token) =>
    {
        var row = await Find(db, id, token);
        if (row.CompletedAt is not null) throw Problem.Conflict("The run has ended.", ("status", row.Status.ToString().ToLowerInvariant())).AsException();
        var name = await db.Workflows.Where(workflow => workflow.Id == row.WorkflowId).Select(workflow => workflow.Name).SingleOrDefaultAsync(token);
        if (!row.CancelRequested) _audit.Add(db, actor, "execution.cancelled", "execution", id, $"{actor.Name} cancelled a run of the workflow {name ?? row.WorkflowId}");
        (row.CancelRequested, row.DueAt) = (true, _time.GetUtcNow());
        // One that nobody works on need not wait until somebody takes it: for a place among its workflow's runs, or at all.
        if (row.LeaseOwner is null) await _ends.End(db, row, RunEnds.Cancelled, token);
        else db.AfterCommit(() => _signals.Send(SignalTopics.WorkflowCancel, id));
        return ExecutionResource.Of(row, name, _time.GetUtcNow());
    }, cancellation);

    /// <summary>Repeats a run that has ended, as a new run that names it.</summary>
    public Task<StartedExecution> Retry(Actor actor, string id, RetryInput input, CancellationToken cancellation) => _retry.Start(actor, id, input, cancellation);

    internal static async Task<WorkflowExecution> Find(PortalDbContext db, string id, CancellationToken cancellation) =>
        Faults.IsStorable(id) && await db.WorkflowExecutions.SingleOrDefaultAsync(row => row.Id == id, cancellation) is { } row ? row : throw Problem.NotFound("execution", id).AsException();

    internal static StartedExecution Started(WorkflowExecution row) =>
        new(row.Id, row.Status is ExecutionStatus.Pending ? ExecutionStatus.Pending : ExecutionStatus.Running, row.CreatedAt);

    private static void Check(ExecuteInput input)
    {
        var faults = new Faults();
        RequireObject(faults, "inputs", input.Inputs);
        RequireObject(faults, "context", input.Context);
        faults.Text("trigger", input.Trigger, WorkflowLimits.LongestId);
        if (input.Priority is < 0 or > HighestPriority) faults.Add("priority", $"priority lies between 0 and {HighestPriority}.");
        faults.ThrowIfAny();
    }

    internal static void RequireObject(Faults faults, string field, JsonElement? value)
    {
        if (value is not { } given || given.ValueKind == JsonValueKind.Null) return;
        if (given.ValueKind != JsonValueKind.Object) faults.Add(field, $"{field} is an object.", ErrorCode.WrongFormat);
        else RequireReadable(faults, field, value);
    }

    internal static void RequireReadable(Faults faults, string field, JsonElement? value)
    {
        if (value is { } given && JsonText.Fault(given, field) is { } unreadable) faults.Add(unreadable.Field, unreadable.Reason, ErrorCode.WrongFormat);
    }

    private static IQueryable<WorkflowExecution> Matching(IQueryable<WorkflowExecution> rows, ExecutionFilter filter)
    {
        if (filter.WorkflowId is { } workflow) rows = rows.Where(row => row.WorkflowId == workflow);
        if (filter.Status is { } name)
        {
            var status = Enum.Parse<ExecutionStatus>(name, ignoreCase: true);
            rows = rows.Where(row => row.Status == status);
        }

        if (filter.TriggerType is { } trigger) rows = rows.Where(row => row.TriggerType == trigger);
        if (filter.ParentId is { } parent) rows = rows.Where(row => row.ParentId == parent);
        if (filter.RetryOf is { } first) rows = rows.Where(row => row.RetryOf == first);
        if (filter.CreatedAfter is { } after) rows = rows.Where(row => row.CreatedAt > after);
        if (filter.CreatedBefore is { } before) rows = rows.Where(row => row.CreatedAt < before);
        return rows;
    }

    private static async Task<Dictionary<string, string>> Titles(PortalDbContext db, WorkflowExecution row, CancellationToken cancellation)
    {
        var definition = await db.WorkflowVersions.Where(version => version.WorkflowId == row.WorkflowId && version.Number == row.Version).Select(version => version.Definition).SingleOrDefaultAsync(cancellation);
        return definition is null ? [] : StoredGraph.Read(definition).Nodes.Where(node => node.Title.Length > 0).ToDictionary(node => node.Id, node => node.Title, StringComparer.Ordinal);
    }

    private static async Task<JsonElement?> OutputOf(PortalDbContext db, WorkflowStep step, CancellationToken cancellation)
    {
        if (!step.OutputInBlob) return step.Output is { } json ? JsonElement.Parse(json) : null;
        var data = await db.WorkflowBlobs.Where(blob => blob.ExecutionId == step.ExecutionId && blob.Step == step.Number).Select(blob => blob.Data).SingleOrDefaultAsync(cancellation);
        return data is null ? null : StepRecord.Decompress(data);
    }
}
