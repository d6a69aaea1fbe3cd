using System.Collections.Concurrent;
using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Security;

namespace Portal.Api.Gateway;

/// <summary>
/// The callers behind API keys, kept by the hash of the key. A change of a key is told by a signal and takes effect on
/// the next request; a look-up that a change overtook is not kept.
/// </summary>
internal sealed class KeyCallers : IDisposable
{
    // Unknown keys are remembered too, so that a program with a dead key does not read the database at each call.
    private const int MostKept = 50_000;

    private readonly PortalStore _store;
    private readonly Quotas _quotas;
    private readonly OperationRegistry _operations;
    private readonly ConcurrentDictionary<KeyHash, Caller?> _callers = new();
    private readonly ConcurrentDictionary<string, Caller?> _lent = new(StringComparer.Ordinal);
    private readonly IDisposable[] _subscriptions;
    private int _generation;

    public KeyCallers(PortalStore store, Quotas quotas, OperationRegistry operations, IClusterSignals signals)
    {
        _store = store;
        _quotas = quotas;
        _operations = operations;
        _subscriptions =
        [
            signals.Subscribe(SignalTopics.ApiKey, id => Forget(caller => id.Length == 0 || caller is null || caller.Id == id)),
            signals.Subscribe(SignalTopics.Organization, id => Forget(caller => id.Length == 0 || caller?.Tenant.OrganizationId == id)),
        ];
    }

    /// <summary>Grows with each change of any key or organization: what was found at another generation may not hold.</summary>
    public int Generation => Volatile.Read(ref _generation);

    /// <summary>The caller with this key, good or refused; null when there is no such key.</summary>
    public ValueTask<Caller?> Find(in KeyHash hash)
    {
        if (_callers.TryGetValue(hash, out var caller)) return ValueTask.FromResult(caller);
        return new ValueTask<Caller?>(Load(hash));
    }

    /// <summary>The caller that a key is, by the key's id, for a token that stands for it; null when there is no such key.</summary>
    public async ValueTask<Caller?> FindLent(string keyId)
    {
        if (_lent.TryGetValue(keyId, out var caller)) return caller;
        return await Load(_lent, keyId, key => key.Id == keyId, null);
    }

    public void Dispose()
    {
        foreach (var subscription in _subscriptions) subscription.Dispose();
    }

    private Task<Caller?> Load(KeyHash hash)
    {
        var bytes = hash.ToArray();
        return Load(_callers, hash, key => key.Hash == bytes, hash);
    }

    private async Task<Caller?> Load<TName>(
        ConcurrentDictionary<TName, Caller?> kept, TName name, Expression<Func<ApiKey, bool>> which, KeyHash? hash) where TName : notnull
    {
        var generation = Volatile.Read(ref _generation);
        var caller = await Read(which, hash);
        if (kept.Count >= MostKept) kept.Clear();
        kept[name] = caller;
        // A change that came while we read may not be in what we read: the next call looks again.
        if (generation != Volatile.Read(ref _generation)) kept.TryRemove(name, out _);
        return caller;
    }

    private async Task<Caller?> Read(Expression<Func<ApiKey, bool>> which, KeyHash? hash)
    {
        await using var db = _store.ReadAcross();
        var found = await db.Across<ApiKey>()
            .Where(which)
            .Join(db.Organizations, key => key.OrganizationId, organization => organization.Id, (key, organization) => new { Key = key, Organization = organization })
            .SingleOrDefaultAsync();
        if (found is null || hash?.FixedTimeEquals(new KeyHash(found.Key.Hash)) == false) return null;
        var key = found.Key;
        return new Caller
        {
            Kind = CallerKind.ApiKey,
            Id = key.Id,
            Name = key.Name,
            Tenant = new Tenant(key.OrganizationId, key.Mode),
            Plan = found.Organization.Plan,
            Scopes = Scopes.Expand(key.Scopes),
            AllowedAddresses = AddressRanges.TryParse(key.AllowedAddresses, out var ranges, out var reason)
                ? ranges
                : throw new InvalidOperationException($"The address list of {key.Id} cannot be read: {reason}"),
            ExpiresAt = key.ExpiresAt,
            Refusal = key.RevokedAt is not null ? "revoked" : key.Enabled ? null : "disabled",
            RateLimit = key.RateLimit,
            PinnedVersion = found.Organization.PinnedVersion,
            Quota = await _quotas.Of(key.OrganizationId),
            Uses = new OperationUse?[_operations.Count],
        };
    }

    private void Forget(Func<Caller?, bool> which)
    {
        Interlocked.Increment(ref _generation);
        foreach (var pair in _callers)
        {
            if (which(pair.Value)) _callers.TryRemove(pair);
        }

        foreach (var pair in _lent)
        {
            if (which(pair.Value)) _lent.TryRemove(pair);
        }
    }
}
