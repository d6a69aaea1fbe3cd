using System.Text.Json;
using Portal.Core.Expressions;
using Portal.Core.Workflows.Definitions;

namespace Portal.Core.Workflows.Engine;

/// <summary>The rounds of loops: each runs the loop's body in a scope of its own, so many at once as the loop says.</summary>
internal sealed class LoopFlow(RunState run, RunFlow flow)
{
    /// <summary>A loop has its items.</summary>
    public void Begin(StepState step, JsonElement items)
    {
        if (items.ValueKind != JsonValueKind.Array)
        {
            flow.FailStep(step, "NO_LIST", "The items are no list.");
            return;
        }

        step.Loop = new LoopState(items);
        flow.Changed(step);
        StartRounds(step);
    }

    private void StartRounds(StepState step)
    {
        var loop = step.Loop!;
        while (loop.Next < loop.Count && loop.Rounds.Count < step.Node.Concurrency)
        {
            var round = new ScopeState(run.Plan, step.Scope, step, loop.Next++);
            if (FollowItems(step, round) is { } fault)
            {
                flow.FailStep(step, "CONDITION_FAILED", fault);
                return;
            }

            if (round.Active > 0) loop.Rounds.Add(round);
            else Record(round, loop);
        }

        if (loop.Done == loop.Count) End(step, Results(loop));
    }

    private void End(StepState step, JsonElement results)
    {
        if (OutputBounds.Fault(results, run.Limits.LargestOutput) is { } fault) flow.FailStep(step, fault.Code, fault.Message);
        else flow.Follow(step, results, ["done"]);
    }

    private string? FollowItems(StepState step, ScopeState round)
    {
        foreach (var edge in step.Node.Out.Where(edge => edge.IsItem))
        {
            CelFault? fault = null;
            var holds = edge.Condition is not { } condition || condition.Test(new RunValues(run.Facts, round, round.Item, round.Item), out fault);
            if (fault is not null) return $"The condition of edge {edge.Id} has no value: {fault.Message}";
            flow.Decide(edge, holds, round);
        }

        return null;
    }

    /// <summary>Nothing of a round is active any more.</summary>
    public void EndRound(ScopeState round, StepState step)
    {
        var loop = step.Loop!;
        loop.Rounds.Remove(round);
        Record(round, loop);
        StartRounds(step);
    }

    private static void Record(ScopeState round, LoopState loop)
    {
        var result = round.Result.ValueKind != JsonValueKind.Undefined ? round.Result : round.Leaves();
        loop.Results[round.Round] = result.OrNull();
        loop.Done++;
    }

    private static JsonElement Results(LoopState loop) =>
        JsonSerializer.SerializeToElement(new { results = loop.Results, count = loop.Count, failed = loop.Failed });
}
