using Microsoft.EntityFrameworkCore;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;
using Portal.Core.Webhooks.Catalogue;
using Portal.Core.Webhooks.Delivery;
using Portal.Core.Webhooks.Endpoints;
using Portal.Core.Webhooks.Replay;
using Portal.Tests.Access.Data;
using Portal.Tests.Gateway.Components;

namespace Portal.Tests.Webhooks.Components;

/// <summary>Pages of webhook endpoints over a database of their own, without an engine: what came of deliveries is written by the test.</summary>
public abstract class EndpointPageTest : GatewayPageTest
{
    private protected const string Url = "https://93.184.216.34/hooks";
    private long _number;

    private protected NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    private protected Actor Owner => Host.Owner;

    private protected EndpointService Endpoints => Host.Get<EndpointService>();

    private protected DeliveryService Deliveries => Host.Get<DeliveryService>();

    /// <summary>Gives the page what it asks for, and the organization a plan without limits.</summary>
    private protected async Task Prepare(Plan plan = Plan.Enterprise, Role role = Role.Owner)
    {
        await Host.Get<PortalStore>().WriteAcross(
            (db, token) => db.Organizations.Where(row => row.Id == AccessHost.Organization).ExecuteUpdateAsync(set => set.SetProperty(row => row.Plan, plan), token), default);
        await Become(role);
        // What keeps the endpoints' secrets.
        Host.Get<KeyRingUpkeep>().Ensure();
        Services.AddSingleton(Endpoints);
        Services.AddSingleton(Deliveries);
        Services.AddSingleton(Host.Get<EndpointHealth>());
        Services.AddSingleton(Host.Get<EventTypeService>());
        Services.AddSingleton(Host.Get<ReplayService>());
        Services.AddSingleton(Host.Get<LimitCatalog>());
        Services.AddSingleton(Host.Get<IOptions<DeliveryOptions>>());
    }

    private protected Task Become(Role role) => Host.Get<PortalStore>().WriteAcross(
        (db, token) => db.Across<Membership>().ExecuteUpdateAsync(set => set.SetProperty(row => row.Role, role), token), default);

    private protected Task<EndpointResource> NewEndpoint(string name = "Warehouse", params string[] events) =>
        Endpoints.Create(Owner, new EndpointInput { Name = name, Url = Url, Events = events.Length == 0 ? ["*"] : events }, default);

    /// <summary>Writes a delivery, with an attempt where it has an answer.</summary>
    private protected async Task<string> Delivered(EndpointResource endpoint, DeliveryState state, int? status = null, string type = "deal.created", int minutesAgo = 5)
    {
        var number = ++_number;
        var at = Host.Time.GetUtcNow().AddMinutes(-minutesAgo);
        var id = $"dlv_{number:00}";
        await Host.Get<PortalStore>().Write(Tenant, async (db, token) =>
        {
            db.Add(new EventRecord { Id = $"evt_{number:00}", Type = type, Object = "deal", ObjectId = "deal_1", Data = """{"id":"deal_1","object":"deal"}""", CreatedAt = at, DispatchedAt = at });
            db.Add(new WebhookDelivery
            {
                Id = id, EndpointId = endpoint.Id, EventId = $"evt_{number:00}", EventType = type, Sequence = number, State = state, Attempts = status is null ? 0 : 1, TotalAttempts = status is null ? 0 : 1,
                DueAt = at.AddMinutes(10), LastStatus = status, LastError = status >= 300 ? $"The receiver answered {status}." : null, LastAttemptAt = status is null ? null : at, CreatedAt = at,
            });
            if (status is not { } answered) return true;
            var good = answered < 300;
            var exchange = new AttemptExchange(Url, [new AttemptHeader("webhook-id", $"evt_{number:00}")], [new AttemptHeader("x-receiver", "north")], """{"answer":"so"}""", false);
            db.Add(new WebhookAttempt
            {
                Id = $"att_{number:00}", DeliveryId = id, EndpointId = endpoint.Id, Number = 1, Succeeded = good, Status = answered, Error = good ? null : $"The receiver answered {status}.",
                Duration = 41_000, Exchange = exchange.Write(), CreatedAt = at,
            });
            var hour = new DateTimeOffset(at.UtcTicks / TimeSpan.TicksPerHour * TimeSpan.TicksPerHour, TimeSpan.Zero);
            var counted = await db.WebhookHours.FirstOrDefaultAsync(row => row.EndpointId == endpoint.Id && row.Hour == hour, token);
            if (counted is null) db.Add(counted = new WebhookHour { EndpointId = endpoint.Id, Hour = hour });
            if (good) counted.Succeeded++;
            else counted.Failed++;
            var lane = await db.WebhookLanes.SingleAsync(row => row.EndpointId == endpoint.Id, token);
            (lane.LastAttemptAt, lane.LastSequence) = (at, number);
            lane.Failures = good ? 0 : lane.Failures + 1;
            lane.FailingSince = good ? null : lane.FailingSince ?? at;
            return true;
        }, default);
        return id;
    }

    /// <summary>Stops an endpoint as the engine does.</summary>
    private protected Task Stop(EndpointResource endpoint, EndpointStop why) => Host.Get<PortalStore>().Write(Tenant, async (db, token) =>
    {
        var row = await db.WebhookEndpoints.SingleAsync(row => row.Id == endpoint.Id, token);
        (row.Stopped, row.StoppedAt) = (why, Host.Time.GetUtcNow().AddHours(-2));
        return true;
    }, default);
}
