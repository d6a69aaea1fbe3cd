using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Portal.Api.Docs;
using Portal.Api.Gateway;
using Portal.Core.Shared.Problems;
using Portal.Core.Workflows.Tasks;

namespace Portal.Api.Workflows;

/// <summary>What runs ask of people, over HTTP.</summary>
internal static class TasksEndpoints
{
    private const string ReadScope = "workflows:read";

    public static void MapTasks(this RouteGroupBuilder api)
    {
        var tasks = api.MapGroup("/tasks").WithTags("Workflows");
        tasks.MapGet("", List).RequireScope(ReadScope).Operation("tasks_list", "List tasks", "Approvals and forms that runs of workflows wait for, or waited for.")
            .SortableBy(TaskService.SortFields).Example(response: TaskExamples.Page);
        tasks.MapGet("/{id}", Get).RequireScope(ReadScope).Operation("tasks_get", "Read a task").Example(response: TaskExamples.Approval);
        tasks.MapPost("/{id}/approve", Approve).RequireScope(TaskService.WriteScope).Operation("tasks_approve", "Approve",
            "The run goes on at the node's port `approved`. Whoever was not asked is refused; an API key decides only where nobody in particular was asked.")
            .Refuses(ErrorCode.Conflict).Example(TaskExamples.Decision, TaskExamples.Approved);
        tasks.MapPost("/{id}/reject", Reject).RequireScope(TaskService.WriteScope).Operation("tasks_reject", "Reject", "The run goes on at the node's port `rejected`.")
            .Refuses(ErrorCode.Conflict).Example(TaskExamples.Refusal, TaskExamples.Rejected);
    }

    private static async Task<Ok<ResourcePage<TaskResource>>> List([AsParameters] TaskQuery query, [AsParameters] PageQuery page, ApiCall call, TaskService tasks, CancellationToken cancellation) =>
        TypedResults.Ok(ResourcePage.Of(await tasks.List(call.Tenant, query.Filter, page.Request, cancellation)));

    private static async Task<Ok<TaskResource>> Get(string id, ApiCall call, TaskService tasks, CancellationToken cancellation) =>
        TypedResults.Ok(await tasks.Get(call.Tenant, id, cancellation));

    private static async Task<Ok<TaskResource>> Approve(string id, DecisionInput input, ApiCall call, TaskService tasks, CancellationToken cancellation) =>
        TypedResults.Ok(await tasks.Approve(call.Actor, id, input, cancellation));

    private static async Task<Ok<TaskResource>> Reject(string id, DecisionInput input, ApiCall call, TaskService tasks, CancellationToken cancellation) =>
        TypedResults.Ok(await tasks.Reject(call.Actor, id, input, cancellation));
}

/// <summary>The query parameters of lists of tasks; every one that is given must match.</summary>
internal sealed record TaskQuery
{
    /// <summary>open, done, expired or cancelled.</summary>
    [FromQuery(Name = "status")]
    public string? Status { get; init; }

    /// <summary>approval or form.</summary>
    [FromQuery(Name = "type")]
    public string? Type { get; init; }

    /// <summary>One run, exe_….</summary>
    [FromQuery(Name = "execution_id")]
    public string? ExecutionId { get; init; }

    public TaskFilter Filter => new() { Status = Status, Type = Type, ExecutionId = ExecutionId };
}
