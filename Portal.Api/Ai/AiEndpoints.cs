using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portal.Api.Docs;
using Portal.Api.Gateway;
using Portal.Core.Ai;
using Portal.Core.Gateway;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;

namespace Portal.Api.Ai;

/// <summary>Language models over HTTP.</summary>
internal static class AiEndpoints
{
    public const string Tag = "AI";
    public const string ReadScope = "ai:read";
    public const string WriteScope = "ai:write";

    public static void MapAi(this RouteGroupBuilder api)
    {
        var ai = api.MapGroup("/ai").WithTags(Tag).RateLimitAs(RateCategory.Ai);
        ai.MapPost("/complete", Complete).RequireScope(WriteScope)
            .Operation("ai_complete", "Have a prompt answered",
                "Counts against the plan's AI calls and tokens once it is answered. `metadata.notice` says so where the built-in model answered, which is no language model.")
            .Refuses(ErrorCode.AiServiceUnavailable, ErrorCode.AiQuotaExceeded, ErrorCode.AiInvalidContext, ErrorCode.AiProcessingTimeout)
            .Example(AiExamples.Summarize, AiExamples.Summary, "summary").Example(AiExamples.Call, AiExamples.Called, "function_call");
        ai.MapGet("/providers", Providers).RequireScope(ReadScope)
            .Operation("ai_providers_list", "List AI providers", "The one that answers by default comes first.").Example(response: AiExamples.Providers);
    }

    private static async Task<Ok<AiCompletion>> Complete(AiCompletionRequest request, ApiCall call, AiService ai, CancellationToken cancellation) =>
        TypedResults.Ok(await ai.Complete(call.Actor, request, cancellation));

    private static Ok<ResourcePage<AiProviderResource>> Providers(AiProviders providers) => TypedResults.Ok(PageOf(providers.All()));

    internal static ResourcePage<AiProviderResource> PageOf(IReadOnlyList<AiProviderResource> all) =>
        ResourcePage.Of(new Page<AiProviderResource>(all, 1, PageRequest.DefaultPerPage, all.Count, null));
}
