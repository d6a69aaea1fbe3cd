using System.Text.Json;
using Portal.Core.Expressions;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Nodes;

namespace Portal.Core.Workflows.Engine;

/// <summary>
/// Which steps follow from which. Every edge is decided once in its scope, followed or not; a node runs when all of its
/// edges are decided and one at least is followed, and is passed by when none is. So a run ends exactly when nothing is
/// active any more. A run that goes on after a crash is decided again from its stored steps, by the same code.
/// </summary>
internal sealed class RunFlow(RunState run)
{
    public const int LongestMessage = 2000;
    private readonly Queue<StepState> _ended = new();
    private readonly HashSet<StepState> _changed = [];
    private LoopFlow? _loops;
    private Dictionary<(string NodeId, string Scope), StoredStep> _history = [];

    private LoopFlow Loops => _loops ??= new LoopFlow(run, this);

    /// <summary>Begins the run, or goes on from stored steps.</summary>
    public void Begin(IReadOnlyList<StoredStep>? stored = null)
    {
        if (stored is { Count: > 0 })
        {
            run.LastNumber = stored.Max(step => step.Row.Number);
            _history = stored.ToDictionary(step => (step.Row.NodeId, step.Row.Scope));
        }

        var entries = run.Plan.EntriesOf(run.Row.TriggerNodeId);
        foreach (var node in entries) Enter(node);
        foreach (var node in run.Plan.Nodes)
        {
            if (node.In.Count == 0 && node.Loop is null && !entries.Contains(node)) PassBy(node, run.Root);
        }

        Drain();
        if (run.Root.Active == 0) EndRun(ExecutionStatus.Completed);
    }

    /// <summary>The steps that must be written, and forgets that they must.</summary>
    public List<StepState> TakeChanged()
    {
        var changed = _changed.OrderBy(step => step.Number).ToList();
        _changed.Clear();
        return changed;
    }

    public void Changed(StepState step) => _changed.Add(step);

    /// <summary>What came over a step's edges.</summary>
    public JsonElement InputOf(StepState step)
    {
        var node = step.Node;
        if (run.Facts.Input.EditedInputs is { ValueKind: JsonValueKind.Object } edited && edited.TryGetProperty(node.Id, out var given)) return given;
        var values = new List<(string Port, JsonElement Value)>();
        foreach (var edge in node.In)
        {
            if (edge.CarriesData && step.Scope.IsFollowed(edge)) values.Add((edge.TargetPort, edge.IsItem ? step.Scope.Item : step.Scope.Step(edge.Source)!.Output.OrNull()));
        }

        if (node.Type.Descriptor.Role == NodeRole.Merge) return JsonSerializer.SerializeToElement(values.Select(value => value.Value));
        var ports = values.GroupBy(value => value.Port, value => value.Value, StringComparer.Ordinal).ToList();
        return ports.Count switch
        {
            0 => default,
            1 => One(ports[0]),
            _ => JsonSerializer.SerializeToElement(ports.ToDictionary(port => port.Key, One, StringComparer.Ordinal)),
        };

        static JsonElement One(IEnumerable<JsonElement> values) => values.ToList() is [var only] ? only : JsonSerializer.SerializeToElement(values);
    }

    /// <summary>A step has its output.</summary>
    public void Complete(StepState step, NodeDone done)
    {
        if (step.Node.IsLoop && step.Loop is null) Loops.Begin(step, done.Output);
        else Follow(step, done.Output, done.Ports);
        Drain();
    }

    /// <summary>A step has failed for good.</summary>
    public void Fail(StepState step, string code, string message)
    {
        FailStep(step, code, message);
        Drain();
    }

    /// <summary>Ends the run for a reason that lies in the portal, with the step at which that came up.</summary>
    public void Abort(StepState step, string code, string message)
    {
        step.Output = default;
        SetError(step, code, message);
        Close(step, ExecutionStatus.Failed);
        EndRun(ExecutionStatus.Failed, code, message, step.Node.Id);
    }

    /// <summary>Ends the run as it is.</summary>
    public void EndRun(ExecutionStatus status, string? code = null, string? message = null, string? nodeId = null)
    {
        if (run.HasEnded) return;
        var row = run.Row;
        if (status == ExecutionStatus.Completed)
        {
            var output = run.Root.Leaves();
            if (JsonLength.Exceeds(output, run.Limits.LargestOutput)) (status, code, message) = (ExecutionStatus.Failed, "OUTPUT_TOO_LARGE", $"What the last nodes gave is in all larger than {run.Limits.LargestOutput / 1024} KiB of JSON.");
            else row.Output = OutputOf(output);
        }

        (row.Status, row.ErrorCode, row.ErrorMessage, row.ErrorNodeId, row.CompletedAt) = (status, code, Storable(message), nodeId, run.Time.GetUtcNow());
        Abandon(run.Root, status == ExecutionStatus.Timeout ? ExecutionStatus.Timeout : ExecutionStatus.Cancelled);
        _ended.Clear();
    }

    // They quote values, and are quoted by the loops and runs around them.
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(message))]
    private static string? Storable(string? message) => message is null ? null : Shared.TextCut.Storable(message, LongestMessage);

    private static void SetError(StepState step, string code, string message) => (step.ErrorCode, step.ErrorMessage) = (code, Storable(message));

    private static string OutputOf(JsonElement leaves) => leaves.ValueKind switch
    {
        JsonValueKind.Undefined => "{}",
        JsonValueKind.Object => leaves.GetRawText(),
        _ => $"{{\"output\":{leaves.GetRawText()}}}",
    };

    // What a trigger gives is there already.
    private void Enter(PlanNode node)
    {
        var step = Ready(node, run.Root);
        if (!node.IsTrigger || step.HasEnded) return;
        run.Hold(step);
        Follow(step, run.Facts.Input.Trigger.OrNull(), null);
    }

    private StepState Ready(PlanNode node, ScopeState scope)
    {
        var step = _history.Remove((node.Id, scope.Path), out var stored) ? stored.Restore(node, scope) : New(node, scope);
        scope.Add(step);
        scope.Active++;
        run.Active.Add(step);
        if (step.HasEnded)
        {
            run.Active.Remove(step);
            _ended.Enqueue(step);
        }
        else if (node.IsLoop && stored is { Items: { } items })
        {
            Loops.Begin(step, items);
        }
        else if (!step.IsWaiting)
        {
            run.Start(step);
        }

        return step;
    }

    private StepState New(PlanNode node, ScopeState scope)
    {
        var step = new StepState(++run.LastNumber, node, scope) { StartedAt = run.Time.GetUtcNow() };
        // What reaches outside is known to have begun before it does; all else is written with its result.
        if (node.Type.Descriptor.HasEffects) Changed(step);
        return step;
    }

    /// <summary>Ends a step well, and follows the edges at its ports whose conditions hold.</summary>
    public void Follow(StepState step, JsonElement output, IReadOnlyList<string>? ports)
    {
        step.Output = output;
        var followed = new List<PlanEdge>();
        foreach (var edge in step.Node.Out)
        {
            if (edge.IsItem || (ports is null ? edge.SourcePort == NodePorts.Error : !ports.Contains(edge.SourcePort))) continue;
            if (edge.Condition is { } condition)
            {
                var holds = condition.Test(ValuesOf(step, output), out var fault);
                if (fault is not null)
                {
                    FailStep(step, "CONDITION_FAILED", $"The condition of edge {edge.Id} has no value: {fault.Message}");
                    return;
                }

                if (!holds) continue;
            }

            followed.Add(edge);
        }

        End(step, ExecutionStatus.Completed, followed);
    }

    private RunValues ValuesOf(StepState step, JsonElement output) => new(run.Facts, step.Scope, InputOf(step), output);

    /// <summary>Ends a step badly: by the edges for that, or by ending what it is in.</summary>
    public void FailStep(StepState step, string code, string message)
    {
        SetError(step, code, message);
        step.Output = FailureOutput.Of(code, message, step.Node.Id);
        if (step.Loop is { } loop) foreach (var round in loop.Rounds.ToList()) Abandon(round, ExecutionStatus.Cancelled);
        if (step.Node.Settings.OnError == NodeFailure.Continue) End(step, ExecutionStatus.Failed, step.Node.Out.FindAll(edge => edge.SourcePort != NodePorts.Error && !edge.IsItem));
        else if (step.Node.HasErrorEdge) End(step, ExecutionStatus.Failed, step.Node.Out.FindAll(edge => edge.SourcePort == NodePorts.Error));
        else Break(step, code, message);
    }

    // The failure leaves the step's scope.
    private void Break(StepState step, string code, string message)
    {
        Close(step, ExecutionStatus.Failed);
        var scope = step.Scope;
        if (scope.Loop is not { } loop)
        {
            EndRun(ExecutionStatus.Failed, code, message, step.Node.Id);
            return;
        }

        if (!loop.Node.KeepsOn)
        {
            FailStep(loop, code, $"Round {scope.Round}, {step.Node.Title}: {message}");
            return;
        }

        GiveUpRound(step, loop);
    }

    private void GiveUpRound(StepState step, StepState loop)
    {
        step.Scope.Result = step.Output;
        Abandon(step.Scope, ExecutionStatus.Cancelled);
        loop.Loop!.Failed++;
        Loops.EndRound(step.Scope, loop);
    }

    private void End(StepState step, ExecutionStatus status, List<PlanEdge> followed)
    {
        step.FollowedEdges = string.Join(',', followed.Select(edge => edge.Id));
        Close(step, status);
        _ended.Enqueue(step);
    }

    private void Close(StepState step, ExecutionStatus status)
    {
        (step.Status, step.CompletedAt, step.WaitsUntil, step.WaitsFor) = (status, run.Time.GetUtcNow(), null, null);
        run.Active.Remove(step);
        Changed(step);
    }

    private void Abandon(ScopeState scope, ExecutionStatus status)
    {
        scope.IsAbandoned = true;
        foreach (var step in run.Active.Where(step => step.Scope.IsWithin(scope)).ToList())
        {
            if (step.AwaitedId is { } id) run.GiveUp(id);
            Close(step, status);
            // Not under the run's lock: what ends with it may want that.
            _ = step.Stop?.CancelAsync();
        }
    }

    private void Drain()
    {
        while (!run.HasEnded && _ended.TryDequeue(out var step))
        {
            if (step.Scope.IsAbandoned) continue;
            Pass(step);
        }
    }

    private void Pass(StepState step)
    {
        var scope = step.Scope;
        if (step.FollowedEdges is null)
        {
            // Of a stored run: what broke a round that its loop did without, or was given up with it.
            if (step.Status != ExecutionStatus.Cancelled && scope.Loop is { } around) GiveUpRound(step, around);
            return;
        }

        scope.Ended();
        var followed = step.FollowedEdges.Split(',');
        foreach (var edge in step.Node.Out)
        {
            if (!edge.IsItem) Decide(edge, followed.Contains(edge.Id, StringComparer.Ordinal), scope);
        }

        if (run.LastNumber > run.Limits.MostSteps)
        {
            EndRun(ExecutionStatus.Failed, "TOO_MANY_STEPS", $"The run has more than {run.Limits.MostSteps} steps.", step.Node.Id);
            return;
        }

        if (--scope.Active > 0) return;
        if (scope.Loop is { } loop) Loops.EndRound(scope, loop);
        else EndRun(ExecutionStatus.Completed);
    }

    /// <summary>Decides an edge in its scope, and what follows from that for its target.</summary>
    public void Decide(PlanEdge edge, bool isFollowed, ScopeState scope)
    {
        if (edge.IsBack)
        {
            if (isFollowed) scope.Result = scope.Step(edge.Source)!.Output.OrNull();
            return;
        }

        scope.Decide(edge, isFollowed);
        var target = edge.Target;
        if (scope.Step(target) is not null || scope.IsSkipped(target)) return;
        if (target.JoinsAny && isFollowed) Ready(target, scope);
        else if (target.In.TrueForAll(scope.IsDecided))
        {
            if (target.In.Exists(scope.IsFollowed)) Ready(target, scope);
            else PassBy(target, scope);
        }
    }

    // As deep as the longest chain of nodes: bounded by the size of a workflow.
    private void PassBy(PlanNode node, ScopeState scope)
    {
        scope.Skip(node);
        foreach (var edge in node.Out)
        {
            if (!edge.IsItem) Decide(edge, false, scope);
        }
    }
}
