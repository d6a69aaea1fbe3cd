namespace Portal.Core.Shared.Problems;

/// <summary>One field that cannot be taken, and why.</summary>
/// <param name="Field">The field's name in the request, as <c>email</c> or <c>items[0].amount</c>.</param>
/// <param name="Reason">A sentence for a person.</param>
public sealed record FieldFault(string Field, string Reason);

/// <summary>Why something was refused, in the words of the API's errors.</summary>
public sealed record Problem(ErrorCode Code, string Message)
{
    /// <summary>Where it differs from the code's usual HTTP status.</summary>
    public int? Status { get; init; }

    /// <summary>What a program needs to put it right, such as <c>field</c> and <c>reason</c>, or the missing <c>scope</c>.</summary>
    public IReadOnlyDictionary<string, object?> Details { get; init; } = new Dictionary<string, object?>(StringComparer.Ordinal);

    /// <summary>All the fields at fault, where there are several.</summary>
    public IReadOnlyList<FieldFault> Errors { get; init; } = [];

    public int HttpStatus => Status ?? Code.Status;

    public static Problem Field(ErrorCode code, string field, string reason) => new(code, reason)
    {
        Details = Pairs(("field", field), ("reason", reason)),
    };

    /// <summary>The same for an id that never was and one that belongs to somebody else.</summary>
    public static Problem NotFound(string what, string id) => new(ErrorCode.NotFound, $"There is no {what} with this id.")
    {
        Details = Pairs(("resource", what), ("id", id)),
    };

    public static Problem Conflict(string message, params (string Name, object? Value)[] details) =>
        new(ErrorCode.Conflict, message) { Details = Pairs(details) };

    public static IReadOnlyDictionary<string, object?> Pairs(params (string Name, object? Value)[] pairs) =>
        pairs.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal);

    public ProblemException AsException() => new(this);
}

/// <summary>Ends an operation with a refusal that its caller is told.</summary>
public sealed class ProblemException(Problem problem) : Exception(problem.Message)
{
    public Problem Problem => problem;
}
