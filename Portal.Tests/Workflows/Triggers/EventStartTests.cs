using Portal.Core.Crm;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;
using Portal.Core.Workflows.Engine;
using Portal.Core.Workflows.Triggers;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Workflows.Triggers;

public sealed class EventStartsOnSqliteTests(SqliteCore core) : EventStartTests(core), IClassFixture<SqliteCore>;

public sealed class EventStartsOnPostgresTests(PostgresCore core) : EventStartTests(core), IClassFixture<PostgresCore>;

/// <summary>What happens in an organization starts its workflows.</summary>
public abstract class EventStartTests(CoreHost core) : TriggerTest(core)
{
    [Fact]
    public async Task Event_starts_each_workflow_that_listens_once()
    {
        var (all, deals, filtered, deaf) = (await Listening("*"), await Listening("deal.*"), await Listening("deal.created", "data.value > 1000"), await Listening("contact.*"));
        var deal = await NewDeal(2000);
        // Nodes that look at once.
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Dispatch()));
        await Dispatch();
        foreach (var trigger in new[] { all, deals, filtered })
        {
            var run = Assert.Single(await Runs(trigger.WorkflowId));
            Assert.Equal(("event", "start"), (run.TriggerType, run.TriggerNodeId));
            Assert.Equal(deal.Id, InputOf(run, "inputs").GetProperty("id").GetString());
            Assert.Equal("deal.created", InputOf(run, "trigger").GetProperty("event").GetProperty("type").GetString());
        }

        Assert.Empty(await Runs(deaf.WorkflowId));
        Assert.Equal(3, await Counted());
        Assert.Equal(Core.Time.GetUtcNow(), (await Row(all.Id)).LastAt);
    }

    [Fact]
    public async Task Filter_and_tenant_decide_what_is_heard()
    {
        var filtered = await Listening("deal.created", "data.value > 1000");
        await NewDeal(10);
        await Core.Get<DealService>().Create(Portal.Core.Access.Actor.System(Core.NewTenant()), new DealInput { Title = "Another's", Value = 5000 }, None);
        await Core.Get<DealService>().Create(Portal.Core.Access.Actor.System(Tenant with { Mode = ApiMode.Test }), new DealInput { Title = "A test", Value = 5000 }, None);
        await Dispatch();
        Assert.Empty(await Runs(filtered.WorkflowId));
    }

    [Fact]
    public async Task Unit_that_does_not_commit_has_started_nothing_and_the_next_one_does()
    {
        var trigger = await Listening("deal.created");
        await NewDeal(1);
        var breaking = Core.Make<OutboxDispatcher>(new object[] { new IEventConsumer[] { Starts(), new Breaking() } });
        await Assert.ThrowsAsync<InvalidOperationException>(() => breaking.Dispatch(None));
        Assert.Empty(await Runs(trigger.WorkflowId));
        Assert.Equal(0, await Counted());
        await Dispatch();
        Assert.Single(await Runs(trigger.WorkflowId));
        Assert.Equal(1, await Counted());
    }

    [Fact]
    public async Task Run_that_ends_never_starts_its_own_workflow_and_chains_break_off()
    {
        var trigger = await Listening("workflow.execution.*");
        await Ended(trigger.WorkflowId, depth: 0);
        await Dispatch();
        Assert.Empty(await Runs(trigger.WorkflowId));

        await Ended("wf_other", depth: 3);
        await Dispatch();
        Assert.Equal(4, RunInput.Read(Assert.Single(await Runs(trigger.WorkflowId)).Input).EventDepth);
        await Ended("wf_other", depth: 10);
        await Dispatch();
        Assert.Single(await Runs(trigger.WorkflowId));
        Assert.Contains("break off", (await Row(trigger.Id)).LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trigger_or_workflow_that_cannot_be_read_keeps_no_other_from_its_events()
    {
        var (unreadable, broken, good) = (await Listening("deal.created"), await Listening("deal.created"), await Listening("deal.created"));
        await Store(db =>
        {
            db.WorkflowTriggers.Single(row => row.Id == unreadable.Id).Config = """{"events":17}""";
            db.WorkflowVersions.Single(row => row.WorkflowId == broken.WorkflowId).Definition = """{"nodes":17}""";
            db.AfterCommit(() => Core.Get<Portal.Core.Shared.Cluster.IClusterSignals>().Send(Portal.Core.Shared.Cluster.SignalTopics.Workflow, ""));
            return true;
        });
        await NewDeal(1);
        await Dispatch();
        Assert.Single(await Runs(good.WorkflowId));
        Assert.NotNull((await Row(broken.Id)).LastError);
    }

    [Fact]
    public async Task Workflow_that_is_switched_off_hears_nothing_from_then_on()
    {
        var trigger = await Listening("deal.created");
        await NewDeal(1);
        await Dispatch();
        await Store(db =>
        {
            db.WorkflowTriggers.Single(row => row.Id == trigger.Id).IsActive = false;
            db.AfterCommit(() => Core.Get<Portal.Core.Shared.Cluster.IClusterSignals>().Send(Portal.Core.Shared.Cluster.SignalTopics.Workflow, trigger.WorkflowId));
            return true;
        });
        await NewDeal(2);
        await Dispatch();
        Assert.Single(await Runs(trigger.WorkflowId));
    }

    private Task<TriggerRow> Listening(string events, string? filter = null) =>
        NewTrigger(TriggerKind.Event, filter is null ? $$"""{"events":["{{events}}"]}""" : $$"""{"events":["{{events}}"],"filter":"{{filter}}"}""");

    private Task<DealResource> NewDeal(decimal value) => Core.Get<DealService>().Create(Actor, new DealInput { Title = "Deal", Value = value }, None);

    // The end of a run, to which so many runs have led.
    private Task Ended(string workflowId, int depth) => Store(db =>
    {
        db.EventDepth = depth;
        return Core.Get<EventOutbox>().Add(db, "workflow.execution.completed", "workflow_execution", "exe_1", "completed", new { workflow_id = workflowId });
    });

    private EventStarts Starts() => (EventStarts)Core.Get<IEnumerable<IEventConsumer>>().Single(consumer => consumer is EventStarts);

    private async Task Dispatch()
    {
        var dispatcher = Core.Make<OutboxDispatcher>(new object[] { new IEventConsumer[] { Starts() } });
        while (await dispatcher.Dispatch(None) > 0)
        {
            // Other tests' events as well.
        }
    }

    private sealed class Breaking : IEventConsumer
    {
        public Task Take(PortalDbContext db, IReadOnlyList<EventRecord> events, CancellationToken cancellation) => throw new InvalidOperationException("The power is gone.");
    }
}
