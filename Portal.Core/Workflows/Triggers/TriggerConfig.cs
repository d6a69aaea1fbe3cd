using System.Text.Json;
using System.Text.RegularExpressions;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Nodes;

namespace Portal.Core.Workflows.Triggers;

/// <summary>
/// What a trigger waits with. It waits before there is a run, so that of all that expressions know only variables have a
/// value: <c>{{ variables.NAME }}</c> stands for the variable's value, whatever the field.
/// </summary>
internal static partial class TriggerConfig
{
    /// <summary>A trigger node's configuration with the definition's variables filled in; what names no value stays as it is.</summary>
    public static JsonElement Of(WorkflowNode node, WorkflowGraph graph)
    {
        var config = WorkflowPorts.ConfigOf(node);
        return graph.Variables.Count == 0 ? config : Filled(config, graph.Variables);
    }

    /// <summary>The variables that a configuration names still, after <see cref="Of"/>: there are none of the name, they have no value, or one with braces.</summary>
    public static IEnumerable<string> Unfilled(JsonElement config) => Named().Matches(config.GetRawText()).Select(match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal);

    private static JsonElement Filled(JsonElement value, IReadOnlyList<WorkflowVariable> variables) => value.ValueKind switch
    {
        JsonValueKind.Object => NodeJson.Object(value.EnumerateObject().Select(field => KeyValuePair.Create(field.Name, Filled(field.Value, variables)))),
        JsonValueKind.Array => NodeJson.List(value.EnumerateArray().Select(item => Filled(item, variables))),
        JsonValueKind.String => Filled(value, value.GetString()!, variables),
        _ => value,
    };

    private static JsonElement Filled(JsonElement value, string text, IReadOnlyList<WorkflowVariable> variables)
    {
        var matches = Named().Matches(text);
        if (matches.Count == 0) return value;
        // Alone it keeps its type: a number of minutes is a number.
        if (matches[0].Length == text.Length) return ValueOf(matches[0], variables) ?? value;
        return NodeJson.Text(Named().Replace(text, match => ValueOf(match, variables) is { } known ? NodeJson.Shown(known) : match.Value));
    }

    // What is filled in is read for the expressions of secrets afterwards: a value never becomes one.
    private static JsonElement? ValueOf(Match match, IReadOnlyList<WorkflowVariable> variables) =>
        variables.FirstOrDefault(variable => variable.Name == match.Groups["name"].Value)?.DefaultValue is { } value && !HasBraces(value) ? value : null;

    private static bool HasBraces(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Any(field => HasBraces(field.Value)),
        JsonValueKind.Array => value.EnumerateArray().Any(HasBraces),
        JsonValueKind.String => value.GetString()!.Contains('{', StringComparison.Ordinal),
        _ => false,
    };

    [GeneratedRegex(@"\{\{ *variables\.(?<name>[A-Za-z_][A-Za-z0-9_]*) *\}\}", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Named();
}
