using System.Text.Json.Nodes;

namespace Portal.Webhooks;

/// <summary>A field of a schema as a reader wants it: what it is called, what it holds, whether it must be there.</summary>
/// <param name="Name">Its own name, with <c>[]</c> where it holds a list.</param>
/// <param name="Depth">0 for the fields of the value itself.</param>
/// <param name="Type">As <c>string · date-time</c>, or the values that are allowed.</param>
/// <param name="Description">Empty where the schema has none.</param>
internal sealed record SchemaField(string Name, int Depth, string Type, bool Required, string Description)
{
    private const int Deepest = 5;
    private const int LongestChoice = 8;
    private static readonly string[] Bounds = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "minItems", "maxItems", "pattern"];

    /// <summary>All fields, those of objects after the object.</summary>
    internal static IReadOnlyList<SchemaField> Of(JsonObject schema) => [.. Below(schema, schema, 0)];

    private static IEnumerable<SchemaField> Below(JsonObject root, JsonObject schema, int depth)
    {
        if (depth > Deepest || schema["properties"] is not JsonObject properties) yield break;
        var required = schema["required"] is JsonArray names ? names.Select(name => name?.ToString()).ToHashSet(StringComparer.Ordinal) : [];
        foreach (var (name, part) in properties)
        {
            var field = Resolve(root, part);
            if (field is null)
            {
                yield return new(name, depth, part?.ToJsonString() == "false" ? "never" : "any", required.Contains(name), "");
                continue;
            }

            var items = Resolve(root, field["items"]);
            yield return new(items is null ? name : name + "[]", depth, TypeOf(root, field), required.Contains(name), Text(field["description"]));
            foreach (var inner in Below(root, items ?? field, depth + 1)) yield return inner;
        }
    }

    private static string TypeOf(JsonObject root, JsonObject field)
    {
        if (field["const"] is { } only) return only.ToJsonString();
        if (field["enum"] is JsonArray choices) return string.Join(" | ", choices.Take(LongestChoice).Select(choice => choice?.ToJsonString() ?? "null")) + (choices.Count > LongestChoice ? " | …" : "");
        foreach (var keyword in new[] { "oneOf", "anyOf" })
        {
            if (field[keyword] is JsonArray forms) return string.Join(" | ", forms.Select(form => Resolve(root, form) is { } one ? TypeOf(root, one) : "any").Distinct(StringComparer.Ordinal));
        }

        var type = field["type"] is JsonArray several ? string.Join(" | ", several.Select(name => name?.ToString())) : Text(field["type"]);
        if (type.Length == 0) type = field.ContainsKey("properties") ? "object" : "any";
        if (Resolve(root, field["items"]) is { } items) type = type.Replace("array", $"{TypeOf(root, items)}[]", StringComparison.Ordinal);
        if (field["format"] is { } format) type += $" · {format}";
        return type + string.Concat(Bounds.Where(field.ContainsKey).Select(bound => $" · {bound} {field[bound]}"));
    }

    private static JsonObject? Resolve(JsonObject root, JsonNode? part)
    {
        var current = part as JsonObject;
        for (var hops = 0; hops < Deepest && current?["$ref"] is { } reference; hops++)
        {
            JsonNode? target = root;
            foreach (var step in reference.ToString().TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
                target = (target as JsonObject)?[step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)];
            current = target as JsonObject;
        }

        return current;
    }

    private static string Text(JsonNode? node) => node?.GetValueKind() == System.Text.Json.JsonValueKind.String ? node.ToString() : "";
}
