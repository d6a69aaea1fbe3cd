using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Portal.Api.Docs;
using Portal.Api.Gateway;
using Portal.Core.Crm;

namespace Portal.Api.Crm;

internal static class DealsEndpoints
{
    private const string ReadScope = "deals:read";
    private const string WriteScope = "deals:write";

    public static void MapDeals(this RouteGroupBuilder api)
    {
        var deals = api.MapGroup("/deals").WithTags("Deals");
        deals.MapGet("", List).RequireScope(ReadScope).Operation("deals_list", "List deals")
            .SortableBy(DealService.SortFields).Example(response: CrmExamples.PageOf(CrmExamples.Deal));
        deals.MapPost("", Create).RequireScope(WriteScope).Operation("deals_create", "Create a deal")
            .Example(CrmExamples.NewDeal, CrmExamples.Deal);
        deals.MapGet("/{id}", Get).RequireScope(ReadScope).Operation("deals_get", "Read a deal")
            .Example(response: CrmExamples.Deal);
        deals.MapPatch("/{id}", Update).RequireScope(WriteScope).Operation("deals_update", "Change a deal", "Fields that are absent stay as they are; null empties a field.")
            .Example(CrmExamples.DealChange, CrmExamples.ChangedDeal);
        deals.MapDelete("/{id}", Delete).RequireScope(WriteScope).Operation("deals_delete", "Delete a deal", "Activities that point to it stay, and point to none.");
    }

    private static async Task<Ok<ResourcePage<DealResource>>> List(
        [AsParameters] DealQuery query, [AsParameters] PageQuery page, ApiCall call, DealService deals, CancellationToken cancellation) =>
        TypedResults.Ok(ResourcePage.Of(await deals.List(call.Tenant, query.Filter, page.Request, cancellation)));

    private static async Task<Created<DealResource>> Create(DealInput input, ApiCall call, DealService deals, CancellationToken cancellation)
    {
        var deal = await deals.Create(call.Actor, input, cancellation);
        return TypedResults.Created($"{call.Path}/{deal.Id}", deal);
    }

    private static async Task<Ok<DealResource>> Get(string id, ApiCall call, DealService deals, CancellationToken cancellation) =>
        TypedResults.Ok(await deals.Get(call.Tenant, id, cancellation));

    private static async Task<Ok<DealResource>> Update(string id, DealPatch patch, ApiCall call, DealService deals, CancellationToken cancellation) =>
        TypedResults.Ok(await deals.Update(call.Actor, id, patch, cancellation));

    private static async Task<Done> Delete(string id, ApiCall call, DealService deals, CancellationToken cancellation)
    {
        await deals.Delete(call.Actor, id, cancellation);
        return new Done("The deal has been deleted.");
    }
}

/// <summary>The query parameters of a list of deals; every one that is given must match.</summary>
/// <param name="Status">open, won or lost.</param>
/// <param name="StageId">The stage's number in the pipeline.</param>
/// <param name="OwnerId">The user who works on the deal.</param>
/// <param name="ContactId">The contact that the deal is with.</param>
/// <param name="ValueMin">The least value, whatever the currency.</param>
/// <param name="ValueMax">The greatest value, whatever the currency.</param>
/// <param name="Q">Part of the title or the notes, in any case.</param>
/// <param name="CreatedAfter">Created later than this moment.</param>
/// <param name="CreatedBefore">Created earlier than this moment.</param>
internal sealed record DealQuery(
    [FromQuery(Name = "status")] string? Status,
    [FromQuery(Name = "stage_id")] int? StageId,
    [FromQuery(Name = "owner_id")] string? OwnerId,
    [FromQuery(Name = "contact_id")] string? ContactId,
    [FromQuery(Name = "value_min")] decimal? ValueMin,
    [FromQuery(Name = "value_max")] decimal? ValueMax,
    [FromQuery(Name = "q")] string? Q,
    [FromQuery(Name = "created_after")] DateTimeOffset? CreatedAfter,
    [FromQuery(Name = "created_before")] DateTimeOffset? CreatedBefore)
{
    public DealFilter Filter => new()
    {
        Status = Status,
        StageId = StageId,
        OwnerId = OwnerId,
        ContactId = ContactId,
        ValueMin = ValueMin,
        ValueMax = ValueMax,
        Q = Q,
        CreatedAfter = CreatedAfter,
        CreatedBefore = CreatedBefore,
    };
}
