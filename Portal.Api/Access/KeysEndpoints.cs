using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Portal.Api.Docs;
using Portal.Api.Gateway;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;

namespace Portal.Api.Access;

/// <summary>API keys and their use, over HTTP.</summary>
internal static class KeysEndpoints
{
    private const string ReadScope = "keys:read";
    private const string WriteScope = "keys:write";

    public static void AddKeys(this IServiceCollection services) => services.AddSingleton<OperationPaths>();

    public static void MapKeys(this RouteGroupBuilder api)
    {
        var keys = api.MapGroup("/keys").WithTags("API keys");
        keys.MapPost("", Create).RequireScope(WriteScope).Operation("keys_create", "Make an API key",
            "The secret stands in `key` (and `api_key`) of this answer and is never shown again. A caller grants no scope that it lacks.")
            .Example(AccessExamples.NewKey, AccessExamples.Issued)
            .Example(AccessExamples.NewKeyByPreset, AccessExamples.IssuedByPreset, "by_preset");
        keys.MapGet("", List).RequireScope(ReadScope).Operation("keys_list", "List API keys")
            .SortableBy(ApiKeyService.SortFields).Example(response: ResourcePage.Of(new Page<ApiKeyResource>([AccessExamples.Key], 1, PageRequest.DefaultPerPage, 1, null)));
        keys.MapGet("/{id}", Get).RequireScope(ReadScope).Operation("keys_get", "Read an API key",
            "For a key that has been replaced, `rotation` says who still uses it.")
            .Example(response: AccessExamples.Key);
        keys.MapPatch("/{id}", Update).RequireScope(WriteScope).Operation("keys_update", "Change an API key",
            "Takes effect on the next request. A revoked key cannot be changed.")
            .Refuses(ErrorCode.Conflict).Example(AccessExamples.KeyChange, AccessExamples.ChangedKey);
        keys.MapDelete("/{id}", Delete).RequireScope(WriteScope).Operation("keys_delete", "Revoke an API key",
            "The key stays in the list as revoked, so that its calls keep their name.");
        keys.MapPost("/{id}/revoke", Revoke).RequireScope(WriteScope).Operation("keys_revoke", "Revoke an API key",
            "Takes effect on the next request and cannot be undone. Revoking again changes nothing.")
            .Example(response: AccessExamples.RevokedKey);
        keys.MapPost("/{id}/rotate", Rotate).RequireScope(WriteScope).Operation("keys_rotate", "Replace an API key",
            "Makes a key with the same properties; the old one goes on working for the overlap.")
            .Example(AccessExamples.Rotation, AccessExamples.Successor);

        var integrations = api.MapGroup("/integrations").WithTags("API keys");
        integrations.MapPost("/keys", Create).RequireScope(WriteScope).Operation("integrations_keys_create", "Make an API key for an integration")
            .Example(AccessExamples.NewKey, AccessExamples.Issued);
        integrations.MapGet("/usage", Usage).RequireScope("usage:read").Operation("integrations_usage_get", "Read this month's usage",
            "Calls and errors of the organization in the caller's mode since the first of the month (UTC), by path.")
            .Example(response: AccessExamples.Usage);
    }

    private static async Task<Created<IssuedApiKey>> Create(CreateKeyRequest request, ApiCall call, ApiKeyService keys, CancellationToken cancellation) =>
        Made(call, await keys.Create(call.Actor, request.Read(), cancellation));

    private static async Task<Ok<ResourcePage<ApiKeyResource>>> List(
        ApiCall call, ApiKeyService keys, int? page, [FromQuery(Name = "per_page")] int? perPage, int? limit, string? cursor, string? sort,
        string? status, string? mode, CancellationToken cancellation)
    {
        var faults = new Faults();
        faults.OneOf("mode", mode, "live", "test");
        faults.ThrowIfAny();
        var filter = new ApiKeyFilter { Status = status, Mode = mode is null ? null : mode == "test" ? ApiMode.Test : ApiMode.Live };
        return TypedResults.Ok(ResourcePage.Of(await keys.List(call.Actor, filter, PageRequest.From(page, perPage, limit, cursor, sort), cancellation)));
    }

    private static async Task<Ok<ApiKeyResource>> Get(string id, ApiCall call, ApiKeyService keys, ApiKeyUsage usage, CancellationToken cancellation)
    {
        var rotation = await usage.Rotation(call.Actor, id, cancellation);
        return TypedResults.Ok(await keys.Get(call.Actor, id, cancellation) with { Rotation = rotation });
    }

    private static async Task<Ok<ApiKeyResource>> Update(
        string id, UpdateKeyRequest request, ApiCall call, ApiKeyService keys, CancellationToken cancellation) =>
        TypedResults.Ok(await keys.Update(call.Actor, id, request.Read(), cancellation));

    private static async Task<Done> Delete(string id, ApiCall call, ApiKeyService keys, CancellationToken cancellation)
    {
        await keys.Revoke(call.Actor, id, cancellation);
        return new Done("API key revoked");
    }

    private static async Task<Ok<ApiKeyResource>> Revoke(string id, ApiCall call, ApiKeyService keys, CancellationToken cancellation) =>
        TypedResults.Ok(await keys.Revoke(call.Actor, id, cancellation));

    private static async Task<Created<IssuedApiKey>> Rotate(
        string id, RotateKeyRequest? request, ApiCall call, ApiKeyService keys, CancellationToken cancellation) =>
        Made(call, await keys.Rotate(call.Actor, id, (request ?? new RotateKeyRequest()).Overlap, cancellation));

    private static async Task<Ok<UsageReport>> Usage(ApiCall call, ApiKeyUsage usage, OperationPaths paths, CancellationToken cancellation) =>
        TypedResults.Ok(await usage.Month(call.Actor, paths.Of, cancellation));

    private static Created<IssuedApiKey> Made(ApiCall call, IssuedApiKey key) =>
        TypedResults.Created($"/api{(call.Policy.Surface == ApiSurface.Canonical ? "/v1" : "")}/keys/{key.Id}", key);
}
