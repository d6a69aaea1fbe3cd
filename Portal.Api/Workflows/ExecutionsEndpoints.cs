using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Portal.Api.Docs;
using Portal.Api.Gateway;
using Portal.Core.Shared.Problems;
using Portal.Core.Workflows.History;
using Portal.Core.Workflows.Testing;

namespace Portal.Api.Workflows;

/// <summary>Runs of workflows over HTTP.</summary>
internal static class ExecutionsEndpoints
{
    private const string ReadScope = "workflows:read";
    private const string WriteScope = "workflows:write";

    public static void MapExecutions(this RouteGroupBuilder api)
    {
        var workflow = api.MapGroup("/workflows/{id}").WithTags("Workflows");
        workflow.MapPost("/execute", Execute).RequireScope(WriteScope).Operation("workflows_execute", "Run a workflow",
            "The run is durable when this answers, and goes on by itself. Runs the published version unless another is named.")
            .Refuses(ErrorCode.WorkflowNotFound, ErrorCode.QuotaExceeded).Example(ExecutionExamples.NewRun, ExecutionExamples.Started);
        workflow.MapPost("/test-node", Test).RequireScope(WriteScope).Operation("workflows_test_node", "Try one node",
            "Runs the node once with the data that is given. What it does outside (requests, mails, changes of data) it does for real.")
            .Refuses(ErrorCode.WorkflowNotFound).Example(ExecutionExamples.Test, ExecutionExamples.Tested);

        var executions = api.MapGroup("/executions").WithTags("Executions");
        executions.MapGet("", List).RequireScope(ReadScope).Operation("executions_list", "List runs")
            .SortableBy(ExecutionService.SortFields).Example(response: ExecutionExamples.PageOf(ExecutionExamples.Listed));
        executions.MapGet("/{id}", Get).RequireScope(ReadScope).Operation("executions_get", "Read a run with its steps").Example(response: ExecutionExamples.Execution);
        executions.MapGet("/{id}/steps", Steps).RequireScope(ReadScope).Operation("executions_steps", "List the steps of a run")
            .SortableBy(ExecutionService.StepSortFields).Example(response: ExecutionExamples.PageOf(ExecutionExamples.Step));
        executions.MapGet("/{id}/steps/{number}", Step).RequireScope(ReadScope).Operation("executions_step", "Read a step with all of its output").Example(response: ExecutionExamples.Step);
        executions.MapPost("/{id}/cancel", Cancel).RequireScope(WriteScope).Operation("executions_cancel", "Cancel a run",
            "Steps that are under way are cut off, and the run has ended when its status says so, a moment later. A run that waits has ended with this answer.")
            .Refuses(ErrorCode.Conflict).Example(response: ExecutionExamples.Cancelling);
        executions.MapPost("/{id}/retry", Retry).RequireScope(WriteScope).Operation("executions_retry", "Repeat a run",
            "A new run, linked to the old one: from the start, from what failed, or from any node. What comes before is not done again.")
            .Refuses(ErrorCode.Conflict, ErrorCode.QuotaExceeded).Example(ExecutionExamples.Retry, ExecutionExamples.Started);
    }

    private static async Task<Accepted<StartedExecution>> Execute(string id, ExecuteInput input, ApiCall call, ExecutionService executions, CancellationToken cancellation) =>
        TypedResults.Accepted((string?)null, await executions.Start(call.Actor, id, input, cancellation));

    private static async Task<Ok<NodeTestResult>> Test(string id, NodeTestInput input, ApiCall call, NodeTester tester, CancellationToken cancellation) =>
        TypedResults.Ok(await tester.Run(call.Actor, id, input, cancellation));

    private static async Task<Ok<ResourcePage<ExecutionResource>>> List(
        [AsParameters] ExecutionQuery query, [AsParameters] PageQuery page, ApiCall call, ExecutionService executions, CancellationToken cancellation) =>
        TypedResults.Ok(ResourcePage.Of(await executions.List(call.Tenant, query.Filter, page.Request, cancellation)));

    private static async Task<Ok<ExecutionResource>> Get(string id, ApiCall call, ExecutionService executions, CancellationToken cancellation) =>
        TypedResults.Ok(await executions.Get(call.Tenant, id, cancellation));

    private static async Task<Ok<ResourcePage<ExecutionStep>>> Steps(
        string id, [AsParameters] PageQuery page, ApiCall call, ExecutionService executions, CancellationToken cancellation) =>
        TypedResults.Ok(ResourcePage.Of(await executions.Steps(call.Tenant, id, page.Request, cancellation)));

    // A number that is none names no step, as an id that never was names nothing.
    private static async Task<Ok<ExecutionStep>> Step(string id, string number, ApiCall call, ExecutionService executions, CancellationToken cancellation) =>
        TypedResults.Ok(await executions.Step(call.Tenant, id, int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var found) ? found : 0, cancellation));

    private static async Task<Ok<ExecutionResource>> Cancel(string id, ApiCall call, ExecutionService executions, CancellationToken cancellation) =>
        TypedResults.Ok(await executions.Cancel(call.Actor, id, cancellation));

    private static async Task<Accepted<StartedExecution>> Retry(string id, RetryInput input, ApiCall call, ExecutionService executions, CancellationToken cancellation) =>
        TypedResults.Accepted((string?)null, await executions.Retry(call.Actor, id, input, cancellation));
}

/// <summary>The query parameters of a list of runs; every one that is given must match.</summary>
internal sealed record ExecutionQuery
{
    /// <summary>The workflow that ran.</summary>
    [FromQuery(Name = "workflow_id")]
    public string? WorkflowId { get; init; }

    /// <summary>pending, running, completed, failed, cancelled or timeout.</summary>
    [FromQuery(Name = "status")]
    public string? Status { get; init; }

    /// <summary>What started the run: api, webhook, schedule, event, form, workflow or retry.</summary>
    [FromQuery(Name = "trigger_type")]
    public string? TriggerType { get; init; }

    /// <summary>The run that it is a part of.</summary>
    [FromQuery(Name = "parent_id")]
    public string? ParentId { get; init; }

    /// <summary>The run that it repeats.</summary>
    [FromQuery(Name = "retry_of")]
    public string? RetryOf { get; init; }

    /// <summary>Only runs that were made later.</summary>
    [FromQuery(Name = "created_after")]
    public DateTimeOffset? CreatedAfter { get; init; }

    /// <summary>Only runs that were made earlier.</summary>
    [FromQuery(Name = "created_before")]
    public DateTimeOffset? CreatedBefore { get; init; }

    internal ExecutionFilter Filter => new(WorkflowId, Status, TriggerType, ParentId, RetryOf, CreatedAfter, CreatedBefore);
}
