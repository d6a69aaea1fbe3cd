using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;
using Portal.Core.Shared.Json;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Definitions.Checking;
using Portal.Core.Workflows.Engine;
using Portal.Core.Workflows.Nodes;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Workflows.Engine;

/// <summary>An engine with test nodes on a database that other tests use too. Each test has a tenant of its own.</summary>
public abstract class EngineTest(CoreHost core) : IAsyncLifetime
{
    private readonly List<TestEngine> _engines = [];

    protected static CancellationToken None => CancellationToken.None;

    protected CoreHost Core => core;

    protected Tenant Tenant { get; } = core.NewTenant();

    internal TestNodes Nodes { get; } = new();

    internal TestEngine Engine { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Engine = await StartNode();

    public async ValueTask DisposeAsync()
    {
        // A test that failed has left steps hanging, and runs that the next test's node would take up.
        Nodes.OpenGates();
        foreach (var engine in _engines) await engine.Stop();
        await core.Get<PortalStore>().Write(Tenant, (db, token) => db.WorkflowExecutions.Where(row => row.CompletedAt == null).ExecuteDeleteAsync(token), None);
        GC.SuppressFinalize(this);
    }

    /// <summary>A further node on the same database, or the same one started again.</summary>
    /// <param name="isDeaf">None of its timers fires and no signal reaches it: what it has it works on, and it does nothing else.</param>
    /// <param name="given">Services that it has instead of the core's: options, a database that fails.</param>
    internal async Task<TestEngine> StartNode(bool isDeaf = false, params object[] given)
    {
        var engine = new TestEngine(core, Nodes, isDeaf, given);
        _engines.Add(engine);
        await engine.Start();
        return engine;
    }

    internal async Task<string> NewWorkflow(GraphText graph, Tenant? tenant = null)
    {
        var id = core.Get<IdGenerator>().New("wf");
        var now = core.Time.GetUtcNow();
        await core.Get<PortalStore>().Write(tenant ?? Tenant, (db, _) =>
        {
            db.Workflows.Add(new Workflow { Id = id, Name = "Test", LatestVersion = 1, PublishedVersion = 1, CreatedBy = "usr_1", CreatedAt = now, UpdatedAt = now });
            db.WorkflowVersions.Add(new WorkflowVersion { WorkflowId = id, Number = 1, Definition = JsonSerializer.Serialize(graph.Build(), PortalJson.Options), Scopes = ["*"], CreatedBy = "usr_1", CreatedAt = now });
            return Task.FromResult(true);
        }, None);
        return id;
    }

    /// <summary>Starts a run and returns its id.</summary>
    internal async Task<string> Start(string workflowId, string inputs = "{}", TestEngine? on = null, Tenant? tenant = null)
    {
        var start = new ExecutionStart
        {
            Tenant = tenant ?? Tenant, WorkflowId = workflowId, TriggerType = "api", CreatedBy = "usr_1", Inputs = JsonElement.Parse(inputs), Trigger = JsonElement.Parse($$"""{"type":"api","body":{{inputs}}}"""),
        };
        return (await (on ?? Engine).Executions.Start(start, None)).Id;
    }

    /// <summary>Runs a graph to its end.</summary>
    internal async Task<WorkflowExecution> Run(GraphText graph, string inputs = "{}") => await Ended(await Start(await NewWorkflow(graph), inputs));

    internal Task<WorkflowExecution> Ended(string executionId) => Reached(executionId, row => row.CompletedAt is not null, "the run has ended");

    internal async Task<WorkflowExecution> Reached(string executionId, Func<WorkflowExecution, bool> wanted, string what)
    {
        WorkflowExecution? last = null;
        try
        {
            return await WaitFor.Value(async () => wanted(last = await Row(executionId)) ? last : null, what);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message} It is {last!.Status}, lease {last.LeaseOwner ?? "none"}, due {last.DueAt}; steps: {string.Join(", ", (await Steps(executionId)).Select(step => $"{step.NodeId}{step.Scope} {step.Status}"))}", e);
        }
    }

    /// <summary>Lets time go on until something holds.</summary>
    protected Task AdvanceUntil(Func<Task<bool>> condition, TimeSpan step, string what) => WaitFor.Condition(async () =>
    {
        if (await condition()) return true;
        core.Time.Advance(step);
        return false;
    }, what);

    internal async Task<WorkflowExecution> Row(string executionId)
    {
        await using var db = core.Get<PortalStore>().ReadAcross();
        return await db.Across<WorkflowExecution>().SingleAsync(row => row.Id == executionId);
    }

    internal async Task<List<WorkflowStep>> Steps(string executionId)
    {
        await using var db = core.Get<PortalStore>().Read(Tenant);
        return await db.WorkflowSteps.Where(step => step.ExecutionId == executionId).OrderBy(step => step.Number).ToListAsync();
    }
}

/// <summary>A node: an engine and what belongs to it.</summary>
internal sealed class TestEngine(CoreHost core, TestNodes nodes, bool isDeaf, object[] given)
{
    private WorkflowEngine? _engine;

    public Executions Executions { get; private set; } = null!;

    public WorkflowEngine Running => _engine!;

    public async Task Start()
    {
        TimeProvider time = isDeaf ? new StalledTime(core.Time) : core.Time;
        var signals = isDeaf ? core.Make<LocalSignals>() : core.Get<IClusterSignals>();
        var plans = core.Make<PlanCache>(nodes.Catalogue, core.Make<WorkflowChecker>(nodes.Catalogue));
        var host = core.Make<NodeHost>(time);
        var loader = core.Make<RunLoader>(plans, time);
        var steps = core.Make<StepRunner>(host, time);
        _engine = core.Make<WorkflowEngine>([plans, loader, steps, time, signals, .. given]);
        Executions = core.Make<Executions>(plans, _engine, time);
        await _engine.StartAsync(CancellationToken.None);
        await WaitFor.Condition(() => _engine.IsAtWork, "the engine is at work");
    }

    public async Task Stop()
    {
        if (Interlocked.Exchange(ref _engine, null) is not { } engine) return;
        // It waits for steps that are under way, by a clock that nobody else moves.
        var stopping = engine.StopAsync(CancellationToken.None);
        await WaitFor.Condition(() =>
        {
            if (!stopping.IsCompleted) core.Time.Advance(TimeSpan.FromMilliseconds(500));
            return stopping.IsCompleted;
        }, "the node has stopped");
        await stopping;
        engine.Dispose();
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
