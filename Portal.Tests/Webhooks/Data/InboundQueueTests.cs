using Microsoft.Extensions.Logging.Abstractions;
using Portal.Core.Crm;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Paging;
using Portal.Core.Webhooks.Inbound;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Webhooks.Data;

public sealed class InboundQueueOnSqliteTests(SqliteCore core) : InboundQueueTests(core), IClassFixture<SqliteCore>;

public sealed class InboundQueueOnPostgresTests(PostgresCore core) : InboundQueueTests(core), IClassFixture<PostgresCore>;

/// <summary>Whatever workers meet, a message is processed once or says why not.</summary>
public abstract class InboundQueueTests(CoreHost core) : InboundFixture(core)
{
    [Fact]
    public async Task Claimed_message_is_one_workers_until_its_lease_ends()
    {
        var id = await OneMessage();
        var first = Assert.Single(await Queue.Claim(None), message => message.Id == id);
        Assert.DoesNotContain(await Queue.Claim(None), message => message.Id == id);
        Core.Time.Advance(InboundQueue.Lease - TimeSpan.FromTicks(10));
        Assert.DoesNotContain(await Queue.Claim(None), message => message.Id == id);
        Core.Time.Advance(TimeSpan.FromTicks(10));
        var second = Assert.Single(await Queue.Claim(None), message => message.Id == id);

        // The first worker was only slow: what it does now no longer counts.
        await Queue.Process(first, None);
        Assert.Equal(InboundStatus.Received, (await Stored(id)).Status);
        Assert.Empty(EventTypes);
        await Queue.Process(second, None);
        Assert.Equal((InboundStatus.Processed, 2), ((await Stored(id)).Status, (await Stored(id)).Attempts));
        await Queue.Process(second, None);
        Assert.Equal(["contact.created", "lead.created", "quote.created"], EventTypes);
    }

    [Fact]
    public async Task Stalled_worker_of_a_message_that_was_retried_by_hand_is_fenced_too()
    {
        var id = await OneMessage("{}");
        var stalled = Assert.Single(await Queue.Claim(None), message => message.Id == id);
        Core.Time.Advance(InboundQueue.Lease);
        await Queue.ProcessDue(None);
        var failed = await Stored(id);
        Assert.Equal(InboundStatus.Failed, failed.Status);
        await Messages.Retry(Actor, failed.SourceId, id, None);
        Assert.Equal(0, (await Sources.Get(Tenant, failed.SourceId, None)).FailedCount);
        await Queue.Process(stalled, None);
        Assert.Equal((InboundStatus.Received, 0), ((await Stored(id)).Status, (await Stored(id)).Attempts));
    }

    [Fact]
    public async Task What_a_killed_worker_left_is_processed_once_its_lease_has_ended()
    {
        var id = await OneMessage();
        await Queue.Claim(None);
        await Queue.ProcessDue(None);
        Assert.Equal(InboundStatus.Received, (await Stored(id)).Status);
        Core.Time.Advance(InboundQueue.Lease);
        await Queue.ProcessDue(None);
        Assert.Equal(InboundStatus.Processed, (await Stored(id)).Status);
    }

    [Fact]
    public async Task Message_that_kills_every_worker_is_given_up()
    {
        var id = await OneMessage();
        for (var i = 0; i <= InboundQueue.Pauses.Length; i++)
        {
            await Queue.Claim(None);
            Core.Time.Advance(InboundQueue.Lease);
        }

        await Queue.ProcessDue(None);
        var message = await Stored(id);
        Assert.Equal(InboundStatus.Failed, message.Status);
        Assert.Contains($"stopped {InboundQueue.Pauses.Length + 1} times", message.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failed_try_leaves_nothing_behind_and_is_repeated_after_growing_pauses()
    {
        var id = await OneMessage();
        var failing = Worker(new FailingAdapter());
        foreach (var pause in InboundQueue.Pauses)
        {
            await failing.ProcessDue(None);
            var waiting = await Stored(id);
            Assert.Equal((InboundStatus.Received, Core.Time.GetUtcNow() + pause, "The disk is full."), (waiting.Status, waiting.DueAt, waiting.Error));
            await failing.ProcessDue(None);
            Assert.Equal(waiting.Attempts, (await Stored(id)).Attempts);
            Core.Time.Advance(pause);
        }

        await failing.ProcessDue(None);
        var message = await Stored(id);
        Assert.Equal((InboundStatus.Failed, InboundQueue.Pauses.Length + 1, null), (message.Status, message.Attempts, message.DueAt));
        Assert.Contains("The disk is full.", message.Error, StringComparison.Ordinal);
        Assert.Empty(EventTypes);
        Assert.Empty((await Contacts.List(Tenant, new ContactFilter(), new PageRequest(), None)).Items);

        await Messages.Retry(Actor, message.SourceId, id, None);
        await Queue.ProcessDue(None);
        var source = await Sources.Get(Tenant, message.SourceId, None);
        Assert.Equal((InboundStatus.Processed, 1, 0, 1.0), ((await Stored(id)).Status, source.ProcessedCount, source.FailedCount, source.SuccessRate));
    }

    [Fact]
    public async Task Only_what_failed_or_was_ignored_can_be_tried_again()
    {
        var id = await OneMessage();
        var source = (await Stored(id)).SourceId;
        Assert.Equal(409, (await Refusal(() => Messages.Retry(Actor, source, id, None))).HttpStatus);
        await Queue.ProcessDue(None);
        Assert.Equal(409, (await Refusal(() => Messages.Retry(Actor, source, id, None))).HttpStatus);
        Assert.Equal(404, (await Refusal(() => Messages.Retry(Actor, source, "inb_unknown", None))).HttpStatus);
    }

    [Fact]
    public async Task Several_workers_at_once_make_one_lead_of_each_quote_and_one_contact_of_each_customer()
    {
        var source = await NewSource();
        for (var i = 0; i < 12; i++)
        {
            await Taken(source.Id, QuoteIq(Quote($"q{i}", eventId: $"a{i}")));
            await Taken(source.Id, QuoteIq(Quote($"q{i}", 99, type: "quote.updated", eventId: $"b{i}")));
        }

        var claimed = new List<InboundMessage>();
        while (await Queue.Claim(None) is { Count: > 0 } batch) claimed.AddRange(batch);
        await Task.WhenAll(claimed.Select(message => Task.Run(() => Queue.Process(message, None))));
        var leads = (await Leads.List(Tenant, new LeadFilter(), new PageRequest(PerPage: 100), None)).Items;
        Assert.Equal(12, leads.Count);
        Assert.Single(leads.Select(lead => lead.ContactId).Distinct());
        Assert.All(leads, lead => Assert.Equal(99.00m, lead.Amount));
        Assert.Equal(24, (await Sources.Get(Tenant, source.Id, None)).ProcessedCount);
        Assert.Equal(1, EventTypes.Count(type => type == "contact.created"));
    }

    [Fact]
    public async Task Worker_wakes_for_each_message_and_for_what_waits()
    {
        var left = await OneMessage();
        Assert.Contains(await Queue.Claim(None), message => message.Id == left);
        var waiting = await OneMessage();
        using var worker = new InboundWorker(Queue, Core.Get<IClusterSignals>(), Core.Time, NullLogger<InboundWorker>.Instance);
        await worker.StartAsync(None);
        await WaitFor.Condition(async () => (await Stored(waiting)).Status == InboundStatus.Processed, "what waited is processed");
        var next = (await Taken((await Stored(waiting)).SourceId, QuoteIq(Quote("next")))).MessageId!;
        await WaitFor.Condition(async () => (await Stored(next)).Status == InboundStatus.Processed, "the new message is processed");

        // Nobody tells of what a killed worker left; the poll finds it.
        Core.Time.Advance(InboundQueue.Lease + InboundWorker.Poll);
        await WaitFor.Condition(async () => (await Stored(left)).Status == InboundStatus.Processed, "what was left is processed");
        await worker.StopAsync(None);
    }

    [Fact]
    public async Task Messages_are_kept_for_their_days_and_longer_while_they_wait()
    {
        var processed = await OneMessage();
        await Queue.ProcessDue(None);
        var failing = await OneMessage();
        Core.Time.Advance(TimeSpan.FromDays(30));
        await Core.Get<RetentionSweep>().Sweep(None);
        Assert.NotNull(await Stored(processed));
        Core.Time.Advance(TimeSpan.FromSeconds(1));
        await Core.Get<RetentionSweep>().Sweep(None);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Stored(processed));
        Assert.Equal(InboundStatus.Received, (await Stored(failing)).Status);
    }

    [Fact]
    public async Task Messages_are_listed_without_their_bodies_and_filtered()
    {
        var source = await NewSource();
        for (var i = 0; i < 4; i++)
        {
            await Taken(source.Id, QuoteIq(i == 0 ? "{}" : Quote($"q{i}", type: i == 1 ? "quote.updated" : "quote.created")));
            Core.Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        await Queue.ProcessDue(None);
        async Task<int> Count(InboundMessageFilter filter) => (await Messages.List(Tenant, source.Id, filter, new PageRequest(), None)).Total;
        Assert.Equal((3, 1, 0, 0), (await Count(new() { Status = "processed" }), await Count(new() { Status = "failed" }), await Count(new() { Status = "ignored" }), await Count(new() { Status = "received" })));
        Assert.Equal(1, await Count(new() { Type = "quote.updated" }));
        await RefusedFor("status", () => Count(new() { Status = "x" }));
        var all = await Follow(page => Messages.List(Tenant, source.Id, new InboundMessageFilter(), page, None), null, perPage: 1);
        Assert.Equal(4, all.Select(message => message.Id).Distinct().Count());
        Assert.All(all, message => Assert.Equal((null, null), (message.Body, message.Headers)));
        Assert.Equal(2, all[^1].BodyBytes);
    }

    private async Task<string> OneMessage(string? body = null) => (await Taken((await NewSource()).Id, QuoteIq(body ?? Quote("q1")))).MessageId!;

    // Writes before it fails, so that a half-done try would show.
    private sealed class FailingAdapter : IInboundAdapter
    {
        public bool Handles(string provider) => true;

        public Task Handle(PortalDbContext db, InboundMessage message, CancellationToken cancellation)
        {
            db.Contacts.Add(new Contact { Id = "con_" + message.Id, Name = "Half done" });
            throw new InvalidOperationException("The disk is full.");
        }
    }
}
