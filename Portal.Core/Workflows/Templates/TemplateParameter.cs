using System.Text.Json;
using Portal.Core.Expressions;
using Portal.Core.Shared.Json.Schema;
using Portal.Core.Shared.Problems;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Definitions.Checking;

namespace Portal.Core.Workflows.Templates;

/// <summary>What a template's parameter takes.</summary>
public enum ParameterType
{
    String,
    Number,
    Boolean,

    /// <summary>One of the options.</summary>
    Select,

    /// <summary>A list of options.</summary>
    Multiselect,

    /// <summary>A text of 1 to 8192 characters that becomes a secret of the workflow, encrypted and never shown.</summary>
    Secret,
}

/// <summary>Something that whoever uses a template decides. It becomes the variable of its name in the workflow, or the secret.</summary>
public sealed record TemplateParameter
{
    /// <summary>As expressions of the definition name it: <c>variables.NAME</c>, or <c>secrets.NAME</c> where the type is secret.</summary>
    public required string Name { get; init; }
    public ParameterType Type { get; init; }

    /// <summary>For a person.</summary>
    public string Label { get; init; } = "";
    public string? Description { get; init; }

    /// <summary>Whether a value must be given where there is no default.</summary>
    public bool Required { get; init; }

    /// <summary>Taken where no value is given; a secret has none.</summary>
    public JsonElement? DefaultValue { get; init; }

    /// <summary>The values that a select or multiselect takes.</summary>
    public IReadOnlyList<ParameterOption>? Options { get; init; }

    /// <summary>Conditions that a value must meet; they see it as <c>value</c>.</summary>
    public IReadOnlyList<ValidationRule>? Validation { get; init; }

    internal bool IsSecret => Type == ParameterType.Secret;

    internal string VariableType => Type switch
    {
        ParameterType.Number => "number",
        ParameterType.Boolean => "boolean",
        ParameterType.Multiselect => "list",
        ParameterType.Select => Options is [{ Value: { } value }, ..] ? TypeOf(value) : "string",
        _ => "string",
    };

    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "list",
        _ => "string",
    };
}

/// <summary>A value of a select or multiselect.</summary>
public sealed record ParameterOption
{
    public required JsonElement Value { get; init; }
    public string Label { get; init; } = "";
    public string? Description { get; init; }
}

/// <summary>Checks parameters of templates, and the values that they are given.</summary>
internal static class TemplateParameters
{
    private const int MostParameters = 50;
    private const int MostOptions = 200;
    private static readonly CelOptions Rule = CelOptions.Filter("value");

    /// <summary>Checks what a template says of its parameters.</summary>
    public static void Check(IReadOnlyList<TemplateParameter> parameters, Faults faults)
    {
        if (parameters.Count > MostParameters) faults.Add("parameters", $"A template has at most {MostParameters} parameters.");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, parameter) in parameters.Take(MostParameters).Index())
        {
            var path = $"parameters[{index}]";
            if (parameter is null) faults.Add(path, $"{path} is null.", ErrorCode.WrongFormat);
            else if (!WorkflowChecker.IsName(parameter.Name ?? "")) faults.Add($"{path}.name", "A parameter's name begins with a letter or _ and goes on with letters, digits and _, at most 64.", ErrorCode.WrongFormat);
            else if (!seen.Add(parameter.Name!)) faults.Add($"{path}.name", $"Another parameter has the name {parameter.Name} already.");
            else Check(path, parameter, faults);
        }
    }

    /// <summary>The values that a workflow begins with, by parameter.</summary>
    /// <param name="given">As the caller sent them.</param>
    public static IReadOnlyDictionary<string, JsonElement> Values(IReadOnlyList<TemplateParameter> parameters, IReadOnlyDictionary<string, JsonElement> given, Faults faults)
    {
        foreach (var name in given.Keys.Where(name => !parameters.Any(parameter => parameter.Name == name))) faults.Add($"parameters.{name}", $"The template has no parameter {name}.");
        var values = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var parameter in parameters)
        {
            var path = $"parameters.{parameter.Name}";
            var value = given.TryGetValue(parameter.Name, out var said) && !IsNothing(said) ? said : parameter.DefaultValue;
            if (value is { } known && !IsNothing(known))
            {
                if (JsonText.Fault(known, path) is var (field, reason)) faults.Add(field, reason, ErrorCode.WrongFormat);
                else if (ValueFault(parameter, known) is { } fault) faults.Add(path, fault);
                values[parameter.Name] = known;
            }
            else if (parameter.Required)
            {
                faults.Add(path, $"{parameter.Name} is required.", ErrorCode.MissingField);
            }
        }

        return values;
    }

    /// <summary>The definition with a variable for each parameter that is no secret; its default is the value of one without.</summary>
    public static WorkflowGraph Fill(WorkflowGraph graph, IReadOnlyList<TemplateParameter> parameters, IReadOnlyDictionary<string, JsonElement> values) => graph with
    {
        Variables =
        [
            .. graph.Variables.Where(variable => !parameters.Any(parameter => !parameter.IsSecret && parameter.Name == variable.Name)),
            .. parameters.Where(parameter => !parameter.IsSecret).Select(parameter => new WorkflowVariable
            {
                Name = parameter.Name, Type = parameter.VariableType, Description = parameter.Description ?? (parameter.Label.Length > 0 ? parameter.Label : null),
                DefaultValue = values.TryGetValue(parameter.Name, out var value) ? value : parameter.DefaultValue is { } known && !IsNothing(known) ? known : null,
            }),
        ],
    };

    private static void Check(string path, TemplateParameter parameter, Faults faults)
    {
        faults.Text($"{path}.label", parameter.Label, WorkflowLimits.LongestTitle);
        faults.Text($"{path}.description", parameter.Description, WorkflowLimits.LongestDescription);
        var chooses = parameter.Type is ParameterType.Select or ParameterType.Multiselect;
        if (chooses && parameter.Options is not { Count: > 0 and <= MostOptions }) faults.Add($"{path}.options", $"A {(parameter.Type == ParameterType.Select ? "select" : "multiselect")} has 1 to {MostOptions} options.");
        foreach (var (number, option) in (parameter.Options ?? []).Index())
        {
            if (option is null || IsNothing(option.Value)) faults.Add($"{path}.options[{number}]", "An option has a value.", ErrorCode.MissingField);
            else if (JsonText.Fault(option.Value, $"{path}.options[{number}].value") is var (field, reason)) faults.Add(field, reason, ErrorCode.WrongFormat);
        }

        foreach (var (number, rule) in (parameter.Validation ?? []).Index())
        {
            var field = $"{path}.validation[{number}].rule";
            if (string.IsNullOrWhiteSpace(rule?.Rule)) faults.Add(field, "rule is required.", ErrorCode.MissingField);
            else if (!CelProgram.TryCompile(rule.Rule, Rule, out _, out var fault)) faults.Add(field, $"{fault.Message} (line {fault.Line}, column {fault.Column})", ErrorCode.WrongFormat);
        }

        if (parameter.DefaultValue is { } text && JsonText.Fault(text, $"{path}.default_value") is var (place, why)) faults.Add(place, why, ErrorCode.WrongFormat);
        if (parameter.IsSecret && parameter.DefaultValue is { } shown && !IsNothing(shown)) faults.Add($"{path}.default_value", "A secret has no default: whoever sees the template would read it.");
        else if (!faults.Any && parameter.DefaultValue is { } value && !IsNothing(value) && ValueFault(parameter, value) is { } wrong) faults.Add($"{path}.default_value", wrong);
    }

    private static string? ValueFault(TemplateParameter parameter, JsonElement value)
    {
        if (TypeFault(parameter, value) is { } fault) return fault;
        foreach (var rule in parameter.Validation ?? [])
        {
            if (!CelProgram.TryCompile(rule.Rule, Rule, out var program, out _)) continue;
            if (!program.Test(new Dictionary<string, CelValue>(StringComparer.Ordinal) { ["value"] = CelValue.From(value) }, out _)) return rule.Message ?? $"{parameter.Name} breaks the rule {rule.Rule}.";
        }

        return null;
    }

    private static string? TypeFault(TemplateParameter parameter, JsonElement value) => parameter.Type switch
    {
        ParameterType.Select => IsOption(parameter, value) ? null : $"{parameter.Name} is one of the template's options.",
        ParameterType.Multiselect => value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => IsOption(parameter, item)) ? null : $"{parameter.Name} is a list of the template's options.",
        ParameterType.Secret => value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 and <= WorkflowLimits.LongestSecret } ? null : $"{parameter.Name} is a text of 1 to {WorkflowLimits.LongestSecret} characters.",
        _ => SettingsCheck.Is(value, parameter.VariableType) ? null : $"{parameter.Name} is a {parameter.VariableType}.",
    };

    private static bool IsOption(TemplateParameter parameter, JsonElement value) => (parameter.Options ?? []).Any(option => JsonElement.DeepEquals(option.Value, value));

    private static bool IsNothing(JsonElement value) => value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;
}
