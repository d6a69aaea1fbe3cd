using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;

namespace Portal.Core.Gateway;

/// <summary>Calls of one organization in the current calendar month (UTC). Thread-safe.</summary>
internal sealed class QuotaCounter(long used, DateTimeOffset month)
{
    private readonly Lock _gate = new();
    private long _used = used;
    private DateTimeOffset _month = month;

    /// <summary>Counts one call unless the month's calls are used up.</summary>
    /// <param name="limit">Calls a month; null counts without a limit.</param>
    public bool TryUse(long? limit, DateTimeOffset now)
    {
        lock (_gate)
        {
            Roll(now);
            if (_used >= limit) return false;
            _used++;
            return true;
        }
    }

    /// <summary>Takes a use back: the call was refused by something that came after.</summary>
    public void Return()
    {
        lock (_gate) _used--;
    }

    /// <summary>Calls used this month.</summary>
    public long Used(DateTimeOffset now)
    {
        lock (_gate)
        {
            Roll(now);
            return _used;
        }
    }

    private void Roll(DateTimeOffset now)
    {
        var current = Quotas.MonthOf(now);
        if (current <= _month) return;
        (_month, _used) = (current, 0);
    }
}

/// <summary>The monthly quotas: counted in memory from where the usage table left off.</summary>
internal sealed class Quotas(PortalStore store, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Lazy<Task<QuotaCounter>>> _counters = new(StringComparer.Ordinal);

    public static DateTimeOffset MonthOf(DateTimeOffset moment) => new(moment.Year, moment.Month, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The organization's counter; the same object for as long as the process runs.</summary>
    public async Task<QuotaCounter> Of(string organizationId)
    {
        var counter = _counters.GetOrAdd(organizationId, id => new Lazy<Task<QuotaCounter>>(() => Load(id)));
        try
        {
            return await counter.Value;
        }
        catch (Exception)
        {
            // Not kept, so that the next call tries again.
            _counters.TryRemove(KeyValuePair.Create(organizationId, counter));
            throw;
        }
    }

    /// <summary>What the organizations have used that called since the process began.</summary>
    public IEnumerable<(string OrganizationId, long Used)> Used(DateTimeOffset now)
    {
        foreach (var (organizationId, counter) in _counters)
        {
            if (counter is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }) yield return (organizationId, counter.Value.Result.Used(now));
        }
    }

    private async Task<QuotaCounter> Load(string organizationId)
    {
        var month = MonthOf(time.GetUtcNow());
        await using var db = store.ReadAcross();
        var used = await db.Across<UsageMinute>()
            .Where(row => row.OrganizationId == organizationId && row.Minute >= month)
            .SumAsync(row => row.Charged);
        return new QuotaCounter(used, month);
    }
}
