using System.Net;
using Microsoft.Extensions.Options;
using Portal.Core.Gateway;
using Portal.Core.Shared.Limits;
using Portal.Core.Shared.Problems;
using Portal.Core.Shared.Security;

namespace Portal.Core.Webhooks.Inbound;

/// <summary>
/// Keeps whoever guesses signatures from guessing on. Only failures count: a provider sends from few addresses and as
/// much as happens. They count for each source by itself, since one provider's address sends for many organizations.
/// </summary>
internal sealed class InboundLimits(WindowRegistry windows, IOptions<InboundOptions> options, TimeProvider time)
{
    private const string Name = "inbound_rejections";

    /// <summary>The failures of an address at a target that exists: a source's id, or a provider's name.</summary>
    public LimitWindow Window(IPAddress? address, string target) =>
        windows.Get(LimitRank.Pattern, $"address:{NetworkAddress.Of(address)}", $"{Name}:{target}", options.Value.RejectionsPerMinute);

    /// <summary>Why a request is not looked at, and in how many seconds one will be; null where it is.</summary>
    public (Problem Refusal, long RetryAfter)? Refusal(LimitWindow window)
    {
        var state = LimitSet.Check([window], time.GetMilliseconds());
        if (state.Admitted) return null;
        var seconds = Math.Max(1, LimitHeaders.WholeSeconds(state.RetryAfterMilliseconds));
        return (new Problem(ErrorCode.RateLimitExceeded, $"In the last minute {state.Limit} requests from this address had a signature that does not hold.")
        {
            Details = Problem.Pairs(("limit", Name), ("requests_per_minute", state.Limit), ("retry_after", seconds), ("would_succeed_at", time.GetUtcNow().AddMilliseconds(state.RetryAfterMilliseconds))),
        }, seconds);
    }

    public void CountFailure(LimitWindow window) => LimitSet.Acquire([window], time.GetMilliseconds());
}
