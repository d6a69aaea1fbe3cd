using System.Text.Json;

namespace Portal.Core.Workflows.Nodes.Transformation;

/// <summary>Operations on the fields of an object, or of each object of a list.</summary>
internal static class FieldOperations
{
    public static JsonElement Set(JsonElement value, TransformStep step) => value.Each((item, _) => item.Over(step.Values.Fields()));

    public static JsonElement Compute(JsonElement value, TransformStep step, TransformScope scope) =>
        value.Each((item, index) => item.Over(Computed(item, index, step, scope)));

    public static JsonElement Map(JsonElement value, TransformStep step, TransformScope scope) =>
        value.Each((item, index) => NodeJson.Object(Computed(item, index, step, scope)));

    public static JsonElement Pick(JsonElement value, TransformStep step) =>
        value.Each((item, _) => NodeJson.Object(item.Fields().Where(field => step.Fields.Contains(field.Key, StringComparer.Ordinal))));

    public static JsonElement Omit(JsonElement value, TransformStep step) =>
        value.Each((item, _) => NodeJson.Object(item.Fields().Where(field => !step.Fields.Contains(field.Key, StringComparer.Ordinal))));

    // In the old one's place; a field that had the new name before is replaced.
    public static JsonElement Rename(JsonElement value, TransformStep step) => value.Each((item, _) =>
    {
        var fields = item.Fields().ToList();
        var taken = fields.Where(field => step.Names.ContainsKey(field.Key)).Select(field => step.Names[field.Key]).ToHashSet(StringComparer.Ordinal);
        return NodeJson.Object(fields
            .Where(field => step.Names.ContainsKey(field.Key) || !taken.Contains(field.Key))
            .Select(field => KeyValuePair.Create(step.Names.GetValueOrDefault(field.Key, field.Key), field.Value))
            .DistinctBy(field => field.Key, StringComparer.Ordinal));
    });

    private static IEnumerable<KeyValuePair<string, JsonElement>> Computed(JsonElement item, int index, TransformStep step, TransformScope scope) =>
        step.Expressions.Select(pair => KeyValuePair.Create(pair.Key, NodeJson.Of(scope.Evaluate(pair.Value, item, index)))).Bounded();
}
