using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Portal.Api.Docs;
using Portal.Api.Gateway;
using Portal.Core.Shared.Problems;
using Portal.Core.Webhooks.Inbound;

namespace Portal.Api.Webhooks;

/// <summary>Setting up the sources of inbound webhooks, and what they sent.</summary>
internal static class InboundSourcesEndpoints
{
    private const string ReadScope = "webhooks:read";
    private const string WriteScope = "webhooks:write";

    public static void MapInboundSources(this RouteGroupBuilder api)
    {
        var sources = api.MapGroup("/inbound-webhooks").WithTags("Inbound webhooks");
        sources.MapGet("", List).RequireScope(ReadScope).Operation("inbound_sources_list", "List inbound sources")
            .SortableBy(InboundSources.SortFields).Example(response: WebhookExamples.PageOf(InboundExamples.UsedSource));
        sources.MapPost("", Create).RequireScope(WriteScope)
            .Operation("inbound_sources_create", "Set up an inbound source", "The provider sends to `receive_url`, or to `/webhooks/{provider}`, where the secret tells whose it is. A secret that the portal makes stands in this answer and is never shown again.")
            .Example(InboundExamples.NewSource, InboundExamples.Source)
            .Example(InboundExamples.NewHmacSource, InboundExamples.HmacSource, "hmac");
        sources.MapGet("/{id}", Get).RequireScope(ReadScope).Operation("inbound_sources_get", "Read an inbound source").Example(response: InboundExamples.UsedSource);
        sources.MapPatch("/{id}", Update).RequireScope(WriteScope).Operation("inbound_sources_update", "Change an inbound source", "Fields that are absent stay as they are. One that is not active takes nothing.")
            .Example(InboundExamples.SourceChange, InboundExamples.ChangedSource);
        sources.MapDelete("/{id}", Delete).RequireScope(WriteScope).Operation("inbound_sources_delete", "Delete an inbound source", "Its messages go with it; what was made of them stays.");
        sources.MapPost("/{id}/rotate", Rotate).RequireScope(WriteScope).Operation("inbound_sources_rotate", "Replace an inbound source's secret", "The old secret goes on verifying for the overlap.")
            .Example(InboundExamples.NewSecret, InboundExamples.RotatedSource);
        sources.MapGet("/{id}/messages", Messages).RequireScope(ReadScope).Operation("inbound_messages_list", "List what an inbound source sent")
            .SortableBy(InboundMessages.SortFields).Example(response: WebhookExamples.PageOf(InboundExamples.Message));
        sources.MapGet("/{id}/messages/{message}", Message).RequireScope(ReadScope).Operation("inbound_messages_get", "Read a message of an inbound source", "With its headers, secrets masked, and its body.")
            .Example(response: InboundExamples.WholeMessage);
        sources.MapPost("/{id}/messages/{message}/retry", Retry).RequireScope(WriteScope).Operation("inbound_messages_retry", "Process a message once more", "Only one that failed or was ignored.")
            .Refuses(ErrorCode.Conflict).Example(response: InboundExamples.RetriedMessage);
    }

    private static async Task<Ok<ResourcePage<InboundSourceResource>>> List(
        [AsParameters] InboundSourceQuery query, [AsParameters] PageQuery page, ApiCall call, InboundSources sources, CancellationToken cancellation) =>
        TypedResults.Ok(ResourcePage.Of(await sources.List(call.Tenant, query.Filter, page.Request, cancellation)));

    private static async Task<Created<InboundSourceResource>> Create(InboundSourceInput input, ApiCall call, InboundSources sources, CancellationToken cancellation)
    {
        var source = await sources.Create(call.Actor, input, cancellation);
        return TypedResults.Created($"{call.Path}/{source.Id}", source);
    }

    private static async Task<Ok<InboundSourceResource>> Get(string id, ApiCall call, InboundSources sources, CancellationToken cancellation) =>
        TypedResults.Ok(await sources.Get(call.Tenant, id, cancellation));

    private static async Task<Ok<InboundSourceResource>> Update(string id, InboundSourcePatch patch, ApiCall call, InboundSources sources, CancellationToken cancellation) =>
        TypedResults.Ok(await sources.Update(call.Actor, id, patch, cancellation));

    private static async Task<Done> Delete(string id, ApiCall call, InboundSources sources, CancellationToken cancellation)
    {
        await sources.Delete(call.Actor, id, cancellation);
        return new Done("The inbound source has been deleted.");
    }

    private static async Task<Ok<InboundSourceResource>> Rotate(string id, InboundSecretInput? input, ApiCall call, InboundSources sources, CancellationToken cancellation) =>
        TypedResults.Ok(await sources.RotateSecret(call.Actor, id, input ?? new InboundSecretInput(), cancellation));

    private static async Task<Ok<ResourcePage<InboundMessageResource>>> Messages(
        string id, [AsParameters] InboundMessageQuery query, [AsParameters] PageQuery page, ApiCall call, InboundMessages messages, CancellationToken cancellation) =>
        TypedResults.Ok(ResourcePage.Of(await messages.List(call.Tenant, id, query.Filter, page.Request, cancellation)));

    /// <param name="id">The source's id.</param>
    /// <param name="message">The message's id, <c>inb_…</c></param>
    private static async Task<Ok<InboundMessageResource>> Message(string id, string message, ApiCall call, InboundMessages messages, CancellationToken cancellation) =>
        TypedResults.Ok(await messages.Get(call.Tenant, id, message, cancellation));

    /// <param name="id">The source's id.</param>
    /// <param name="message">The message's id, <c>inb_…</c></param>
    private static async Task<Ok<InboundMessageResource>> Retry(string id, string message, ApiCall call, InboundMessages messages, CancellationToken cancellation) =>
        TypedResults.Ok(await messages.Retry(call.Actor, id, message, cancellation));
}

/// <summary>The query parameters of a list of inbound sources; every one that is given must match.</summary>
internal sealed record InboundSourceQuery
{
    /// <summary>quoteiq, stripe, github, slack, twilio, standard-webhooks or hmac.</summary>
    [FromQuery(Name = "provider")]
    public string? Provider { get; init; }

    /// <summary>Whether they take messages.</summary>
    [FromQuery(Name = "active")]
    public bool? Active { get; init; }

    public InboundSourceFilter Filter => new() { Provider = Provider, Active = Active };
}

/// <summary>The query parameters of a list of inbound messages; every one that is given must match.</summary>
internal sealed record InboundMessageQuery
{
    /// <summary>received, processed, ignored or failed.</summary>
    [FromQuery(Name = "status")]
    public string? Status { get; init; }

    /// <summary>The provider's event type.</summary>
    [FromQuery(Name = "type")]
    public string? Type { get; init; }

    public InboundMessageFilter Filter => new() { Status = Status, Type = Type };
}
