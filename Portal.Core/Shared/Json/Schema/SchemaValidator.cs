using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Shared.Json.Schema;

/// <summary>
/// Checks values against JSON Schema, draft 2020-12, the keywords of <see cref="SchemaRules"/>. Formats are asserted.
/// Written for the portal because the validator that can be restored knows drafts up to 7 and skips what it does not know.
/// </summary>
internal sealed class SchemaValidator
{
    private const int MostFaults = 20;
    private const int DeepestReference = 64;

    // References can multiply: a schema of a few lines may stand for more checks than would ever end.
    private const int MostSteps = 200_000;

    private readonly JsonElement _root;
    private readonly List<FieldFault> _faults = [];
    private int _steps;
    private int _references;

    private readonly Func<JsonElement, JsonElement, bool>? _isOpen;

    private SchemaValidator(JsonElement root, Func<JsonElement, JsonElement, bool>? isOpen) => (_root, _isOpen) = (root, isOpen);

    /// <summary>What is wrong with a value, each with its path below <paramref name="path"/> as <c>data.items[0].amount</c>; empty when it fits.</summary>
    /// <param name="isOpen">Whether a value, with the schema it meets, stands for one that is not known yet: it then fits.</param>
    public static IReadOnlyList<FieldFault> Faults(JsonElement schema, JsonElement value, string path, Func<JsonElement, JsonElement, bool>? isOpen = null)
    {
        var validator = new SchemaValidator(schema, isOpen);
        validator.Check(schema, value, path, validator._faults);
        return validator._faults;
    }

    private bool Fits(JsonElement schema, JsonElement value)
    {
        var found = new List<FieldFault>();
        Check(schema, value, "", found);
        return found.Count == 0;
    }

    private void Check(JsonElement schema, JsonElement value, string path, List<FieldFault> faults)
    {
        if (faults.Count >= MostFaults) return;
        if (++_steps > MostSteps)
        {
            faults.Add(new(path, "The schema takes too many steps to check."));
            return;
        }

        if (_isOpen is not null && _isOpen(schema, value)) return;
        if (schema.ValueKind == JsonValueKind.False) faults.Add(new(path, "No value is allowed here."));
        if (schema.ValueKind != JsonValueKind.Object) return;
        foreach (var keyword in schema.EnumerateObject()) CheckKeyword(keyword.Name, keyword.Value, schema, value, path, faults);
    }

    private void CheckKeyword(string name, JsonElement rule, JsonElement schema, JsonElement value, string path, List<FieldFault> faults)
    {
        switch (name)
        {
            case "$ref": Refer(rule.GetString()!, value, path, faults); break;
            case "type" when !Types(rule).Any(type => Is(value, type)): faults.Add(new(path, $"must be {string.Join(" or ", Types(rule))}, not {NameOf(value)}.")); break;
            case "enum" when !rule.EnumerateArray().Any(allowed => JsonElement.DeepEquals(allowed, value)): faults.Add(new(path, $"must be one of {string.Join(", ", rule.EnumerateArray().Select(Shown))}.")); break;
            case "const" when !JsonElement.DeepEquals(rule, value): faults.Add(new(path, $"must be {Shown(rule)}.")); break;
            case "allOf": foreach (var part in rule.EnumerateArray()) Check(part, value, path, faults); break;
            case "anyOf" when !rule.EnumerateArray().Any(part => Fits(part, value)): faults.Add(new(path, "fits none of the forms that are allowed here.")); break;
            case "oneOf" when rule.EnumerateArray().Count(part => Fits(part, value)) is var fitting and not 1: faults.Add(new(path, $"must fit exactly one of the forms that are allowed here; it fits {fitting}.")); break;
            case "not" when Fits(rule, value): faults.Add(new(path, "has a form that is not allowed here.")); break;
            case "if": if (schema.TryGetProperty(Fits(rule, value) ? "then" : "else", out var branch)) Check(branch, value, path, faults); break;
            default:
                if (value.ValueKind == JsonValueKind.Object) CheckObject(name, rule, schema, value, path, faults);
                else if (value.ValueKind == JsonValueKind.Array) CheckArray(name, rule, schema, value, path, faults);
                else if (value.ValueKind == JsonValueKind.String) CheckString(name, rule, value.GetString()!, path, faults);
                else if (value.ValueKind == JsonValueKind.Number) CheckNumber(name, rule, value, path, faults);
                break;
        }
    }

    private void Refer(string pointer, JsonElement value, string path, List<FieldFault> faults)
    {
        if (++_references > DeepestReference || SchemaRules.Resolve(_root, pointer) is not { } target) faults.Add(new(path, "The schema refers to itself without end."));
        else Check(target, value, path, faults);
        _references--;
    }

    private void CheckObject(string name, JsonElement rule, JsonElement schema, JsonElement value, string path, List<FieldFault> faults)
    {
        switch (name)
        {
            case "properties":
                foreach (var property in rule.EnumerateObject())
                    if (value.TryGetProperty(property.Name, out var field)) Check(property.Value, field, Below(path, property.Name), faults);
                break;
            case "required":
                foreach (var required in rule.EnumerateArray())
                    if (!value.TryGetProperty(required.GetString()!, out _)) faults.Add(new(Below(path, required.GetString()!), "is required."));
                break;
            case "patternProperties":
                foreach (var pattern in rule.EnumerateObject())
                foreach (var field in value.EnumerateObject().Where(field => Matches(field.Name, pattern.Name)))
                    Check(pattern.Value, field.Value, Below(path, field.Name), faults);
                break;
            case "additionalProperties":
                foreach (var field in value.EnumerateObject().Where(field => !IsDescribed(schema, field.Name)))
                {
                    if (rule.ValueKind == JsonValueKind.False) faults.Add(new(Below(path, field.Name), "is not a field of this type."));
                    else Check(rule, field.Value, Below(path, field.Name), faults);
                }

                break;
            case "propertyNames":
                foreach (var field in value.EnumerateObject())
                    if (!Fits(rule, JsonSerializer.SerializeToElement(field.Name))) faults.Add(new(Below(path, field.Name), "has a name that is not allowed here."));
                break;
            case "dependentRequired":
                foreach (var dependent in rule.EnumerateObject().Where(dependent => value.TryGetProperty(dependent.Name, out _)))
                foreach (var required in dependent.Value.EnumerateArray().Where(required => !value.TryGetProperty(required.GetString()!, out _)))
                    faults.Add(new(Below(path, required.GetString()!), $"is required where {dependent.Name} is given."));
                break;
            case "minProperties" when value.EnumerateObject().Count() < Count(rule): faults.Add(new(path, $"must have at least {rule} fields.")); break;
            case "maxProperties" when value.EnumerateObject().Count() > Count(rule): faults.Add(new(path, $"must have at most {rule} fields.")); break;
        }
    }

    private void CheckArray(string name, JsonElement rule, JsonElement schema, JsonElement value, string path, List<FieldFault> faults)
    {
        var length = value.GetArrayLength();
        switch (name)
        {
            case "prefixItems":
                for (var i = 0; i < Math.Min(length, rule.GetArrayLength()); i++) Check(rule[i], value[i], $"{path}[{i}]", faults);
                break;
            case "items":
                var first = schema.TryGetProperty("prefixItems", out var prefix) ? prefix.GetArrayLength() : 0;
                for (var i = first; i < length; i++) Check(rule, value[i], $"{path}[{i}]", faults);
                break;
            case "contains":
                var found = value.EnumerateArray().Count(item => Fits(rule, item));
                var least = schema.TryGetProperty("minContains", out var min) ? Count(min) : 1;
                if (found < least) faults.Add(new(path, $"must contain at least {least} items of a certain form; it contains {found}."));
                if (schema.TryGetProperty("maxContains", out var max) && found > Count(max)) faults.Add(new(path, $"must contain at most {max} items of a certain form; it contains {found}."));
                break;
            case "minItems" when length < Count(rule): faults.Add(new(path, $"must have at least {rule} items.")); break;
            case "maxItems" when length > Count(rule): faults.Add(new(path, $"must have at most {rule} items.")); break;
            case "uniqueItems" when rule.ValueKind == JsonValueKind.True && HasTwins(value, ref _steps): faults.Add(new(path, "must not have two equal items.")); break;
        }
    }

    private static void CheckString(string name, JsonElement rule, string value, string path, List<FieldFault> faults)
    {
        switch (name)
        {
            case "minLength" when Length(value) < Count(rule): faults.Add(new(path, $"must have at least {rule} characters.")); break;
            case "maxLength" when Length(value) > Count(rule): faults.Add(new(path, $"must have at most {rule} characters.")); break;
            case "pattern" when !Matches(value, rule.GetString()!): faults.Add(new(path, $"must match {rule.GetString()}.")); break;
            case "format" when !SchemaFormats.Fits(rule.GetString()!, value): faults.Add(new(path, $"must be a {rule.GetString()}.")); break;
        }
    }

    private static void CheckNumber(string name, JsonElement rule, JsonElement value, string path, List<FieldFault> faults)
    {
        if (name is not ("minimum" or "maximum" or "exclusiveMinimum" or "exclusiveMaximum" or "multipleOf")) return;
        var order = value.TryGetDecimal(out var exact) && rule.TryGetDecimal(out var bound) ? exact.CompareTo(bound) : value.GetDouble().CompareTo(rule.GetDouble());
        var fault = name switch
        {
            "minimum" when order < 0 => $"must be at least {rule}.",
            "maximum" when order > 0 => $"must be at most {rule}.",
            "exclusiveMinimum" when order <= 0 => $"must be greater than {rule}.",
            "exclusiveMaximum" when order >= 0 => $"must be less than {rule}.",
            "multipleOf" when !IsMultiple(value, rule) => $"must be a multiple of {rule}.",
            _ => null,
        };
        if (fault is not null) faults.Add(new(path, fault));
    }

    private static bool IsMultiple(JsonElement value, JsonElement rule) => value.TryGetDecimal(out var number) && rule.TryGetDecimal(out var step)
        ? number % step == 0
        : value.GetDouble() % rule.GetDouble() == 0;

    private static bool IsDescribed(JsonElement schema, string name) =>
        (schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(name, out _))
        || (schema.TryGetProperty("patternProperties", out var patterns) && patterns.EnumerateObject().Any(pattern => Matches(name, pattern.Name)));

    private static bool HasTwins(JsonElement array, ref int steps)
    {
        var items = array.EnumerateArray().ToArray();
        for (var i = 0; i < items.Length; i++)
        {
            for (var j = 0; j < i && steps <= MostSteps; j++, steps++)
            {
                if (JsonElement.DeepEquals(items[i], items[j])) return true;
            }
        }

        return false;
    }

    internal static IEnumerable<string> Types(JsonElement rule) =>
        rule.ValueKind == JsonValueKind.String ? [rule.GetString()!] : rule.EnumerateArray().Select(type => type.GetString()!);

    private static bool Is(JsonElement value, string type) => type switch
    {
        "integer" => value.ValueKind == JsonValueKind.Number && (value.TryGetDecimal(out var number) ? decimal.Truncate(number) == number : double.IsInteger(value.GetDouble())),
        "number" => value.ValueKind == JsonValueKind.Number,
        _ => NameOf(value) == type,
    };

    private static string NameOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => "null",
    };

    private static bool Matches(string value, string pattern) => SchemaRules.Pattern(pattern).IsMatch(value);

    private static int Length(string value) => value.EnumerateRunes().Count();

    private static double Count(JsonElement rule) => rule.GetDouble();

    private static string Below(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static string Shown(JsonElement value) => value.GetRawText() is { Length: <= 60 } text ? text : value.GetRawText()[..57] + "…";
}
