using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Billing;
using Portal.Core.Gateway;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;

namespace Portal.Core.Notifications;

/// <summary>
/// Tells owners and administrators when 80 % and all of what the plan allows in a month are used, and says so in the event
/// <c>quota.threshold_reached</c>. It looks at the counters that are kept in memory anyway, beside the work: nothing waits for it.
/// </summary>
public sealed class QuotaNotices
{
    private const string MonthlyCalls = "monthly_calls";
    private const double Nearly = 0.8;

    private readonly UserNotifications _notifications;
    private readonly PortalStore _store;
    private readonly EventOutbox _outbox;
    private readonly LimitCatalog _limits;
    private readonly Quotas _quotas;
    private readonly OrganizationUsage _usage;
    private readonly TimeProvider _time;

    // What was told in this process; the database knows the rest, so that a restart or another node tells nothing twice.
    private readonly ConcurrentDictionary<(string OrganizationId, string Key), bool> _told = new();

    internal QuotaNotices(UserNotifications notifications, PortalStore store, EventOutbox outbox, LimitCatalog limits, Quotas quotas, OrganizationUsage usage, TimeProvider time) =>
        (_notifications, _store, _outbox, _limits, _quotas, _usage, _time) = (notifications, store, outbox, limits, quotas, usage, time);

    /// <summary>Looks at all organizations that have used anything since the process began, and tells what is new.</summary>
    public async Task Look(CancellationToken cancellation)
    {
        var document = _limits.Current;
        var now = _time.GetUtcNow();
        var busy = Uses(now).Where(use => use.Used > 0 && use.Used >= Nearly * use.LeastOf(document) && !_told.ContainsKey((use.OrganizationId, KeyOf(use, now, 100)))).ToArray();
        if (busy.Length == 0) return;
        var names = busy.Select(use => use.OrganizationId).Distinct(StringComparer.Ordinal).ToArray();
        Dictionary<string, Plan> plans;
        await using (var db = _store.ReadAcross())
            plans = await db.Organizations.Where(row => names.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.Plan, cancellation);
        foreach (var use in busy)
        {
            if (!plans.TryGetValue(use.OrganizationId, out var plan) || use.Limit(document.Of(plan)) is not { } allowed) continue;
            if (use.Used >= allowed) await Tell(use, NotificationKind.QuotaUsedUp, 100, allowed, now, cancellation);
            else if (use.Used >= Nearly * allowed) await Tell(use, NotificationKind.QuotaNearlyUsed, 80, allowed, now, cancellation);
        }
    }

    private IEnumerable<Use> Uses(DateTimeOffset now) =>
    [
        .. _quotas.Used(now).Select(use => new Use(use.OrganizationId, MonthlyCalls, use.Used, plan => plan.MonthlyCalls)),
        .. _usage.All().Select(use => new Use(use.OrganizationId, UsageQuotas.NameOf(use.Kind), use.Used, plan => UsageQuotas.LimitOf(plan, use.Kind))),
    ];

    private static string KeyOf(Use use, DateTimeOffset now, int percent) => string.Create(CultureInfo.InvariantCulture, $"quota:{use.Quota}:{now:yyyy-MM}:{percent}");

    private async Task Tell(Use use, NotificationKind kind, int percent, long allowed, DateTimeOffset now, CancellationToken cancellation)
    {
        var key = KeyOf(use, now, percent);
        if (_told.ContainsKey((use.OrganizationId, key))) return;
        var notice = new Notice(kind, key, null, Text(use.Used), Text(allowed), use.Quota);
        var reached = new ThresholdReached(use.Quota, percent, use.Used, allowed, UsagePeriod.Monthly.StartOf(now), UsagePeriod.Monthly.EndOf(now));
        await _store.Write(new Tenant(use.OrganizationId, ApiMode.Live), async (db, token) =>
        {
            // By another node at the same moment, the notification's key is a conflict: the unit runs again and finds it.
            if (await db.Across<Notification>().AnyAsync(row => row.OrganizationId == use.OrganizationId && row.Key == key, token)) return false;
            _outbox.Add(db, "quota.threshold_reached", "quota", use.Quota, "threshold_reached", reached);
            await _notifications.TellAdmins(db, use.OrganizationId, notice, token);
            return true;
        }, cancellation);
        _told[(use.OrganizationId, key)] = true;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>What an organization has used of a quota this month.</summary>
    private sealed record Use(string OrganizationId, string Quota, long Used, Func<PlanLimits, long?> Limit)
    {
        public long? LeastOf(LimitsDocument document) => new[] { Limit(document.Free), Limit(document.Premium), Limit(document.Enterprise) }.Min();
    }

    /// <summary>The event's data; live and test together, as quotas are.</summary>
    private sealed record ThresholdReached(string Quota, int ThresholdPercent, long Used, long Limit, DateTimeOffset PeriodStart, DateTimeOffset PeriodEnd);
}
