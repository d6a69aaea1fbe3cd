using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Portal.Api.Docs;
using Portal.Api.Gateway;
using Portal.Core.Shared.Problems;
using Portal.Core.Webhooks.Endpoints;

namespace Portal.Api.Webhooks;

/// <summary>Webhook endpoints and their secrets, over HTTP.</summary>
internal static class WebhooksEndpoints
{
    public const string ReadScope = "webhooks:read";
    public const string WriteScope = "webhooks:write";

    /// <summary>Where anybody finds the key that verifies an endpoint's v1a signatures.</summary>
    private const string PublicKeyPath = "/.well-known/webhook-keys/{id}";

    public static void MapWebhooks(this RouteGroupBuilder api)
    {
        var webhooks = api.MapGroup("/webhooks").WithTags("Webhooks");
        webhooks.MapGet("", List).RequireScope(ReadScope).Operation("webhooks_list", "List webhook endpoints")
            .SortableBy(EndpointService.SortFields).Example(response: WebhookExamples.PageOf(EndpointExamples.Endpoint));
        webhooks.MapPost("", Create).RequireScope(WriteScope).Operation("webhooks_create", "Add a webhook endpoint",
            "`secret` stands in this answer; later `GET /webhooks/{id}/secret` shows it.")
            .Refuses(ErrorCode.QuotaExceeded).Example(EndpointExamples.NewEndpoint, EndpointExamples.MadeEndpoint);
        webhooks.MapGet("/{id}", Get).RequireScope(ReadScope).Operation("webhooks_get", "Read a webhook endpoint").Example(response: EndpointExamples.Endpoint);
        webhooks.MapPatch("/{id}", Update).RequireScope(WriteScope).Operation("webhooks_update", "Change a webhook endpoint",
            "Fields that are absent stay as they are; null empties a field. `active` false makes events wait, true lets them go on in their order.")
            .Example(EndpointExamples.Change, EndpointExamples.ChangedEndpoint);
        webhooks.MapDelete("/{id}", Delete).RequireScope(WriteScope).Operation("webhooks_delete", "Delete a webhook endpoint", "What waits for it is not delivered.");
        webhooks.MapGet("/{id}/secret", Secret).RequireScope(WriteScope).Operation("webhooks_secret_get", "Show the signing secrets").Example(response: EndpointExamples.Secrets);
        webhooks.MapPost("/{id}/secret/rotate", Rotate).RequireScope(WriteScope).Operation("webhooks_secret_rotate", "Rotate the signing secret",
            "During the overlap deliveries carry the signatures of both.")
            .Refuses(ErrorCode.Conflict).Example(EndpointExamples.Rotation, EndpointExamples.RotatedSecrets);
    }

    public static void MapWebhookKeys(this IEndpointRouteBuilder app) => app.MapGet(PublicKeyPath, PublicKey).AllowAnonymous();

    private static async Task<Ok<ResourcePage<EndpointResource>>> List(
        [AsParameters] EndpointQuery query, [AsParameters] PageQuery page, ApiCall call, EndpointService endpoints, CancellationToken cancellation) =>
        TypedResults.Ok(ResourcePage.Of(await endpoints.List(call.Tenant, query.Filter, page.Request, cancellation)));

    private static async Task<Created<EndpointResource>> Create(EndpointInput input, ApiCall call, EndpointService endpoints, CancellationToken cancellation)
    {
        var endpoint = await endpoints.Create(call.Actor, input, cancellation);
        return TypedResults.Created($"{call.Path}/{endpoint.Id}", endpoint);
    }

    private static async Task<Ok<EndpointResource>> Get(string id, ApiCall call, EndpointService endpoints, CancellationToken cancellation) =>
        TypedResults.Ok(await endpoints.Get(call.Tenant, id, cancellation));

    private static async Task<Ok<EndpointResource>> Update(string id, EndpointPatch patch, ApiCall call, EndpointService endpoints, CancellationToken cancellation) =>
        TypedResults.Ok(await endpoints.Update(call.Actor, id, patch, cancellation));

    private static async Task<Done> Delete(string id, ApiCall call, EndpointService endpoints, CancellationToken cancellation)
    {
        await endpoints.Delete(call.Actor, id, cancellation);
        return new Done("The webhook has been deleted.");
    }

    private static async Task<Ok<EndpointSecretsResource>> Secret(string id, ApiCall call, EndpointService endpoints, CancellationToken cancellation) =>
        TypedResults.Ok(await endpoints.Secrets(call.Tenant, id, cancellation));

    private static async Task<Ok<EndpointSecretsResource>> Rotate(string id, SecretRotation rotation, ApiCall call, EndpointService endpoints, CancellationToken cancellation) =>
        TypedResults.Ok(await endpoints.Rotate(call.Actor, id, rotation, cancellation));

    private static async Task<Results<Ok<PublishedKeys>, NotFound>> PublicKey(string id, EndpointService endpoints, CancellationToken cancellation) =>
        await endpoints.PublicKey(id, cancellation) is { } key ? TypedResults.Ok(new PublishedKeys([key])) : TypedResults.NotFound();
}

/// <summary>The keys that verify an endpoint's v1a signatures.</summary>
/// <param name="Keys"><c>whpk_…</c></param>
internal sealed record PublishedKeys(IReadOnlyList<string> Keys);

/// <summary>The query parameters of the list of endpoints; every one that is given must match.</summary>
internal sealed record EndpointQuery
{
    /// <summary>Part of the name or the URL, in any case.</summary>
    [FromQuery(Name = "q")]
    public string? Q { get; init; }

    /// <summary>Whether they are active.</summary>
    [FromQuery(Name = "active")]
    public bool? Active { get; init; }

    /// <summary>active, failing, paused or disabled.</summary>
    [FromQuery(Name = "status")]
    public string? Status { get; init; }

    public EndpointFilter Filter => new() { Q = Q, Active = Active, Status = Status };
}
