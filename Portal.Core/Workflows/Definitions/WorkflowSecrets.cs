using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;

namespace Portal.Core.Workflows.Definitions;

/// <summary>The secrets of workflows in the clear, for their runs and triggers. Not to be asked in a unit of work: the key ring may have to be read.</summary>
internal sealed class WorkflowSecrets : IDisposable
{
    private const int MostKept = 5_000;
    private readonly ConcurrentDictionary<(Tenant Tenant, string WorkflowId), IReadOnlyDictionary<string, string>> _known = new();
    private readonly PortalStore _store;
    private readonly IDataProtector _protector;
    private readonly IDisposable _subscription;
    private long _changes;

    public WorkflowSecrets(PortalStore store, IDataProtectionProvider protection, IClusterSignals signals)
    {
        (_store, _protector) = (store, protection.CreateProtector("Portal.Workflows.Secret"));
        _subscription = signals.Subscribe(SignalTopics.Workflow, Forget);
    }

    public void Dispose() => _subscription.Dispose();

    /// <summary>A workflow's secrets by name; none where the tenant has no such workflow.</summary>
    public async ValueTask<IReadOnlyDictionary<string, string>> Read(Tenant tenant, string workflowId, CancellationToken cancellation)
    {
        if (_known.TryGetValue((tenant, workflowId), out var known)) return known;
        var before = Volatile.Read(ref _changes);
        await using var db = _store.Read(tenant);
        var rows = await db.WorkflowSecrets.Where(row => row.WorkflowId == workflowId).ToListAsync(cancellation);
        var secrets = rows.ToDictionary(row => row.Name, row => Reveal(row.Value), StringComparer.Ordinal);
        if (_known.Count >= MostKept) _known.Clear();
        _known[(tenant, workflowId)] = secrets;
        // Not what was read beside a change.
        if (before != Volatile.Read(ref _changes)) _known.TryRemove((tenant, workflowId), out _);
        return secrets;
    }

    /// <summary>The value behind what is stored.</summary>
    public string Reveal(string stored) => Encoding.UTF8.GetString(_protector.Unprotect(Convert.FromBase64String(stored)));

    /// <summary>What is stored of a value.</summary>
    public string Protect(string value) => Convert.ToBase64String(_protector.Protect(Encoding.UTF8.GetBytes(value)));

    private void Forget(string workflowId)
    {
        Interlocked.Increment(ref _changes);
        foreach (var key in _known.Keys.Where(key => workflowId.Length == 0 || key.WorkflowId == workflowId)) _known.TryRemove(key, out _);
    }
}
