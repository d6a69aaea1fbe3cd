using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;
using Portal.Core.Shared.Paging;
using Portal.Core.Webhooks.Catalogue;
using Portal.Core.Webhooks.Delivery;
using Portal.Core.Webhooks.Endpoints;
using Portal.Core.Webhooks.Replay;
using Portal.Tests.Crm.Data;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Webhooks.Delivery;

/// <summary>What the tests of deliveries share: an engine at work, a receiver, and a tenant of their own.</summary>
public abstract class DeliveryTests(CoreHost core) : CrmTests(core), IAsyncLifetime
{
    private readonly List<BackgroundService[]> _nodes = [];

    protected Receiver Receiver { get; private set; } = null!;
    protected EndpointService Endpoints => Core.Get<EndpointService>();
    protected DeliveryService Deliveries => Core.Get<DeliveryService>();
    protected ReplayService Replays => Core.Get<ReplayService>();
    protected EndpointHealth Health => Core.Get<EndpointHealth>();

    public async ValueTask InitializeAsync()
    {
        Receiver = await Receiver.Start();
        await Core.Get<PortalStore>().WriteAcross((db, _) => Task.FromResult(db.Add(
            new Organization { Id = Tenant.OrganizationId, Name = "Tests", Plan = Plan.Enterprise, CreatedAt = Core.Time.GetUtcNow() })), None);
        await StartNode();
    }

    public async ValueTask DisposeAsync()
    {
        while (_nodes.Count > 0) await StopNode();
        await Receiver.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Starts a node. Several share the core's database, clock and signals.</summary>
    private protected async Task<DeliveryEngine> StartNode()
    {
        var engine = Core.Make<DeliveryEngine>();
        IEventConsumer fanOut = Core.Make<FanOut>(engine);
        BackgroundService[] services = [engine, Core.Make<OutboxDispatcher>(new object[] { new[] { fanOut } }), Core.Make<ReplayWorker>()];
        foreach (var service in services) await service.StartAsync(None);
        _nodes.Add(services);
        return engine;
    }

    /// <summary>Stops the last node that was started, in good order.</summary>
    protected async Task StopNode()
    {
        var services = _nodes[^1];
        _nodes.RemoveAt(_nodes.Count - 1);
        foreach (var service in services.Reverse())
        {
            await service.StopAsync(None);
            service.Dispose();
        }
    }

    protected Task<EndpointResource> NewEndpoint(EndpointInput? input = null) =>
        Endpoints.Create(Actor, (input ?? new EndpointInput()) with { Url = input?.Url ?? Receiver.Url, Events = input?.Events ?? ["contact.*"] }, None);

    protected async Task<DeliveryResource> Only(string endpointId) => Assert.Single((await Deliveries.List(Tenant, endpointId, new DeliveryFilter(), new PageRequest(), None)).Items);

    protected Task<DeliveryResource> Read(DeliveryResource delivery) => Deliveries.Get(Tenant, delivery.WebhookId, delivery.Id, None);

    /// <summary>The endpoint's only delivery, once it is in this state after so many attempts.</summary>
    protected Task<DeliveryResource> Reached(string endpointId, DeliveryState state, int attempts) => WaitFor.Value(async () =>
    {
        var page = await Deliveries.List(Tenant, endpointId, new DeliveryFilter(), new PageRequest(), None);
        return page.Items.FirstOrDefault(row => row.Status == state && row.AttemptCount == attempts);
    }, $"the delivery is {state} after {attempts} attempts");

    /// <summary>Once as many of the endpoint's deliveries as said are in this state.</summary>
    protected Task Reached(string endpointId, DeliveryState state, long count) => WaitFor.Condition(
        async () => (await Deliveries.List(Tenant, endpointId, new DeliveryFilter { Status = state.ToString().ToLowerInvariant() }, new PageRequest(), None)).Total == count,
        $"{count} deliveries are {state}");

    /// <summary>Lets time go on in steps until something holds.</summary>
    protected Task AdvanceUntil(Func<Task<bool>> condition, TimeSpan step) => WaitFor.Condition(async () =>
    {
        if (await condition()) return true;
        Core.Time.Advance(step);
        return false;
    }, "it holds");

    protected Task Dispatched() => WaitFor.Condition(() => Core.Events(Tenant).TrueForAll(row => row.DispatchedAt is not null), "all events are dispatched");

    protected async Task<WebhookLane> Lane(string endpointId)
    {
        await using var db = Core.Get<PortalStore>().Read(Tenant);
        return await db.WebhookLanes.SingleAsync(lane => lane.EndpointId == endpointId);
    }
}
