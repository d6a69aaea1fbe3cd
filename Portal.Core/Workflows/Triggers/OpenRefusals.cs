using Portal.Core.Shared.Problems;

namespace Portal.Core.Workflows.Triggers;

/// <summary>Refusals to start a run, as somebody hears them who knows an address and nothing more: what the organization has bought and what is wrong with its workflow is not theirs to know, nor their fault.</summary>
internal static class OpenRefusals
{
    /// <exception cref="ProblemException">QUOTA_EXCEEDED, WORKFLOW_EXECUTION_FAILED, and what the engine refuses beside these.</exception>
    public static async Task<T> Of<T>(Task<T> start)
    {
        try
        {
            return await start;
        }
        catch (ProblemException e) when (e.Problem.Code == ErrorCode.QuotaExceeded)
        {
            throw new Problem(ErrorCode.QuotaExceeded, "The organization behind this address can start no more runs at present.") { Details = Problem.Pairs(("retry_after", e.Problem.Details["retry_after"])) }.AsException();
        }
        catch (ProblemException e) when (e.Problem.Code.Code == ErrorCode.Validation.Code)
        {
            throw new Problem(ErrorCode.WorkflowExecutionFailed, "The workflow behind this address cannot be run at present.").AsException();
        }
    }
}
