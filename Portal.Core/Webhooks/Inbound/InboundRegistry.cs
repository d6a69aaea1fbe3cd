using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Json;
using Portal.Core.Webhooks.Inbound.Providers;

namespace Portal.Core.Webhooks.Inbound;

/// <summary>An active source with its secrets in the clear, in memory only.</summary>
/// <param name="Secrets">Each with the moment until which it verifies; null is for good.</param>
internal sealed record InboundCandidate(
    string Id, Tenant Tenant, InboundProvider Provider, IReadOnlyList<(string Secret, DateTimeOffset? Until)> Secrets, string? Url, HmacSettings? Hmac, IReadOnlyList<string> Events);

/// <summary>The active sources at hand, so that a request with a bad signature costs no query. Read anew when one was changed, and once a minute.</summary>
internal sealed class InboundRegistry : IDisposable
{
    /// <summary>Sources of one provider that are tried where the address names none; the ones used last come first.</summary>
    public const int MostCandidates = 200;
    private static readonly TimeSpan LongestAge = TimeSpan.FromMinutes(1);

    private readonly PortalStore _store;
    private readonly InboundSecrets _secrets;
    private readonly TimeProvider _time;
    private readonly ILogger<InboundRegistry> _logger;
    private readonly SemaphoreSlim _loading = new(1, 1);
    private readonly IDisposable _subscription;
    private Snapshot? _latest;
    private int _changes;

    public InboundRegistry(PortalStore store, InboundSecrets secrets, IClusterSignals signals, TimeProvider time, ILogger<InboundRegistry> logger)
    {
        (_store, _secrets, _time, _logger) = (store, secrets, time, logger);
        _subscription = signals.Subscribe(SignalTopics.InboundSource, _ => Interlocked.Increment(ref _changes));
    }

    /// <summary>Those that a request may be from: the one that the address names, or all of the provider.</summary>
    public async ValueTask<IReadOnlyList<InboundCandidate>> Candidates(InboundProvider provider, string? sourceId, CancellationToken cancellation)
    {
        var snapshot = Usable ?? await Load(cancellation);
        if (sourceId is null) return snapshot.ByProvider.GetValueOrDefault(provider.Name, []);
        return snapshot.ById.TryGetValue(sourceId, out var candidate) && candidate.Provider == provider ? [candidate] : [];
    }

    public void Dispose()
    {
        _subscription.Dispose();
        _loading.Dispose();
    }

    private Snapshot? Usable =>
        Volatile.Read(ref _latest) is { } latest && latest.Changes == Volatile.Read(ref _changes) && _time.GetElapsedTime(latest.Timestamp) < LongestAge ? latest : null;

    private async Task<Snapshot> Load(CancellationToken cancellation)
    {
        await _loading.WaitAsync(cancellation);
        try
        {
            // Another request may have loaded meanwhile.
            if (Usable is { } loaded) return loaded;
            var (changes, timestamp) = (Volatile.Read(ref _changes), _time.GetTimestamp());
            await using var db = _store.ReadAcross();
            var rows = await db.Across<InboundSource>().Where(source => source.Active).OrderByDescending(source => source.LastReceivedAt ?? source.CreatedAt).ThenBy(source => source.Id).ToListAsync(cancellation);
            var all = rows.Select(Candidate).OfType<InboundCandidate>().ToList();
            var snapshot = new Snapshot(changes, timestamp, all.ToDictionary(candidate => candidate.Id, StringComparer.Ordinal), ByProvider(all));
            Volatile.Write(ref _latest, snapshot);
            return snapshot;
        }
        finally
        {
            _loading.Release();
        }
    }

    private Dictionary<string, IReadOnlyList<InboundCandidate>> ByProvider(List<InboundCandidate> all)
    {
        var groups = new Dictionary<string, IReadOnlyList<InboundCandidate>>(StringComparer.Ordinal);
        foreach (var group in all.GroupBy(candidate => candidate.Provider.Name, StringComparer.Ordinal))
        {
            var sources = group.ToList();
            if (sources.Count > MostCandidates) _logger.LogWarning("{Provider} has {Count} sources; the {Tried} used last are tried where an address names none", group.Key, sources.Count, MostCandidates);
            groups[group.Key] = [.. sources.Take(MostCandidates)];
        }

        return groups;
    }

    private InboundCandidate? Candidate(InboundSource row)
    {
        if (InboundProviders.Find(row.Provider) is not { } provider) return null;
        var secrets = new List<(string, DateTimeOffset?)>();
        if (_secrets.Reveal(row.Secret) is { } secret) secrets.Add((secret, null));
        else _logger.LogError("The secret of inbound source {SourceId} cannot be read: the key ring that encrypted it is gone. Give it a new one", row.Id);
        if (row is { PreviousSecret: { } stored, PreviousSecretUntil: { } until } && _secrets.Reveal(stored) is { } previous) secrets.Add((previous, until));
        var hmac = row.Hmac is { } json ? JsonSerializer.Deserialize<HmacSettings>(json, PortalJson.Options) : null;
        return new InboundCandidate(row.Id, new Tenant(row.OrganizationId, row.Mode), provider, secrets, row.Url, hmac, row.Events);
    }

    private sealed record Snapshot(
        int Changes, long Timestamp, Dictionary<string, InboundCandidate> ById, Dictionary<string, IReadOnlyList<InboundCandidate>> ByProvider);
}
