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
/// <param name="Type">call, email, meeting, task or note.</param>
/// <param name="ContactId">The contact that it is about.</param>
/// <param name="DealId">The deal that it is about.</param>
/// <param name="OwnerId">The user who does it.</param>
/// <param name="Completed">Whether it has been completed.</param>
/// <param name="DueAfter">Due later than this moment.</param>
/// <param name="DueBefore">Due earlier than this moment.</param>
internal sealed record ActivityQuery(
    [FromQuery(Name = "type")] string? Type,
    [FromQuery(Name = "contact_id")] string? ContactId,
    [FromQuery(Name = "deal_id")] string? DealId,
    [FromQuery(Name = "owner_id")] string? OwnerId,
    [FromQuery(Name = "completed")] bool? Completed,
    [FromQuery(Name = "due_after")] DateTimeOffset? DueAfter,
    [FromQuery(Name = "due_before")] DateTimeOffset? DueBefore)
{
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
