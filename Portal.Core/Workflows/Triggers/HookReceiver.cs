using System.Text.Json;
using Portal.Core.Shared.Problems;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Engine;

namespace Portal.Core.Workflows.Triggers;

/// <summary>What came of a request to a webhook trigger.</summary>
/// <param name="Outcome">How the run ended; null where nobody waited, or not long enough.</param>
internal sealed record HookAnswer(WorkflowExecution Execution, ExecutionOutcome? Outcome);

/// <summary>Starts runs for requests to webhook triggers. Finding the trigger costs no query once it was found.</summary>
internal sealed class HookReceiver(TriggerCache triggers, TriggerLimits limits, Executions executions, TimeProvider time)
{
    private const string TriggerType = "webhook";
    private const string Unknown = "unknown";

    /// <param name="stopping">Set when the portal stops: then nobody waits for a run any longer.</param>
    /// <exception cref="ProblemException">404, 410, 405, 401, 429; 400 and 415 for the body; 422 where the workflow cannot be run.</exception>
    public async Task<HookAnswer> Receive(string id, HookRequest request, CancellationToken stopping, CancellationToken cancellation)
    {
        var trigger = await triggers.Find(id, cancellation);
        var refusal = Refusal(trigger, id, request);
        // Where there is nothing to guess, good requests need not be told from guesses.
        if (refusal is not null || trigger!.Hook.Authentication != HookAuthentication.None)
        {
            var window = limits.Hook(request.Sender, trigger is null ? Unknown : id);
            limits.Check(window);
            refusal ??= Unproved(trigger!.Hook, request);
            if (refusal is not null)
            {
                limits.Note(window);
                throw refusal.AsException();
            }
        }

        var data = request.Trigger(trigger!, time.GetUtcNow());
        var body = data.GetProperty("body"u8);
        var start = trigger!.Starts(TriggerType, data, body.ValueKind == JsonValueKind.Object ? body : Json.EmptyObject);
        if (trigger.Hook.Wait is not { } patience) return new(await OpenRefusals.Of(executions.Start(start, cancellation)), null);
        var (execution, outcome) = await OpenRefusals.Of(executions.Run(start, patience, stopping, cancellation));
        return new(execution, outcome.HasEnded ? outcome : null);
    }

    private static Problem? Refusal(Trigger? trigger, string id, HookRequest request)
    {
        if (trigger is not { Kind: TriggerKind.Webhook }) return Problem.NotFound("webhook trigger", id);
        if (!trigger.IsActive) return new Problem(ErrorCode.NotFound, "This webhook is switched off.") { Status = 410 };
        var hook = trigger.Hook;
        if (!hook.Methods.Contains(request.Method))
            return new Problem(ErrorCode.NotFound, "This webhook does not take this method.") { Status = 405, Details = Problem.Pairs(("method", request.Method), ("allowed", hook.Methods.Order(StringComparer.Ordinal).ToArray())) };
        return null;
    }

    private static Problem? Unproved(HookSettings hook, HookRequest request) => hook.Admits(request.Header(hook.Header), request.Body.Span) ? null
        : new Problem(ErrorCode.AuthenticationFailed, hook.Authentication == HookAuthentication.Hmac ? "The request's signature does not hold." : "The request does not carry the secret.")
        {
            Details = Problem.Pairs(("header", hook.Header)),
        };
}
