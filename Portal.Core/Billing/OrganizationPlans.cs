using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;

namespace Portal.Core.Billing;

/// <summary>The plans of organizations, kept in memory until one changes.</summary>
public sealed class OrganizationPlans : IDisposable
{
    private readonly PortalStore _store;
    private readonly ConcurrentDictionary<string, Plan> _plans = new(StringComparer.Ordinal);
    private readonly IDisposable _subscription;
    private long _changes;

    public OrganizationPlans(PortalStore store, IClusterSignals signals)
    {
        _store = store;
        _subscription = signals.Subscribe(SignalTopics.Organization, Forget);
    }

    /// <summary>The organization's plan; Free where there is no such organization.</summary>
    public ValueTask<Plan> Of(string organizationId) => _plans.TryGetValue(organizationId, out var plan) ? new(plan) : new(Read(organizationId));

    /// <inheritdoc/>
    public void Dispose() => _subscription.Dispose();

    private void Forget(string organizationId)
    {
        Interlocked.Increment(ref _changes);
        if (organizationId.Length == 0) _plans.Clear();
        else _plans.TryRemove(organizationId, out _);
    }

    private async Task<Plan> Read(string organizationId)
    {
        var changes = Interlocked.Read(ref _changes);
        await using var db = _store.ReadAcross();
        var found = await db.Organizations.Where(row => row.Id == organizationId).Select(row => (Plan?)row.Plan).FirstOrDefaultAsync();
        if (found is not { } plan) return Plan.Free;
        _plans[organizationId] = plan;
        // A change that came while we read may not be in what we read: the next use looks again.
        if (changes != Interlocked.Read(ref _changes)) _plans.TryRemove(organizationId, out _);
        return plan;
    }
}
