using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;
using Portal.Core.Shared.Paging;
using Portal.Core.Webhooks.Delivery;
using Portal.Core.Webhooks.Endpoints;
using Portal.Tests.Access.Data;

namespace Portal.Tests.Webhooks.Data;

/// <summary>What the pages of endpoints read, on both databases.</summary>
public sealed class EndpointReadingTests
{
    private static readonly Tenant Tenant = new(AccessHost.Organization, ApiMode.Live);

    public static TheoryData<DatabaseProvider> Databases => [DatabaseProvider.Sqlite, DatabaseProvider.Postgres];

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Endpoints_are_found_by_how_they_are_doing_and_by_what_waits(DatabaseProvider provider)
    {
        await using var host = await Start(provider);

        foreach (var status in new[] { "active", "failing", "paused", "disabled" })
            Assert.Equal([$"whk_{status}"], (await host.Get<EndpointService>().List(Tenant, new EndpointFilter { Status = status }, new PageRequest(), default)).Items.Select(row => row.Id));
        var waiting = await host.Get<EndpointHealth>().Waiting(Tenant, ["whk_active", "whk_paused"], default);
        Assert.Equal(2, Assert.Single(waiting).Value);
        Assert.Empty(await host.Get<EndpointHealth>().Waiting(Tenant with { Mode = ApiMode.Test }, ["whk_paused"], default));
        var paused = await host.Get<EndpointHealth>().Of(Tenant, "whk_paused", default);
        Assert.Equal(AccessHost.Now, paused.StoppedAt);
        Assert.Equal(AccessHost.Now, (await host.Get<EndpointHealth>().Of(Tenant, "whk_failing", default)).FailingSince);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Body_is_to_the_byte_what_is_sent(DatabaseProvider provider)
    {
        await using var host = await Start(provider);

        var body = await host.Get<DeliveryService>().Body(Tenant, "whk_paused", "dlv_1", default);

        Assert.Equal("""{"id":"evt_1","type":"deal.created","created":1774002615,"timestamp":"2026-03-20T10:30:15.000Z","data":{"id": "deal_1",  "title":"Ä"}}""", body);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Webhook_that_was_taken_in_either_mode_ticks_the_last_of_the_first_steps(DatabaseProvider provider)
    {
        await using var host = await Start(provider);
        Assert.False((await host.Get<FirstSteps>().Of(host.Owner, default)).HasReceived);

        await host.Get<PortalStore>().Write(Tenant, (db, _) =>
        {
            db.Add(new WebhookHour { EndpointId = "whk_of_test_mode", Hour = AccessHost.Now, Succeeded = 1 });
            return Task.FromResult(true);
        }, default);

        Assert.True((await host.Get<FirstSteps>().Of(host.Owner, default)).HasReceived);
        Assert.False((await host.Get<FirstSteps>().Of(host.Stranger, default)).HasReceived);
    }

    private static async Task<AccessHost> Start(DatabaseProvider provider)
    {
        var host = await AccessHost.Start(provider);
        await host.Get<PortalStore>().Write(Tenant, (db, _) =>
        {
            foreach (var (name, stopped) in new (string, EndpointStop?)[] { ("active", null), ("failing", null), ("paused", EndpointStop.Paused), ("disabled", EndpointStop.Gone) })
            {
                db.Add(new WebhookEndpoint
                {
                    Id = $"whk_{name}", Name = name, Url = "https://example.com", Events = ["*"], Stopped = stopped, StoppedAt = stopped is null ? null : AccessHost.Now, Secrets = "", PublicKey = "",
                    CreatedAt = AccessHost.Now, UpdatedAt = AccessHost.Now,
                });
                db.Add(new WebhookLane { EndpointId = $"whk_{name}", IsActive = stopped is null, Failures = name == "failing" ? 2 : 0, FailingSince = name == "failing" ? AccessHost.Now : null });
            }

            for (var number = 1; number <= 2; number++)
            {
                db.Add(new EventRecord { Id = $"evt_{number}", Type = "deal.created", Object = "deal", ObjectId = "deal_1", Data = """{"id": "deal_1",  "title":"Ä"}""", CreatedAt = AccessHost.Now });
                db.Add(new WebhookDelivery { Id = $"dlv_{number}", EndpointId = "whk_paused", EventId = $"evt_{number}", EventType = "deal.created", Sequence = number, CreatedAt = AccessHost.Now, DueAt = AccessHost.Now });
            }

            return Task.FromResult(true);
        }, default);
        return host;
    }
}
