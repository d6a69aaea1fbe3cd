using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Core.Shared.Data;

namespace Portal.Core.Billing;

/// <summary>
/// Counts what organizations use, by day, live and test together: in memory from where the table left off, and added to it
/// twice a second. Once an organization's counts are loaded, counting neither waits nor allocates. Each write reads the
/// month's sums back, so nodes know of each other's counts as of then; a crash loses what was counted since the last write.
/// </summary>
public sealed class OrganizationUsage(PortalStore store, TimeProvider time, ILogger<OrganizationUsage> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private static readonly BulkStatement Statement = new(
        "usage_days", ["organization_id", "kind", "day", "amount"],
        "ON CONFLICT (organization_id, kind, day) DO UPDATE SET amount = usage_days.amount + excluded.amount");

    private readonly ConcurrentDictionary<string, UsageCounter> _counters = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<Task<UsageCounter>>> _loading = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _flushing = new(1, 1);
    private bool _isDisposed;

    /// <summary>Counts unless the organization's use in this calendar month (UTC) would exceed the limit; a refusal counts nothing.</summary>
    /// <param name="limit">Most a month; null counts without a limit.</param>
    public ValueTask<bool> TryUse(string organizationId, UsageKind kind, long? limit, long amount = 1) =>
        _counters.TryGetValue(organizationId, out var counter)
            ? new(counter.TryUse(kind, limit, amount, time.GetUtcNow()))
            : new(LoadAndTryUse(organizationId, kind, limit, amount));

    /// <summary>Counts what was used already, whatever the limit.</summary>
    /// <param name="usedAt">When; now unless given.</param>
    public ValueTask Count(string organizationId, UsageKind kind, long amount, DateTimeOffset? usedAt = null) => Add(organizationId, kind, amount, usedAt ?? time.GetUtcNow());

    /// <summary>Takes a use back that came to nothing.</summary>
    /// <param name="usedAt">When it was counted: the day that gets it back.</param>
    public ValueTask Return(string organizationId, UsageKind kind, long amount, DateTimeOffset usedAt) => Add(organizationId, kind, -amount, usedAt);

    /// <summary>The use so far in this calendar month (UTC).</summary>
    public async ValueTask<long> Used(string organizationId, UsageKind kind) =>
        (_counters.TryGetValue(organizationId, out var counter) ? counter : await Load(organizationId)).Used(kind, time.GetUtcNow());

    /// <summary>What the organizations have used in this calendar month (UTC) that used anything since the process began.</summary>
    public IEnumerable<(string OrganizationId, UsageKind Kind, long Used)> All()
    {
        var now = time.GetUtcNow();
        foreach (var (organizationId, counter) in _counters)
        {
            foreach (var kind in Enum.GetValues<UsageKind>()) yield return (organizationId, kind, counter.Used(kind, now));
        }
    }

    /// <summary>Writes what has been counted so far.</summary>
    public async Task Flush(CancellationToken cancellation)
    {
        await _flushing.WaitAsync(cancellation);
        try
        {
            var changed = _counters.Values.Select(counter => (Counter: counter, Uses: counter.Take())).Where(taken => taken.Uses.Count > 0).ToArray();
            if (changed.Length > 0) await Write(changed, cancellation);
        }
        finally
        {
            _flushing.Release();
        }
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        // A host that is disposed twice stops what it has disposed already.
        if (!_isDisposed) await Flush(CancellationToken.None);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _isDisposed = true;
        _flushing.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                // Not ended by the stop: what is being written is written whole.
                await Flush(CancellationToken.None);
            }
            catch (Exception e)
            {
                logger.LogError(e, "The use of organizations could not be written; it is kept for the next try");
            }
        }
    }

    private async Task Write((UsageCounter Counter, IReadOnlyList<PendingUse> Uses)[] changed, CancellationToken cancellation)
    {
        var month = UsagePeriod.Monthly.StartOf(time.GetUtcNow());
        var rows = changed.SelectMany(taken => taken.Uses, (taken, use) => (taken.Counter.OrganizationId, Use: use)).ToArray();
        try
        {
            var sums = await store.WriteAcross(async (db, token) =>
            {
                await Statement.Insert(db, rows, row => [row.OrganizationId, row.Use.Kind.ToString(), db.Stored(row.Use.Day), row.Use.Amount], token);
                return await Sums(db, [.. changed.Select(taken => taken.Counter.OrganizationId)], month, token);
            }, cancellation);
            foreach (var (counter, _) in changed) counter.Written(month, sums[counter.OrganizationId]);
        }
        catch (Exception)
        {
            foreach (var (counter, _) in changed) counter.NotWritten();
            throw;
        }
    }

    private async Task<bool> LoadAndTryUse(string organizationId, UsageKind kind, long? limit, long amount) =>
        (await Load(organizationId)).TryUse(kind, limit, amount, time.GetUtcNow());

    private ValueTask Add(string organizationId, UsageKind kind, long amount, DateTimeOffset moment)
    {
        if (!_counters.TryGetValue(organizationId, out var counter)) return new(LoadAndAdd(organizationId, kind, amount, moment));
        counter.Add(kind, amount, moment, time.GetUtcNow());
        return ValueTask.CompletedTask;
    }

    private async Task LoadAndAdd(string organizationId, UsageKind kind, long amount, DateTimeOffset moment) =>
        (await Load(organizationId)).Add(kind, amount, moment, time.GetUtcNow());

    private async Task<UsageCounter> Load(string organizationId)
    {
        var loading = _loading.GetOrAdd(organizationId, id => new Lazy<Task<UsageCounter>>(() => Read(id)));
        try
        {
            return await loading.Value;
        }
        finally
        {
            // Whether it is among the counters now or failed and is to be tried again.
            _loading.TryRemove(KeyValuePair.Create(organizationId, loading));
        }
    }

    private async Task<UsageCounter> Read(string organizationId)
    {
        var month = UsagePeriod.Monthly.StartOf(time.GetUtcNow());
        var counter = new UsageCounter(organizationId);
        await using var db = store.ReadAcross();
        counter.Written(month, (await Sums(db, [organizationId], month, CancellationToken.None))[organizationId]);
        return _counters.GetOrAdd(organizationId, counter);
    }

    private static async Task<Dictionary<string, Dictionary<UsageKind, long>>> Sums(PortalDbContext db, string[] organizations, DateTimeOffset month, CancellationToken cancellation)
    {
        var sums = organizations.ToDictionary(id => id, _ => new Dictionary<UsageKind, long>(), StringComparer.Ordinal);
        var rows = await db.Across<UsageDay>().Where(row => organizations.Contains(row.OrganizationId) && row.Day >= month)
            .GroupBy(row => new { row.OrganizationId, row.Kind })
            .Select(group => new { group.Key.OrganizationId, group.Key.Kind, Amount = group.Sum(row => row.Amount) })
            .ToListAsync(cancellation);
        foreach (var row in rows) sums[row.OrganizationId][row.Kind] = row.Amount;
        return sums;
    }
}
