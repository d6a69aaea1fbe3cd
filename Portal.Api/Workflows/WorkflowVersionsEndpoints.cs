using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Portal.Api.Docs;
using Portal.Api.Gateway;
using Portal.Api.Webhooks;
using Portal.Core.Shared.Problems;
using Portal.Core.Workflows.Definitions;

namespace Portal.Api.Workflows;

/// <summary>Versions of workflows: checking, publishing, comparing and restoring them.</summary>
internal static class WorkflowVersionsEndpoints
{
    public static void MapWorkflowVersions(this RouteGroupBuilder api)
    {
        var workflows = api.MapGroup("/workflows").WithTags("Workflows");
        workflows.MapPost("/validate", ValidateGiven).RequireScope(WorkflowsEndpoints.ReadScope).Operation("workflows_validate_given", "Check a definition", "Without storing it. Secrets are taken to be there.")
            .Example(WorkflowExamples.NewWorkflow, WorkflowExamples.Sound);
        workflows.MapPost("/{id}/validate", Validate).RequireScope(WorkflowsEndpoints.ReadScope).Operation("workflows_validate", "Check a workflow", "What keeps a version from being published or run, and what is likely not meant.")
            .Example(WorkflowExamples.Choice, WorkflowExamples.Sound);
        workflows.MapPost("/{id}/publish", Publish).RequireScope(WorkflowsEndpoints.WriteScope)
            .Operation("workflows_publish", "Publish a version", "Triggers and calls run it from now on; runs that have begun go on with theirs. A version with errors is refused with all of them.")
            .Example(WorkflowExamples.Choice, WorkflowExamples.PublishedWorkflow);
        workflows.MapPost("/{id}/unpublish", Unpublish).RequireScope(WorkflowsEndpoints.WriteScope).Operation("workflows_unpublish", "Unpublish a workflow", "Triggers start no more runs; those that have begun go on.")
            .Example(response: WorkflowExamples.Workflow);
        workflows.MapGet("/{id}/versions", List).RequireScope(WorkflowsEndpoints.ReadScope).Operation("workflow_versions_list", "List a workflow's versions", "The newest first.")
            .SortableBy(WorkflowVersions.SortFields).Example(response: WebhookExamples.PageOf(WorkflowExamples.Version));
        workflows.MapGet("/{id}/versions/{version}", Get).RequireScope(WorkflowsEndpoints.ReadScope).Operation("workflow_versions_get", "Read a version of a workflow").Example(response: WorkflowExamples.Workflow);
        workflows.MapPost("/{id}/versions/{version}/restore", Restore).RequireScope(WorkflowsEndpoints.WriteScope)
            .Operation("workflow_versions_restore", "Restore a version", "Makes it the latest, as a new version; where it is the same as the latest, nothing happens.").Example(response: WorkflowExamples.Workflow);
        workflows.MapGet("/{id}/diff", Diff).RequireScope(WorkflowsEndpoints.ReadScope).Operation("workflow_versions_diff", "Compare two versions", "Part by part and field by field.").Example(response: WorkflowExamples.Diff);
    }

    private static Ok<WorkflowValidation> ValidateGiven(WorkflowInput input, WorkflowVersions versions) => TypedResults.Ok(versions.Validate(input));

    private static async Task<Ok<WorkflowValidation>> Validate(string id, VersionChoice? choice, ApiCall call, WorkflowVersions versions, CancellationToken cancellation) =>
        TypedResults.Ok(await versions.Validate(call.Tenant, id, choice ?? new VersionChoice(), cancellation));

    private static async Task<Ok<WorkflowResource>> Publish(string id, VersionChoice? choice, ApiCall call, WorkflowVersions versions, CancellationToken cancellation) =>
        TypedResults.Ok(await versions.Publish(call.Actor, id, choice ?? new VersionChoice(), cancellation));

    private static async Task<Ok<WorkflowResource>> Unpublish(string id, ApiCall call, WorkflowVersions versions, CancellationToken cancellation) =>
        TypedResults.Ok(await versions.Unpublish(call.Actor, id, cancellation));

    private static async Task<Ok<ResourcePage<VersionResource>>> List(string id, [AsParameters] PageQuery page, ApiCall call, WorkflowVersions versions, CancellationToken cancellation) =>
        TypedResults.Ok(ResourcePage.Of(await versions.List(call.Tenant, id, page.Request, cancellation)));

    /// <param name="id">The workflow's id.</param>
    /// <param name="version">The version's number.</param>
    private static async Task<Ok<WorkflowResource>> Get(string id, string version, ApiCall call, WorkflowService workflows, CancellationToken cancellation) =>
        TypedResults.Ok(await workflows.Get(call.Tenant, id, Number(version), cancellation));

    /// <param name="id">The workflow's id.</param>
    /// <param name="version">The version's number.</param>
    private static async Task<Ok<WorkflowResource>> Restore(string id, string version, ApiCall call, WorkflowVersions versions, CancellationToken cancellation) =>
        TypedResults.Ok(await versions.Restore(call.Actor, id, Number(version), cancellation));

    private static async Task<Ok<WorkflowDiff>> Diff(string id, [AsParameters] DiffQuery query, ApiCall call, WorkflowVersions versions, CancellationToken cancellation) =>
        TypedResults.Ok(await versions.Diff(call.Tenant, id, query.From, query.To, cancellation));

    // What is no number is no version either.
    private static int Number(string version) => int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}

/// <summary>Which versions are compared.</summary>
internal sealed record DiffQuery
{
    /// <summary>The earlier version; the one before <c>to</c> unless given.</summary>
    [FromQuery(Name = "from")]
    public int? From { get; init; }

    /// <summary>The later version; the latest unless given.</summary>
    [FromQuery(Name = "to")]
    public int? To { get; init; }
}
