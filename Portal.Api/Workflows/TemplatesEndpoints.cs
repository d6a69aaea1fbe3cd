using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Portal.Api.Docs;
using Portal.Api.Gateway;
using Portal.Api.Webhooks;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Templates;

namespace Portal.Api.Workflows;

/// <summary>Templates of workflows, over HTTP.</summary>
internal static class TemplatesEndpoints
{
    private const string ReadScope = WorkflowsEndpoints.ReadScope;
    private const string WriteScope = WorkflowsEndpoints.WriteScope;

    public static void MapTemplates(this RouteGroupBuilder api)
    {
        var templates = api.MapGroup("/templates").WithTags("Templates");
        templates.MapGet("", List).RequireScope(ReadScope).Operation("templates_list", "List templates", "The organization's own, those that others made public, and those that come with the portal.")
            .SortableBy(TemplateService.SortFields).Example(response: WebhookExamples.PageOf(TemplateExamples.Summary));
        templates.MapPost("", Create).RequireScope(WriteScope).Operation("templates_create", "Make a template", "Its definition must have no errors; each parameter is a variable of it, or a secret.").Example(TemplateExamples.NewTemplate, TemplateExamples.Template);
        templates.MapGet("/{id}", Get).RequireScope(ReadScope).Operation("templates_get", "Read a template").Example(response: TemplateExamples.Template);
        templates.MapPatch("/{id}", Update).RequireScope(WriteScope).Operation("templates_update", "Change a template", "Only one of the organization's own. Fields that are absent stay as they are.")
            .Example(TemplateExamples.Change, TemplateExamples.ChangedTemplate);
        templates.MapDelete("/{id}", Delete).RequireScope(WriteScope).Operation("templates_delete", "Delete a template", "Only one of the organization's own. Workflows that were made from it stay.");
        templates.MapPost("/{id}/instantiate", Instantiate).RequireScope(WriteScope).Operation("templates_instantiate", "Make a workflow from a template", "A draft, whose variables and secrets have the values of the parameters.").NeverLogBody()
            .Example(TemplateExamples.Use, TemplateExamples.UsedWorkflow);
        templates.MapGet("/{id}/reviews", Reviews).RequireScope(ReadScope).Operation("template_reviews_list", "List a template's reviews")
            .SortableBy(TemplateReviews.SortFields).Example(response: WebhookExamples.PageOf(TemplateExamples.Review));
        templates.MapPost("/{id}/reviews", AddReview).RequireScope(WriteScope).Operation("template_reviews_add", "Review a template", "Each user reviews a template once; another review takes the place of the one before.")
            .Example(TemplateExamples.NewReview, TemplateExamples.Review);
        templates.MapGet("/{id}/reviews/{review}", GetReview).RequireScope(ReadScope).Operation("template_reviews_get", "Read a review").Example(response: TemplateExamples.Review);
        templates.MapDelete("/{id}/reviews/{review}", DeleteReview).RequireScope(WriteScope).Operation("template_reviews_delete", "Delete a review", "Only the caller's own.");
        api.MapPost("/workflows/{id}/save-as-template", Save).WithTags("Templates").RequireScope(WriteScope).Operation("templates_save_workflow", "Save a workflow as a template", "Values of its secrets are not in it: those that it uses become parameters of the type `secret`.")
            .Example(TemplateExamples.FromWorkflow, TemplateExamples.SavedTemplate);
    }

    private static async Task<Ok<ResourcePage<TemplateSummary>>> List(
        [AsParameters] TemplateQuery query, [AsParameters] PageQuery page, ApiCall call, TemplateService templates, CancellationToken cancellation) =>
        TypedResults.Ok(ResourcePage.Of(await templates.List(call.Tenant, query.Filter, page.Request, cancellation)));

    private static async Task<Created<TemplateResource>> Create(TemplateInput input, ApiCall call, TemplateService templates, CancellationToken cancellation) =>
        Made(call, await templates.Create(call.Actor, input, cancellation));

    private static async Task<Ok<TemplateResource>> Get(string id, ApiCall call, TemplateService templates, CancellationToken cancellation) =>
        TypedResults.Ok(await templates.Get(call.Tenant, id, cancellation));

    private static async Task<Ok<TemplateResource>> Update(string id, TemplatePatch patch, ApiCall call, TemplateService templates, CancellationToken cancellation) =>
        TypedResults.Ok(await templates.Update(call.Actor, id, patch, cancellation));

    private static async Task<Done> Delete(string id, ApiCall call, TemplateService templates, CancellationToken cancellation)
    {
        await templates.Delete(call.Actor, id, cancellation);
        return new Done("The template has been deleted.");
    }

    private static async Task<Created<WorkflowResource>> Instantiate(string id, TemplateUseInput? use, ApiCall call, TemplateService templates, CancellationToken cancellation) =>
        WorkflowsEndpoints.Made(call, await templates.Instantiate(call.Actor, id, use ?? new TemplateUseInput(), cancellation));

    private static async Task<Ok<ResourcePage<TemplateReview>>> Reviews(string id, [AsParameters] PageQuery page, ApiCall call, TemplateReviews reviews, CancellationToken cancellation) =>
        TypedResults.Ok(ResourcePage.Of(await reviews.List(call.Tenant, id, page.Request, cancellation)));

    private static async Task<Ok<TemplateReview>> AddReview(string id, ReviewInput input, ApiCall call, TemplateReviews reviews, CancellationToken cancellation) =>
        TypedResults.Ok(await reviews.Add(call.Actor, id, input, cancellation));

    /// <param name="id">The template's id.</param>
    /// <param name="review">The review's id.</param>
    private static async Task<Ok<TemplateReview>> GetReview(string id, string review, ApiCall call, TemplateReviews reviews, CancellationToken cancellation) =>
        TypedResults.Ok(await reviews.Get(call.Tenant, id, review, cancellation));

    /// <param name="id">The template's id.</param>
    /// <param name="review">The review's id.</param>
    private static async Task<Done> DeleteReview(string id, string review, ApiCall call, TemplateReviews reviews, CancellationToken cancellation)
    {
        await reviews.Delete(call.Actor, id, review, cancellation);
        return new Done("The review has been deleted.");
    }

    private static async Task<Created<TemplateResource>> Save(string id, TemplateFromWorkflow? from, ApiCall call, TemplateService templates, CancellationToken cancellation) =>
        Made(call, await templates.Save(call.Actor, id, from ?? new TemplateFromWorkflow(), cancellation));

    private static Created<TemplateResource> Made(ApiCall call, TemplateResource template) =>
        TypedResults.Created($"{(call.Policy.Surface == ApiSurface.Canonical ? "/api/v1" : "/api")}/templates/{template.Id}", template);
}

/// <summary>The query parameters of the list of templates; every one that is given must match.</summary>
internal sealed record TemplateQuery
{
    /// <summary>The category, exactly.</summary>
    [FromQuery(Name = "category")]
    public string? Category { get; init; }

    /// <summary>Whether to leave out those that only the organization sees.</summary>
    [FromQuery(Name = "public_only")]
    public bool? PublicOnly { get; init; }

    /// <summary>Part of the name, the description or a tag, in any case.</summary>
    [FromQuery(Name = "search")]
    public string? Search { get; init; }

    public TemplateFilter Filter => new() { Category = Category, PublicOnly = PublicOnly ?? false, Search = Search };
}
