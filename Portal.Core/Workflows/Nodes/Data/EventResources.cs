using Portal.Core.Shared.Data;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;
using Portal.Core.Webhooks.Catalogue;
using Portal.Core.Webhooks.Delivery;
using Portal.Core.Webhooks.Endpoints;
using Portal.Core.Workflows.Nodes;
using Portal.Core.Workflows.Nodes.Data;

[assembly: Registers<IQueryableResource, QueryableEvents>]
[assembly: Registers<IQueryableResource, QueryableEndpoints>]
[assembly: Registers<IQueryableResource, QueryableDeliveries>]

namespace Portal.Core.Workflows.Nodes.Data;

internal sealed class QueryableEvents(EventLog events) : ReadableResource<EventResource, EventFilterInput>
{
    protected override Task<Page<EventResource>> List(Tenant tenant, EventFilterInput filter, PageRequest page, CancellationToken cancellation) => events.List(tenant, filter, page, cancellation);

    protected override Task<EventResource> Find(Tenant tenant, string id, CancellationToken cancellation) => events.Get(tenant, id, cancellation);
}

internal sealed class QueryableEndpoints(EndpointService endpoints) : ReadableResource<EndpointResource, EndpointFilter>
{
    protected override Task<Page<EndpointResource>> List(Tenant tenant, EndpointFilter filter, PageRequest page, CancellationToken cancellation) => endpoints.List(tenant, filter, page, cancellation);

    protected override Task<EndpointResource> Find(Tenant tenant, string id, CancellationToken cancellation) => endpoints.Get(tenant, id, cancellation);
}

internal sealed class QueryableDeliveries(DeliveryService deliveries) : ReadableResource<DeliveryResource, QueryableDeliveries.Filter>
{
    public override string Scopes => EndpointResource.Plural;

    protected override Task<Page<DeliveryResource>> List(Tenant tenant, Filter filter, PageRequest page, CancellationToken cancellation) =>
        deliveries.List(tenant, filter.WebhookId ?? throw Problem.Field(ErrorCode.MissingField, "webhook_id", "webhook_id is required: deliveries are listed by endpoint.").AsException(), filter.Rest, page, cancellation);

    protected override Task<DeliveryResource> Find(Tenant tenant, string id, CancellationToken cancellation) => throw new NodeException("NOT_SUPPORTED", "Deliveries are listed, by their endpoint.");

    /// <summary>The list's own filter, and the endpoint.</summary>
    internal sealed record Filter
    {
        public string? WebhookId { get; init; }
        public string? Status { get; init; }
        public string? EventType { get; init; }
        public string? EventId { get; init; }
        public DateTimeOffset? CreatedAfter { get; init; }
        public DateTimeOffset? CreatedBefore { get; init; }

        public DeliveryFilter Rest => new() { Status = Status, EventType = EventType, EventId = EventId, CreatedAfter = CreatedAfter, CreatedBefore = CreatedBefore };
    }
}
