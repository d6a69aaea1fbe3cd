using System.Text.Json;
using Portal.Core.Access;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Workflows.Nodes;

/// <summary>What services refuse, as failures of nodes.</summary>
internal static class Problems
{
    /// <exception cref="NodeException">The workflow's author might not do that.</exception>
    public static void Require(this Actor actor, string scope)
    {
        if (!actor.May(scope)) throw new NodeException("FORBIDDEN", $"The workflow may not do this: its author had no scope {scope}. Save it again as somebody who has.");
    }

    /// <summary>Calls a service; its refusals become failures.</summary>
    public static async Task<T> Call<T>(Func<Task<T>> service)
    {
        try
        {
            return await service();
        }
        catch (ProblemException refused)
        {
            throw new NodeException(refused.Problem.Code.Code, Message(refused.Problem), retryable: refused.Problem.HttpStatus is 429 or >= 500);
        }
        catch (JsonException fault)
        {
            throw new NodeException(ErrorCode.Validation.Code, $"{fault.Path?.TrimStart('$', '.') ?? "A field"} cannot be read: the value is of another type than the field.");
        }
    }

    private static string Message(Problem problem) => problem.Errors.Count == 0 ? problem.Message : string.Join(' ', problem.Errors.Select(fault => $"{fault.Field}: {fault.Reason}"));
}
