using Portal.Core.Shared.Problems;

namespace Portal.Access;

/// <summary>What is wrong with a form: by field, and as a whole.</summary>
public sealed class FormFaults
{
    private readonly Dictionary<string, List<string>> byField = new(StringComparer.Ordinal);

    /// <summary>A refusal that is about no single field.</summary>
    public string? General { get; private set; }

    public bool Any => General is not null || byField.Count > 0;

    /// <summary>A refusal of the service, its fields under their first name: <c>allowed_addresses[2]</c> counts as <c>allowed_addresses</c>, <c>headers.X-Token</c> as <c>headers</c>.</summary>
    /// <param name="fields">The fields that the form shows; a fault of any other stands for the whole.</param>
    public static FormFaults Of(Problem problem, params ReadOnlySpan<string> fields)
    {
        var faults = new FormFaults();
        IReadOnlyList<FieldFault> errors = problem.Errors.Count > 0 || problem.Details.GetValueOrDefault("field") is not string name
            ? problem.Errors
            : [new FieldFault(name, problem.Message)];
        foreach (var error in errors)
        {
            var field = error.Field.Split('[', '.')[0];
            if (fields.Contains(field)) faults.Add(field, error.Reason);
            else faults.General = error.Reason;
        }

        if (!faults.Any) faults.General = problem.Message;
        return faults;
    }

    /// <summary>A failure that is about no field.</summary>
    public static FormFaults Whole(string general) => new() { General = general };

    public void Add(string field, string reason)
    {
        if (!byField.TryGetValue(field, out var reasons)) byField[field] = reasons = [];
        reasons.Add(reason);
    }

    public IReadOnlyList<string> Of(string field) => byField.GetValueOrDefault(field) ?? [];
}
