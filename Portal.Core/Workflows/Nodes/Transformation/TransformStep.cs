using System.Text.Json;
using Portal.Core.Expressions;

namespace Portal.Core.Workflows.Nodes.Transformation;

/// <summary>What a step of a transformation does. Stored by name.</summary>
internal enum TransformOperation
{
    Set,
    Compute,
    Map,
    Pick,
    Omit,
    Rename,
    Filter,
    Sort,
    Take,
    Unique,
    Group,
    Flatten,
    Merge,
    Split,
    Join,
    ParseJson,
    FormatJson,
    ToNumber,
    FormatNumber,
    ToDate,
    FormatDate,
}

/// <summary>How <see cref="TransformOperation.Group"/> sums up. Stored by name.</summary>
internal enum AggregateFunction
{
    Count,
    Sum,
    Avg,
    Min,
    Max,
    List,
}

/// <summary>A step of a transformation; which fields count depends on the operation, see the schema of <see cref="DataTransformationNode"/>.</summary>
internal sealed record TransformStep
{
    public required TransformOperation Operation { get; init; }
    public string? Field { get; init; }
    public IReadOnlyList<string> Fields { get; init; } = [];
    public JsonElement Values { get; init; }
    public IReadOnlyDictionary<string, string> Expressions { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
    public IReadOnlyDictionary<string, string> Names { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
    public string? When { get; init; }
    public int Limit { get; init; } = 100;
    public int Offset { get; init; }
    public IReadOnlyList<Aggregate> Aggregates { get; init; } = [];
    public int Depth { get; init; } = 1;
    public JsonElement With { get; init; }
    public string? On { get; init; }
    public string Separator { get; init; } = ",";
    public string DecimalSeparator { get; init; } = ".";
    public int Decimals { get; init; } = 2;
    public bool Grouping { get; init; }
    public string? Format { get; init; }
    public string TimeZone { get; init; } = "UTC";
}

internal sealed record Aggregate(string Name, AggregateFunction Function, string? Field);

/// <summary>What steps need beside their value.</summary>
internal sealed class TransformScope(NodeContext context, CancellationToken cancellation)
{
    public void ThrowIfCancelled() => cancellation.ThrowIfCancellationRequested();

    /// <summary>Evaluates an expression for an item.</summary>
    public CelValue Evaluate(string expression, JsonElement item, int index)
    {
        ThrowIfCancelled();
        return context.Evaluate(expression, ("item", CelValue.From(item)), ("index", CelValue.Of(index)));
    }
}

/// <summary>Reading of values that steps share.</summary>
internal static class TransformValues
{
    /// <summary>The value of a field, by its name or its path with dots; undefined where there is none.</summary>
    public static JsonElement At(this JsonElement item, string path)
    {
        if (item.ValueKind != JsonValueKind.Object) return default;
        if (item.TryGetProperty(path, out var whole)) return whole;
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && item.TryGetProperty(path[..dot], out var inner) ? inner.At(path[(dot + 1)..]) : default;
    }

    /// <summary>The item with the value of a field changed, named as for <see cref="At"/>; the item itself where there is none.</summary>
    public static JsonElement Replace(this JsonElement item, string path, Func<JsonElement, JsonElement> change)
    {
        if (item.ValueKind != JsonValueKind.Object) return item;
        if (item.TryGetProperty(path, out var whole)) return whole.IsNothing() ? item : item.Over([KeyValuePair.Create(path, change(whole))]);
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && item.TryGetProperty(path[..dot], out var inner) ? item.Over([KeyValuePair.Create(path[..dot], inner.Replace(path[(dot + 1)..], change))]) : item;
    }

    /// <exception cref="NodeException">The value is no list.</exception>
    public static IEnumerable<JsonElement> Items(this JsonElement value) => value.ValueKind == JsonValueKind.Array
        ? value.EnumerateArray()
        : throw Fault($"works on a list, and the value is {NodeJson.KindOf(value)}.");

    /// <summary>Changes each item of a list, or the value where it is none.</summary>
    public static JsonElement Each(this JsonElement value, Func<JsonElement, int, JsonElement> change) => value.ValueKind == JsonValueKind.Array
        ? NodeJson.List(value.EnumerateArray().Select(change))
        : change(value, 0);

    /// <summary>The fields of an object; nothing has none.</summary>
    /// <exception cref="NodeException">The value is no object.</exception>
    public static IEnumerable<KeyValuePair<string, JsonElement>> Fields(this JsonElement value)
    {
        if (value.IsNothing()) return [];
        return value.ValueKind == JsonValueKind.Object
            ? value.EnumerateObject().Select(field => KeyValuePair.Create(field.Name, field.Value))
            : throw Fault($"works on objects, and here is {NodeJson.KindOf(value)}.");
    }

    /// <summary>The object with these fields over its own.</summary>
    public static JsonElement Over(this JsonElement value, IEnumerable<KeyValuePair<string, JsonElement>> fields)
    {
        var all = new OrderedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (name, field) in value.Fields()) all[name] = field;
        foreach (var (name, field) in fields) all[name] = field;
        return NodeJson.Object(all);
    }

    /// <summary>Fields that are made one by one, each perhaps as large as an output: ends where together they are larger.</summary>
    /// <exception cref="NodeException">They are.</exception>
    public static IEnumerable<KeyValuePair<string, JsonElement>> Bounded(this IEnumerable<KeyValuePair<string, JsonElement>> fields)
    {
        long left = NodeJson.MostBytes;
        foreach (var field in fields)
        {
            if (!field.Value.IsNothing() && (left -= NodeJson.LengthOf(field.Value)) < 0) throw NodeJson.TooLarge();
            yield return field;
        }
    }

    /// <summary>Equal for equal values: whatever way their texts and numbers are written.</summary>
    public static string Key(this JsonElement value) => value.ValueKind switch
    {
        // Without the zeros at its end, which a decimal remembers.
        JsonValueKind.Number when value.TryGetDecimal(out var number) => (number / 1.0000000000000000000000000000m).ToString(System.Globalization.CultureInfo.InvariantCulture),
        JsonValueKind.Number => value.GetDouble().ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        JsonValueKind.Array => $"[{string.Join(',', value.EnumerateArray().Select(Key))}]",
        JsonValueKind.Object => $"{{{string.Join(',', value.EnumerateObject().OrderBy(field => field.Name, StringComparer.Ordinal).Select(field => $"{JsonSerializer.Serialize(field.Name)}:{field.Value.Key()}"))}}}",
        JsonValueKind.String => JsonSerializer.Serialize(value.GetString()),
        _ => value.IsNothing() ? "null" : value.GetRawText(),
    };

    public static NodeException Fault(string message) => new("TRANSFORM_FAILED", message);
}
