using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;
using Portal.Core.Webhooks.Tester;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Webhooks.Data;

public sealed class TesterInboxesOnSqliteTests(SqliteCore core) : TesterInboxesTests(core), IClassFixture<SqliteCore>;

public sealed class TesterInboxesOnPostgresTests(PostgresCore core) : TesterInboxesTests(core), IClassFixture<PostgresCore>;

public abstract class TesterInboxesTests(CoreHost core)
{
    private readonly Actor _actor = Actor.System(core.NewTenant());

    private static CancellationToken None => CancellationToken.None;
    private TesterInboxes Inboxes => core.Get<TesterInboxes>();
    private InboxReceiver Receiver => core.Get<InboxReceiver>();

    [Fact]
    public async Task Request_is_kept_as_it_came_and_answered_as_configured()
    {
        var inbox = await Inboxes.Create(_actor, "Orders", None);
        await Inboxes.Update(_actor, inbox.Id, "Orders", new InboxAnswer { Status = 503, Headers = "Retry-After: 30", Fault = InboxFault.Drip, DelayMilliseconds = 20 }, None);

        var reception = await Receiver.Receive(inbox.Token, Arriving("""{"type":"order.shipped"}"""u8.ToArray()), None);

        Assert.Equal(503, reception.Answer!.Status);
        Assert.Equal([new("Retry-After", "30")], reception.Answer.HeaderPairs());
        var row = Assert.Single((await Inboxes.Requests(_actor, inbox.Id, 10, None)).Rows);
        Assert.Equal(("POST", "/a/b", "order.shipped", 503), (row.Method, row.Path, row.EventType, row.Answered));
        var kept = await Inboxes.Request(_actor, row.Id, None);
        Assert.Equal("""{"type":"order.shipped"}"""u8.ToArray(), kept.Body);
        Assert.Equal("x=1", kept.Query);
        Assert.False(kept.IsCut);
    }

    [Fact]
    public async Task Cookies_of_the_portals_origin_are_kept_without_their_values()
    {
        var inbox = await Inboxes.Create(_actor, "Orders", None);
        await Receiver.Receive(inbox.Token, Arriving([]) with { Headers = [new("Cookie", "portal.session=secret-value; theme=dark")] }, None);

        var row = Assert.Single((await Inboxes.Requests(_actor, inbox.Id, 10, None)).Rows);
        Assert.Equal([new("Cookie", "portal.session=…; theme=…")], (await Inboxes.Request(_actor, row.Id, None)).Headers);
    }

    [Fact]
    public async Task Only_the_newest_requests_are_kept_and_a_flood_is_refused()
    {
        var inbox = await Inboxes.Create(_actor, "Orders", None);
        var options = core.Get<TesterOptions>();
        TimeSpan? wait = null;
        for (var i = 0; i <= options.RequestsPerMinute; i++) wait = (await Receiver.Receive(inbox.Token, Arriving([(byte)i]), None)).Wait;

        Assert.True(wait > TimeSpan.Zero);
        Assert.Equal(options.RequestsKept, Assert.Single(await Inboxes.List(_actor, None)).Requests);
    }

    [Fact]
    public async Task Another_organizations_inbox_is_unknown_and_viewers_only_look()
    {
        var inbox = await Inboxes.Create(_actor, "Orders", None);
        await Receiver.Receive(inbox.Token, Arriving([]), None);
        var row = Assert.Single((await Inboxes.Requests(_actor, inbox.Id, 10, None)).Rows);
        var stranger = Actor.System(core.NewTenant());
        var viewer = _actor with { GrantedScopes = Scopes.Expand(Scopes.Of(Role.Viewer)) };

        Assert.Equal(ErrorCode.NotFound, await Refusal(() => Inboxes.Request(stranger, row.Id, None)));
        Assert.Equal(ErrorCode.NotFound, await Refusal(() => Inboxes.Clear(stranger, inbox.Id, None)));
        Assert.Equal(ErrorCode.NotFound, await Refusal(() => Inboxes.Delete(stranger, inbox.Id, None)));
        Assert.Empty((await Inboxes.Requests(stranger, inbox.Id, 10, None)).Rows);
        Assert.Single((await Inboxes.Requests(viewer, inbox.Id, 10, None)).Rows);
        Assert.Equal(ErrorCode.AuthorizationFailed, await Refusal(() => Inboxes.Create(viewer, "Mine", None)));
        Assert.Equal(ErrorCode.AuthorizationFailed, await Refusal(() => Inboxes.Update(viewer, inbox.Id, "Mine", InboxAnswer.Default, None)));
        Assert.Equal(ErrorCode.AuthorizationFailed, await Refusal(() => Inboxes.Clear(viewer, inbox.Id, None)));
        Assert.Equal(ErrorCode.AuthorizationFailed, await Refusal(() => Inboxes.Delete(viewer, inbox.Id, None)));
        Assert.Equal(ErrorCode.AuthorizationFailed, await Refusal(() => core.Get<TestSender>().Send(viewer, new TestSend { TargetId = inbox.Id, Root = "http://portal.test" }, None)));
    }

    [Fact]
    public async Task Deleted_inbox_takes_its_requests_along_and_one_that_nobody_uses_goes_by_itself()
    {
        var deleted = await Inboxes.Create(_actor, "Deleted", None);
        var cleared = await Inboxes.Create(_actor, "Cleared", None);
        foreach (var inbox in new[] { deleted, cleared }) await Receiver.Receive(inbox.Token, Arriving([]), None);
        await Inboxes.Delete(_actor, deleted.Id, None);
        await Inboxes.Clear(_actor, cleared.Id, None);
        Assert.Empty((await Inboxes.Requests(_actor, deleted.Id, 10, None)).Rows);
        Assert.Empty((await Inboxes.Requests(_actor, cleared.Id, 10, None)).Rows);
        Assert.Null((await Receiver.Receive(deleted.Token, Arriving([]), None)).Answer);

        core.Time.Advance(core.Get<TesterOptions>().InboxLifetime - TimeSpan.FromMinutes(1));
        await Receiver.Receive(cleared.Token, Arriving([]), None);
        core.Time.Advance(TimeSpan.FromDays(1));
        await core.Get<RetentionSweep>().Sweep(None);
        Assert.Single((await Inboxes.Requests(_actor, cleared.Id, 10, None)).Rows);
        core.Time.Advance(core.Get<TesterOptions>().InboxLifetime);
        await core.Get<RetentionSweep>().Sweep(None);
        await using var db = core.Get<PortalStore>().Read(_actor.Tenant);
        Assert.Equal((0, 0), (await db.TesterInboxes.CountAsync(), await db.TesterRequests.CountAsync()));
    }

    [Fact]
    public async Task Answer_that_a_browser_would_act_on_is_refused()
    {
        var inbox = await Inboxes.Create(_actor, "Orders", None);
        foreach (var answer in new[]
        {
            new InboxAnswer { ContentType = "text/html" }, new InboxAnswer { ContentType = "image/svg+xml" }, new InboxAnswer { Headers = "Set-Cookie: a=b" }, new InboxAnswer { Headers = "Content-Type: text/html" },
            new InboxAnswer { Headers = "Clear-Site-Data: *" }, new InboxAnswer { Headers = "Location: https://evil.example" }, new InboxAnswer { Headers = "X-Frame-Options: ALLOWALL" }, new InboxAnswer { Headers = "X-Accel-Redirect: /files/portal.db" },
            new InboxAnswer { Headers = "no header" }, new InboxAnswer { Status = 101 }, new InboxAnswer { DelayMilliseconds = 60_001 },
        }) Assert.Equal(ErrorCode.Validation.Code, (await Refusal(() => Inboxes.Update(_actor, inbox.Id, "Orders", answer, None)))!.Code);
    }

    private static ArrivingRequest Arriving(byte[] body) => new("POST", "/a/b", "x=1", [new("Content-Type", "application/json")], body, body.Length, "192.0.2.7");

    private static async Task<ErrorCode?> Refusal(Func<Task> work)
    {
        try
        {
            await work();
            return null;
        }
        catch (ProblemException e)
        {
            return e.Problem.Code;
        }
    }
}
