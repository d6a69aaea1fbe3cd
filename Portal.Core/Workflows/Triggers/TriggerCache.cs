using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Portal.Core.Expressions;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Nodes;

namespace Portal.Core.Workflows.Triggers;

/// <summary>
/// The triggers behind addresses, kept between requests. A change of their workflow is told by a signal and takes effect
/// on the next request; a look-up that a change overtook is not kept.
/// </summary>
internal sealed class TriggerCache : IDisposable
{
    // Unknown addresses are remembered too, so that guessing them costs no query each.
    private const int MostKept = 50_000;
    private const int LongestId = 64;

    // Asks for a secret that nobody has.
    private static readonly JsonElement Closed = JsonElement.Parse("""{"authentication":"header"}""");

    private readonly PortalStore _store;
    private readonly WorkflowSecrets _secrets;
    private readonly NodeCatalogue _catalogue;
    private readonly ILogger<TriggerCache> _logger;
    private readonly ConcurrentDictionary<string, Trigger?> _triggers = new(StringComparer.Ordinal);
    private readonly IDisposable _subscription;
    private int _generation;

    public TriggerCache(PortalStore store, WorkflowSecrets secrets, NodeCatalogue catalogue, IClusterSignals signals, ILogger<TriggerCache> logger)
    {
        (_store, _secrets, _catalogue, _logger) = (store, secrets, catalogue, logger);
        _subscription = signals.Subscribe(SignalTopics.Workflow, Forget);
    }

    /// <summary>The trigger with this address; null when there is none.</summary>
    public ValueTask<Trigger?> Find(string id, CancellationToken cancellation)
    {
        if (id.Length > LongestId || !Faults.IsStorable(id)) return ValueTask.FromResult<Trigger?>(null);
        return _triggers.TryGetValue(id, out var trigger) ? ValueTask.FromResult(trigger) : new(Load(id, cancellation));
    }

    public void Dispose() => _subscription.Dispose();

    private async Task<Trigger?> Load(string id, CancellationToken cancellation)
    {
        var generation = Volatile.Read(ref _generation);
        var trigger = await Read(id, cancellation);
        if (_triggers.Count >= MostKept) _triggers.Clear();
        _triggers[id] = trigger;
        if (generation != Volatile.Read(ref _generation)) _triggers.TryRemove(id, out _);
        return trigger;
    }

    private async Task<Trigger?> Read(string id, CancellationToken cancellation)
    {
        TriggerRow? row;
        await using (var db = _store.ReadAcross()) row = await db.Across<TriggerRow>().FirstOrDefaultAsync(row => row.Id == id, cancellation);
        if (row is null) return null;
        var secrets = await _secrets.Read(new Tenant(row.OrganizationId, row.Mode), row.WorkflowId, cancellation);
        return new Trigger(row, Filled(row, secrets));
    }

    // Of a trigger's fields only secrets have a value before there is a run.
    private JsonElement Filled(TriggerRow row, IReadOnlyDictionary<string, string> secrets)
    {
        var config = JsonElement.Parse(row.Config);
        if (row.Kind != TriggerKind.Webhook || _catalogue.Find(WebhookTriggerNode.Type) is not { } type) return config;
        try
        {
            return ConfigTemplate.Compile(config, type.Descriptor.ConfigSchema, WorkflowNames.Options)
                .Fill(new Dictionary<string, CelValue>(StringComparer.Ordinal) { [WorkflowNames.Secrets] = CelValue.From(secrets) });
        }
        catch (TemplateException e)
        {
            _logger.LogError("Webhook trigger {TriggerId} refuses every request: its {Field} has no value", row.Id, e.Path);
            // The text of a template is no secret.
            return Closed;
        }
    }

    private void Forget(string workflowId)
    {
        Interlocked.Increment(ref _generation);
        foreach (var pair in _triggers)
        {
            if (workflowId.Length == 0 || pair.Value is null || pair.Value.WorkflowId == workflowId) _triggers.TryRemove(pair);
        }
    }
}
