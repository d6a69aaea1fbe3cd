using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Data;

namespace Portal.Core.Notifications;

/// <summary>
/// Tells owners and administrators when 80 % and all of the month's calls are used. It looks at the counters that the
/// gateway keeps in memory anyway, beside the calls: no call waits for it.
/// </summary>
public sealed class QuotaNotices
{
    private const double Nearly = 0.8;

    private readonly UserNotifications _notifications;
    private readonly PortalStore _store;
    private readonly LimitCatalog _limits;
    private readonly Quotas _quotas;
    private readonly TimeProvider _time;

    // What was told in this process; the database knows the rest, so that a restart or another node tells nothing twice.
    private readonly ConcurrentDictionary<(string OrganizationId, string Key), bool> _told = new();

    internal QuotaNotices(UserNotifications notifications, PortalStore store, LimitCatalog limits, Quotas quotas, TimeProvider time) =>
        (_notifications, _store, _limits, _quotas, _time) = (notifications, store, limits, quotas, time);

    /// <summary>Looks at all organizations that have called since the process began, and tells what is new.</summary>
    public async Task Look(CancellationToken cancellation)
    {
        var document = _limits.Current;
        var least = Allowances(document).Min();
        if (least is null) return;
        var now = _time.GetUtcNow();
        var busy = _quotas.Used(now).Where(use => use.Used >= Nearly * least && !IsToldAll(use.OrganizationId, now)).ToArray();
        if (busy.Length == 0) return;
        var names = busy.Select(use => use.OrganizationId).ToArray();
        Dictionary<string, Plan> plans;
        await using (var db = _store.ReadAcross())
            plans = await db.Organizations.Where(row => names.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.Plan, cancellation);
        foreach (var (organizationId, used) in busy)
        {
            if (!plans.TryGetValue(organizationId, out var plan) || document.Of(plan).MonthlyCalls is not { } allowed) continue;
            if (used >= allowed) await Tell(organizationId, NotificationKind.QuotaUsedUp, KeyOf(now, 100), used, allowed, cancellation);
            else if (used >= Nearly * allowed) await Tell(organizationId, NotificationKind.QuotaNearlyUsed, KeyOf(now, 80), used, allowed, cancellation);
        }
    }

    private static IEnumerable<long?> Allowances(LimitsDocument document) =>
        [document.Free.MonthlyCalls, document.Premium.MonthlyCalls, document.Enterprise.MonthlyCalls];

    private static string KeyOf(DateTimeOffset now, int percent) => string.Create(CultureInfo.InvariantCulture, $"quota:{now:yyyy-MM}:{percent}");

    private bool IsToldAll(string organizationId, DateTimeOffset now) => _told.ContainsKey((organizationId, KeyOf(now, 100)));

    private async Task Tell(string organizationId, NotificationKind kind, string key, long used, long allowed, CancellationToken cancellation)
    {
        if (_told.ContainsKey((organizationId, key))) return;
        var notice = new Notice(kind, key, null, Text(used), Text(allowed));
        await _store.WriteAcross(async (db, token) =>
        {
            await _notifications.TellAdmins(db, organizationId, notice, token);
            return true;
        }, cancellation);
        _told[(organizationId, key)] = true;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
