using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;
using Portal.Core.Webhooks.Endpoints;

namespace Portal.Core.Webhooks.Delivery;

/// <summary>
/// Leads lanes: takes those that are due and that nobody leads, keeps their leases alive, gives up those that rest. One
/// node leads an endpoint at a time (<c>docs/decisions/delivery-lanes.md</c>).
/// </summary>
internal sealed class DeliveryEngine : BackgroundService
{
    private const int MostClaimed = 200;
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, LaneRunner> _lanes = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private readonly PortalStore _store;
    private readonly IClusterSignals _signals;
    private readonly DatabaseOptions _database;
    private readonly DeliveryOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<DeliveryEngine> _logger;
    private readonly LaneTools _tools;
    private readonly string _node;
    private Task _recording = Task.CompletedTask;
    private long _renewedAt;
    private bool _isRunning;

    public DeliveryEngine(
        PortalStore store, LaneReader reader, DeliverySender sender, EndpointAlarm alarm, IClusterSignals signals, DatabaseOptions database,
        IOptions<DeliveryOptions> options, IdGenerator ids, TimeProvider time, ILogger<DeliveryEngine> logger)
    {
        (_store, _signals, _database, _options, _time, _logger) = (store, signals, database, options.Value, time, logger);
        _node = ids.New("node");
        var recorder = new AttemptRecorder(store, alarm, signals, ids, time, _node, logger);
        _tools = new LaneTools(reader, sender, recorder, new SendSlots(_options.Concurrency, _options.SlowConcurrency, time), _options, time, logger, _stopping.Token);
    }

    /// <summary>Takes the lead of a lane in a unit of work, if nobody has it and this node is at work.</summary>
    public bool TryClaim(WebhookLane lane, DateTimeOffset now)
    {
        if (!_isRunning || !LaneRows.IsFree(lane, now)) return false;
        LaneRows.Claim(lane, _node, now + _options.Lease);
        return true;
    }

    /// <summary>Hands over deliveries that a commit has queued.</summary>
    /// <param name="lane">Their lane, as it was committed.</param>
    /// <param name="isClaimed">Whether this node took its lead by the same commit.</param>
    /// <param name="jobs">What was queued.</param>
    public void Offer(WebhookLane lane, bool isClaimed, IReadOnlyList<DeliveryJob> jobs)
    {
        if (isClaimed) Lead(lane);
        else if (_lanes.TryGetValue(lane.EndpointId, out var runner)) runner.Offer(jobs);
        // Another node leads: it is told, and reads them.
        else _signals.Send(SignalTopics.WebhookLane, lane.EndpointId);
    }

    public override void Dispose()
    {
        _stopping.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Off the thread that starts the host.
        await Task.Yield();
        _recording = _tools.Recorder.Run();
        using var changes = _signals.Subscribe(SignalTopics.Webhook, endpoint => _ = Task.Run(() => Look(endpoint)));
        using var work = _signals.Subscribe(SignalTopics.WebhookLane, endpoint => _ = Task.Run(() => LookForWork(endpoint)));
        using var timer = new PeriodicTimer(Beat, _time);
        await OrLog(FreeOwnPast, stoppingToken);
        _isRunning = true;
        _renewedAt = _time.GetTimestamp();
        try
        {
            do
            {
                _tools.Slots.Sweep();
                await OrLog(Renew, stoppingToken);
                await OrLog(GiveUpIdle, stoppingToken);
                await OrLog(ClaimDue, stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await Stop();
        }
    }

    // What runs has a moment to end, and is cut off then: whoever leads next attempts it again.
    private async Task Stop()
    {
        _isRunning = false;
        foreach (var runner in _lanes.Values) runner.Dispose();
        await Task.WhenAny(_tools.Slots.WhenIdle(), Task.Delay(LongestEnd, _time));
        await _stopping.CancelAsync();
        _tools.Recorder.Complete();
        await _recording;
        await OrLog(token => Release([.. _lanes.Values], token), CancellationToken.None);
    }

    // SQLite has one node: a lease of another one is that of a process that died.
    private Task FreeOwnPast(CancellationToken cancellation) => _database.Provider == DatabaseProvider.Postgres
        ? Task.CompletedTask
        : _store.WriteAcross((db, token) => db.Across<WebhookLane>().Where(lane => lane.LeaseOwner != null)
            .ExecuteUpdateAsync(lane => lane.SetProperty(x => x.LeaseOwner, (string?)null).SetProperty(x => x.LeaseUntil, (DateTimeOffset?)null), token), cancellation);

    private async Task ClaimDue(CancellationToken cancellation)
    {
        var now = _time.GetUtcNow();
        await using (var db = _store.ReadAcross())
        {
            if (!await Due(db, now).AnyAsync(cancellation)) return;
        }

        var claimed = await _store.WriteAcross(async (db, token) =>
        {
            var lanes = await Due(db, now).OrderBy(lane => lane.DueAt).Take(MostClaimed).ToListAsync(token);
            foreach (var lane in lanes) LaneRows.Claim(lane, _node, now + _options.Lease);
            return lanes;
        }, cancellation);
        foreach (var lane in claimed) Lead(lane);
    }

    private static IQueryable<WebhookLane> Due(PortalDbContext db, DateTimeOffset now) =>
        db.Across<WebhookLane>().Where(lane => lane.IsActive && lane.DueAt <= now && (lane.LeaseUntil == null || lane.LeaseUntil < now));

    private void Lead(WebhookLane lane)
    {
        var runner = new LaneRunner(lane, _tools);
        if (_lanes.TryGetValue(lane.EndpointId, out var before)) before.Dispose();
        _lanes[lane.EndpointId] = runner;
        _ = Task.Run(() => Refresh(runner, resets: false));
    }

    private async Task LookForWork(string endpointId)
    {
        if (_lanes.TryGetValue(endpointId, out var runner)) runner.Offer();
        else if (_isRunning) await OrLog(ClaimDue, _stopping.Token);
    }

    // An endpoint was changed.
    private async Task Look(string endpointId)
    {
        var runners = endpointId.Length == 0 ? [.. _lanes.Values] : _lanes.TryGetValue(endpointId, out var one) ? new[] { one } : [];
        foreach (var runner in runners) await Refresh(runner, resets: true);
        if (runners.Length == 0 && _isRunning) await OrLog(ClaimDue, _stopping.Token);
    }

    private async Task Refresh(LaneRunner runner, bool resets)
    {
        try
        {
            if (await _tools.Reader.Settings(runner.EndpointId, runner.Tenant, _stopping.Token) is { } settings) runner.Refresh(settings, resets);
            else await GiveUp(runner);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The node stops.
            return;
        }
        catch (Exception e)
        {
            _logger.LogError(e, "Endpoint {Endpoint} could not be read; its lead is given up and taken again", runner.EndpointId);
            await GiveUp(runner);
        }
    }

    private Task GiveUp(LaneRunner runner)
    {
        runner.Dispose();
        _lanes.TryRemove(KeyValuePair.Create(runner.EndpointId, runner));
        return OrLog(token => Release([runner], token), _stopping.Token);
    }

    private async Task GiveUpIdle(CancellationToken cancellation)
    {
        var idle = _lanes.Values.Where(runner => runner.TryEnd(Soon)).ToList();
        if (idle.Count == 0) return;
        foreach (var runner in idle) _lanes.TryRemove(KeyValuePair.Create(runner.EndpointId, runner));
        await Release(idle, cancellation);
    }

    private Task Release(List<LaneRunner> runners, CancellationToken cancellation)
    {
        if (runners.Count == 0) return Task.CompletedTask;
        var numbers = runners.GroupBy(runner => runner.EndpointId, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Max(runner => runner.LeaseNumber), StringComparer.Ordinal);
        return _store.WriteAcross(async (db, token) =>
        {
            var names = numbers.Keys.ToArray();
            var lanes = await db.Across<WebhookLane>().Where(lane => names.Contains(lane.EndpointId) && lane.LeaseOwner == _node).ToListAsync(token);
            foreach (var lane in lanes.Where(lane => lane.LeaseNumber == numbers[lane.EndpointId])) await LaneRows.Release(db, lane, token);
            return true;
        }, cancellation);
    }

    private async Task Renew(CancellationToken cancellation)
    {
        if (_lanes.IsEmpty || _time.GetElapsedTime(_renewedAt) < _options.Lease / 3) return;
        _renewedAt = _time.GetTimestamp();
        var until = _time.GetUtcNow() + _options.Lease;
        // Only where somebody works: a lease whose release failed runs out.
        var names = _lanes.Keys.ToArray();
        var held = await _store.WriteAcross(async (db, token) =>
        {
            await db.Across<WebhookLane>().Where(lane => lane.LeaseOwner == _node && names.Contains(lane.EndpointId)).ExecuteUpdateAsync(lane => lane.SetProperty(x => x.LeaseUntil, until), token);
            return await db.Across<WebhookLane>().Where(lane => lane.LeaseOwner == _node && names.Contains(lane.EndpointId)).Select(lane => new { lane.EndpointId, lane.LeaseNumber }).ToDictionaryAsync(lane => lane.EndpointId, lane => lane.LeaseNumber, StringComparer.Ordinal, token);
        }, cancellation);
        // Taken by another node while this one slept, or deleted.
        foreach (var runner in _lanes.Values.Where(runner => held.GetValueOrDefault(runner.EndpointId) != runner.LeaseNumber))
        {
            if (held.TryGetValue(runner.EndpointId, out var number) && number > runner.LeaseNumber) continue;
            runner.Dispose();
            _lanes.TryRemove(KeyValuePair.Create(runner.EndpointId, runner));
        }
    }

    private async Task OrLog(Func<CancellationToken, Task> work, CancellationToken cancellation)
    {
        try
        {
            await work(cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            _logger.LogError(e, "Webhook lanes could not be kept; the next beat tries again");
        }
    }
}
