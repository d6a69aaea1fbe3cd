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
internal sealed record DealQuery
{
    /// <summary>open, won or lost.</summary>
    [FromQuery(Name = "status")]
    public string? Status { get; init; }

    /// <summary>The stage's number in the pipeline.</summary>
    [FromQuery(Name = "stage_id")]
    public int? StageId { get; init; }

    /// <summary>The user who works on the deal.</summary>
    [FromQuery(Name = "owner_id")]
    public string? OwnerId { get; init; }

    /// <summary>The contact that the deal is with.</summary>
    [FromQuery(Name = "contact_id")]
    public string? ContactId { get; init; }

    /// <summary>The least value, whatever the currency.</summary>
    [FromQuery(Name = "value_min")]
    public decimal? ValueMin { get; init; }

    /// <summary>The greatest value, whatever the currency.</summary>
    [FromQuery(Name = "value_max")]
    public decimal? ValueMax { get; init; }

    /// <summary>Part of the title or the notes, in any case.</summary>
    [FromQuery(Name = "q")]
    public string? Q { get; init; }

    /// <summary>Created later than this moment.</summary>
    [FromQuery(Name = "created_after")]
    public DateTimeOffset? CreatedAfter { get; init; }

    /// <summary>Created earlier than this moment.</summary>
    [FromQuery(Name = "created_before")]
    public DateTimeOffset? CreatedBefore { get; init; }

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
