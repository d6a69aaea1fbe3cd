using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portal.Api.Docs;
using Portal.Api.Gateway;
using Portal.Api.Webhooks;
using Portal.Core.Workflows.Definitions;

namespace Portal.Api.Workflows;

/// <summary>Secrets of workflows: set, listed without their values, taken away.</summary>
internal static class WorkflowSecretsEndpoints
{
    public static void MapWorkflowSecrets(this RouteGroupBuilder api)
    {
        var secrets = api.MapGroup("/workflows/{id}/secrets").WithTags("Workflows");
        secrets.MapGet("", List).RequireScope(WorkflowsEndpoints.ReadScope).Operation("workflow_secrets_list", "List a workflow's secrets", "Their values are never shown.")
            .SortableBy(WorkflowSecretService.SortFields).Example(response: WebhookExamples.PageOf(WorkflowExamples.Secret));
        secrets.MapPut("/{name}", Set).RequireScope(WorkflowsEndpoints.WriteScope).Operation("workflow_secrets_set", "Set a secret of a workflow", "Expressions know it as `secrets.NAME`, in fields that may hold secrets.")
            .Example(WorkflowExamples.NewSecret, WorkflowExamples.Secret);
        secrets.MapDelete("/{name}", Delete).RequireScope(WorkflowsEndpoints.WriteScope).Operation("workflow_secrets_delete", "Delete a secret of a workflow", "Steps that need it fail from now on.");
    }

    private static async Task<Ok<ResourcePage<SecretResource>>> List(string id, [AsParameters] PageQuery page, ApiCall call, WorkflowSecretService secrets, CancellationToken cancellation) =>
        TypedResults.Ok(ResourcePage.Of(await secrets.List(call.Tenant, id, page.Request, cancellation)));

    /// <param name="id">The workflow's id.</param>
    /// <param name="name">The secret's name: a letter or _, then letters, digits and _.</param>
    private static async Task<Ok<SecretResource>> Set(string id, string name, SecretInput input, ApiCall call, WorkflowSecretService secrets, CancellationToken cancellation) =>
        TypedResults.Ok(await secrets.Set(call.Actor, id, name, input, cancellation));

    /// <param name="id">The workflow's id.</param>
    /// <param name="name">The secret's name.</param>
    private static async Task<Done> Delete(string id, string name, ApiCall call, WorkflowSecretService secrets, CancellationToken cancellation)
    {
        await secrets.Delete(call.Actor, id, name, cancellation);
        return new Done("The secret has been deleted.");
    }
}
