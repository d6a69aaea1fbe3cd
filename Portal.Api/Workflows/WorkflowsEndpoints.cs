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

/// <summary>Workflows and their definitions, over HTTP.</summary>
internal static class WorkflowsEndpoints
{
    public const string ReadScope = "workflows:read";
    public const string WriteScope = "workflows:write";
    private const string PatchNotes = "Fields that are absent stay as they are. A definition that differs from the latest version's makes a new version, which is a draft until it is published. `version`, when given, is the version that the change was made from: where there is a newer one, it is a conflict.";

    public static void MapWorkflows(this RouteGroupBuilder api)
    {
        var workflows = api.MapGroup("/workflows").WithTags("Workflows");
        workflows.MapGet("", List).RequireScope(ReadScope).Operation("workflows_list", "List workflows")
            .SortableBy(WorkflowService.SortFields).Example(response: WebhookExamples.PageOf(WorkflowExamples.Summary));
        workflows.MapPost("", Create).RequireScope(WriteScope).Operation("workflows_create", "Make a workflow", "Its first version is a draft, which may have errors: `POST /workflows/{id}/validate` lists them.")
            .Example(WorkflowExamples.NewWorkflow, WorkflowExamples.Workflow);
        workflows.MapGet("/{id}", Get).RequireScope(ReadScope).Operation("workflows_get", "Read a workflow", "In its latest version unless `version` names another.").Example(response: WorkflowExamples.Workflow);
        workflows.MapPut("/{id}", Update).RequireScope(WriteScope).Operation("workflows_replace", "Save a workflow", PatchNotes).Refuses(ErrorCode.Conflict).Example(WorkflowExamples.Saved, WorkflowExamples.ChangedWorkflow);
        workflows.MapPatch("/{id}", Update).RequireScope(WriteScope).Operation("workflows_update", "Change a workflow", PatchNotes).Refuses(ErrorCode.Conflict).Example(WorkflowExamples.Change, WorkflowExamples.ChangedWorkflow);
        workflows.MapDelete("/{id}", Delete).RequireScope(WriteScope).Operation("workflows_delete", "Delete a workflow", "With its versions, secrets and triggers. Its runs are cancelled, and their record stays.");
        workflows.MapPost("/{id}/duplicate", Duplicate).RequireScope(WriteScope).Operation("workflows_duplicate", "Copy a workflow", "The copy is an inactive draft without secrets.")
            .Example(WorkflowExamples.Copy, WorkflowExamples.CopiedWorkflow);
        workflows.MapGet("/{id}/export", Export).RequireScope(ReadScope).Operation("workflows_export", "Export a workflow", "As JSON that `POST /workflows/import` takes, here or in another portal. Values of secrets are not in it.")
            .Example(response: WorkflowExamples.Exported);
        workflows.MapPost("/import", Import).RequireScope(WriteScope).Operation("workflows_import", "Import a workflow", "An export, or a definition that another program wrote: unknown fields are ignored. It becomes a draft under a new id.")
            .Example(WorkflowExamples.Imported, WorkflowExamples.ImportedWorkflow);
    }

    private static async Task<Ok<ResourcePage<WorkflowSummary>>> List(
        [AsParameters] WorkflowQuery query, [AsParameters] PageQuery page, ApiCall call, WorkflowService workflows, CancellationToken cancellation) =>
        TypedResults.Ok(ResourcePage.Of(await workflows.List(call.Tenant, query.Filter, page.Request, cancellation)));

    private static async Task<Created<WorkflowResource>> Create(WorkflowInput input, ApiCall call, WorkflowService workflows, CancellationToken cancellation)
    {
        var workflow = await workflows.Create(call.Actor, input, cancellation);
        return TypedResults.Created($"{call.Path}/{workflow.Id}", workflow);
    }

    private static async Task<Ok<WorkflowResource>> Get(string id, [AsParameters] VersionQuery query, ApiCall call, WorkflowService workflows, CancellationToken cancellation) =>
        TypedResults.Ok(await workflows.Get(call.Tenant, id, query.Version, cancellation));

    private static async Task<Ok<WorkflowResource>> Update(string id, WorkflowPatch patch, ApiCall call, WorkflowService workflows, CancellationToken cancellation) =>
        TypedResults.Ok(await workflows.Update(call.Actor, id, patch, cancellation));

    private static async Task<Done> Delete(string id, ApiCall call, WorkflowService workflows, CancellationToken cancellation)
    {
        await workflows.Delete(call.Actor, id, cancellation);
        return new Done("The workflow has been deleted.");
    }

    private static async Task<Created<WorkflowResource>> Duplicate(string id, WorkflowCopy? copy, ApiCall call, WorkflowService workflows, CancellationToken cancellation) =>
        Made(call, await workflows.Duplicate(call.Actor, id, copy ?? new WorkflowCopy(), cancellation));

    private static async Task<Ok<WorkflowExport>> Export(string id, [AsParameters] VersionQuery query, ApiCall call, WorkflowTransfer transfer, CancellationToken cancellation) =>
        TypedResults.Ok(await transfer.Export(call.Tenant, id, query.Version, cancellation));

    private static async Task<Created<WorkflowResource>> Import(WorkflowImport import, ApiCall call, WorkflowTransfer transfer, CancellationToken cancellation) =>
        Made(call, await transfer.Import(call.Actor, import, cancellation));

    /// <summary>The answer of an operation elsewhere that made a workflow.</summary>
    internal static Created<WorkflowResource> Made(ApiCall call, WorkflowResource workflow) =>
        TypedResults.Created($"{(call.Policy.Surface == ApiSurface.Canonical ? "/api/v1" : "/api")}/workflows/{workflow.Id}", workflow);
}

/// <summary>The query parameters of the list of workflows; every one that is given must match.</summary>
internal sealed record WorkflowQuery
{
    /// <summary>Part of the name or the description, in any case.</summary>
    [FromQuery(Name = "search")]
    public string? Search { get; init; }

    /// <summary>The category, exactly.</summary>
    [FromQuery(Name = "category")]
    public string? Category { get; init; }

    /// <summary>Whether their triggers start runs.</summary>
    [FromQuery(Name = "is_active")]
    public bool? IsActive { get; init; }

    /// <summary>draft or published.</summary>
    [FromQuery(Name = "status")]
    public string? Status { get; init; }

    public WorkflowFilter Filter => new() { Search = Search, Category = Category, IsActive = IsActive, Status = Status };
}

/// <summary>Which version is meant.</summary>
internal sealed record VersionQuery
{
    /// <summary>The version; the latest unless given.</summary>
    [FromQuery(Name = "version")]
    public int? Version { get; init; }
}
