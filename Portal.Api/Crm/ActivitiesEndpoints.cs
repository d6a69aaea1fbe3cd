using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Portal.Api.Docs;
using Portal.Api.Gateway;
using Portal.Core.Crm;

namespace Portal.Api.Crm;

internal static class ActivitiesEndpoints
{
    private const string ReadScope = "activities:read";
    private const string WriteScope = "activities:write";

    public static void MapActivities(this RouteGroupBuilder api)
    {
        var activities = api.MapGroup("/activities").WithTags("Activities");
        activities.MapGet("", List).RequireScope(ReadScope).Operation("activities_list", "List activities")
            .SortableBy(ActivityService.SortFields).Example(response: CrmExamples.PageOf(CrmExamples.Activity));
        activities.MapPost("", Create).RequireScope(WriteScope).Operation("activities_create", "Create an activity")
            .Example(CrmExamples.NewActivity, CrmExamples.Activity);
        activities.MapGet("/{id}", Get).RequireScope(ReadScope).Operation("activities_get", "Read an activity")
            .Example(response: CrmExamples.Activity);
        activities.MapPatch("/{id}", Update).RequireScope(WriteScope).Operation("activities_update", "Change an activity", "Fields that are absent stay as they are; null empties a field.")
            .Example(CrmExamples.ActivityChange, CrmExamples.ChangedActivity);
        activities.MapDelete("/{id}", Delete).RequireScope(WriteScope).Operation("activities_delete", "Delete an activity");
    }

    private static async Task<Ok<ResourcePage<ActivityResource>>> List(
        [AsParameters] ActivityQuery query, [AsParameters] PageQuery page, ApiCall call, ActivityService activities, CancellationToken cancellation) =>
        TypedResults.Ok(ResourcePage.Of(await activities.List(call.Tenant, query.Filter, page.Request, cancellation)));

    private static async Task<Created<ActivityResource>> Create(ActivityInput input, ApiCall call, ActivityService activities, CancellationToken cancellation)
    {
        var activity = await activities.Create(call.Actor, input, cancellation);
        return TypedResults.Created($"{call.Path}/{activity.Id}", activity);
    }

    private static async Task<Ok<ActivityResource>> Get(string id, ApiCall call, ActivityService activities, CancellationToken cancellation) =>
        TypedResults.Ok(await activities.Get(call.Tenant, id, cancellation));

    private static async Task<Ok<ActivityResource>> Update(string id, ActivityPatch patch, ApiCall call, ActivityService activities, CancellationToken cancellation) =>
        TypedResults.Ok(await activities.Update(call.Actor, id, patch, cancellation));

    private static async Task<Done> Delete(string id, ApiCall call, ActivityService activities, CancellationToken cancellation)
    {
        await activities.Delete(call.Actor, id, cancellation);
        return new Done("The activity has been deleted.");
    }
}

/// <summary>The query parameters of a list of activities; every one that is given must match.</summary>
internal sealed record ActivityQuery
{
    /// <summary>call, email, meeting, task or note.</summary>
    [FromQuery(Name = "type")]
    public string? Type { get; init; }

    /// <summary>The contact that it is about.</summary>
    [FromQuery(Name = "contact_id")]
    public string? ContactId { get; init; }

    /// <summary>The deal that it is about.</summary>
    [FromQuery(Name = "deal_id")]
    public string? DealId { get; init; }

    /// <summary>The user who does it.</summary>
    [FromQuery(Name = "owner_id")]
    public string? OwnerId { get; init; }

    /// <summary>Whether it has been completed.</summary>
    [FromQuery(Name = "completed")]
    public bool? Completed { get; init; }

    /// <summary>Due later than this moment.</summary>
    [FromQuery(Name = "due_after")]
    public DateTimeOffset? DueAfter { get; init; }

    /// <summary>Due earlier than this moment.</summary>
    [FromQuery(Name = "due_before")]
    public DateTimeOffset? DueBefore { get; init; }

    public ActivityFilter Filter => new()
    {
        Type = Type,
        ContactId = ContactId,
        DealId = DealId,
        OwnerId = OwnerId,
        Completed = Completed,
        DueAfter = DueAfter,
        DueBefore = DueBefore,
    };
}
