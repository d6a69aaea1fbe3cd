using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Portal.Api.Docs;
using Portal.Api.Gateway;
using Portal.Core.Crm;

namespace Portal.Api.Crm;

internal static class LeadsEndpoints
{
    private const string ReadScope = "leads:read";
    private const string WriteScope = "leads:write";

    public static void MapLeads(this RouteGroupBuilder api)
    {
        var leads = api.MapGroup("/leads").WithTags("Leads");
        leads.MapGet("", List).RequireScope(ReadScope).Operation("leads_list", "List leads")
            .SortableBy(LeadService.SortFields).Example(response: CrmExamples.PageOf(CrmExamples.ScoredLead));
        leads.MapPost("", Create).RequireScope(WriteScope).Operation("leads_create", "Create a lead")
            .Example(CrmExamples.NewLead, CrmExamples.Lead);
        leads.MapGet("/{id}", Get).RequireScope(ReadScope).Operation("leads_get", "Read a lead")
            .Example(response: CrmExamples.ScoredLead);
        leads.MapPatch("/{id}", Update).RequireScope(WriteScope).Operation("leads_update", "Change a lead", "Fields that are absent stay as they are; null empties a field.")
            .Example(CrmExamples.LeadChange, CrmExamples.ChangedLead);
        leads.MapPut("/{id}", Update).RequireScope(WriteScope).Operation("leads_put", "Change a lead by PUT", "The same as PATCH: fields that are absent stay as they are.")
            .Example(CrmExamples.LeadChange, CrmExamples.ChangedLead);
        leads.MapDelete("/{id}", Delete).RequireScope(WriteScope).Operation("leads_delete", "Delete a lead", "Its contact stays.");
    }

    private static async Task<Ok<ResourcePage<LeadResource>>> List(
        [AsParameters] LeadQuery query, [AsParameters] PageQuery page, ApiCall call, LeadService leads, CancellationToken cancellation) =>
        TypedResults.Ok(ResourcePage.Of(await leads.List(call.Tenant, query.Filter, page.Request, cancellation)));

    private static async Task<Created<LeadResource>> Create(LeadInput input, ApiCall call, LeadService leads, CancellationToken cancellation)
    {
        var lead = await leads.Create(call.Actor, input, cancellation);
        return TypedResults.Created($"{call.Path}/{lead.Id}", lead);
    }

    private static async Task<Ok<LeadResource>> Get(string id, ApiCall call, LeadService leads, CancellationToken cancellation) =>
        TypedResults.Ok(await leads.Get(call.Tenant, id, cancellation));

    private static async Task<Ok<LeadResource>> Update(string id, LeadPatch patch, ApiCall call, LeadService leads, CancellationToken cancellation) =>
        TypedResults.Ok(await leads.Update(call.Actor, id, patch, cancellation));

    private static async Task<Done> Delete(string id, ApiCall call, LeadService leads, CancellationToken cancellation)
    {
        await leads.Delete(call.Actor, id, cancellation);
        return new Done("The lead has been deleted.");
    }
}

/// <summary>The query parameters of a list of leads; every one that is given must match.</summary>
internal sealed record LeadQuery
{
    /// <summary>new, new_lead, contacted, qualified, unqualified, converted or lost.</summary>
    [FromQuery(Name = "status")]
    public string? Status { get; init; }

    /// <summary>Where the lead came from, as it was given.</summary>
    [FromQuery(Name = "source")]
    public string? Source { get; init; }

    /// <summary>The user who works on the lead.</summary>
    [FromQuery(Name = "owner_id")]
    public string? OwnerId { get; init; }

    /// <summary>The contact that the lead is about.</summary>
    [FromQuery(Name = "contact_id")]
    public string? ContactId { get; init; }

    /// <summary>The quote that the lead came with.</summary>
    [FromQuery(Name = "quote_id")]
    public string? QuoteId { get; init; }

    /// <summary>The least score.</summary>
    [FromQuery(Name = "score_min")]
    public int? ScoreMin { get; init; }

    /// <summary>The greatest score.</summary>
    [FromQuery(Name = "score_max")]
    public int? ScoreMax { get; init; }

    /// <summary>Part of the title, the notes or the contact's name, e-mail address or company, in any case.</summary>
    [FromQuery(Name = "q")]
    public string? Q { get; init; }

    /// <summary>Another name of q.</summary>
    [FromQuery(Name = "search")]
    public string? Search { get; init; }

    /// <summary>Created later than this moment.</summary>
    [FromQuery(Name = "created_after")]
    public DateTimeOffset? CreatedAfter { get; init; }

    /// <summary>Created earlier than this moment.</summary>
    [FromQuery(Name = "created_before")]
    public DateTimeOffset? CreatedBefore { get; init; }

    public LeadFilter Filter => new()
    {
        Status = Status,
        Source = Source,
        OwnerId = OwnerId,
        ContactId = ContactId,
        QuoteId = QuoteId,
        ScoreMin = ScoreMin,
        ScoreMax = ScoreMax,
        Q = Q ?? Search,
        CreatedAfter = CreatedAfter,
        CreatedBefore = CreatedBefore,
    };
}
