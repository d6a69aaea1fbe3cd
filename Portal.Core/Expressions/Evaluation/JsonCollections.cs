using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portal.Core.Expressions.Evaluation;

/// <summary>An array of a JSON document.</summary>
internal sealed class JsonList(JsonElement array) : CelList
{
    public override int Count { get; } = array.GetArrayLength();

    // An item behind items with parts is reached by passing them.
    public override int LookupCost => Count >> 3;

    public override CelValue this[int index] => CelValue.From(array[index]);

    public override IEnumerable<CelValue> Items => array.EnumerateArray().Select(CelValue.From);
}

/// <summary>An object of a JSON document.</summary>
internal sealed class JsonMap(JsonElement fields) : FieldMap
{
    private IReadOnlyList<string>? _names;

    // Names are compared once: an object may give a name twice, and then its last value counts.
    public override int Count => Names.Count;

    public override int LookupCost => fields.GetPropertyCount() >> 3;

    public override int WalkCost => fields.GetPropertyCount() << 1;

    public override IEnumerable<CelValue> Keys => Names.Select(CelValue.Of);

    private IReadOnlyList<string> Names => _names ??= [.. fields.EnumerateObject().Select(Name).OfType<string>().Distinct(StringComparer.Ordinal)];

    public override bool TryGet(string key, out CelValue value)
    {
        var isThere = TryFind(key, out var found);
        value = isThere ? CelValue.From(found) : default;
        return isThere;
    }

    private bool TryFind(string key, out JsonElement found)
    {
        try
        {
            return fields.TryGetProperty(key, out found);
        }
        catch (Exception problem) when (problem is ArgumentException or InvalidOperationException)
        {
            // The key, or the name of any field, is not well-formed Unicode.
            var field = fields.EnumerateObject().LastOrDefault(field => Name(field) == key);
            found = field.Value;
            return found.ValueKind != JsonValueKind.Undefined;
        }
    }

    private static string? Name(JsonProperty field)
    {
        try
        {
            return field.Name;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: such a field cannot be named.
            return null;
        }
    }
}

/// <summary>An array of JSON in memory.</summary>
internal sealed class JsonNodeList(JsonArray array) : CelList
{
    public override int Count => array.Count;

    public override CelValue this[int index] => CelValue.From(array[index]);
}

/// <summary>An object of JSON in memory.</summary>
internal sealed class JsonNodeMap(JsonObject fields) : FieldMap
{
    public override int Count => fields.Count;

    public override IEnumerable<CelValue> Keys => fields.Select(entry => CelValue.Of(entry.Key));

    public override bool TryGet(string key, out CelValue value)
    {
        var isThere = fields.TryGetPropertyValue(key, out var found);
        value = isThere ? CelValue.From(found) : default;
        return isThere;
    }
}
