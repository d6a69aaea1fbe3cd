using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Workflows.Forms;

/// <summary>Makes of what was sent what a run sees: every field of the form, and none else, each of its type or null.</summary>
internal static class FormAnswers
{
    private const int LongestLine = 500;
    private const int LongestText = 20_000;

    /// <summary>Checks and converts.</summary>
    /// <param name="given">The text that was sent for a field; null where none was.</param>
    /// <exception cref="ProblemException">VALIDATION_ERROR, with every field at fault.</exception>
    public static JsonElement Read(FormDefinition form, Func<string, string?> given)
    {
        var faults = new Faults();
        var values = new JsonObject();
        foreach (var field in form.Fields) values[field.Name] = Value(field, given(field.Name), faults);
        faults.ThrowIfAny();
        return JsonSerializer.SerializeToElement(values);
    }

    /// <summary>What programs send: JSON values of the fields' types, or their texts.</summary>
    /// <exception cref="ProblemException">A value is a list or an object.</exception>
    public static Func<string, string?> Of(JsonElement json) => name =>
    {
        if (json.ValueKind != JsonValueKind.Object) throw Problem.Field(ErrorCode.WrongFormat, "body", "The body must be a JSON object of the form's fields.").AsException();
        if (!json.TryGetProperty(name, out var value)) return null;
        return value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.String => value.GetString(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            JsonValueKind.Number => value.GetRawText(),
            _ => throw Problem.Field(ErrorCode.WrongFormat, name, $"{name} has the wrong type.").AsException(),
        };
    };

    private static JsonNode? Value(FormFieldDefinition field, string? text, Faults faults)
    {
        var name = field.Name;
        if (field.Type == FormFieldType.Checkbox) return Checked(field, text, faults);
        text = field.Type == FormFieldType.Textarea ? text?.ReplaceLineEndings("\n") : text?.Trim();
        if (string.IsNullOrWhiteSpace(text))
        {
            if (field.Required) faults.Required(name, null);
            return null;
        }

        faults.Text(name, text, field.Type == FormFieldType.Textarea ? LongestText : LongestLine);
        switch (field.Type)
        {
            case FormFieldType.Email:
                faults.Email(name, text);
                break;
            case FormFieldType.Url when !Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"):
                faults.Add(name, $"{name} must be an address that begins with http:// or https://.", ErrorCode.WrongFormat);
                break;
            case FormFieldType.Date when !DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _):
                faults.Add(name, $"{name} must be a day, as 2024-03-20.", ErrorCode.WrongFormat);
                break;
            case FormFieldType.Select when !field.Options.Contains(text, StringComparer.Ordinal):
                faults.Add(name, $"{name} must be one of {string.Join(", ", field.Options)}.");
                break;
            case FormFieldType.Number:
                return Number(name, text, faults);
        }

        return text;
    }

    private static JsonNode? Number(string name, string text, Faults faults)
    {
        // As the browser's number field writes it, and JSON does: a point, no groups.
        if (decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number)) return number;
        faults.Add(name, $"{name} must be a number.", ErrorCode.WrongFormat);
        return null;
    }

    private static JsonNode Checked(FormFieldDefinition field, string? text, Faults faults)
    {
        var isChecked = text is "true" or "on";
        if (!isChecked && text is not (null or "" or "false")) faults.Add(field.Name, $"{field.Name} must be true or false.", ErrorCode.WrongFormat);
        else if (field.Required && !isChecked) faults.Required(field.Name, null);
        return isChecked;
    }
}
