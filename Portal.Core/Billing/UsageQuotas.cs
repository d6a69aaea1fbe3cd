using System.Globalization;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Billing;

/// <summary>Holds organizations to what their plans allow in a calendar month (UTC), live and test together.</summary>
public sealed class UsageQuotas(OrganizationUsage usage, OrganizationPlans plans, LimitCatalog limits, TimeProvider time)
{
    /// <summary>Counts a use. Once the organization's plan and counts are loaded it neither waits nor allocates.</summary>
    /// <exception cref="ProblemException">The plan does not allow it (QUOTA_EXCEEDED, of AI AI_QUOTA_EXCEEDED); nothing was counted.</exception>
    public async ValueTask Use(string organizationId, UsageKind kind, long amount = 1)
    {
        var plan = await plans.Of(organizationId);
        var most = LimitOf(limits.Current.Of(plan), kind);
        if (await usage.TryUse(organizationId, kind, most, amount)) return;
        throw Exceeded(kind, plan, most!.Value, await usage.Used(organizationId, kind), amount).AsException();
    }

    /// <summary>Counts what a use turned out to be beyond what was counted for it; a negative amount where it was less.</summary>
    /// <param name="usedAt">When it was counted.</param>
    public ValueTask Correct(string organizationId, UsageKind kind, long amount, DateTimeOffset usedAt) => usage.Count(organizationId, kind, amount, usedAt);

    /// <summary>Takes a use back that came to nothing.</summary>
    /// <param name="usedAt">When it was counted.</param>
    public ValueTask Return(string organizationId, UsageKind kind, long amount, DateTimeOffset usedAt) => usage.Return(organizationId, kind, amount, usedAt);

    /// <summary>What a plan allows of a kind; null is unlimited.</summary>
    public static long? LimitOf(PlanLimits limits, UsageKind kind) => kind switch
    {
        UsageKind.WorkflowExecutions => limits.WorkflowExecutions,
        UsageKind.AiCalls => limits.AiCalls,
        _ => limits.AiTokens,
    };

    /// <summary>What the API and events call a kind.</summary>
    internal static string NameOf(UsageKind kind) => kind switch
    {
        UsageKind.WorkflowExecutions => "workflow_executions",
        UsageKind.AiCalls => "ai_api_calls",
        _ => "ai_tokens",
    };

    private Problem Exceeded(UsageKind kind, Plan plan, long most, long used, long amount)
    {
        var now = time.GetUtcNow();
        var reset = UsagePeriod.Monthly.EndOf(now);
        var (code, what) = kind switch
        {
            UsageKind.WorkflowExecutions => (ErrorCode.QuotaExceeded, "workflow executions"),
            UsageKind.AiCalls => (ErrorCode.AiQuotaExceeded, "AI calls"),
            _ => (ErrorCode.AiQuotaExceeded, "AI tokens"),
        };
        var name = plan.ToString().ToLowerInvariant();
        var message = used >= most
            ? string.Create(CultureInfo.InvariantCulture, $"The {name} plan's {most} {what} of this month are used up.")
            : string.Create(CultureInfo.InvariantCulture, $"Of the {name} plan's {most} {what} of this month {most - used} are left; this needs {amount} at least.");
        return new Problem(code, message)
        {
            Details = Problem.Pairs(
                ("limit", NameOf(kind)), ("plan", name), ("quota", most), ("used", used), ("reset_date", reset), ("retry_after", (long)Math.Ceiling((reset - now).TotalSeconds))),
        };
    }
}
