using System.Globalization;
using System.Text.Json;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Definitions.Checking;
using Portal.Core.Workflows.Engine;
using Portal.Core.Workflows.History;
using Portal.Core.Workflows.Nodes;

namespace Portal.Core.Workflows.Testing;

/// <summary>Runs one node for itself, with data that is given instead of a run's. What it does outside it does for real.</summary>
public sealed class NodeTester
{
    private readonly PortalStore _store;
    private readonly NodeCatalogue _catalogue;
    private readonly WorkflowSecrets _secrets;
    private readonly StepRunner _steps;
    private readonly RunLimits _limits;
    private readonly TimeProvider _time;

    internal NodeTester(PortalStore store, NodeCatalogue catalogue, WorkflowSecrets secrets, StepRunner steps, RunLimits limits, TimeProvider time) =>
        (_store, _catalogue, _secrets, _steps, _limits, _time) = (store, catalogue, secrets, steps, limits, time);

    /// <summary>Tries a node as the actor, who may do through it what they may do anyway.</summary>
    /// <exception cref="ProblemException">There is no such workflow, version or node, or the node alone cannot be run.</exception>
    public async Task<NodeTestResult> Run(Actor actor, string workflowId, NodeTestInput input, CancellationToken cancellation)
    {
        Check(input);
        var plan = await PlanOf(actor, workflowId, input.NodeId!, input, cancellation);
        var node = plan.Find(input.NodeId!)!;
        HoldSecrets(node);
        var facts = new RunFacts(plan, new RunInput(input.Trigger ?? Json.EmptyObject, input.Inputs ?? Json.EmptyObject, Json.EmptyObject), ContextOf(actor, workflowId, plan), _time)
        {
            Secrets = plan.UsesSecrets ? await _secrets.Read(actor.Tenant, workflowId, cancellation) : new Dictionary<string, string>(StringComparer.Ordinal),
        };
        var given = input.Input ?? default;
        var started = _time.GetTimestamp();
        var outcome = await _steps.Run(new StepCall
        {
            Node = node,
            WorkflowId = workflowId,
            WorkflowName = plan.Name,
            ExecutionId = "test",
            Step = 1,
            Attempt = 1,
            IsTest = true,
            Input = given,
            Trigger = facts.Input.Trigger,
            Values = new RunValues(facts, ScopeOf(plan, node, input), given),
            Actor = actor with { Joining = null },
            LargestOutput = _limits.LargestOutput,
            UsesSecrets = plan.UsesSecrets,
        }, cancellation);
        return ResultOf(outcome ?? throw new OperationCanceledException(cancellation), _time.GetElapsedTime(started));
    }

    private static void Check(NodeTestInput input)
    {
        var faults = new Faults();
        faults.Required("node_id", input.NodeId, WorkflowLimits.LongestId);
        ExecutionService.RequireObject(faults, "config", input.Config);
        ExecutionService.RequireObject(faults, "inputs", input.Inputs);
        ExecutionService.RequireObject(faults, "trigger", input.Trigger);
        ExecutionService.RequireReadable(faults, "input", input.Input);
        ExecutionService.RequireReadable(faults, "item", input.Item);
        foreach (var (id, output) in input.Nodes ?? new Dictionary<string, JsonElement>(StringComparer.Ordinal)) ExecutionService.RequireReadable(faults, $"nodes.{id}", output);
        faults.ThrowIfAny();
    }

    private async Task<WorkflowPlan> PlanOf(Actor actor, string workflowId, string nodeId, NodeTestInput input, CancellationToken cancellation)
    {
        await using var db = _store.Read(actor.Tenant);
        var row = await WorkflowRows.Find(db, workflowId, cancellation);
        var graph = await WorkflowRows.Graph(db, workflowId, input.Version ?? row.LatestVersion, cancellation);
        var node = graph.Nodes.FirstOrDefault(node => node.Id == nodeId)
            ?? throw Problem.Field(ErrorCode.Validation, "node_id", "The version has no such node.").AsException();
        if (input.Config is { ValueKind: JsonValueKind.Object } config) node = node with { Config = config };
        // The other nodes are there to be named; what may be wrong with them is not what is tried.
        var known = graph.Nodes.Select(other => other.Id == nodeId ? node : other).Where(other => _catalogue.Find(other.Type) is not null).DistinctBy(other => other.Id, StringComparer.Ordinal).ToList();
        if (_catalogue.Find(node.Type) is null) throw Problem.Field(ErrorCode.Validation, "type", $"There is no node type {node.Type}.").AsException();
        return new WorkflowPlan(workflowId, row.Name, row.LatestVersion, graph with { Nodes = known, Edges = [], Triggers = [] }, [], _catalogue);
    }

    // What is published was checked for it; a draft was not, nor was a configuration that is not saved.
    private static void HoldSecrets(PlanNode node)
    {
        var unreadable = node.Config.Faults.Select(fault => (fault.Field, fault.Offset)).ToHashSet();
        foreach (var expression in node.Config.Expressions.Where(expression => !expression.MayUseSecrets && !unreadable.Contains((expression.Field, expression.Offset))))
        {
            if (ExpressionNames.Of(expression.Source).Any(use => use.Root == WorkflowNames.Secrets))
                throw Problem.Field(ErrorCode.Validation, $"config.{expression.Field}", "Secrets may not be named here: the value would be shown.").AsException();
        }
    }

    private static Expressions.CelValue ContextOf(Actor actor, string workflowId, WorkflowPlan plan) => Expressions.CelValue.From(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["execution_id"] = "test",
        ["workflow_id"] = workflowId,
        ["workflow_name"] = plan.Name,
        ["organization_id"] = actor.Tenant.OrganizationId,
        ["mode"] = actor.Tenant.Mode == ApiMode.Test ? "test" : "live",
    });

    private static ScopeState ScopeOf(WorkflowPlan plan, PlanNode node, NodeTestInput input)
    {
        var root = new ScopeState(plan);
        foreach (var (id, output) in input.Nodes ?? new Dictionary<string, JsonElement>(StringComparer.Ordinal))
        {
            if (plan.Find(id) is { } other) root.Add(new StepState(0, other, root) { Status = ExecutionStatus.Completed, Output = output, FollowedEdges = "" });
        }

        if (input.Item is not { } item) return root;
        var loop = new StepState(0, node, root) { Loop = new LoopState(JsonSerializer.SerializeToElement(new[] { item })) };
        return new ScopeState(plan, root, loop);
    }

    private static NodeTestResult ResultOf(StepOutcome outcome, TimeSpan duration)
    {
        var done = outcome.Result as NodeDone;
        return new()
        {
            Status = done is not null ? "completed" : outcome.Failure is not null ? "failed" : "waiting",
            Output = done is null ? null : done.Output.OrNull(),
            Ports = done?.Ports,
            InputData = outcome.Input is { } kept ? JsonElement.Parse(kept) : null,
            ErrorCode = outcome.Failure?.Code,
            ErrorMessage = outcome.Failure?.Message,
            WaitsFor = outcome.Result switch
            {
                NodeWaits waits => string.Create(CultureInfo.InvariantCulture, $"until {waits.Until.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}"),
                NodeAsks asks => $"a person: {asks.Task.Title}",
                NodeCalls calls => $"a run of {calls.WorkflowId}",
                _ => null,
            },
            DurationMs = (long)duration.TotalMilliseconds,
            ApiCallsCount = outcome.Meter?.ApiCalls ?? 0,
            TokensUsed = outcome.Meter?.Tokens ?? 0,
            CostEstimate = outcome.Meter?.Cost ?? 0,
        };
    }
}
