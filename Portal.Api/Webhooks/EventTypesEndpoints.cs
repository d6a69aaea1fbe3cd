using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Portal.Api.Docs;
using Portal.Api.Gateway;
using Portal.Core.Shared.Problems;
using Portal.Core.Webhooks.Catalogue;

namespace Portal.Api.Webhooks;

internal static class EventTypesEndpoints
{
    private const string ReadScope = "webhooks:read";
    private const string WriteScope = "webhooks:write";

    public static void MapEventTypes(this RouteGroupBuilder api)
    {
        var types = api.MapGroup("/event-types").WithTags("Events");
        types.MapGet("", List).RequireScope(ReadScope).Operation("event_types_list", "List event types", "The portal's own and those that the organization added, by name.")
            .SortableBy(EventTypeService.SortFields).Example(response: WebhookExamples.PageOf(WebhookExamples.EventType));
        types.MapPost("", Create).RequireScope(WriteScope).Operation("event_types_create", "Add an event type", "The sample must fit the schema.")
            .Refuses(ErrorCode.Conflict).Example(WebhookExamples.NewEventType, WebhookExamples.EventType);
        types.MapGet("/{type}", Get).RequireScope(ReadScope).Operation("event_types_get", "Read an event type").Example(response: WebhookExamples.EventType);
        types.MapPatch("/{type}", Update).RequireScope(WriteScope)
            .Operation("event_types_update", "Change an event type", "Only those that the organization added. A change of the schema that may break senders or receivers is a conflict that lists why, unless `force` is true.")
            .Refuses(ErrorCode.Conflict).Example(WebhookExamples.EventTypeChange, WebhookExamples.ChangedEventType);
        types.MapDelete("/{type}", Delete).RequireScope(WriteScope).Operation("event_types_delete", "Delete an event type", "Only those that the organization added; events that were published stay.")
            .Refuses(ErrorCode.Conflict);
        api.MapGet("/events", ListEvents).WithTags("Events").RequireScope("events:read").Operation("events_list", "List events", "As far back as they are kept.")
            .SortableBy(EventLog.SortFields).Example(response: WebhookExamples.PageOf(WebhookExamples.Event));
        api.MapGet("/events/{id}", GetEvent).WithTags("Events").RequireScope("events:read").Operation("events_get", "Read an event").Example(response: WebhookExamples.Event);
        api.MapPost("/events", Publish).WithTags("Events").RequireScope("events:write")
            .Operation("events_publish", "Publish an event", "Checks `data` against the event type's schema and hands the event to its subscribers; it is durable once this has answered.")
            .Example(WebhookExamples.NewEvent, WebhookExamples.Event);
    }

    private static async Task<Ok<ResourcePage<EventTypeResource>>> List(
        [AsParameters] EventTypeQuery query, [AsParameters] PageQuery page, ApiCall call, EventTypeService types, CancellationToken cancellation) =>
        TypedResults.Ok(ResourcePage.Of(await types.List(call.Tenant, query.Filter, page.Request, cancellation)));

    private static async Task<Created<EventTypeResource>> Create(EventTypeInput input, ApiCall call, EventTypeService types, CancellationToken cancellation)
    {
        var type = await types.Create(call.Actor, input, cancellation);
        return TypedResults.Created($"{call.Path}/{type.Id}", type);
    }

    /// <param name="type">The event type's name.</param>
    private static async Task<Ok<EventTypeResource>> Get(string type, ApiCall call, EventTypeService types, CancellationToken cancellation) =>
        TypedResults.Ok(await types.Get(call.Tenant, type, cancellation));

    /// <param name="type">The event type's name.</param>
    private static async Task<Ok<EventTypeResource>> Update(string type, EventTypePatch patch, ApiCall call, EventTypeService types, CancellationToken cancellation) =>
        TypedResults.Ok(await types.Update(call.Actor, type, patch, cancellation));

    /// <param name="type">The event type's name.</param>
    private static async Task<Done> Delete(string type, ApiCall call, EventTypeService types, CancellationToken cancellation)
    {
        await types.Delete(call.Actor, type, cancellation);
        return new Done("The event type has been deleted.");
    }

    private static async Task<Ok<ResourcePage<EventResource>>> ListEvents(
        [AsParameters] EventQuery query, [AsParameters] PageQuery page, ApiCall call, EventLog events, CancellationToken cancellation) =>
        TypedResults.Ok(ResourcePage.Of(await events.List(call.Tenant, query.Filter, page.Request, cancellation)));

    private static async Task<Ok<EventResource>> GetEvent(string id, ApiCall call, EventLog events, CancellationToken cancellation) =>
        TypedResults.Ok(await events.Get(call.Tenant, id, cancellation));

    private static async Task<Accepted<EventResource>> Publish(EventInput input, ApiCall call, EventPublisher events, CancellationToken cancellation) =>
        TypedResults.Accepted((string?)null, await events.Publish(call.Actor, input, cancellation));
}

/// <summary>The query parameters of the list of event types; every one that is given must match.</summary>
internal sealed record EventTypeQuery
{
    /// <summary>Part of the name or the description, in any case.</summary>
    [FromQuery(Name = "q")]
    public string? Q { get; init; }

    /// <summary>Whether the organization added them.</summary>
    [FromQuery(Name = "custom")]
    public bool? Custom { get; init; }

    public EventTypeFilter Filter => new() { Q = Q, Custom = Custom };
}

/// <summary>The query parameters of the list of events; every one that is given must match.</summary>
internal sealed record EventQuery
{
    /// <summary>One event type.</summary>
    [FromQuery(Name = "type")]
    public string? Type { get; init; }

    /// <summary>The id of what they are about.</summary>
    [FromQuery(Name = "object_id")]
    public string? ObjectId { get; init; }

    /// <summary>Later than this moment.</summary>
    [FromQuery(Name = "created_after")]
    public DateTimeOffset? CreatedAfter { get; init; }

    /// <summary>Earlier than this moment.</summary>
    [FromQuery(Name = "created_before")]
    public DateTimeOffset? CreatedBefore { get; init; }

    public EventFilterInput Filter => new() { Type = Type, ObjectId = ObjectId, CreatedAfter = CreatedAfter, CreatedBefore = CreatedBefore };
}
