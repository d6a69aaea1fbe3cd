using System.Text.Json;

namespace Portal.Core.Workflows.Definitions.Checking;

/// <summary>Checks what a definition says beside its graph: variables, triggers, settings.</summary>
internal sealed class SettingsCheck(WorkflowGraph graph, WorkflowShape shape, Findings findings)
{
    private const int Year = 366 * 24 * 3600;
    private const int Week = 7 * 24 * 3600;
    private static readonly string[] VariableTypes = ["string", "number", "boolean", "object", "list"];

    public void Run()
    {
        CheckVariables();
        CheckTriggers();
        Between("settings.timeout_seconds", graph.Settings.TimeoutSeconds, 1, Year);
        Between("settings.max_concurrency", graph.Settings.MaxConcurrency, 1, 10_000);
        Between("settings.priority", graph.Settings.Priority, 0, 9);
        foreach (var (index, node) in graph.Nodes.Index())
        {
            if (node.Settings is { } settings) CheckNode($"nodes[{index}].settings", settings);
        }
    }

    private void CheckNode(string path, NodeSettings settings)
    {
        Between($"{path}.timeout_seconds", settings.TimeoutSeconds, 1, Week);
        if (settings.Retry is not { } retry) return;
        Between($"{path}.retry.max_attempts", retry.MaxAttempts, 1, 50);
        Between($"{path}.retry.delay_seconds", retry.DelaySeconds, 0, Week);
        Between($"{path}.retry.backoff", retry.Backoff, 1, 10);
        Between($"{path}.retry.max_delay_seconds", retry.MaxDelaySeconds, 0, Week);
    }

    private void CheckVariables()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, variable) in graph.Variables.Index())
        {
            var path = $"variables[{index}]";
            if (!WorkflowChecker.IsName(variable.Name)) findings.Error(FindingCodes.VariableInvalid, $"{path}.name", "A variable's name begins with a letter or _ and goes on with letters, digits and _, at most 64.");
            else if (!seen.Add(variable.Name)) findings.Error(FindingCodes.VariableInvalid, $"{path}.name", $"Another variable has the name {variable.Name} already.");
            if (!VariableTypes.Contains(variable.Type)) findings.Error(FindingCodes.VariableInvalid, $"{path}.type", $"A variable's type is one of {string.Join(", ", VariableTypes)}.");
            else if (variable.DefaultValue is { } value && !Is(value, variable.Type)) findings.Error(FindingCodes.VariableInvalid, $"{path}.default_value", $"The value of {variable.Name} is no {variable.Type}.");
        }
    }

    /// <summary>Whether a value is of a variable's type; null, which is no value, is of each.</summary>
    public static bool Is(JsonElement value, string type) => value.ValueKind switch
    {
        JsonValueKind.String => type == "string",
        JsonValueKind.Number => type == "number",
        JsonValueKind.True or JsonValueKind.False => type == "boolean",
        JsonValueKind.Object => type == "object",
        JsonValueKind.Array => type == "list",
        _ => true,
    };

    private void CheckTriggers()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, trigger) in graph.Triggers.Index())
        {
            var field = $"triggers[{index}].node_id";
            if (shape.IndexOf(trigger.NodeId) is not { } node || !shape.IsTrigger(node)) findings.Error(FindingCodes.TriggerUnknown, field, $"No trigger node has the id {trigger.NodeId}.");
            else if (!seen.Add(trigger.NodeId)) findings.Error(FindingCodes.TriggerUnknown, field, $"The trigger node {trigger.NodeId} is named twice.");
        }
    }

    private void Between(string field, double? value, double least, double most)
    {
        if (value < least || value > most) findings.Error(FindingCodes.SettingOutOfRange, field, $"{field[(field.LastIndexOf('.') + 1)..]} is {least:0} to {most:0}.");
    }
}
