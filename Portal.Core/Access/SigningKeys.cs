using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;

namespace Portal.Core.Access;

/// <summary>
/// The keys of access tokens (ES256): one signs, those before it verify until what they signed has expired. Nodes share
/// them through the database. Ids are numbered, so that of two nodes that make the next key at once one meets the
/// primary key and takes over the other's.
/// </summary>
internal sealed class SigningKeys : IDisposable
{
    private const string Prefix = "sig_";
    private static readonly TimeSpan UnknownKeyPause = TimeSpan.FromSeconds(1);

    private readonly PortalStore _store;
    private readonly IDataProtector _protector;
    private readonly AccountsOptions _options;
    private readonly IClusterSignals _signals;
    private readonly TimeProvider _time;
    private readonly ILogger<SigningKeys> _logger;
    private readonly SemaphoreSlim _loading = new(1, 1);
    private readonly IDisposable _subscription;
    private Ring? _latest;
    private int _changes;

    public SigningKeys(
        PortalStore store, IDataProtectionProvider protection, IOptions<AccountsOptions> options, IClusterSignals signals, TimeProvider time, ILogger<SigningKeys> logger)
    {
        (_store, _options, _signals, _time, _logger) = (store, options.Value, signals, time, logger);
        _protector = protection.CreateProtector("Portal.SigningKeys");
        _subscription = signals.Subscribe(SignalTopics.SigningKey, _ => Interlocked.Increment(ref _changes));
    }

    /// <summary>The key that signs now; made when there is none or the last one is too old.</summary>
    public async ValueTask<SecurityKey> Current(CancellationToken cancellation)
    {
        if (Usable?.Active is { } active && IsFresh(active.CreatedAt)) return active.Key;
        await _loading.WaitAsync(cancellation);
        try
        {
            var ring = await Load(cancellation);
            if (ring.Active is not { } loaded || !IsFresh(loaded.CreatedAt))
            {
                await Rotate(ring, cancellation);
                ring = await Load(cancellation);
            }

            return ring.Active?.Key ?? throw new InvalidOperationException("No signing key can be read, although one was made just now.");
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>The key with an id, for verifying; null when there is none, or what it signed has expired anyway.</summary>
    public async ValueTask<SecurityKey?> Find(string id, CancellationToken cancellation)
    {
        if (Knows(id, out var key)) return key;
        await _loading.WaitAsync(cancellation);
        try
        {
            // Another caller may have loaded meanwhile.
            return Knows(id, out key) ? key : (await Load(cancellation)).Keys.GetValueOrDefault(id);
        }
        finally
        {
            _loading.Release();
        }
    }

    public void Dispose()
    {
        _subscription.Dispose();
        _loading.Dispose();
    }

    /// <summary>The keys as last read, unless another one was announced since.</summary>
    private Ring? Usable => Volatile.Read(ref _latest) is { } ring && ring.Changes == Volatile.Read(ref _changes) ? ring : null;

    // Ids that nobody knows may be made up, so they do not cause a read each.
    private bool Knows(string id, out SecurityKey? key)
    {
        key = null;
        return Usable is { } ring && (ring.Keys.TryGetValue(id, out key) || ring.LoadedAt + UnknownKeyPause > _time.GetUtcNow());
    }

    private bool IsFresh(DateTimeOffset createdAt) => createdAt + _options.SigningKeyLifetime > _time.GetUtcNow();

    private async Task<Ring> Load(CancellationToken cancellation)
    {
        var changes = Volatile.Read(ref _changes);
        var now = _time.GetUtcNow();
        var oldest = now - SessionLifetimes.Access - SessionLifetimes.Slack;
        await using var db = _store.ReadAcross();
        var rows = await db.SigningKeys.Where(row => row.RetiredAt == null || row.RetiredAt > oldest).OrderBy(row => row.Id).ToListAsync(cancellation);
        var readable = rows.Select(row => (Row: row, Key: Read(row))).Where(pair => pair.Key is not null).ToList();
        var active = readable.LastOrDefault(pair => pair.Row.RetiredAt is null);
        var ring = new Ring(
            active.Key is null ? null : new ActiveKey(active.Key, active.Row.CreatedAt),
            rows.Select(row => row.Id).Except(readable.Select(pair => pair.Row.Id), StringComparer.Ordinal).ToFrozenSet(StringComparer.Ordinal),
            readable.ToFrozenDictionary(pair => pair.Row.Id, SecurityKey (pair) => pair.Key!, StringComparer.Ordinal),
            now,
            changes);
        Volatile.Write(ref _latest, ring);
        return ring;
    }

    // The key stays alive with the ring and is collected with it: a validation may use it while the next ring replaces this one.
    private ECDsaSecurityKey? Read(SigningKey row)
    {
        try
        {
            var key = ECDsa.Create();
            key.ImportPkcs8PrivateKey(_protector.Unprotect(Convert.FromBase64String(row.ProtectedPrivateKey)), out _);
            return new ECDsaSecurityKey(key) { KeyId = row.Id };
        }
        catch (CryptographicException e)
        {
            _logger.LogWarning(e, "Signing key {KeyId} cannot be decrypted; its tokens are refused", row.Id);
            return null;
        }
    }

    private async Task Rotate(Ring seen, CancellationToken cancellation)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var secret = key.ExportPkcs8PrivateKey();
        var sealedKey = Convert.ToBase64String(_protector.Protect(secret));
        CryptographicOperations.ZeroMemory(secret);
        try
        {
            await _store.WriteAcross((db, token) => AddNext(db, sealedKey, seen, token), cancellation);
        }
        catch (DbUpdateException e)
        {
            _logger.LogInformation(e, "Another node made the next signing key");
        }
    }

    private async Task<bool> AddNext(PortalDbContext db, string sealedKey, Ring seen, CancellationToken cancellation)
    {
        var now = _time.GetUtcNow();
        var rows = await db.SigningKeys.OrderBy(row => row.Id).ToListAsync(cancellation);
        var active = rows.LastOrDefault(row => row.RetiredAt is null);
        // One that this node could not read is replaced; one that it has not seen yet is another node's, and good.
        if (active is not null && IsFresh(active.CreatedAt) && !seen.Unreadable.Contains(active.Id)) return false;

        foreach (var row in rows)
        {
            if (row.RetiredAt is null) row.RetiredAt = now;
            else if (row.RetiredAt < now - SessionLifetimes.Access - SessionLifetimes.Slack) db.SigningKeys.Remove(row);
        }

        var id = rows.Count == 0 ? 1 : int.Parse(rows[^1].Id.AsSpan(Prefix.Length), CultureInfo.InvariantCulture) + 1;
        var next = new SigningKey { Id = Prefix + id.ToString("D8", CultureInfo.InvariantCulture), ProtectedPrivateKey = sealedKey, CreatedAt = now };
        db.SigningKeys.Add(next);
        db.AfterCommit(() => _signals.Send(SignalTopics.SigningKey, next.Id));
        return true;
    }

    private sealed record ActiveKey(SecurityKey Key, DateTimeOffset CreatedAt);

    private sealed record Ring(ActiveKey? Active, FrozenSet<string> Unreadable, FrozenDictionary<string, SecurityKey> Keys, DateTimeOffset LoadedAt, int Changes);
}
