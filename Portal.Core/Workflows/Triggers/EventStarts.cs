using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Problems;
using Portal.Core.Webhooks.Delivery;
using Portal.Core.Webhooks.Endpoints;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Engine;

namespace Portal.Core.Workflows.Triggers;

/// <summary>
/// Starts runs for events, in the unit of work that marks them dispatched: each event starts each workflow once.
/// </summary>
/// <remarks>
/// Who listens is kept in memory, so that events without listeners cost nothing. On several nodes a workflow that was
/// published within the milliseconds that a signal takes may not hear an event of just then.
/// Loops: the end of a run never starts the same workflow, and runs that set each other off by events, whatever these are
/// about, break off at <see cref="WorkflowOptions.MostDepth"/>: an event knows how many runs led to it.
/// </remarks>
internal sealed class EventStarts : IEventConsumer, IDisposable
{
    private const string TriggerType = "event";
    private const string RunEnded = "workflow.execution.";

    private readonly PortalStore _store;
    private readonly Executions _executions;
    private readonly TimeProvider _time;
    private readonly ILogger<EventStarts> _logger;
    private readonly int _mostDepth;
    private readonly IDisposable _subscription;
    private Snapshot? _latest;
    private int _changes;

    public EventStarts(PortalStore store, Executions executions, IClusterSignals signals, IOptions<WorkflowOptions> options, TimeProvider time, ILogger<EventStarts> logger)
    {
        (_store, _executions, _time, _logger, _mostDepth) = (store, executions, time, logger, options.Value.MostDepth);
        _subscription = signals.Subscribe(SignalTopics.Workflow, _ => Interlocked.Increment(ref _changes));
    }

    public async Task Take(PortalDbContext db, IReadOnlyList<EventRecord> events, CancellationToken cancellation)
    {
        var listeners = await Listeners(cancellation);
        if (listeners.Count == 0) return;
        foreach (var row in events)
        {
            if (!listeners.TryGetValue(new Tenant(row.OrganizationId, row.Mode), out var all)) continue;
            var shown = new ShownEvent(row);
            foreach (var listener in all.Where(listener => listener.Wants(row, shown))) await Start(db, listener, row, shown, cancellation);
        }
    }

    public void Dispose() => _subscription.Dispose();

    private async Task Start(PortalDbContext db, Listener listener, EventRecord row, ShownEvent shown, CancellationToken cancellation)
    {
        var error = row.Depth >= _mostDepth ? $"Runs that set each other off by events break off after {_mostDepth}." : null;
        try
        {
            if (error is null) await _executions.Add(db, listener.Starts(row, shown), cancellation);
        }
        catch (Exception e) when (e is ProblemException or JsonException)
        {
            // A quota, a workflow that cannot be run or read: it is not for this event, and the others' workflows go on.
            error = e.Message;
        }

        var now = _time.GetUtcNow();
        await db.Across<TriggerRow>().Where(trigger => trigger.Id == listener.Id)
            .ExecuteUpdateAsync(update => update.SetProperty(x => x.LastAt, now).SetProperty(x => x.LastError, error), cancellation);
    }

    private async ValueTask<Dictionary<Tenant, List<Listener>>> Listeners(CancellationToken cancellation)
    {
        if (Volatile.Read(ref _latest) is { } latest && latest.Changes == Volatile.Read(ref _changes)) return latest.Listeners;
        var changes = Volatile.Read(ref _changes);
        await using var db = _store.ReadAcross();
        var rows = await db.Across<TriggerRow>().Where(row => row.Kind == TriggerKind.Event && row.IsActive).ToListAsync(cancellation);
        var listeners = rows.Select(Listening).OfType<Listener>().GroupBy(listener => listener.Tenant).ToDictionary(group => group.Key, group => group.ToList());
        Volatile.Write(ref _latest, new Snapshot(changes, listeners));
        return listeners;
    }

    // One that cannot be read may not keep everybody's events from their workflows.
    private Listener? Listening(TriggerRow row)
    {
        try
        {
            return new Listener(row);
        }
        catch (JsonException e)
        {
            _logger.LogError(e, "Event trigger {TriggerId} cannot be read; it hears nothing", row.Id);
            return null;
        }
    }

    private sealed record Snapshot(int Changes, Dictionary<Tenant, List<Listener>> Listeners);

    private sealed class Listener
    {
        private readonly TriggerRow _row;
        private readonly EventTriggerConfig _config;

        public Listener(TriggerRow row) => (_row, _config) = (row, EventTriggerConfig.Of(JsonElement.Parse(row.Config)));

        public string Id => _row.Id;

        public Tenant Tenant => new(_row.OrganizationId, _row.Mode);

        public bool Wants(EventRecord row, ShownEvent shown) =>
            EventSubscription.Matches(_config.Events, row.Type) && !IsOwnEnd(row, shown)
            && (string.IsNullOrWhiteSpace(_config.Filter) || EventFilter.Matches(_config.Filter, shown));

        public ExecutionStart Starts(EventRecord row, ShownEvent shown) => new()
        {
            Tenant = Tenant,
            WorkflowId = _row.WorkflowId,
            TriggerType = TriggerType,
            TriggerNodeId = _row.NodeId,
            Trigger = JsonSerializer.SerializeToElement(new { Type = TriggerType, _row.NodeId, Event = shown.Json }, PortalJson.Options),
            Inputs = shown.Json.GetProperty("data"u8),
            Context = Json.EmptyObject,
            CreatedBy = _row.NodeId,
            EventDepth = row.Depth + 1,
        };

        private bool IsOwnEnd(EventRecord row, ShownEvent shown) => row.Type.StartsWith(RunEnded, StringComparison.Ordinal) && shown.At("data.workflow_id") == _row.WorkflowId;
    }
}

/// <summary>An event trigger's configuration.</summary>
internal sealed record EventTriggerConfig
{
    public IReadOnlyList<string> Events { get; init; } = [];
    public string? Filter { get; init; }

    public static EventTriggerConfig Of(JsonElement config) => config.Deserialize<EventTriggerConfig>(PortalJson.Options)!;
}
