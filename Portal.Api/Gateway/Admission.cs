using System.Globalization;
using Microsoft.AspNetCore.Http;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Limits;
using Portal.Core.Shared.Problems;

namespace Portal.Api.Gateway;

/// <summary>The limits and the quota: whether a call may be made now.</summary>
internal sealed class Admission(LimitCatalog catalog, WindowRegistry windows, UsageMeter meter, TimeProvider time)
{
    /// <summary>What the headers say where nothing limits the caller.</summary>
    private const string Unlimited = "2147483647";

    /// <summary>Counts the call against every limit that applies, or against none.</summary>
    /// <returns>The refusal; null when admitted.</returns>
    public Problem? Admit(ApiCall call)
    {
        var use = UseOf(call.Caller, call.Policy);
        call.Use = use;
        var now = time.GetUtcNow();
        var monthly = use.Limits.Of(call.Caller.Plan).MonthlyCalls;
        var charged = call.Policy.Charged && call.Caller.Quota is not null;
        // The quota first, since a use of it can be taken back: a refused call consumes nothing.
        var withinQuota = !charged || call.Caller.Quota!.TryUse(monthly, now);
        var result = withinQuota
            ? LimitSet.Acquire(use.Windows, time.GetMilliseconds())
            : LimitSet.Check(use.Windows, time.GetMilliseconds());
        call.Limits = result;
        WriteHeaders(call, now);
        if (!withinQuota) return OverQuota(call, monthly!.Value, now);
        if (result.Admitted)
        {
            call.Charged = charged;
            return null;
        }

        if (charged) call.Caller.Quota!.Return();
        return OverLimit(call, result, now);
    }

    /// <summary>The refusal of a feature that the organization's plan does not open; null when it does.</summary>
    public Problem? FeatureRefusal(ApiCall call)
    {
        if (call.Policy.Feature is not { } feature || catalog.Current.Of(call.Caller.Plan).Opens(feature)) return null;
        var opening = Enum.GetValues<Plan>().Where(plan => catalog.Current.Of(plan).Opens(feature)).Select(plan => plan.ToString().ToLowerInvariant());
        return new Problem(ErrorCode.AuthorizationFailed, $"The organization's plan does not include '{feature}'.")
        {
            Details = Problem.Pairs(("feature", feature), ("plan", call.Caller.Plan.ToString().ToLowerInvariant()), ("plans", opening.ToArray())),
        };
    }

    /// <summary>Writes the headers of a call that is refused before its limits were looked at, consuming nothing.</summary>
    public void Describe(ApiCall call)
    {
        call.Use = UseOf(call.Caller, call.Policy);
        call.Limits = LimitSet.Check(call.Use.Windows, time.GetMilliseconds());
        WriteHeaders(call, time.GetUtcNow());
    }

    private OperationUse UseOf(Caller caller, EndpointPolicy policy)
    {
        var limits = catalog.Current;
        var use = caller.Uses[policy.Index];
        if (use is not null && ReferenceEquals(use.Limits, limits)) return use;
        return caller.Uses[policy.Index] = new OperationUse(
            limits,
            [.. Applicable(caller, policy, limits)],
            caller.Kind == CallerKind.Anonymous ? null : meter.Cell(caller.Tenant, caller.Id, policy.Operation.Id));
    }

    private IEnumerable<LimitWindow> Applicable(Caller caller, EndpointPolicy policy, LimitsDocument limits)
    {
        if (limits.GlobalPerMinute is { } all) yield return windows.Get(LimitRank.Global, "*", "global", all);
        var plan = limits.Of(caller.Plan);
        foreach (var pattern in plan.Patterns.Where(pattern => PathPattern.Matches(pattern.Pattern, policy.Route)))
        {
            var (rank, owner) = pattern.Scope switch
            {
                LimitScope.Global => (LimitRank.Global, "*"),
                LimitScope.Organization when caller.Tenant.OrganizationId.Length > 0 => (LimitRank.Organization, caller.Tenant.OrganizationId),
                _ => (LimitRank.Pattern, caller.UserId ?? caller.Id),
            };
            yield return windows.Get(rank, owner, "pattern:" + pattern.Pattern, pattern.RequestsPerMinute, pattern.Burst);
        }

        if (plan.Categories.GetValueOrDefault(policy.Category) is { } category)
            yield return windows.Get(LimitRank.Category, caller.Id, "category:" + NameOf(policy.Category), category);
        if (caller.RateLimit is { } own) yield return windows.Get(LimitRank.Key, caller.Id, "key", own);
    }

    private static void WriteHeaders(ApiCall call, DateTimeOffset now)
    {
        var headers = call.Http.Response.Headers;
        var state = call.Limits;
        if (state.Tightest is not { } tightest)
        {
            headers["X-RateLimit-Limit"] = Unlimited;
            headers["X-RateLimit-Remaining"] = Unlimited;
            headers["X-RateLimit-Reset"] = Text(now.ToUnixTimeSeconds());
            headers["RateLimit"] = "\"unlimited\";r=" + Unlimited;
            headers["RateLimit-Policy"] = "\"unlimited\";q=" + Unlimited;
            return;
        }

        headers["X-RateLimit-Limit"] = Text(state.Limit);
        headers["X-RateLimit-Remaining"] = Text(state.Remaining);
        headers["X-RateLimit-Reset"] = Text((now.ToUnixTimeMilliseconds() + state.ResetMilliseconds + 999) / 1000);
        headers["RateLimit"] = LimitHeaders.FormatState(state);
        headers["RateLimit-Policy"] = tightest.Policy;
    }

    private static Problem OverLimit(ApiCall call, in LimitResult result, DateTimeOffset now)
    {
        var seconds = LimitHeaders.WholeSeconds(result.RetryAfterMilliseconds);
        WriteRetryAfter(call, seconds);
        var refusing = result.Refusing!;
        return new Problem(ErrorCode.RateLimitExceeded, $"The limit '{refusing.Name}' of {result.Limit} calls a minute is used up.")
        {
            Details = Problem.Pairs(
                ("limit", refusing.Name), ("requests_per_minute", result.Limit), ("retry_after", seconds),
                ("would_succeed_at", now.AddMilliseconds(result.RetryAfterMilliseconds))),
        };
    }

    private static Problem OverQuota(ApiCall call, long monthly, DateTimeOffset now)
    {
        var reset = Quotas.MonthOf(now).AddMonths(1);
        WriteRetryAfter(call, (long)Math.Ceiling((reset - now).TotalSeconds));
        var plan = call.Caller.Plan.ToString().ToLowerInvariant();
        return new Problem(ErrorCode.QuotaExceeded, $"The {plan} plan's {monthly} calls of this month are used up.")
        {
            Details = Problem.Pairs(("limit", "monthly_calls"), ("plan", plan), ("quota", monthly), ("would_succeed_at", reset)),
        };
    }

    private static void WriteRetryAfter(ApiCall call, long seconds)
    {
        var text = Text(Math.Max(1, seconds));
        call.Http.Response.Headers.RetryAfter = text;
        call.Http.Response.Headers["X-RateLimit-Retry-After"] = text;
    }

    private static string NameOf(RateCategory category) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(category.ToString());

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
