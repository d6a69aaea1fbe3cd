using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Portal.Api.Docs;
using Portal.Api.Gateway;
using Portal.Core.Billing;
using Portal.Core.Shared.Problems;

namespace Portal.Api.Billing;

/// <summary>What an organization may use and what it uses, over HTTP.</summary>
internal static class QuotasEndpoints
{
    public static void MapQuotas(this RouteGroupBuilder api) =>
        api.MapGet("/quotas", Get).WithTags("Quotas").RequireScope("usage:read")
            .Operation("quotas_get", "Read quotas and usage", "Plans limit executions, AI calls and AI tokens by the calendar month (UTC), live and test together.")
            .Example(response: Example);

    private static readonly UsageQuota Example = new()
    {
        OrganizationId = "org_06bv5cwjmxq4s0d2k8h1r3n7zf",
        Period = UsagePeriod.Monthly,
        Limits = new QuotaLimits { WorkflowExecutions = 10_000, AiApiCalls = 2000, AiTokens = 5_000_000, StorageMb = 10_000, Collaborators = 50 },
        CurrentUsage = new QuotaUsage { WorkflowExecutions = 1042, AiApiCalls = 96, AiTokens = 81_250, StorageMb = 12.4m, Collaborators = 7 },
        ResetDate = new DateTimeOffset(2024, 4, 1, 0, 0, 0, TimeSpan.Zero),
    };

    private static async Task<Ok<UsageQuota>> Get([AsParameters] QuotaQuery query, ApiCall call, UsageQuotaReport report, CancellationToken cancellation) =>
        TypedResults.Ok(await report.Of(call.Actor, query.Read(), cancellation));
}

/// <summary>The query parameters of the quotas.</summary>
internal sealed record QuotaQuery
{
    /// <summary>daily, monthly (when absent) or yearly: the span of the calendar whose use is shown.</summary>
    [FromQuery(Name = "period")]
    [AllowedValues("monthly", "daily", "yearly", null)]
    public string? Period { get; init; }

    /// <exception cref="ProblemException">It is no period.</exception>
    public UsagePeriod Read() => Period switch
    {
        null or "" or "monthly" => UsagePeriod.Monthly,
        "daily" => UsagePeriod.Daily,
        "yearly" => UsagePeriod.Yearly,
        _ => throw Problem.Field(ErrorCode.Validation, "period", "period must be one of daily, monthly, yearly.").AsException(),
    };
}
