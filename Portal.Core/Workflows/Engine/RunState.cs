using System.Text.Json;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Tasks;

namespace Portal.Core.Workflows.Engine;

/// <summary>
/// A run that this node works on: its row and steps in memory. Everything happens under <see cref="Gate"/>; what has
/// changed is taken as a <see cref="Checkpoint"/>, and only once that is durable the next steps begin.
/// </summary>
internal sealed class RunState
{
    private readonly List<WorkflowTask> _tasks = [];
    private readonly List<WorkflowExecution> _children = [];
    private readonly List<string> _givenUp = [];
    private List<StepState> _runnable = [];

    public RunState(WorkflowExecution row, WorkflowPlan plan, RunInput input, RunLimits limits, TimeProvider time)
    {
        (Row, Plan, Limits, Time) = (row, plan, limits, time);
        Tenant = new Tenant(row.OrganizationId, row.Mode);
        Facts = new RunFacts(plan, input, Expressions.CelValue.From(ContextOf(row, plan, input)), time);
        Root = new ScopeState(plan);
        Actor = new Actor(Tenant, "system", row.WorkflowId, $"Workflow {plan.Name}") { GrantedScopes = Scopes.Expand(plan.Scopes), EventDepth = input.EventDepth };
        Flow = new RunFlow(this);
    }

    public Lock Gate { get; } = new();
    public WorkflowExecution Row { get; }
    public WorkflowPlan Plan { get; }
    public RunLimits Limits { get; }
    public TimeProvider Time { get; }
    public Tenant Tenant { get; }
    public RunFacts Facts { get; set; }
    public ScopeState Root { get; }

    /// <summary>As whom nodes act: the workflow, with what its author might do.</summary>
    public Actor Actor { get; }
    public RunFlow Flow { get; }

    /// <summary>Steps that have begun and not ended.</summary>
    public HashSet<StepState> Active { get; } = [];

    /// <summary>The number that the last step was given.</summary>
    public int LastNumber { get; set; }

    /// <summary>Whether a checkpoint that makes the run's row was taken, and whether the row is there.</summary>
    public bool IsStored { get; set; }
    public bool IsDurable { get; set; }

    /// <summary>Whether another node has the run, or nobody needs it any more: nothing of it counts.</summary>
    public bool IsLost { get; set; }

    /// <summary>Whether a checkpoint that gives the run back is on its way.</summary>
    public bool IsReleased { get; private set; }
    public bool HasEnded => Row.CompletedAt is not null;

    /// <summary>Whether somebody made it due and it was not looked at since: it is not given back before.</summary>
    public bool IsDisturbed { get; set; }

    /// <summary>Whether nothing more may be done with it here.</summary>
    public bool IsOver => IsLost || IsReleased || HasEnded;

    /// <summary>Wakes the run for a pause, an attempt or its deadline.</summary>
    public ITimer? Timer { get; set; }

    /// <summary>Completed once the run's end is durable.</summary>
    public TaskCompletionSource<ExecutionOutcome> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A step is to run once what led to it is stored.</summary>
    public void Start(StepState step) => _runnable.Add(step);

    /// <summary>It need not run after all.</summary>
    public void Hold(StepState step) => _runnable.Remove(step);

    public void Add(WorkflowTask task) => _tasks.Add(task);

    public void Add(WorkflowExecution child) => _children.Add(child);

    /// <summary>Nobody waits any more for a task or for another run.</summary>
    public void GiveUp(string id) => _givenUp.Add(id);

    /// <summary>Somebody made it due.</summary>
    /// <returns>False where it is too late for that to be seen here.</returns>
    public bool Disturb()
    {
        lock (Gate)
        {
            if (IsOver) return false;
            IsDisturbed = true;
            return true;
        }
    }

    /// <summary>The next moment at which something happens by itself; null where nothing will.</summary>
    public DateTimeOffset? NextMoment()
    {
        var next = Row.DeadlineAt;
        foreach (var step in Active)
        {
            if (step.WaitsUntil is { } until && (next is null || until < next)) next = until;
        }

        return next;
    }

    /// <summary>What has changed since the last time, or null; it is to be stored in the order in which it is taken.</summary>
    public Checkpoint? Take()
    {
        if (IsLost || IsReleased) return null;
        var changed = Flow.TakeChanged();
        var start = _runnable;
        var isIdle = !HasEnded && !IsDisturbed && start.Count == 0 && Active.All(step => step.IsWaiting || step.Loop is not null);
        if (changed.Count == 0 && start.Count == 0 && IsStored && !HasEnded && !isIdle) return null;
        _runnable = [];
        Row.Sequence++;
        var steps = changed.ConvertAll(Record);
        var isGivenBack = HasEnded || isIdle;
        IsReleased = isGivenBack;
        Row.Progress = HasEnded ? (Row.Status == ExecutionStatus.Completed ? 100 : Row.Progress) : Progress();
        var checkpoint = new Checkpoint(this, !IsStored, isGivenBack, isIdle ? NextMoment() : null, steps, [.. _tasks], [.. _children], [.. _givenUp], start);
        _tasks.Clear();
        _children.Clear();
        _givenUp.Clear();
        IsStored = true;
        return checkpoint;
    }

    private StepRecord Record(StepState step)
    {
        step.Sequence = Row.Sequence;
        var record = StepRecord.Of(step);
        Row.StoredBytes += record.Bytes;
        return record;
    }

    private int Progress() => Plan.OuterNodes == 0 ? 0 : Math.Min(99, Root.Decided * 100 / Plan.OuterNodes);

    private static JsonElement ContextOf(WorkflowExecution row, WorkflowPlan plan, RunInput input)
    {
        var json = new System.Buffers.ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(json, Json.Writing))
        {
            writer.WriteStartObject();
            if (input.Context.ValueKind == JsonValueKind.Object)
            {
                foreach (var field in input.Context.EnumerateObject().Where(field => !Own.Contains(field.Name))) field.WriteTo(writer);
            }

            writer.WriteString("execution_id", row.Id);
            writer.WriteString("workflow_id", row.WorkflowId);
            writer.WriteString("workflow_name", plan.Name);
            writer.WriteString("organization_id", row.OrganizationId);
            writer.WriteString("mode", row.Mode == ApiMode.Test ? "test" : "live");
            writer.WriteString("started_at", row.StartedAt?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture));
            writer.WriteEndObject();
        }

        return JsonElement.Parse(json.WrittenSpan);
    }

    private static readonly HashSet<string> Own = new(StringComparer.Ordinal) { "execution_id", "workflow_id", "workflow_name", "organization_id", "mode", "started_at" };
}

/// <summary>What bounds every run; see <see cref="WorkflowOptions"/>.</summary>
internal sealed record RunLimits(int MostSteps, int LargestOutput, int MostDepth);

/// <summary>How a run ended.</summary>
internal sealed record ExecutionOutcome(ExecutionStatus Status, JsonElement Output, string? ErrorCode, string? ErrorMessage)
{
    public bool HasEnded => Status is not (ExecutionStatus.Pending or ExecutionStatus.Running);
}
