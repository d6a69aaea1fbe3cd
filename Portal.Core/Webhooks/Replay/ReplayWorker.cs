using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;
using Portal.Core.Webhooks.Delivery;
using Portal.Core.Webhooks.Endpoints;

namespace Portal.Core.Webhooks.Replay;

/// <summary>
/// Queues what replays name, a portion each second, as fast as their rate allows. Where a replay stands is written with
/// the portion, so that after a crash it goes on there and queues nothing twice.
/// </summary>
internal sealed class ReplayWorker(PortalStore store, IClusterSignals signals, IdGenerator ids, TimeProvider time, ILogger<ReplayWorker> logger) : BackgroundService
{
    // Looked at in one unit of work, so that a filter that takes one event of a million goes on quickly and blocks nobody.
    private const int MostLookedAt = 500;
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    /// <summary>Queues the portions that are due.</summary>
    /// <returns>How many replays had one.</returns>
    internal async Task<int> Work(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        List<string> due;
        await using (var db = store.ReadAcross())
            due = await db.Across<WebhookReplay>().Where(row => row.State == ReplayState.Running && row.DueAt <= now).Select(row => row.Id).ToListAsync(cancellation);
        foreach (var id in due) await store.WriteAcross((db, token) => Portion(db, id, now, token), cancellation);
        return due.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var subscription = signals.Subscribe(SignalTopics.Replay, _ => wake.Writer.TryWrite(true));
        await using var beat = time.CreateTimer(_ => wake.Writer.TryWrite(true), null, Beat, Beat);
        while (!stoppingToken.IsCancellationRequested)
        {
            await wake.Reader.ReadAsync(stoppingToken);
            try
            {
                await Work(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogError(e, "Replays could not go on; the next beat tries again");
            }
        }
    }

    private async Task<bool> Portion(PortalDbContext db, string id, DateTimeOffset now, CancellationToken cancellation)
    {
        var replay = await db.Across<WebhookReplay>().SingleAsync(row => row.Id == id, cancellation);
        // Another node was faster, or somebody paused it.
        if (replay.State != ReplayState.Running || replay.DueAt > now) return false;
        var endpoint = await db.Across<WebhookEndpoint>().SingleOrDefaultAsync(row => row.Id == replay.EndpointId, cancellation);
        if (endpoint is null) return End(replay, ReplayState.Cancelled, now);
        var lane = await db.Across<WebhookLane>().SingleAsync(row => row.EndpointId == endpoint.Id, cancellation);
        var selection = ReplaySelection.Read(replay.Selection);
        var allowed = Math.Max(1, replay.RateLimit / 60);
        var part = await ReplayCandidates.Read(db, endpoint, selection, replay.CreatedAt, replay.Cursor, MostLookedAt, cancellation);
        var queued = 0;
        foreach (var candidate in part)
        {
            if (queued == allowed) break;
            replay.Cursor = candidate.Event.Id;
            if (!ReplayCandidates.Matches(endpoint, selection, candidate.Event)) continue;
            Queue(db, lane, endpoint, candidate, replay.Id, now);
            queued++;
        }

        replay.Queued += queued;
        // A rate below one a second is kept by longer pauses.
        replay.DueAt = queued == 0 ? now : now + TimeSpan.FromSeconds(queued * 60.0 / replay.RateLimit);
        var isDone = part.Count < MostLookedAt && (part.Count == 0 || replay.Cursor == part[^1].Event.Id);
        if (queued > 0) LaneRows.DueBy(lane, now);
        db.AfterCommit(() =>
        {
            if (queued > 0) signals.Send(SignalTopics.WebhookLane, endpoint.Id);
            signals.Send(SignalTopics.Delivery, endpoint.OrganizationId);
        });
        return isDone && End(replay, ReplayState.Completed, now);
    }

    private void Queue(PortalDbContext db, WebhookLane lane, WebhookEndpoint endpoint, ReplayCandidate candidate, string replayId, DateTimeOffset now)
    {
        var row = candidate.Delivery;
        if (row is null)
        {
            var key = endpoint.OrderingKey is { } path ? new ShownEvent(candidate.Event).At(path) : null;
            row = FanOut.Delivery(lane, candidate.Event, ids.New("dlv"), key, now);
            db.Add(row);
        }
        else if (db.Entry(row).State == EntityState.Detached)
        {
            db.Attach(row);
        }

        LaneRows.Again(row, now);
        row.ReplayId = replayId;
    }

    private static bool End(WebhookReplay replay, ReplayState state, DateTimeOffset now)
    {
        (replay.State, replay.EndedAt) = (state, now);
        return true;
    }
}
