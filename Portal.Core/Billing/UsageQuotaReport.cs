using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Data;

namespace Portal.Core.Billing;

/// <summary>Says what organizations may use and what they use; needs the scope <c>usage:read</c>.</summary>
public sealed class UsageQuotaReport(
    PortalStore store, OrganizationUsage usage, OrganizationPlans plans, LimitCatalog limits, IEnumerable<IStorageUse> storage, TimeProvider time)
{
    private const string Scope = "usage:read";
    private const decimal Mebibyte = 1024 * 1024;

    /// <summary>The actor's organization in a period that goes on now. What is still in memory on this node is written first.</summary>
    public async Task<UsageQuota> Of(Actor actor, UsagePeriod period, CancellationToken cancellation)
    {
        ApiKeyCeiling.Require(actor, Scope);
        await usage.Flush(cancellation);
        var (organizationId, now) = (actor.Tenant.OrganizationId, time.GetUtcNow());
        var plan = limits.Current.Of(await plans.Of(organizationId));
        await using var db = store.ReadAcross();
        return new UsageQuota
        {
            OrganizationId = organizationId,
            Period = period,
            Limits = LimitsOf(plan, period),
            CurrentUsage = await UsageOf(db, organizationId, period.StartOf(now), cancellation),
            ResetDate = period.EndOf(now),
        };
    }

    private static QuotaLimits LimitsOf(PlanLimits plan, UsagePeriod period)
    {
        var monthly = period == UsagePeriod.Monthly;
        return new QuotaLimits
        {
            WorkflowExecutions = monthly ? plan.WorkflowExecutions : null,
            AiApiCalls = monthly ? plan.AiCalls : null,
            AiTokens = monthly ? plan.AiTokens : null,
            StorageMb = plan.StorageMb,
            Collaborators = plan.Collaborators,
        };
    }

    private async Task<QuotaUsage> UsageOf(PortalDbContext db, string organizationId, DateTimeOffset since, CancellationToken cancellation)
    {
        var sums = await db.Across<UsageDay>().Where(row => row.OrganizationId == organizationId && row.Day >= since)
            .GroupBy(row => row.Kind).Select(group => new { group.Key, Amount = group.Sum(row => row.Amount) })
            .ToDictionaryAsync(group => group.Key, group => Math.Max(0, group.Amount), cancellation);
        long stored = 0;
        foreach (var feature in storage) stored += await feature.StoredBytes(db, organizationId, cancellation);
        return new QuotaUsage
        {
            WorkflowExecutions = sums.GetValueOrDefault(UsageKind.WorkflowExecutions),
            AiApiCalls = sums.GetValueOrDefault(UsageKind.AiCalls),
            AiTokens = sums.GetValueOrDefault(UsageKind.AiTokens),
            StorageMb = Math.Round(stored / Mebibyte, 2),
            Collaborators = await db.Across<Membership>().LongCountAsync(member => member.OrganizationId == organizationId, cancellation),
        };
    }
}
