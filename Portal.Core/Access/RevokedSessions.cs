using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;

namespace Portal.Core.Access;

/// <summary>
/// The sessions that were revoked while access tokens of theirs may still be about: in memory on every node, so that a
/// request needs no look-up. An entry goes when the last such token has expired.
/// </summary>
internal sealed class RevokedSessions : IDisposable
{
    private static readonly TimeSpan Remembered = SessionLifetimes.Access + SessionLifetimes.Slack;

    private readonly PortalStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger<RevokedSessions> _logger;
    private readonly ConcurrentDictionary<string, DateTimeOffset> _until = new(StringComparer.Ordinal);
    private readonly IDisposable _subscription;
    private readonly ITimer _pruning;

    public RevokedSessions(PortalStore store, IClusterSignals signals, TimeProvider time, ILogger<RevokedSessions> logger)
    {
        (_store, _time, _logger) = (store, time, logger);
        _subscription = signals.Subscribe(SignalTopics.Session, Hear);
        _pruning = time.CreateTimer(_ => Prune(), null, Remembered, Remembered);
    }

    /// <summary>How many are remembered.</summary>
    internal int Count => _until.Count;

    public bool Contains(string sessionId) => _until.ContainsKey(sessionId);

    /// <summary>Reads those of the time before this node listened.</summary>
    public async Task Load(CancellationToken cancellation)
    {
        var oldest = _time.GetUtcNow() - Remembered;
        await using var db = _store.ReadAcross();
        var revoked = await db.Sessions.Where(session => session.RevokedAt > oldest)
            .Select(session => new { session.Id, session.RevokedAt }).ToListAsync(cancellation);
        foreach (var session in revoked) _until[session.Id] = session.RevokedAt!.Value + Remembered;
    }

    public void Dispose()
    {
        _subscription.Dispose();
        _pruning.Dispose();
    }

    private void Hear(string sessionId)
    {
        if (sessionId.Length > 0) _until[sessionId] = _time.GetUtcNow() + Remembered;
        else _ = LoadMissed();
    }

    private async Task LoadMissed()
    {
        try
        {
            await Load(CancellationToken.None);
        }
        catch (Exception e)
        {
            // The signals' connection comes back with another empty signal, which tries again.
            _logger.LogError(e, "Revoked sessions could not be read");
        }
    }

    private void Prune()
    {
        var now = _time.GetUtcNow();
        foreach (var (id, until) in _until)
        {
            if (until <= now) _until.TryRemove(id, out _);
        }
    }
}
