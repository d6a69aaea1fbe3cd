using Portal.Core.Ai;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Workflows.Nodes.Ai;

/// <summary>Calls of models by nodes: as the workflow's author might, metered for the run, and with failures as nodes have them.</summary>
internal static class AiCalls
{
    /// <summary>Longer than the operator may let a model take, so that the failure tells that the model was too slow.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(610);

    private const string Scope = "ai:write";

    public static async Task<AiCompletion> Call(NodeContext context, Func<Task<AiCompletion>> ask)
    {
        context.Actor.Require(Scope);
        try
        {
            var answer = await ask();
            context.Meter.Tokens += answer.Usage.TotalTokens;
            context.Meter.Cost += (double)answer.CostEstimate;
            context.Meter.AiTime += TimeSpan.FromMilliseconds(answer.Metadata.ProcessingTimeMs);
            return answer;
        }
        catch (ProblemException refused)
        {
            throw Failure(refused.Problem);
        }
    }

    // What the plan refuses stays refused until the month ends; a provider that is busy or away may answer the next attempt.
    private static NodeException Failure(Problem problem)
    {
        var isPlans = problem.Details.ContainsKey("plan");
        // Without a pause it names, the provider says that it cannot do this at all.
        var isPassing = problem.Code == ErrorCode.AiProcessingTimeout || problem.Details.ContainsKey("retry_after");
        var sentence = problem.Errors.Count > 0 ? string.Join(' ', problem.Errors.Select(fault => $"{fault.Field}: {fault.Reason}")) : problem.Message;
        return new NodeException(problem.Code.Code, sentence, isPassing && !isPlans)
        {
            RetryAfter = !isPlans && problem.Details.TryGetValue("retry_after", out var after) && after is long seconds ? TimeSpan.FromSeconds(seconds) : null,
        };
    }
}
