using Portal.Core.Shared.Data;
using Portal.Core.Shared.Paging;
using Portal.Core.Webhooks.Inbound;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Webhooks.Data;

public sealed class InboundReceiverOnSqliteTests(SqliteCore core) : InboundReceiverTests(core), IClassFixture<SqliteCore>;

public sealed class InboundReceiverOnPostgresTests(PostgresCore core) : InboundReceiverTests(core), IClassFixture<PostgresCore>;

public abstract class InboundReceiverTests(CoreHost core) : InboundFixture(core)
{
    [Fact]
    public async Task Message_is_durable_with_its_bytes_before_it_is_answered()
    {
        var source = await NewSource();
        var body = Quote("q1").Replace(":", ": ", StringComparison.Ordinal);
        var outcome = await Taken(source.Id, QuoteIq(body) with { Headers = [.. QuoteIq(body).Headers, new("Authorization", "Bearer abc")] });
        Assert.False(outcome.Duplicate);
        var message = await Messages.Get(Tenant, source.Id, outcome.MessageId!, None);
        Assert.Equal((body, "quote.created", InboundStatus.Received, 0), (message.Body, message.Type, message.Status, message.Attempts));
        Assert.Equal(("••••••", "Bearer ••••••"), (message.Headers!["X-QuoteIQ-Signature"], message.Headers["Authorization"]));
        Assert.Equal(Core.Time.GetUtcNow(), (await Sources.Get(Tenant, source.Id, None)).LastTriggered);
    }

    [Fact]
    public async Task Repetitions_are_recognized_by_the_events_id_or_else_by_the_body()
    {
        var source = await NewSource();
        var first = await Taken(source.Id, QuoteIq(Quote("q1", 1)));
        var again = await Taken(source.Id, QuoteIq(Quote("q1", 1)));
        Assert.Equal((true, first.MessageId), (again.Duplicate, again.MessageId));
        Assert.False((await Taken(source.Id, QuoteIq(Quote("q1", 2)))).Duplicate);
        Assert.False((await Taken(source.Id, QuoteIq(Quote("q1", 3, eventId: "e1")))).Duplicate);
        Assert.True((await Taken(source.Id, QuoteIq(Quote("q1", 4, eventId: "e1")))).Duplicate);
        Assert.Equal(3, (await Messages.List(Tenant, source.Id, new InboundMessageFilter(), new PageRequest(), None)).Total);
    }

    [Fact]
    public async Task Same_event_many_times_at_once_is_one_message()
    {
        var source = await NewSource();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => Taken(source.Id, QuoteIq(Quote("q1"))))));
        Assert.Single(outcomes, outcome => !outcome.Duplicate);
        Assert.Single(outcomes.Select(outcome => outcome.MessageId).Distinct());
    }

    [Fact]
    public async Task Many_events_at_once_are_all_taken()
    {
        var source = await NewSource();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => Task.Run(() => Taken(source.Id, QuoteIq(Quote($"q{i}"))))));
        Assert.Equal(24, outcomes.Select(outcome => outcome.MessageId).Distinct().Count());
    }

    [Fact]
    public async Task Address_without_an_id_finds_the_source_whose_secret_signed()
    {
        var other = Core.NewTenant();
        await Sources.Create(Portal.Core.Access.Actor.System(other), new InboundSourceInput { Provider = "quoteiq", Secret = "secret-of-another-organization" }, None);
        var mine = await NewSource(secret: "secret-of-this-organization");
        var outcome = await Receiver.Receive("quoteiq", null, QuoteIq(Quote("shared"), "secret-of-this-organization"), None);
        Assert.Equal((mine.Id, Tenant), (outcome.Source!.Id, outcome.Source.Tenant));
        var refused = await Receiver.Receive("quoteiq", null, QuoteIq(Quote("shared"), "nobody's secret"), None);
        Assert.Equal((401, null), (refused.Refusal!.HttpStatus, refused.Source));
        Assert.Equal(0, (await Sources.Get(Tenant, mine.Id, None)).RejectedCount);
    }

    [Fact]
    public async Task Bad_signature_is_refused_with_what_is_expected_and_leaves_its_trace_on_the_source()
    {
        var source = await NewSource();
        var outcome = await Receiver.Receive("quoteiq", source.Id, QuoteIq(Quote("q1"), "wrong-secret"), None);
        var problem = outcome.Refusal!;
        Assert.Equal((401, "AUTHENTICATION_FAILED", "X-QuoteIQ-Signature", "quoteiq"), (problem.HttpStatus, problem.Code.Code, problem.Details["header"], problem.Details["provider"]));
        Assert.Contains("HMAC-SHA256", (string)problem.Details["expected"]!, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, string.Join(' ', problem.Details.Values), StringComparison.Ordinal);
        var seen = await Sources.Get(Tenant, source.Id, None);
        Assert.Equal((1L, (DateTimeOffset?)Core.Time.GetUtcNow(), (string?)problem.Details["reason"]), (seen.RejectedCount, seen.LastRejectedAt, seen.LastRejection));
        Assert.Equal(0, (await Messages.List(Tenant, source.Id, new InboundMessageFilter(), new PageRequest(), None)).Total);

        await Receiver.Receive("quoteiq", source.Id, Request(Quote("q1")), None);
        Core.Time.Advance(TimeSpan.FromSeconds(1));
        await Receiver.Receive("quoteiq", source.Id, Request(Quote("q1")), None);
        Assert.Equal(3, (await Sources.Get(Tenant, source.Id, None)).RejectedCount);
        var error = Assert.Single((await Sources.Status(Tenant, source.Id, None)).RecentErrors);
        Assert.Equal("The header X-QuoteIQ-Signature is missing.", error.Error);
    }

    [Fact]
    public async Task Whoever_guesses_on_is_refused_unseen_and_others_are_not()
    {
        var (guessed, other) = (await NewSource(), await NewSource("github"));
        for (var i = 0; i < 60; i++) Assert.Equal(401, (await Receiver.Receive("quoteiq", guessed.Id, QuoteIq(Quote("q1"), "wrong-secret"), None)).Refusal!.HttpStatus);
        var refused = await Receiver.Receive("quoteiq", guessed.Id, QuoteIq(Quote("q1")), None);
        Assert.Equal(429, refused.Refusal!.HttpStatus);
        Assert.InRange(refused.RetryAfter!.Value, 1, 61);
        await Taken(other.Id, GitHub("{}"));
        var elsewhere = QuoteIq(Quote("q1")) with { Sender = System.Net.IPAddress.Parse("198.51.100.7") };
        await Taken(guessed.Id, elsewhere);
        Core.Time.Advance(TimeSpan.FromMinutes(2));
        await Taken(guessed.Id, QuoteIq(Quote("q2")));
    }

    [Fact]
    public async Task Unknown_providers_and_sources_are_not_found()
    {
        var source = await NewSource();
        foreach (var (provider, id) in new[] { ("nonsense", null), ("nonsense", source.Id), ("github", source.Id), ("quoteiq", "whk_unknown"), ("quoteiq", "\0"), ("stripe", (string?)null) })
            Assert.Equal((provider, 404), (provider, (await Receiver.Receive(provider, id, QuoteIq(Quote("q1")), None)).Refusal!.HttpStatus));
    }

    [Fact]
    public async Task Events_that_the_source_does_not_take_are_ignored_and_kept()
    {
        var source = await NewSource("quoteiq", Secret, "quote.updated");
        var outcome = await Taken(source.Id, QuoteIq(Quote("q1")));
        await Queue.ProcessDue(None);
        Assert.Equal(InboundStatus.Ignored, (await Stored(outcome.MessageId!)).Status);
        Assert.Empty(EventTypes);
        await Messages.Retry(Actor, source.Id, outcome.MessageId!, None);
        await Queue.ProcessDue(None);
        Assert.Equal(InboundStatus.Processed, (await Stored(outcome.MessageId!)).Status);
    }

    [Fact]
    public async Task Twilio_is_checked_by_the_address_that_the_source_names()
    {
        var source = await Sources.Create(Actor, new InboundSourceInput { Provider = "twilio", Secret = "12345678", Url = "https://portal.example.com/webhooks/twilio" }, None);
        const string Form = "MessageSid=SM1&MessageStatus=sent";
#pragma warning disable CA5350 // Twilio signs so.
        var signature = Convert.ToBase64String(System.Security.Cryptography.HMACSHA1.HashData("12345678"u8, "https://portal.example.com/webhooks/twilio?a=bMessageSidSM1MessageStatussent"u8));
#pragma warning restore CA5350
        var request = Request(Form, ("X-Twilio-Signature", signature), ("Content-Type", "application/x-www-form-urlencoded")) with { PathAndQuery = $"/webhooks/twilio/{source.Id}?a=b" };
        var outcome = await Receiver.Receive("twilio", source.Id, request, None);
        Assert.Null(outcome.Refusal);
        Assert.Equal("message.sent", (await Stored(outcome.MessageId!)).Type);
    }

    [Fact]
    public async Task Slacks_challenge_is_repeated_and_kept_nowhere()
    {
        var source = await NewSource("slack");
        const string Body = """{"type":"url_verification","challenge":"3eZbrw1aB"}""";
        var seconds = $"{Core.Time.GetUtcNow().ToUnixTimeSeconds()}";
        var request = Request(Body, ("X-Slack-Signature", "v0=" + Sign($"v0:{seconds}:{Body}", Secret)), ("X-Slack-Request-Timestamp", seconds));
        var outcome = await Receiver.Receive("slack", source.Id, request, None);
        Assert.Equal(("3eZbrw1aB", null, null), (outcome.Challenge, outcome.MessageId, outcome.Refusal));
        Assert.Equal(401, (await Receiver.Receive("slack", source.Id, Request(Body), None)).Refusal!.HttpStatus);
        Assert.Equal(0, (await Messages.List(Tenant, source.Id, new InboundMessageFilter(), new PageRequest(), None)).Total);
    }
}
