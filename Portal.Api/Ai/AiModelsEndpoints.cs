using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Portal.Api.Docs;
using Portal.Api.Gateway;
using Portal.Api.Webhooks;
using Portal.Core.Ai.Models;
using Portal.Core.Gateway;
using Portal.Core.Shared.Problems;

namespace Portal.Api.Ai;

/// <summary>An organization's own models over HTTP.</summary>
internal static class AiModelsEndpoints
{
    private const string Id = "model_id";

    public static void MapAiModels(this RouteGroupBuilder api)
    {
        var models = api.MapGroup("/ai/models").WithTags(AiEndpoints.Tag).RateLimitAs(RateCategory.Ai);
        models.MapGet("", List).RequireScope(AiEndpoints.ReadScope).Operation("ai_models_list", "List models of your own")
            .SortableBy(AiModelService.SortFields).Example(response: WebhookExamples.PageOf(AiExamples.Model));
        models.MapPost("", Create).RequireScope(AiEndpoints.WriteScope).Operation("ai_models_create", "Register a model of your own",
            "It answers at a URL: the portal posts `model_id`, `version`, `input` and `parameters`, and expects an object with `output` and, if it likes, `confidence_score`, `version` and `metadata`.")
            .Refuses(ErrorCode.Conflict).Example(AiExamples.NewModel, AiExamples.MadeModel);
        models.MapGet("/{model_id}", Get).RequireScope(AiEndpoints.ReadScope).Operation("ai_models_get", "Read a model").Example(response: AiExamples.Model);
        models.MapPatch("/{model_id}", Update).RequireScope(AiEndpoints.WriteScope).Operation("ai_models_update", "Change a model",
            "Fields that are absent stay as they are; null empties a field.").Refuses(ErrorCode.Conflict).Example(AiExamples.ModelChange, AiExamples.ChangedModel);
        models.MapDelete("/{model_id}", Delete).RequireScope(AiEndpoints.WriteScope).Operation("ai_models_delete", "Delete a model");
        models.MapPost("/{model_id}/predict", Predict).RequireScope(AiEndpoints.WriteScope).Operation("ai_models_predict", "Ask a model",
            "Counts against the plan's AI calls once it is answered.")
            .Refuses(ErrorCode.AiServiceUnavailable, ErrorCode.AiQuotaExceeded, ErrorCode.AiProcessingTimeout).Example(AiExamples.Question, AiExamples.Prediction);
    }

    private static async Task<Ok<ResourcePage<AiModelResource>>> List([AsParameters] PageQuery page, ApiCall call, AiModelService models, CancellationToken cancellation) =>
        TypedResults.Ok(ResourcePage.Of(await models.List(call.Tenant, page.Request, cancellation)));

    private static async Task<Created<AiModelResource>> Create(AiModelInput input, ApiCall call, AiModelService models, CancellationToken cancellation)
    {
        var model = await models.Create(call.Actor, input, cancellation);
        return TypedResults.Created($"{call.Path}/{model.Id}", model);
    }

    private static async Task<Ok<AiModelResource>> Get([FromRoute(Name = Id)] string id, ApiCall call, AiModelService models, CancellationToken cancellation) =>
        TypedResults.Ok(await models.Get(call.Tenant, id, cancellation));

    private static async Task<Ok<AiModelResource>> Update([FromRoute(Name = Id)] string id, AiModelPatch patch, ApiCall call, AiModelService models, CancellationToken cancellation) =>
        TypedResults.Ok(await models.Update(call.Actor, id, patch, cancellation));

    private static async Task<Done> Delete([FromRoute(Name = Id)] string id, ApiCall call, AiModelService models, CancellationToken cancellation)
    {
        await models.Delete(call.Actor, id, cancellation);
        return new Done("The model has been deleted.");
    }

    private static async Task<Ok<CustomModelResponse>> Predict([FromRoute(Name = Id)] string id, CustomModelRequest request, ApiCall call, AiModelCalls models, CancellationToken cancellation) =>
        TypedResults.Ok(await models.Predict(call.Actor, id, request, cancellation));
}
