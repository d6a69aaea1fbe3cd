using Portal.Core.Shared.Problems;

namespace Portal.Shared.Forms;

/// <summary>What is wrong with a form that was sent: by field, and as a whole.</summary>
public sealed class FormProblems
{
    private readonly List<FieldFault> _fields = [];

    /// <summary>What is wrong with the form as a whole; null where only fields are.</summary>
    public string? Message { get; private set; }

    /// <summary>What is wrong with single fields, in their order.</summary>
    public IReadOnlyList<FieldFault> Fields => _fields;

    public bool Any => Message is not null || _fields.Count > 0;

    /// <summary>What is wrong with a field; null when nothing is.</summary>
    public string? Of(string field) => _fields.Find(fault => fault.Field == field)?.Reason;

    public void Add(string field, string reason) => _fields.Add(new FieldFault(field, reason));

    public void Say(string message) => Message = message;

    /// <summary>Takes over a refusal by a service.</summary>
    /// <param name="problem">The refusal; its fields have the API's names.</param>
    /// <param name="labels">The form's fields by the API's names in the form's order, with the words that stand beside them.</param>
    public void Take(Problem problem, IEnumerable<KeyValuePair<string, string>> labels)
    {
        var faults = problem.Errors.Count > 0 ? problem.Errors
            : problem.Details.GetValueOrDefault("field") is string only ? [new FieldFault(only, problem.Message)] : [];
        foreach (var (field, label) in labels)
        foreach (var fault in faults.Where(fault => fault.Field == field))
        {
            // "first_name is required." is how the API says it; people know the field by its label.
            Add(fault.Field, fault.Reason.StartsWith(fault.Field + " ", StringComparison.Ordinal) ? label + fault.Reason[fault.Field.Length..] : fault.Reason);
        }

        if (_fields.Count == 0) Say(problem.Message);
    }
}
