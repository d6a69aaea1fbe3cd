using System.Text;
using System.Text.Json;
using Portal.Core.Access;
using Portal.Core.Shared.Problems;
using Portal.Core.Webhooks.Signing;
using Portal.Core.Webhooks.Tester;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Webhooks.Data;

public sealed class TestSenderTests(SqliteCore core) : IClassFixture<SqliteCore>
{
    private const string Root = "https://portal.test/base/";
    private readonly Actor _actor = Actor.System(core.NewTenant());

    private static CancellationToken None => CancellationToken.None;
    private TesterInboxes Inboxes => core.Get<TesterInboxes>();
    private TestSender Sender => core.Get<TestSender>();

    [Fact]
    public async Task Test_to_an_inbox_of_the_portal_stays_inside_and_is_signed_as_a_delivery_is()
    {
        var inbox = await Inboxes.Create(_actor, "Orders", None);
        var secret = TestSender.NewSecret();

        var sent = await Sender.Send(_actor, Test(inbox.Id, secret), None);

        Assert.True(sent.Inside);
        Assert.Equal(200, sent.Response!.Status);
        Assert.Equal("""{"received":true}""", sent.Response.Body);
        var row = Assert.Single((await Inboxes.Requests(_actor, inbox.Id, 10, None)).Rows);
        var arrived = await Inboxes.Request(_actor, row.Id, None);
        Assert.Null(arrived.Address);
        Assert.Equal("deal.updated", row.EventType);
        Assert.True(SignatureVerifier.Verify(new SignedRequest(arrived.Headers, arrived.Body, [secret]), row.CreatedAt).Valid);
        using var body = JsonDocument.Parse(arrived.Body);
        Assert.Equal(sent.Id, body.RootElement.GetProperty("id").GetString());
        Assert.Equal("x", body.RootElement.GetProperty("data").GetProperty("title").GetString());
    }

    [Fact]
    public async Task Inbox_is_recognised_by_its_address_with_path_and_query_and_no_other_host_is()
    {
        var inbox = await Inboxes.Create(_actor, "Orders", None);
        var url = core.Get<InboxAddress>().Of(inbox.Token, Root);
        Assert.StartsWith("https://portal.test/base/inbox/", url, StringComparison.Ordinal);

        Assert.True((await Sender.Send(_actor, Test(null, TestSender.NewSecret()) with { Url = url + "/deep/er?x=1" }, None)).Inside);
        var row = Assert.Single((await Inboxes.Requests(_actor, inbox.Id, 10, None)).Rows);
        Assert.Equal("/deep/er", row.Path);
        Assert.Equal("x=1", (await Inboxes.Request(_actor, row.Id, None)).Query);

        var elsewhere = await Sender.Send(_actor, Test(null, TestSender.NewSecret()) with { Url = $"http://127.0.0.1:1/inbox/{inbox.Token}" }, None);
        Assert.False(elsewhere.Inside);
        Assert.Equal("ForbiddenAddress", elsewhere.Failure!.Fault);
    }

    [Fact]
    public async Task Rehearsed_failures_look_like_those_of_the_network()
    {
        var inbox = await Inboxes.Create(_actor, "Orders", None);
        await Inboxes.Update(_actor, inbox.Id, "Orders", new InboxAnswer { Fault = InboxFault.Reset }, None);
        Assert.Equal("ConnectionLost", (await Sender.Send(_actor, Test(inbox.Id, TestSender.NewSecret()), None)).Failure!.Fault);

        await Inboxes.Update(_actor, inbox.Id, "Orders", new InboxAnswer { DelayMilliseconds = 20_000 }, None);
        var late = Sender.Send(_actor, Test(inbox.Id, TestSender.NewSecret()), None);
        await WaitFor.Condition(() => core.Time.ArmedTimers > 0, "the inbox waits");
        core.Time.Advance(TimeSpan.FromSeconds(15));
        var result = await late;
        Assert.Equal(("TimedOut", TimeSpan.FromSeconds(15)), (result.Failure!.Fault, result.Duration));
    }

    [Theory]
    [InlineData("ftp://example.com", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "{}", "url")]
    [InlineData("https://example.com", "whsec_x", "{}", "secret")]
    [InlineData("https://example.com", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "[]", "payload")]
    [InlineData("https://example.com", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "{", "payload")]
    public async Task What_cannot_be_sent_names_its_field(string url, string secret, string payload, string field)
    {
        var refused = await Assert.ThrowsAsync<ProblemException>(() => Sender.Send(_actor, Test(null, secret) with { Url = url, Payload = payload }, None));
        Assert.Equal(field, refused.Problem.Details["field"]);
    }

    [Fact]
    public async Task So_many_tests_a_minute_are_sent_and_no_more()
    {
        var actor = Actor.System(core.NewTenant());
        var inbox = await Inboxes.Create(actor, "Orders", None);
        for (var i = 0; i < core.Get<TesterOptions>().SendsPerMinute; i++) await Sender.Send(actor, Test(inbox.Id, TestSender.NewSecret()), None);

        var refused = await Assert.ThrowsAsync<ProblemException>(() => Sender.Send(actor, Test(inbox.Id, TestSender.NewSecret()), None));
        Assert.Equal(ErrorCode.RateLimitExceeded, refused.Problem.Code);
        core.Time.Advance(TimeSpan.FromMinutes(2));
        await Sender.Send(actor, Test(inbox.Id, TestSender.NewSecret()), None);
    }

    [Fact]
    public async Task Other_organizations_inboxes_are_no_targets()
    {
        var inbox = await Inboxes.Create(_actor, "Orders", None);
        var stranger = Actor.System(core.NewTenant());
        Assert.Equal(inbox.Id, Assert.Single(await core.Get<TesterTargets>().List(_actor, None)).Id);
        Assert.Empty(await core.Get<TesterTargets>().List(stranger, None));
        Assert.Equal(ErrorCode.NotFound, (await Assert.ThrowsAsync<ProblemException>(() => Sender.Send(stranger, Test(inbox.Id, TestSender.NewSecret()), None))).Problem.Code);
    }

    [Fact]
    public async Task Body_without_an_event_type_is_sent_byte_for_byte()
    {
        var inbox = await Inboxes.Create(_actor, "Orders", None);
        await Sender.Send(_actor, Test(inbox.Id, TestSender.NewSecret()) with { EventType = null, Payload = " not JSON\r\n" }, None);
        var row = Assert.Single((await Inboxes.Requests(_actor, inbox.Id, 10, None)).Rows);
        Assert.Equal(" not JSON\r\n", Encoding.UTF8.GetString((await Inboxes.Request(_actor, row.Id, None)).Body));
    }

    private static TestSend Test(string? target, string secret) => new() { TargetId = target, EventType = "deal.updated", Payload = """{"title":"x"}""", Secret = secret, Root = Root };
}
