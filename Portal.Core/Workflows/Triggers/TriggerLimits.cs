using System.Net;
using Portal.Core.Gateway;
using Portal.Core.Shared.Limits;
using Portal.Core.Shared.Problems;
using Portal.Core.Shared.Security;

namespace Portal.Core.Workflows.Triggers;

/// <summary>
/// Limits by network address at addresses that anybody may call. Of webhooks only failures count, since a system sends
/// from few addresses and as much as happens; of forms everything that is sent, since a person does not send much.
/// </summary>
internal sealed class TriggerLimits(WindowRegistry windows, TimeProvider time)
{
    public const int HookFailures = 60;
    public const int FormPosts = 20;

    public LimitWindow Hook(IPAddress? sender, string id) => Window(sender, "hook_failures", id, HookFailures);

    public LimitWindow Form(IPAddress? sender, string id) => Window(sender, "form_posts", id, FormPosts);

    /// <exception cref="ProblemException">RATE_LIMIT_EXCEEDED; nothing was counted.</exception>
    public void Check(LimitWindow window) => Refuse(LimitSet.Check([window], time.GetMilliseconds()), window);

    /// <inheritdoc cref="Check"/>
    public void Count(LimitWindow window) => Refuse(LimitSet.Acquire([window], time.GetMilliseconds()), window);

    /// <summary>Counts what has failed already.</summary>
    public void Note(LimitWindow window) => LimitSet.Acquire([window], time.GetMilliseconds());

    // Addresses that do not exist share a window: else guessing would have one for each guess.
    private LimitWindow Window(IPAddress? sender, string name, string id, int limit) =>
        windows.Get(LimitRank.Pattern, $"address:{NetworkAddress.Of(sender)}", $"{name}:{id}", limit);

    private static void Refuse(LimitResult state, LimitWindow window)
    {
        if (state.Admitted) return;
        var seconds = Math.Max(1, LimitHeaders.WholeSeconds(state.RetryAfterMilliseconds));
        throw new Problem(ErrorCode.RateLimitExceeded, "Too many requests from this network address in the last minute.")
        {
            Details = Problem.Pairs(("limit", window.Name.Split(':')[0]), ("requests_per_minute", state.Limit), ("retry_after", seconds)),
        }.AsException();
    }
}
