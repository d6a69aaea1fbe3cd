using Portal.Core.Billing;

namespace Portal.Core.Ai;

/// <summary>A call of a model that an organization has begun.</summary>
/// <param name="Tokens">What was counted for it so far.</param>
internal sealed record AiUse(string OrganizationId, long Tokens, DateTimeOffset At);

/// <summary>
/// Counts calls of models and their tokens against an organization's plan. Tokens are known only afterwards: the prompt's
/// are estimated and counted before, the rest after, so a call goes beyond the quota by its answer at most.
/// </summary>
public sealed class AiQuota(UsageQuotas quotas, TimeProvider time)
{
    /// <exception cref="Shared.Problems.ProblemException">The plan's calls or tokens are used up (AI_QUOTA_EXCEEDED); nothing was counted.</exception>
    internal async Task<AiUse> Begin(string organizationId, long tokens)
    {
        var use = new AiUse(organizationId, tokens, time.GetUtcNow());
        await quotas.Use(organizationId, UsageKind.AiCalls);
        try
        {
            if (tokens > 0) await quotas.Use(organizationId, UsageKind.AiTokens, tokens);
        }
        catch
        {
            await quotas.Return(organizationId, UsageKind.AiCalls, 1, use.At);
            throw;
        }

        return use;
    }

    internal ValueTask End(AiUse use, long tokens) => quotas.Correct(use.OrganizationId, UsageKind.AiTokens, tokens - use.Tokens, use.At);

    /// <summary>The call came to nothing.</summary>
    internal async Task Return(AiUse use)
    {
        await quotas.Return(use.OrganizationId, UsageKind.AiCalls, 1, use.At);
        await quotas.Return(use.OrganizationId, UsageKind.AiTokens, use.Tokens, use.At);
    }
}
