using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Portal.Core.Access;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Json;

namespace Portal.Core.Gateway;

/// <summary>
/// The limits in force: the built-in ones, overridden by the configuration's section <c>Limits</c>, overridden by what
/// an administrator saved in the portal. A change takes effect at once, on every node.
/// </summary>
public sealed class LimitCatalog : IDisposable
{
    private const string SettingName = "limits";

    private readonly PortalStore _store;
    private readonly IClusterSignals _signals;
    private readonly AuditLog _audit;
    private readonly TimeProvider _time;
    private readonly ILogger<LimitCatalog> _logger;
    private readonly IDisposable _subscription;
    private readonly LimitsDocument _configured;
    private volatile LimitsDocument _current;

    public LimitCatalog(PortalStore store, IClusterSignals signals, IConfiguration configuration, AuditLog audit, TimeProvider time, ILogger<LimitCatalog> logger)
    {
        _store = store;
        _signals = signals;
        _audit = audit;
        _time = time;
        _logger = logger;
        _configured = Configured(configuration);
        _current = _configured;
        _subscription = signals.Subscribe(SignalTopics.Setting, name =>
        {
            if (name is SettingName or "") _ = Reload();
        });
    }

    /// <summary>The limits in force. The object is replaced as a whole, so its identity says whether anything changed.</summary>
    public LimitsDocument Current => _current;

    /// <summary>Reads what was saved; called at start and after each change.</summary>
    public async Task Load(CancellationToken cancellation)
    {
        await using var db = _store.ReadAcross();
        var saved = await db.Settings.Where(setting => setting.Name == SettingName).Select(setting => setting.Value).SingleOrDefaultAsync(cancellation);
        _current = saved is null ? _configured : Over(_configured, saved);
    }

    /// <summary>Saves new limits and puts them into force.</summary>
    /// <param name="document">The limits.</param>
    /// <param name="cancellation">Ends the write.</param>
    /// <param name="by">Who changes them, for the audit log; null for the portal itself, which writes none.</param>
    /// <exception cref="ArgumentException">The document has faults.</exception>
    public async Task Save(LimitsDocument document, CancellationToken cancellation, Actor? by = null)
    {
        if (document.Faults().FirstOrDefault() is { } fault) throw new ArgumentException(fault, nameof(document));
        await _store.WriteAcross(async (db, token) =>
        {
            if (by is not null) _audit.Add(db, by, "limits.changed", "setting", SettingName, $"{by.Name} changed the limits of the plans");
            var setting = await db.Settings.SingleOrDefaultAsync(row => row.Name == SettingName, token);
            if (setting is null) db.Settings.Add(setting = new Setting { Name = SettingName, Value = "" });
            setting.Value = JsonSerializer.Serialize(document, PortalJson.Options);
            setting.ChangedAt = _time.GetUtcNow();
            return true;
        }, cancellation);
        _current = document;
        _signals.Send(SignalTopics.Setting, SettingName);
    }

    /// <summary>Drops what was saved: the configured limits are in force again.</summary>
    public async Task Reset(Actor by, CancellationToken cancellation)
    {
        await _store.WriteAcross(async (db, token) =>
        {
            if (await db.Settings.SingleOrDefaultAsync(row => row.Name == SettingName, token) is { } setting) db.Settings.Remove(setting);
            _audit.Add(db, by, "limits.reset", "setting", SettingName, $"{by.Name} put the limits back to the defaults");
            return true;
        }, cancellation);
        _current = _configured;
        _signals.Send(SignalTopics.Setting, SettingName);
    }

    public void Dispose() => _subscription.Dispose();

    private static LimitsDocument Configured(IConfiguration configuration)
    {
        var section = configuration.GetSection("Limits");
        if (!section.Exists()) return LimitsDocument.Default;
        // Bound over a copy of the defaults, so that a file names only what it changes.
        var document = JsonSerializer.Deserialize<LimitsDocument>(JsonSerializer.Serialize(LimitsDocument.Default, PortalJson.Options), PortalJson.Options)!;
        // The binder adds to a list that is there; a file that names patterns or features means these and no others.
        foreach (var (name, plan) in new[] { ("Free", document.Free), ("Premium", document.Premium), ("Enterprise", document.Enterprise) })
        {
            if (section.GetSection(name + ":Patterns").Exists()) plan.Patterns.Clear();
            if (section.GetSection(name + ":Features").Exists()) plan.Features.Clear();
        }

        section.Bind(document);
        if (document.Faults().Select(fault => "Limits:" + fault).ToArray() is { Length: > 0 } faults)
            throw new InvalidOperationException(string.Join(Environment.NewLine, faults));
        return document;
    }

    // A row that an older version wrote lacks the limits that came since. They are as configured: only null is unlimited.
    private static LimitsDocument Over(LimitsDocument configured, string saved)
    {
        var document = JsonSerializer.SerializeToNode(configured, PortalJson.Options)!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(saved)!.AsObject())
        {
            if (value is JsonObject plan && document[name] is JsonObject known)
                foreach (var (limit, most) in plan) known[limit] = most?.DeepClone();
            else document[name] = value?.DeepClone();
        }

        return document.Deserialize<LimitsDocument>(PortalJson.Options)!;
    }

    private async Task Reload()
    {
        try
        {
            await Load(CancellationToken.None);
        }
        catch (Exception e)
        {
            _logger.LogError(e, "The changed limits could not be read; the former ones stay in force");
        }
    }
}
