using System.Text.Json;
using System.Text.RegularExpressions;
using Portal.Core.Shared.Json;

namespace Portal.Core.Workflows.Forms;

/// <summary>How a field of a form is filled in.</summary>
public enum FormFieldType
{
    Text,
    Textarea,
    Email,
    Url,
    Phone,
    Number,

    /// <summary>A day, as 2024-03-20.</summary>
    Date,

    /// <summary>One of the field's options.</summary>
    Select,

    /// <summary>True or false; a required one must be true.</summary>
    Checkbox,
}

/// <summary>A field of a form.</summary>
public sealed record FormFieldDefinition
{
    /// <summary>As in the run's data: a letter or <c>_</c>, then letters, digits and <c>_</c>.</summary>
    public string Name { get; init; } = "";

    /// <summary>What people read; the name where it is absent.</summary>
    public string? Label { get; init; }
    public FormFieldType Type { get; init; }
    public bool Required { get; init; }

    /// <summary>What a select offers.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>A sentence beside the field.</summary>
    public string? Help { get; init; }

    /// <summary>The label, or the name.</summary>
    public string Caption => string.IsNullOrWhiteSpace(Label) ? Name : Label;
}

/// <summary>A form as its node is configured.</summary>
public sealed partial record FormDefinition
{
    internal const int MostFields = 50;

    public string? Title { get; init; }
    public string? Description { get; init; }
    public IReadOnlyList<FormFieldDefinition> Fields { get; init; } = [];

    /// <summary>What the button says; null leaves it to the page.</summary>
    public string? SubmitLabel { get; init; }

    /// <summary>What is said once it was sent; null leaves it to the page.</summary>
    public string? ThanksMessage { get; init; }

    /// <summary>Hours until it can no longer be filled in, where a run asks; null is never.</summary>
    public double? ExpiresAfterHours { get; init; }

    internal static FormDefinition Of(JsonElement config) => config.Deserialize<FormDefinition>(PortalJson.Options)!;

    /// <summary>What is wrong with a form that its schema allows.</summary>
    internal static IEnumerable<(string Field, string Message)> Check(JsonElement config)
    {
        if (config.ValueKind != JsonValueKind.Object || !config.TryGetProperty("fields", out var fields) || fields.ValueKind != JsonValueKind.Array) yield break;
        var names = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var field in fields.EnumerateArray())
        {
            var path = $"fields[{index++}]";
            if (field.ValueKind != JsonValueKind.Object) continue;
            var name = Text(field, "name") ?? "";
            if (!FieldName().IsMatch(name)) yield return ($"{path}.name", "A name is a letter or _, then letters, digits and _, at most 64.");
            else if (!names.Add(name)) yield return ($"{path}.name", $"Two fields are called {name}.");
            if (Text(field, "type") == "select" && (!field.TryGetProperty("options", out var options) || options.ValueKind != JsonValueKind.Array || options.GetArrayLength() == 0))
                yield return ($"{path}.options", "A select needs options.");
        }
    }

    private static string? Text(JsonElement field, string name) => field.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]{0,63}\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex FieldName();
}
