using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Shared.Json.Schema;

/// <summary>
/// Which schemas the portal takes: draft 2020-12 without dynamic references and without what needs notes from elsewhere
/// (<c>unevaluated…</c>). A keyword that is not known is refused: skipping it would let through what its author forbids.
/// </summary>
internal static class SchemaRules
{
    public const string Draft = "https://json-schema.org/draft/2020-12/schema";
    private const int LongestPattern = 500;
    private const int MostPatterns = 1000;

    private static readonly string[] Types = ["object", "array", "string", "number", "integer", "boolean", "null"];
    private static readonly string[] Schemas = ["additionalProperties", "propertyNames", "items", "contains", "not", "if", "then", "else"];
    private static readonly string[] SchemaLists = ["allOf", "anyOf", "oneOf", "prefixItems"];
    private static readonly string[] SchemaMaps = ["properties", "patternProperties", "$defs"];
    private static readonly string[] Counts = ["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "minContains", "maxContains"];
    private static readonly string[] Bounds = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];
    private static readonly string[] Notes = ["$id", "$comment", "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly"];

    private static readonly ConcurrentDictionary<string, Regex> Patterns = new(StringComparer.Ordinal);

    /// <summary>What is wrong with a schema, each with its path below <paramref name="path"/>; empty when it can be used.</summary>
    public static IReadOnlyList<FieldFault> Faults(JsonElement schema, string path)
    {
        var faults = new List<FieldFault>();
        Check(schema, schema, path, faults);
        return faults;
    }

    /// <summary>The part of a schema that <c>#/$defs/money</c> names; null where there is none.</summary>
    public static JsonElement? Resolve(JsonElement root, string pointer)
    {
        if (pointer == "#") return root;
        if (!pointer.StartsWith("#/", StringComparison.Ordinal)) return null;
        var current = root;
        foreach (var part in pointer[2..].Split('/'))
        {
            var name = Uri.UnescapeDataString(part).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (current.ValueKind != JsonValueKind.Object || !current.TryGetProperty(name, out current)) return null;
        }

        return current.ValueKind is JsonValueKind.Object or JsonValueKind.True or JsonValueKind.False ? current : null;
    }

    /// <summary>The compiled pattern; it takes time in proportion to the text, whatever the pattern.</summary>
    /// <exception cref="ArgumentException">It is no regular expression, or one that needs backtracking.</exception>
    public static Regex Pattern(string pattern)
    {
        if (Patterns.TryGetValue(pattern, out var known)) return known;
        var regex = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        if (Patterns.Count < MostPatterns) Patterns[pattern] = regex;
        return regex;
    }

    private static void Check(JsonElement root, JsonElement schema, string path, List<FieldFault> faults)
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False) return;
        if (schema.ValueKind != JsonValueKind.Object)
        {
            faults.Add(new(path, "A schema is an object, true or false."));
            return;
        }

        foreach (var keyword in schema.EnumerateObject())
        {
            var place = $"{path}.{keyword.Name}";
            if (Fault(root, keyword.Name, keyword.Value) is { } fault) faults.Add(new(place, fault));
            else if (Schemas.Contains(keyword.Name)) Check(root, keyword.Value, place, faults);
            else if (SchemaLists.Contains(keyword.Name)) foreach (var (i, part) in keyword.Value.EnumerateArray().Index()) Check(root, part, $"{place}[{i}]", faults);
            else if (SchemaMaps.Contains(keyword.Name)) foreach (var part in keyword.Value.EnumerateObject()) Check(root, part.Value, $"{place}.{part.Name}", faults);
        }
    }

    private static string? Fault(JsonElement root, string name, JsonElement rule) => name switch
    {
        "$schema" => rule.ValueKind == JsonValueKind.String && rule.GetString()!.TrimEnd('#') == Draft ? null : $"The draft is {Draft}.",
        "$ref" => rule.ValueKind == JsonValueKind.String && Resolve(root, rule.GetString()!) is not null ? null : "A reference leads to a place in the same schema, as #/$defs/money.",
        "type" => IsList(rule, Types) ? null : $"A type is one of {string.Join(", ", Types)}, or a list of several.",
        "enum" => rule.ValueKind == JsonValueKind.Array && rule.GetArrayLength() > 0 ? null : "enum is a list of at least one value.",
        "const" => null,
        "required" => IsNames(rule) ? null : "required is a list of names.",
        "dependentRequired" => rule.ValueKind == JsonValueKind.Object && rule.EnumerateObject().All(names => IsNames(names.Value)) ? null : "dependentRequired is an object of lists of names.",
        "uniqueItems" => rule.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : "uniqueItems is true or false.",
        "pattern" => rule.ValueKind == JsonValueKind.String ? PatternFault(rule.GetString()!) : "pattern is a text.",
        "patternProperties" => rule.ValueKind == JsonValueKind.Object ? rule.EnumerateObject().Select(part => PatternFault(part.Name)).FirstOrDefault(fault => fault is not null) : "patternProperties is an object.",
        "format" => rule.ValueKind == JsonValueKind.String && SchemaFormats.Known.Contains(rule.GetString()!) ? null : $"format is one of {string.Join(", ", SchemaFormats.Known)}.",
        _ when Schemas.Contains(name) => null,
        _ when SchemaLists.Contains(name) => rule.ValueKind == JsonValueKind.Array && rule.GetArrayLength() > 0 ? null : $"{name} is a list of at least one schema.",
        _ when SchemaMaps.Contains(name) => rule.ValueKind == JsonValueKind.Object ? null : $"{name} is an object of schemas.",
        _ when Counts.Contains(name) => rule.ValueKind == JsonValueKind.Number && rule.TryGetInt32(out var count) && count >= 0 ? null : $"{name} is a whole number from 0.",
        "multipleOf" => rule.ValueKind == JsonValueKind.Number && rule.TryGetDecimal(out var step) && step > 0 ? null : "multipleOf is a number above 0.",
        _ when Bounds.Contains(name) => rule.ValueKind == JsonValueKind.Number ? null : $"{name} is a number.",
        _ => Notes.Contains(name) ? null : $"{name} is not a keyword that the portal checks.",
    };

    private static string? PatternFault(string pattern)
    {
        if (pattern.Length > LongestPattern) return $"A pattern has at most {LongestPattern} characters.";
        try
        {
            Pattern(pattern);
            return null;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return "The pattern is not a regular expression that can be checked in one pass: look-arounds and back-references are not taken.";
        }
    }

    private static bool IsNames(JsonElement rule) => rule.ValueKind == JsonValueKind.Array && rule.EnumerateArray().All(name => name.ValueKind == JsonValueKind.String);

    private static bool IsList(JsonElement rule, string[] known) => rule.ValueKind == JsonValueKind.String
        ? known.Contains(rule.GetString())
        : IsNames(rule) && rule.GetArrayLength() > 0 && rule.EnumerateArray().All(name => known.Contains(name.GetString()));
}
