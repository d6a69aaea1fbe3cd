using Portal.Core.Shared.Paging;
using Portal.Core.Webhooks.Delivery;
using Portal.Core.Webhooks.Endpoints;
using Portal.Core.Webhooks.Replay;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Webhooks.Delivery;

public sealed class ReplaysOnSqliteTests(SqliteCore core) : ReplayTests(core), IClassFixture<SqliteCore>;

public sealed class ReplaysOnPostgresTests(PostgresCore core) : ReplayTests(core), IClassFixture<PostgresCore>;

public abstract class ReplayTests(CoreHost core) : DeliveryTests(core)
{
    [Fact]
    public async Task Everything_that_failed_is_counted_first_and_then_sent_again()
    {
        var endpoint = await FailingEndpoint();
        for (var i = 0; i < 3; i++) await NewContact($"Contact {i}");
        await Reached(endpoint.Id, DeliveryState.Failed, 3L);
        Receiver.AnswerWith(200);
        await NewContact("Fine");
        await AdvanceUntil(async () => (await Lane(endpoint.Id)).Failures == 0, TimeSpan.FromMilliseconds(500));

        var dry = await Replays.Begin(Actor, endpoint.Id, new ReplayInput { DryRun = true }, None);
        Assert.Equal((3, true, ""), (dry.Total, dry.DryRun, dry.Id));
        Assert.Empty((await Replays.List(Tenant, endpoint.Id, new PageRequest(), None)).Items);
        var replay = await Replays.Begin(Actor, endpoint.Id, new ReplayInput(), None);
        replay = await Ended(replay);
        Assert.Equal((ReplayState.Completed, 3, 3, 3, 0), (replay.Status, replay.Total, replay.Queued, replay.Succeeded, replay.Failed));
        Assert.Equal(4, (await Deliveries.List(Tenant, endpoint.Id, new DeliveryFilter { Status = "succeeded" }, new PageRequest(), None)).Total);
        Assert.Equal([1L, 2, 3, 4], (await Deliveries.Feed(Tenant, endpoint.Id, 0, null, None)).Events.Select(item => item.Sequence));
    }

    [Fact]
    public async Task Events_from_before_the_endpoint_can_be_sent_to_it_too()
    {
        for (var i = 0; i < 4; i++) await NewContact(i % 2 == 0 ? $"Even {i}" : $"Odd {i}");
        await Dispatched();
        Core.Time.Advance(TimeSpan.FromMinutes(1));
        var endpoint = await NewEndpoint();
        var replay = await Replays.Begin(Actor, endpoint.Id, new ReplayInput { Selection = new ReplaySelection { Status = "all", Filter = "data.name.startsWith('Even')" } }, None);
        Assert.Equal(2, replay.Total);
        Assert.Equal(2, (await Ended(replay)).Succeeded);
        Assert.Equal(["Even 0", "Even 2"], Receiver.Requests.Select(request => request.Json.GetProperty("data").GetProperty("name").GetString()!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Selected_deliveries_are_sent_again_whatever_came_of_them()
    {
        var endpoint = await NewEndpoint();
        for (var i = 0; i < 3; i++) await NewContact($"Contact {i}");
        await Reached(endpoint.Id, DeliveryState.Succeeded, 3L);
        var chosen = (await Deliveries.List(Tenant, endpoint.Id, new DeliveryFilter(), new PageRequest(PerPage: 2), None)).Items.Select(row => row.Id).ToArray();
        Assert.Equal(2, (await Ended(await Replays.Begin(Actor, endpoint.Id, new ReplayInput { Selection = new ReplaySelection { Deliveries = chosen } }, None))).Succeeded);
        Assert.Equal(5, Receiver.Requests.Count);
        Assert.Equal(3, Receiver.EventIds.Distinct().Count());
    }

    [Fact]
    public async Task Replay_keeps_its_rate_pauses_survives_a_restart_and_can_be_cancelled()
    {
        var endpoint = await FailingEndpoint();
        for (var i = 0; i < 6; i++) await NewContact($"Contact {i}");
        await AdvanceUntil(async () => (await Deliveries.List(Tenant, endpoint.Id, new DeliveryFilter { Status = "failed" }, new PageRequest(), None)).Total == 6, TimeSpan.FromMilliseconds(500));
        Receiver.AnswerWith(200);
        Receiver.Requests.Clear();
        await Endpoints.Update(Actor, endpoint.Id, new EndpointPatch { Name = new("Mended") }, None);
        var replay = await Replays.Begin(Actor, endpoint.Id, new ReplayInput { RateLimit = 6 }, None);
        await AdvanceUntil(() => Task.FromResult(Receiver.Requests.Count == 1), TimeSpan.FromMilliseconds(1));
        Core.Time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(1, (await Replays.Get(Tenant, endpoint.Id, replay.Id, None)).Queued);
        Core.Time.Advance(TimeSpan.FromSeconds(2));
        await AdvanceUntil(() => Task.FromResult(Receiver.Requests.Count == 2), TimeSpan.FromMilliseconds(10));

        await StopNode();
        await StartNode();
        // By the next process.
        await AdvanceUntil(() => Task.FromResult(Receiver.Requests.Count == 3), TimeSpan.FromMilliseconds(500));

        await Replays.Pause(Actor, endpoint.Id, replay.Id, None);
        Core.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(3, (await Replays.Get(Tenant, endpoint.Id, replay.Id, None)).Queued);
        await Replays.Resume(Actor, endpoint.Id, replay.Id, None);
        await AdvanceUntil(() => Task.FromResult(Receiver.Requests.Count == 4), TimeSpan.FromMilliseconds(1));
        Assert.Equal(ReplayState.Cancelled, (await Replays.Cancel(Actor, endpoint.Id, replay.Id, None)).Status);
        Assert.Equal("CONFLICT", (await Refusal(() => Replays.Resume(Actor, endpoint.Id, replay.Id, None))).Code.Code);
        Core.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(4, (await Replays.Get(Tenant, endpoint.Id, replay.Id, None)).Queued);
    }

    [Fact]
    public async Task Bad_selection_is_refused_with_its_field()
    {
        var endpoint = await NewEndpoint();
        await RefusedFor("rate_limit", () => Begin(new ReplayInput { RateLimit = 0 }));
        await RefusedFor("selection.status", () => Begin(new ReplayInput { Selection = new ReplaySelection { Status = "some" } }));
        await RefusedFor("selection.to", () => Begin(new ReplayInput { Selection = new ReplaySelection { From = Core.Time.GetUtcNow(), To = Core.Time.GetUtcNow() } }));
        await RefusedFor("selection.deliveries", () => Begin(new ReplayInput { Selection = new ReplaySelection { Deliveries = [] } }));
        await RefusedFor("selection.filter", () => Begin(new ReplayInput { Selection = new ReplaySelection { Filter = "data.name ==" } }));
        Assert.Equal("RESOURCE_NOT_FOUND", (await Refusal(() => Replays.Begin(Others.First(), endpoint.Id, new ReplayInput(), None))).Code.Code);

        Task Begin(ReplayInput input) => Replays.Begin(Actor, endpoint.Id, input, None);
    }

    private Task<EndpointResource> FailingEndpoint()
    {
        Receiver.AnswerWith(500);
        return NewEndpoint(new EndpointInput { RetryPolicy = new RetryPolicy { MaxRetries = 0, BackoffMs = 1000 } });
    }

    private async Task<ReplayResource> Ended(ReplayResource replay)
    {
        await AdvanceUntil(async () => (await Replays.Get(Tenant, replay.WebhookId, replay.Id, None)) is { Status: ReplayState.Completed } now && now.Succeeded + now.Failed == now.Queued, TimeSpan.FromSeconds(1));
        return await Replays.Get(Tenant, replay.WebhookId, replay.Id, None);
    }
}
