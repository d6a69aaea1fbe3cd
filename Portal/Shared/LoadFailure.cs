using System.Diagnostics;
using Portal.Core.Shared.Problems;

namespace Portal.Shared;

/// <summary>Why something could not be shown.</summary>
/// <param name="Reason">The refusal in its own words; null for a failure that is nobody's business but the log's.</param>
/// <param name="TraceId">Finds the failure in the server's log; null for a refusal, which is in no log.</param>
public sealed record LoadFailure(string? Reason, string? TraceId)
{
    /// <summary>Whether a page may go on after the exception: not where the process or the page itself has ended.</summary>
    internal static bool IsShowable(Exception exception) => exception is not (OutOfMemoryException or ObjectDisposedException or OperationCanceledException);

    /// <summary>A refusal in its own words; anything else goes to the log under a trace id that the reader is shown.</summary>
    /// <param name="what">What failed, for the log: "the keys page".</param>
    internal static LoadFailure Of(Exception exception, ILogger logger, string what)
    {
        if (exception is ProblemException refused) return new LoadFailure(refused.Problem.Message, null);
        // A circuit's events run outside of any request, so there may be no trace to belong to.
        var trace = (Activity.Current?.TraceId ?? ActivityTraceId.CreateRandom()).ToHexString();
        logger.LogError(exception, "{What} failed; the user was shown trace id {TraceId}", what, trace);
        return new LoadFailure(null, trace);
    }
}
