using Portal.Core.Crm;
using Portal.Core.Webhooks.Delivery;
using Portal.Core.Webhooks.Endpoints;
using Portal.Core.Webhooks.Signing;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;
using Portal.Tests.Shared.Outbound;

namespace Portal.Tests.Webhooks.Delivery;

public sealed class AttemptsOnSqliteTests(SqliteCore core) : AttemptTests(core), IClassFixture<SqliteCore>;

public sealed class AttemptsOnPostgresTests(PostgresCore core) : AttemptTests(core), IClassFixture<PostgresCore>;

/// <summary>What is sent, and what answers mean.</summary>
public abstract class AttemptTests(CoreHost core) : DeliveryTests(core)
{
    [Fact]
    public async Task Event_reaches_its_endpoint_signed_and_whole()
    {
        var endpoint = await NewEndpoint(new EndpointInput { Headers = new Dictionary<string, string?>(StringComparer.Ordinal) { ["X-Token"] = "a-secret-token" } });
        await NewContact();
        var delivery = await Reached(endpoint.Id, DeliveryState.Succeeded, 1);
        var request = Assert.Single(Receiver.Requests);
        Assert.Equal(delivery.EventId, request.Header("webhook-id"));
        Assert.Equal("a-secret-token", request.Header("X-Token"));
        Assert.Equal("contact.created", request.Json.GetProperty("type").GetString());
        Assert.Equal("Ada Lovelace", request.Json.GetProperty("data").GetProperty("name").GetString());
        Assert.Equal(Core.Time.GetUtcNow().ToUnixTimeMilliseconds(), request.Json.GetProperty("timestamp").GetDateTimeOffset().ToUnixTimeMilliseconds());
        Assert.Equal(Core.Time.GetUtcNow().ToUnixTimeSeconds(), request.Json.GetProperty("created").GetInt64());
        foreach (var secret in new[] { endpoint.Secret!, endpoint.PublicKey })
        {
            var verdict = SignatureVerifier.Verify(new SignedRequest(request.Headers, System.Text.Encoding.UTF8.GetBytes(request.Body), [secret]), Core.Time.GetUtcNow());
            Assert.True(verdict.Valid, verdict.Explanation);
        }

        // What is shown afterwards tells all but the customer's own secret.
        var attempt = Assert.Single((await Read(delivery)).Attempts!);
        Assert.Equal((204, true, 1), (attempt.ResponseStatus, attempt.Succeeded, attempt.Number));
        Assert.Equal(request.Header("webhook-signature"), attempt.RequestHeaders.Single(header => header.Name == "webhook-signature").Value);
        Assert.Equal("a-••••en", attempt.RequestHeaders.Single(header => header.Name == "X-Token").Value);
    }

    [Fact]
    public async Task Failed_attempt_is_repeated_on_schedule_until_the_receiver_takes_it()
    {
        Receiver.AnswerWith(500);
        var endpoint = await NewEndpoint();
        await NewContact();
        var pending = await Reached(endpoint.Id, DeliveryState.Pending, 1);
        Assert.Equal(500, pending.ResponseStatus);
        Assert.Equal("The receiver answered 500.", pending.Error);
        Assert.InRange(pending.NextAttemptAt!.Value - pending.LastAttemptAt!.Value, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(6));
        Core.Time.Advance(TimeSpan.FromSeconds(3.9));
        await Core.Get<EndpointHealth>().Of(Tenant, endpoint.Id, None);
        Assert.Single(Receiver.Requests);

        await AdvanceUntil(() => Task.FromResult(Receiver.Requests.Count == 2), TimeSpan.FromMilliseconds(100));
        pending = await Reached(endpoint.Id, DeliveryState.Pending, 2);
        Assert.InRange(pending.NextAttemptAt!.Value - pending.LastAttemptAt!.Value, TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(6));
        Receiver.AnswerWith(200);
        await AdvanceUntil(() => Task.FromResult(Receiver.Requests.Count == 3), TimeSpan.FromSeconds(2));
        var done = await Reached(endpoint.Id, DeliveryState.Succeeded, 3);
        Assert.Null(done.Error);
        Assert.Null(done.NextAttemptAt);
        // The receiver knows repetitions by their id.
        Assert.Equal(3, Receiver.Requests.Count);
        Assert.Single(Receiver.EventIds.Distinct());
        Assert.Equal([3, 2, 1], (await Read(done)).Attempts!.Select(attempt => attempt.Number));
    }

    [Fact]
    public async Task Own_retry_policy_doubles_its_pauses_and_ends()
    {
        Receiver.AnswerWith(503);
        var endpoint = await NewEndpoint(new EndpointInput { RetryPolicy = new RetryPolicy { MaxRetries = 2, BackoffMs = 10_000 } });
        await NewContact();
        var pending = await Reached(endpoint.Id, DeliveryState.Pending, 1);
        Assert.InRange(pending.NextAttemptAt!.Value - pending.LastAttemptAt!.Value, TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(12));
        await AdvanceUntil(() => Task.FromResult(Receiver.Requests.Count == 2), TimeSpan.FromMilliseconds(500));
        pending = await Reached(endpoint.Id, DeliveryState.Pending, 2);
        Assert.InRange(pending.NextAttemptAt!.Value - pending.LastAttemptAt!.Value, TimeSpan.FromSeconds(16), TimeSpan.FromSeconds(26));
        await AdvanceUntil(() => Task.FromResult(Receiver.Requests.Count == 3), TimeSpan.FromMilliseconds(500));
        var failed = await Reached(endpoint.Id, DeliveryState.Failed, 3);
        Assert.Null(failed.NextAttemptAt);
        Assert.Equal(EndpointStatus.Failing, (await Endpoints.Get(Tenant, endpoint.Id, None)).Status);
    }

    [Fact]
    public async Task Redirect_is_a_failure_and_is_not_followed()
    {
        Receiver.AnswerWith(302, ("Location", Receiver.Url + "/elsewhere"));
        var endpoint = await NewEndpoint();
        await NewContact();
        var pending = await Reached(endpoint.Id, DeliveryState.Pending, 1);
        Assert.Contains("redirects are not followed", pending.Error!, StringComparison.Ordinal);
        Assert.Single(Receiver.Requests);
    }

    [Theory]
    [InlineData(410, null, EndpointStop.Gone)]
    [InlineData(500, "disable", EndpointStop.ReceiverAsked)]
    public async Task Receiver_that_wants_no_more_is_disabled_and_its_events_wait(int status, string? directive, EndpointStop stop)
    {
        if (directive is null) Receiver.AnswerWith(status);
        else Receiver.AnswerWith(status, ("webhook-delivery", directive));
        var endpoint = await NewEndpoint();
        await NewContact();
        await Reached(endpoint.Id, DeliveryState.Pending, 1);
        var stopped = await Endpoints.Get(Tenant, endpoint.Id, None);
        Assert.Equal((false, EndpointStatus.Disabled, stop), (stopped.Active, stopped.Status, stopped.StoppedBecause));
        Assert.Contains("webhook.disabled", EventTypes);

        for (var i = 0; i < 3; i++) await NewContact($"Waiting {i}");
        await Dispatched();
        Core.Time.Advance(TimeSpan.FromDays(1));
        Assert.Single(Receiver.Requests);

        Receiver.AnswerWith(200);
        await Endpoints.Update(Actor, endpoint.Id, new EndpointPatch { Active = new(true) }, None);
        await Reached(endpoint.Id, DeliveryState.Succeeded, 4L);
        Assert.Equal(EndpointStatus.Active, (await Endpoints.Get(Tenant, endpoint.Id, None)).Status);
    }

    [Fact]
    public async Task Message_that_the_receiver_aborts_is_not_sent_again()
    {
        Receiver.AnswerWith(400, ("webhook-delivery", "abort-message"));
        var endpoint = await NewEndpoint();
        await NewContact();
        await Reached(endpoint.Id, DeliveryState.Failed, 1);
        Assert.True((await Endpoints.Get(Tenant, endpoint.Id, None)).Active);
    }

    [Fact]
    public async Task Retry_after_is_obeyed_by_the_whole_endpoint()
    {
        Receiver.AnswerWith(429, ("Retry-After", "120"));
        var endpoint = await NewEndpoint();
        await NewContact();
        var pending = await Reached(endpoint.Id, DeliveryState.Pending, 1);
        Assert.Equal(TimeSpan.FromSeconds(120), pending.NextAttemptAt!.Value - pending.LastAttemptAt!.Value);
        Receiver.AnswerWith(200);
        await NewContact("Another");
        await Dispatched();
        Core.Time.Advance(TimeSpan.FromSeconds(119));
        Assert.Equal(TimeSpan.FromSeconds(1), (await Health.Of(Tenant, endpoint.Id, None)).RestsUntil - Core.Time.GetUtcNow());
        Assert.Single(Receiver.Requests);
        Core.Time.Advance(TimeSpan.FromSeconds(2));
        await Reached(endpoint.Id, DeliveryState.Succeeded, 2L);
    }

    [Fact]
    public async Task Only_the_events_of_its_types_mode_and_organization_reach_an_endpoint()
    {
        var endpoint = await NewEndpoint(new EndpointInput { Events = ["contact.created", "deal.*"] });
        var contact = await NewContact();
        await Contacts.Update(Actor, contact.Id, new ContactPatch { Title = new("CTO") }, None);
        await Deals.Create(Actor, new DealInput { Title = "Engine" }, None);
        foreach (var other in Others) await Contacts.Create(other, new ContactInput { Name = "Somebody else" }, None);
        await Reached(endpoint.Id, DeliveryState.Succeeded, 2L);
        await Dispatched();
        Assert.Equal(["contact.created", "deal.created"], Receiver.Requests.Select(request => request.Json.GetProperty("type").GetString()!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Hanging_receiver_is_cut_off_after_the_time_and_said_so()
    {
        var release = new TaskCompletionSource();
        Receiver.Answer = (_, _) => release.Task;
        var endpoint = await NewEndpoint();
        await NewContact();
        await WaitFor.Condition(() => Receiver.Requests.Count == 1, "the request arrives");
        Core.Time.Advance(TimeSpan.FromSeconds(15));
        var pending = await Reached(endpoint.Id, DeliveryState.Pending, 1);
        Assert.Equal("No response within 15 s.", pending.Error);
        Assert.Null(pending.ResponseStatus);
        release.SetResult();
    }

    [Theory]
    [InlineData("reset", "The server closed the connection before the response was complete.")]
    [InlineData("garbage", "What the server sent is not HTTP.")]
    [InlineData("endless", "The response is longer than 1024 KiB.")]
    [InlineData("short", "The server closed the connection before the response was complete.")]
    public async Task Hostile_answer_is_a_failed_attempt_with_its_reason(string kind, string reason)
    {
        await using var server = new RawServer(connection => Answer(connection, kind));
        var endpoint = await NewEndpoint(new EndpointInput { Url = server.Url });
        await NewContact();
        var pending = await Reached(endpoint.Id, DeliveryState.Pending, 1);
        Assert.Equal(reason, pending.Error);
        Assert.Equal(reason, Assert.Single((await Health.Of(Tenant, endpoint.Id, None)).RecentErrors).Error);
    }

    private static async Task Answer(RawServer.Connection connection, string kind)
    {
        if (kind == "reset") connection.Reset();
        else if (kind == "garbage") await connection.Send("SSH-2.0-OpenSSH_9.6\r\n\r\n");
        else if (kind == "short") await connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort");
        else
        {
            await connection.Send("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n");
            while (true) await connection.Send(new string('x', 16 * 1024));
        }
    }
}
