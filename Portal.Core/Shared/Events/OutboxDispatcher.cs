using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;

namespace Portal.Core.Shared.Events;

/// <summary>Makes of events what somebody has to do about them: deliveries, runs.</summary>
internal interface IEventConsumer
{
    /// <summary>Adds its rows to the unit of work that marks the events as dispatched, so that each event is taken once.</summary>
    /// <param name="db">The unit, across tenants. It may be run again: what must follow the commit is said with <see cref="PortalDbContext.AfterCommit"/>.</param>
    /// <param name="events">In the order in which they happened, of several tenants.</param>
    /// <param name="cancellation">Ends the queries.</param>
    Task Take(PortalDbContext db, IReadOnlyList<EventRecord> events, CancellationToken cancellation);
}

/// <summary>
/// Hands the outbox's events to their consumers: woken by each commit that added some, and by a slow poll that finds
/// what a crash left. One node at a time does it, so that an endpoint's events have one order.
/// </summary>
internal sealed class OutboxDispatcher(
    PortalStore store, IEnumerable<IEventConsumer> consumers, IClusterSignals signals, TimeProvider time, ILogger<OutboxDispatcher> logger) : BackgroundService
{
    private const int Portion = 500;

    // The name under which nodes agree on who dispatches.
    private const long LockName = 0x6f75_7462_6f78;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);

    /// <summary>Dispatches one portion.</summary>
    /// <returns>How many events; 0 also while another node is at it, which sees them too.</returns>
    internal Task<int> Dispatch(CancellationToken cancellation) => store.WriteAcross(async (db, token) =>
    {
        if (!await db.TryLock(LockName, token)) return 0;
        var events = await db.Across<EventRecord>().AsNoTracking().Where(row => row.DispatchedAt == null).OrderBy(row => row.Id).Take(Portion).ToListAsync(token);
        if (events.Count == 0) return 0;
        foreach (var consumer in consumers) await consumer.Take(db, events, token);
        var taken = events.ConvertAll(row => row.Id);
        var now = time.GetUtcNow();
        await db.Across<EventRecord>().Where(row => taken.Contains(row.Id)).ExecuteUpdateAsync(row => row.SetProperty(x => x.DispatchedAt, now), token);
        return events.Count;
    }, cancellation);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var subscription = signals.Subscribe(SignalTopics.Outbox, _ => wake.Writer.TryWrite(true));
        await using var poll = time.CreateTimer(_ => wake.Writer.TryWrite(true), null, Poll, Poll);
        wake.Writer.TryWrite(true);
        while (!stoppingToken.IsCancellationRequested)
        {
            await wake.Reader.ReadAsync(stoppingToken);
            try
            {
                while (await Dispatch(stoppingToken) > 0)
                {
                    // The next portion; events that came meanwhile are in it.
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogError(e, "Events could not be dispatched; the next poll tries again");
            }
        }
    }
}
