using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Portal.Api.Docs;
using Portal.Api.Gateway;
using Portal.Core.Shared.Problems;
using Portal.Core.Webhooks.Delivery;
using Portal.Core.Webhooks.Replay;

namespace Portal.Api.Webhooks;

/// <summary>What was delivered to an endpoint, what waits, and replays, over HTTP.</summary>
internal static class DeliveriesEndpoints
{
    public static void MapDeliveries(this RouteGroupBuilder api)
    {
        var webhook = api.MapGroup("/webhooks/{id}").WithTags("Webhooks");
        webhook.MapGet("/deliveries", List).RequireScope(WebhooksEndpoints.ReadScope).Operation("webhook_deliveries_list", "List deliveries")
            .SortableBy(DeliveryService.SortFields).Example(response: WebhookExamples.PageOf(EndpointExamples.Delivery));
        webhook.MapGet("/deliveries/{delivery_id}", Get).RequireScope(WebhooksEndpoints.ReadScope).Operation("webhook_deliveries_get", "Read a delivery with its attempts")
            .Example(response: EndpointExamples.DeliveryWithAttempts);
        webhook.MapPost("/deliveries/{delivery_id}/retry", Retry).RequireScope(WebhooksEndpoints.WriteScope).Operation("webhook_deliveries_retry", "Deliver again",
            "At once, whatever came of it before; the retry schedule begins anew.").Example(response: EndpointExamples.Delivery);
        webhook.MapPost("/deliveries/{delivery_id}/cancel", Cancel).RequireScope(WebhooksEndpoints.WriteScope).Operation("webhook_deliveries_cancel", "Cancel a pending delivery")
            .Refuses(ErrorCode.Conflict).Example(response: EndpointExamples.CancelledDelivery);
        webhook.MapGet("/events", Events).RequireScope(WebhooksEndpoints.ReadScope).Operation("webhook_events_list", "List the events of an endpoint")
            .SortableBy(DeliveryService.SortFields).Example(response: WebhookExamples.PageOf(EndpointExamples.EndpointEvent));
        webhook.MapGet("/feed", Feed).RequireScope(WebhooksEndpoints.ReadScope).Operation("webhook_feed", "Read the feed of an endpoint",
            "Every event has a number at its endpoint, from 1 without gaps. A receiver that asks after the last number it knows can prove that it missed nothing.")
            .Example(response: EndpointExamples.Feed);

        webhook.MapGet("/replays", ListReplays).RequireScope(WebhooksEndpoints.ReadScope).Operation("webhook_replays_list", "List replays")
            .Example(response: WebhookExamples.PageOf(EndpointExamples.Replay));
        webhook.MapPost("/replays", Replay).RequireScope(WebhooksEndpoints.WriteScope).Operation("webhook_replays_create", "Replay events",
            "With `dry_run` it only counts. Otherwise the events are queued at the given rate, and go on being queued after a restart.")
            .Example(EndpointExamples.NewReplay, EndpointExamples.BegunReplay);
        webhook.MapGet("/replays/{replay_id}", GetReplay).RequireScope(WebhooksEndpoints.ReadScope).Operation("webhook_replays_get", "Read a replay").Example(response: EndpointExamples.Replay);
        webhook.MapPost("/replays/{replay_id}/pause", PauseReplay).RequireScope(WebhooksEndpoints.WriteScope).Operation("webhook_replays_pause", "Pause a replay")
            .Refuses(ErrorCode.Conflict).Example(response: EndpointExamples.Replay with { Status = ReplayState.Paused });
        webhook.MapPost("/replays/{replay_id}/resume", ResumeReplay).RequireScope(WebhooksEndpoints.WriteScope).Operation("webhook_replays_resume", "Resume a paused replay")
            .Refuses(ErrorCode.Conflict).Example(response: EndpointExamples.Replay);
        webhook.MapPost("/replays/{replay_id}/cancel", CancelReplay).RequireScope(WebhooksEndpoints.WriteScope).Operation("webhook_replays_cancel", "Cancel a replay", "What is queued is delivered all the same.")
            .Refuses(ErrorCode.Conflict).Example(response: EndpointExamples.Replay with { Status = ReplayState.Cancelled });
    }

    private static async Task<Ok<ResourcePage<DeliveryResource>>> List(
        string id, [AsParameters] DeliveryQuery query, [AsParameters] PageQuery page, ApiCall call, DeliveryService deliveries, CancellationToken cancellation) =>
        TypedResults.Ok(ResourcePage.Of(await deliveries.List(call.Tenant, id, query.Filter, page.Request, cancellation)));

    private static async Task<Ok<ResourcePage<EndpointEventResource>>> Events(
        string id, [AsParameters] DeliveryQuery query, [AsParameters] PageQuery page, ApiCall call, DeliveryService deliveries, CancellationToken cancellation) =>
        TypedResults.Ok(ResourcePage.Of(await deliveries.Events(call.Tenant, id, query.Filter, page.Request, cancellation)));

    private static async Task<Ok<DeliveryResource>> Get(
        string id, [FromRoute(Name = "delivery_id")] string deliveryId, ApiCall call, DeliveryService deliveries, CancellationToken cancellation) =>
        TypedResults.Ok(await deliveries.Get(call.Tenant, id, deliveryId, cancellation));

    private static async Task<Ok<DeliveryResource>> Retry(
        string id, [FromRoute(Name = "delivery_id")] string deliveryId, ApiCall call, DeliveryService deliveries, CancellationToken cancellation) =>
        TypedResults.Ok(await deliveries.Retry(call.Actor, id, deliveryId, cancellation));

    private static async Task<Ok<DeliveryResource>> Cancel(
        string id, [FromRoute(Name = "delivery_id")] string deliveryId, ApiCall call, DeliveryService deliveries, CancellationToken cancellation) =>
        TypedResults.Ok(await deliveries.Cancel(call.Actor, id, deliveryId, cancellation));

    /// <param name="id">The endpoint's id.</param>
    /// <param name="after">The last number that is known; 0 when absent.</param>
    /// <param name="limit">How many events at most: 1 to 100, 100 when absent.</param>
    private static async Task<Ok<FeedResource>> Feed(string id, long? after, int? limit, ApiCall call, DeliveryService deliveries, CancellationToken cancellation) =>
        TypedResults.Ok(await deliveries.Feed(call.Tenant, id, after, limit, cancellation));

    private static async Task<Ok<ResourcePage<ReplayResource>>> ListReplays(string id, [AsParameters] PageQuery page, ApiCall call, ReplayService replays, CancellationToken cancellation) =>
        TypedResults.Ok(ResourcePage.Of(await replays.List(call.Tenant, id, page.Request, cancellation)));

    private static async Task<Accepted<ReplayResource>> Replay(string id, ReplayInput input, ApiCall call, ReplayService replays, CancellationToken cancellation) =>
        TypedResults.Accepted((string?)null, await replays.Begin(call.Actor, id, input, cancellation));

    private static async Task<Ok<ReplayResource>> GetReplay(
        string id, [FromRoute(Name = "replay_id")] string replayId, ApiCall call, ReplayService replays, CancellationToken cancellation) =>
        TypedResults.Ok(await replays.Get(call.Tenant, id, replayId, cancellation));

    private static async Task<Ok<ReplayResource>> PauseReplay(
        string id, [FromRoute(Name = "replay_id")] string replayId, ApiCall call, ReplayService replays, CancellationToken cancellation) =>
        TypedResults.Ok(await replays.Pause(call.Actor, id, replayId, cancellation));

    private static async Task<Ok<ReplayResource>> ResumeReplay(
        string id, [FromRoute(Name = "replay_id")] string replayId, ApiCall call, ReplayService replays, CancellationToken cancellation) =>
        TypedResults.Ok(await replays.Resume(call.Actor, id, replayId, cancellation));

    private static async Task<Ok<ReplayResource>> CancelReplay(
        string id, [FromRoute(Name = "replay_id")] string replayId, ApiCall call, ReplayService replays, CancellationToken cancellation) =>
        TypedResults.Ok(await replays.Cancel(call.Actor, id, replayId, cancellation));
}

/// <summary>The query parameters of lists of deliveries; every one that is given must match.</summary>
internal sealed record DeliveryQuery
{
    /// <summary>pending, succeeded, failed or cancelled.</summary>
    [FromQuery(Name = "status")]
    public string? Status { get; init; }

    /// <summary>One event type.</summary>
    [FromQuery(Name = "event_type")]
    public string? EventType { get; init; }

    /// <summary>One event, evt_….</summary>
    [FromQuery(Name = "event_id")]
    public string? EventId { get; init; }

    /// <summary>One replay, rpl_….</summary>
    [FromQuery(Name = "replay_id")]
    public string? ReplayId { get; init; }

    /// <summary>Created later than this moment.</summary>
    [FromQuery(Name = "created_after")]
    public DateTimeOffset? CreatedAfter { get; init; }

    /// <summary>Created earlier than this moment.</summary>
    [FromQuery(Name = "created_before")]
    public DateTimeOffset? CreatedBefore { get; init; }

    public DeliveryFilter Filter => new()
    {
        Status = Status, EventType = EventType, EventId = EventId, ReplayId = ReplayId, CreatedAfter = CreatedAfter, CreatedBefore = CreatedBefore,
    };
}
