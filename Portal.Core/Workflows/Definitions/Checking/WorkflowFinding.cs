namespace Portal.Core.Workflows.Definitions.Checking;

/// <summary>How much a finding matters.</summary>
public enum FindingSeverity
{
    /// <summary>Keeps the definition from being published and from running.</summary>
    Error,

    /// <summary>Is likely not what was meant.</summary>
    Warning,
}

/// <summary>Something that is wrong with a workflow's definition, and where.</summary>
public sealed record WorkflowFinding
{
    public required FindingSeverity Severity { get; init; }

    /// <summary>For programs, as <c>port_unknown</c>: the same for the same kind of fault in every version of the portal.</summary>
    public required string Code { get; init; }

    /// <summary>A sentence for a person.</summary>
    public required string Message { get; init; }
    public string? NodeId { get; init; }
    public string? EdgeId { get; init; }

    /// <summary>The place in the definition, as <c>nodes[2].config.url</c>.</summary>
    public string? Field { get; init; }

    /// <summary>Of an expression: the line in the field's text, from 1.</summary>
    public int? Line { get; init; }

    /// <summary>Of an expression: the column in the line, from 1, in UTF-16 code units.</summary>
    public int? Column { get; init; }
}

/// <summary>The values of <see cref="WorkflowFinding.Code"/>. Programs compare them, so they stay.</summary>
internal static class FindingCodes
{
    public const string Empty = "empty";
    public const string IdInvalid = "id_invalid";
    public const string IdDuplicate = "id_duplicate";
    public const string NodeTypeUnknown = "node_type_unknown";
    public const string ConfigInvalid = "config_invalid";
    public const string PortInvalid = "port_invalid";
    public const string PortUnknown = "port_unknown";
    public const string PortUnconnected = "port_unconnected";
    public const string PortTypeMismatch = "port_type_mismatch";
    public const string EdgeEndUnknown = "edge_end_unknown";
    public const string ConditionMissing = "condition_missing";
    public const string ConditionMisplaced = "condition_misplaced";
    public const string Cycle = "cycle";
    public const string LoopEntered = "loop_entered";
    public const string LoopLeft = "loop_left";
    public const string NodeUnreachable = "node_unreachable";
    public const string ExpressionInvalid = "expression_invalid";
    public const string NameUnknown = "name_unknown";
    public const string NameOutOfScope = "name_out_of_scope";
    public const string NodeNotBefore = "node_not_before";
    public const string SecretOutOfScope = "secret_out_of_scope";
    public const string TriggerUnknown = "trigger_unknown";
    public const string VariableInvalid = "variable_invalid";
    public const string SettingOutOfRange = "setting_out_of_range";
    public const string CallsItself = "calls_itself";
}
