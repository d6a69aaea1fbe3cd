using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;
using Portal.Core.Shared.Http;
using Portal.Core.Shared.Paging;
using Portal.Core.Webhooks.Delivery;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Webhooks.Delivery;

/// <summary>Several nodes, nodes that stall, clocks that are wrong.</summary>
public sealed class NodeTests(PostgresCore core) : DeliveryTests(core), IClassFixture<PostgresCore>
{
    [Fact]
    public async Task Two_nodes_deliver_each_event_once()
    {
        await StartNode();
        var endpoints = new List<string>();
        for (var i = 0; i < 4; i++) endpoints.Add((await NewEndpoint()).Id);
        await Task.WhenAll(Enumerable.Range(0, 25).Select(i => NewContact($"Contact {i}")));
        foreach (var endpoint in endpoints) await Reached(endpoint, DeliveryState.Succeeded, 25L);
        Assert.Equal(100, Receiver.Requests.Count);
        foreach (var endpoint in endpoints)
        {
            // The numbers have no gaps although two nodes gave them.
            var feed = await Deliveries.Feed(Tenant, endpoint, 0, null, None);
            Assert.Equal(Enumerable.Range(1, 25).Select(number => (long)number), feed.Events.Select(item => item.Sequence));
        }
    }

    [Fact]
    public async Task Stalled_node_loses_its_endpoints_and_its_late_result_counts_no_more()
    {
        // The only node that may lead at first; none of its timers fires.
        await StopNode();
        var time = new StalledTime(Core.Time);
        var stalled = Core.Make<DeliveryEngine>(time, Core.Make<DeliverySender>(Core.Make<OutboundHttp>(time)));
        IEventConsumer fanOut = Core.Make<FanOut>(stalled);
        var dispatcher = Core.Make<OutboxDispatcher>(new object[] { new[] { fanOut } });
        await stalled.StartAsync(None);
        await dispatcher.StartAsync(None);
        var late = new TaskCompletionSource();
        Receiver.Answer = async (context, _) =>
        {
            await late.Task;
            context.Response.StatusCode = 500;
        };
        var endpoint = await NewEndpoint();
        await NewContact();
        await WaitFor.Condition(() => Receiver.Requests.Count == 1, "the stalled node has sent");
        var number = (await Lane(endpoint.Id)).LeaseNumber;

        Receiver.AnswerWith(200);
        await StartNode();
        await AdvanceUntil(async () => (await Lane(endpoint.Id)).LeaseNumber > number, TimeSpan.FromSeconds(1));
        var done = await Reached(endpoint.Id, DeliveryState.Succeeded, 1);
        late.SetResult();
        await dispatcher.StopAsync(None);
        await stalled.StopAsync(None);
        var attempt = Assert.Single((await Read(done)).Attempts!);
        Assert.True(attempt.Succeeded);
        Assert.Equal(0, (await Lane(endpoint.Id)).Failures);
        stalled.Dispose();
        dispatcher.Dispose();
    }

    [Fact]
    public async Task Node_that_died_is_followed_after_its_lease()
    {
        var endpoint = await NewEndpoint(new Portal.Core.Webhooks.Endpoints.EndpointInput { Active = false });
        await NewContact();
        await Dispatched();
        await StopNode();
        await Endpoints.Update(Actor, endpoint.Id, new Portal.Core.Webhooks.Endpoints.EndpointPatch { Active = new(true) }, None);
        await Core.Get<PortalStore>().WriteAcross(async (db, token) =>
        {
            var lane = await db.Across<WebhookLane>().SingleAsync(lane => lane.EndpointId == endpoint.Id, token);
            LaneRows.Claim(lane, "node_that_died", Core.Time.GetUtcNow().AddSeconds(30));
            return true;
        }, None);
        await StartNode();
        Core.Time.Advance(TimeSpan.FromSeconds(20));
        Assert.Empty(Receiver.Requests);
        await AdvanceUntil(() => Task.FromResult(Receiver.Requests.Count == 1), TimeSpan.FromSeconds(1));
        await Reached(endpoint.Id, DeliveryState.Succeeded, 1);
    }

    [Fact]
    public async Task Clock_that_was_set_back_loses_no_event()
    {
        var endpoint = await NewEndpoint();
        await NewContact("Before");
        await Reached(endpoint.Id, DeliveryState.Succeeded, 1L);
        await StopNode();
        // An hour behind: what was queued by the right clock lies in this node's future.
        var behind = new ShiftedTime(Core.Time, TimeSpan.FromHours(-1));
        var engine = Core.Make<DeliveryEngine>(behind, Core.Make<LaneReader>(behind));
        IEventConsumer fanOut = Core.Make<FanOut>(engine, behind);
        var dispatcher = Core.Make<OutboxDispatcher>(new[] { fanOut }, behind);
        await engine.StartAsync(None);
        await dispatcher.StartAsync(None);
        await NewContact("After");
        await AdvanceUntil(() => Task.FromResult(Receiver.Requests.Count == 2), TimeSpan.FromMilliseconds(500));
        Assert.Equal(["Before", "After"], Receiver.Requests.Select(request => request.Json.GetProperty("data").GetProperty("name").GetString()));
        await dispatcher.StopAsync(None);
        await engine.StopAsync(None);
        engine.Dispose();
        dispatcher.Dispose();
    }

    private sealed class ShiftedTime(TimeProvider time, TimeSpan shift) : TimeProvider
    {
        public override long TimestampFrequency => time.TimestampFrequency;
        public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + shift;
        public override long GetTimestamp() => time.GetTimestamp();
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => time.CreateTimer(callback, state, dueTime, period);
    }

    private sealed class StalledTime(TimeProvider time) : TimeProvider
    {
        public override long TimestampFrequency => time.TimestampFrequency;
        public override DateTimeOffset GetUtcNow() => time.GetUtcNow();
        public override long GetTimestamp() => time.GetTimestamp();
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            time.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
