using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Crm;
using Portal.Core.Notifications;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Paging;
using Portal.Core.Webhooks.Delivery;
using Portal.Core.Webhooks.Endpoints;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Webhooks.Delivery;

public sealed class LanesOnSqliteTests(SqliteCore core) : LaneTests(core), IClassFixture<SqliteCore>;

public sealed class LanesOnPostgresTests(PostgresCore core) : LaneTests(core), IClassFixture<PostgresCore>;

/// <summary>Pace, order and what bad receivers do to good ones.</summary>
public abstract class LaneTests(CoreHost core) : DeliveryTests(core)
{
    [Fact]
    public async Task Ordered_endpoint_delivers_each_entity_in_order_and_holds_up_no_other()
    {
        var endpoint = await NewEndpoint(new EndpointInput { OrderingKey = "data.id" });
        Receiver.Answer = (context, request) =>
        {
            context.Response.StatusCode = request.Json.GetProperty("data").GetProperty("name").GetString() == "Stuck" ? 500 : 200;
            return Task.CompletedTask;
        };
        var stuck = await NewContact("Stuck");
        await Reached(endpoint.Id, DeliveryState.Pending, 1);
        for (var i = 0; i < 3; i++) await Contacts.Update(Actor, stuck.Id, new ContactPatch { Title = new($"Title {i}") }, None);
        for (var i = 0; i < 5; i++) await NewContact($"Free {i}");
        await Reached(endpoint.Id, DeliveryState.Succeeded, 5L);
        Assert.Equal(1, Receiver.Requests.Count(request => request.Json.GetProperty("data").GetProperty("id").GetString() == stuck.Id));

        Receiver.AnswerWith(200);
        await AdvanceUntil(() => Task.FromResult(Receiver.Requests.Count == 10), TimeSpan.FromMilliseconds(100));
        await Reached(endpoint.Id, DeliveryState.Succeeded, 9L);
        var titles = Receiver.Requests.Where(request => request.Json.GetProperty("data").GetProperty("id").GetString() == stuck.Id)
            .Skip(1).Select(request => request.Json.GetProperty("data").GetProperty("title").GetString());
        Assert.Equal([null, "Title 0", "Title 1", "Title 2"], titles);
    }

    [Fact]
    public async Task Circuit_opens_after_failures_and_one_attempt_finds_out_whether_the_receiver_is_back()
    {
        Receiver.AnswerWith(500);
        var endpoint = await NewEndpoint(new EndpointInput { RetryPolicy = new RetryPolicy { MaxRetries = 20, BackoffMs = 100 } });
        for (var i = 0; i < 5; i++) await NewContact($"Contact {i}");
        await WaitFor.Condition(async () => (await Lane(endpoint.Id)).Failures >= 5, "five attempts have failed");
        var before = Receiver.Requests.Count;
        Core.Time.Advance(TimeSpan.FromSeconds(29));
        var health = await Health.Of(Tenant, endpoint.Id, None);
        Assert.NotNull(health.RestsUntil);
        Assert.Equal(before, Receiver.Requests.Count);

        await AdvanceUntil(async () => (await Lane(endpoint.Id)).Failures == before + 1, TimeSpan.FromMilliseconds(500));
        Assert.Equal(before + 1, Receiver.Requests.Count);
        Receiver.AnswerWith(200);
        await AdvanceUntil(async () => (await Health.Of(Tenant, endpoint.Id, None)).Pending == 0, TimeSpan.FromMilliseconds(700));
        Assert.Equal(0, (await Lane(endpoint.Id)).Failures);
    }

    [Fact]
    public async Task Rate_limit_spreads_deliveries_over_the_minute()
    {
        var endpoint = await NewEndpoint(new EndpointInput { RateLimit = 6 });
        for (var i = 0; i < 4; i++) await NewContact($"Contact {i}");
        await Reached(endpoint.Id, DeliveryState.Succeeded, 1L);
        for (var expected = 2; expected <= 4; expected++)
        {
            Core.Time.Advance(TimeSpan.FromSeconds(9));
            await Dispatched();
            Assert.Equal(expected - 1, Receiver.Requests.Count);
            Core.Time.Advance(TimeSpan.FromSeconds(1.1));
            await Reached(endpoint.Id, DeliveryState.Succeeded, (long)expected);
        }
    }

    [Fact]
    public async Task Endpoints_that_hang_do_not_delay_those_that_answer()
    {
        var release = new TaskCompletionSource();
        await using var hanging = await Receiver.Start();
        hanging.Answer = (_, _) => release.Task;
        var slow = await NewEndpoint(new EndpointInput { Url = hanging.Url });
        var quick = await NewEndpoint();
        for (var i = 0; i < 30; i++) await NewContact($"Contact {i}");
        await Reached(quick.Id, DeliveryState.Succeeded, 30L);
        Assert.Equal(10, hanging.Requests.Count);
        Assert.Equal(30, (await Deliveries.List(Tenant, slow.Id, new DeliveryFilter { Status = "pending" }, new PageRequest(), None)).Total);
        release.SetResult();
        await Reached(slow.Id, DeliveryState.Succeeded, 30L);
    }

    [Fact]
    public async Task Paused_endpoint_keeps_its_events_and_delivers_them_in_order()
    {
        // All have the same type, so that the order of arrival is that of sending.
        var endpoint = await NewEndpoint(new EndpointInput { Active = false, OrderingKey = "type" });
        for (var i = 0; i < 40; i++) await NewContact($"Contact {i}");
        await Dispatched();
        Assert.Empty(Receiver.Requests);
        Assert.Equal(40, (await Health.Of(Tenant, endpoint.Id, None)).Pending);
        await Endpoints.Update(Actor, endpoint.Id, new EndpointPatch { Active = new(true) }, None);
        await Reached(endpoint.Id, DeliveryState.Succeeded, 40L);
        Assert.Equal(Enumerable.Range(0, 40).Select(i => $"Contact {i}"), Receiver.Requests.Select(request => request.Json.GetProperty("data").GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Feed_numbers_every_event_without_gaps()
    {
        var endpoint = await NewEndpoint();
        for (var i = 0; i < 7; i++) await NewContact($"Contact {i}");
        await Reached(endpoint.Id, DeliveryState.Succeeded, 7L);
        var seen = new List<long>();
        for (var after = 0L; ;)
        {
            var feed = await Deliveries.Feed(Tenant, endpoint.Id, after, 3, None);
            seen.AddRange(feed.Events.Select(item => item.Sequence));
            after = feed.NextAfter;
            Assert.Equal(7, feed.LastSequence);
            if (!feed.HasMore) break;
        }

        Assert.Equal(Enumerable.Range(1, 7).Select(number => (long)number), seen);
        Assert.Equal(Receiver.EventIds.Order(StringComparer.Ordinal), (await Deliveries.Feed(Tenant, endpoint.Id, 0, null, None)).Events.Select(item => item.Event.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Endpoint_that_only_fails_is_warned_of_twice_and_then_disabled()
    {
        Receiver.AnswerWith(500);
        var owner = new User { Id = "usr_" + Tenant.OrganizationId, UserName = Tenant.OrganizationId, Email = $"{Tenant.OrganizationId}@example.com" };
        await Core.Get<PortalStore>().WriteAcross((db, _) =>
        {
            db.AddRange(owner, new Membership { OrganizationId = Tenant.OrganizationId, UserId = owner.Id, Role = Role.Owner });
            return Task.FromResult(true);
        }, None);
        var endpoint = await NewEndpoint(new EndpointInput { RetryPolicy = new RetryPolicy { MaxRetries = 20, BackoffMs = 86_400_000 } });
        await NewContact();
        for (var attempt = 1; attempt <= 6; attempt++)
        {
            await Reached(endpoint.Id, DeliveryState.Pending, attempt);
            Core.Time.Advance(TimeSpan.FromHours(29));
        }

        await WaitFor.Condition(async () => !(await Endpoints.Get(Tenant, endpoint.Id, None)).Active, "the endpoint is disabled");
        Assert.Equal(EndpointStop.Failing, (await Endpoints.Get(Tenant, endpoint.Id, None)).StoppedBecause);
        Assert.Equal(["webhook.failing", "webhook.failing", "webhook.disabled"], EventTypes.Where(type => type.StartsWith("webhook.", StringComparison.Ordinal)));
        await using var db = Core.Get<PortalStore>().ReadAcross();
        var told = await db.Across<Notification>().Where(row => row.UserId == owner.Id).OrderBy(row => row.Id).Select(row => row.Kind).ToListAsync();
        Assert.Equal([NotificationKind.WebhookFailing, NotificationKind.WebhookFailing, NotificationKind.WebhookDisabled], told);
        Assert.Equal(3, await db.Mails.CountAsync(mail => mail.To == owner.Email));
    }

    [Fact]
    public async Task Deliveries_and_events_are_let_go_after_their_time()
    {
        var endpoint = await NewEndpoint();
        await NewContact();
        await Reached(endpoint.Id, DeliveryState.Succeeded, 1L);
        Core.Time.Advance(TimeSpan.FromDays(31));
        await NewContact("Later");
        await Reached(endpoint.Id, DeliveryState.Succeeded, 2L);
        await Core.Get<RetentionSweep>().Sweep(None);
        Assert.Equal(2, (await Only(endpoint.Id)).Sequence);
        Assert.Single(Core.Events(Tenant));
        await using var db = Core.Get<PortalStore>().Read(Tenant);
        Assert.Equal(1, await db.WebhookAttempts.CountAsync());
    }
}
