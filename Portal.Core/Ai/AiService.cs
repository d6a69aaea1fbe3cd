using Portal.Core.Access;
using Portal.Core.Billing;
using Portal.Core.Shared.Ids;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Ai;

/// <summary>
/// The one way to a model, for the API, pages and workflows: checks the request, holds the organization to its plan's AI
/// calls and tokens, measures and estimates. What is refused or fails counts nothing.
/// </summary>
public sealed class AiService(AiProviders providers, AiQuota quota, IdGenerator ids, TimeProvider time)
{
    /// <summary>Has a prompt answered.</summary>
    /// <param name="orFail">For programs that go on with the answer: that the built-in model cannot answer is then a failure (AI_SERVICE_UNAVAILABLE), not an answer that says so.</param>
    /// <exception cref="ProblemException">A field is at fault, the plan's AI quota is used up, or the provider failed; see the codes AI_001 to AI_004.</exception>
    public Task<AiCompletion> Complete(Actor actor, AiCompletionRequest request, CancellationToken cancellation, bool orFail = false)
    {
        var prompt = AiRequestRules.Read(request);
        return Ask(actor, providers.For(request.Model), prompt.Tokens, async provider =>
        {
            var answer = await provider.Complete(prompt, cancellation);
            if (!orFail || answer.Inability is not { } reason) return answer;
            throw new Problem(ErrorCode.AiServiceUnavailable, reason) { Details = Problem.Pairs(("provider", provider.Name)) }.AsException();
        });
    }

    /// <summary>Has an image looked at.</summary>
    /// <exception cref="ProblemException">As for <see cref="Complete"/>; the built-in model sees nothing of an image but its format and size (AI_SERVICE_UNAVAILABLE).</exception>
    public Task<AiCompletion> Look(Actor actor, AiImageRequest request, CancellationToken cancellation)
    {
        var prompt = AiRequestRules.Read(request);
        return Ask(actor, providers.For(request.Model), TokenEstimate.Of(prompt.Text ?? ""), provider => provider.Look(prompt, cancellation));
    }

    private async Task<AiCompletion> Ask(Actor actor, IAiProvider provider, long estimatedTokens, Func<IAiProvider, Task<AiAnswer>> ask)
    {
        // One at least: where all tokens are used up, nothing is asked.
        var use = await quota.Begin(actor.Tenant.OrganizationId, Math.Max(1, estimatedTokens));
        var start = time.GetTimestamp();
        AiAnswer answer;
        try
        {
            answer = await ask(provider);
        }
        catch
        {
            await quota.Return(use);
            throw;
        }

        await quota.End(use, answer.Usage.TotalTokens);
        return new AiCompletion
        {
            Id = ids.New("cmp"),
            Created = time.GetUtcNow().ToUnixTimeSeconds(),
            Model = answer.Model,
            Choices = [new AiChoice { Index = 0, Message = new AiMessage { Content = answer.Content, FunctionCall = answer.Call }, FinishReason = answer.FinishReason }],
            Usage = answer.Usage,
            CostEstimate = provider.Prices.Of(answer.Usage),
            Metadata = new AiMetadata { Provider = provider.Name, ProcessingTimeMs = (long)time.GetElapsedTime(start).TotalMilliseconds, Notice = answer.Notice, Details = answer.Details },
        };
    }
}
