using System.Text.Json;
using Portal.Core.Expressions;

namespace Portal.Core.Workflows.Nodes.Transformation;

/// <summary>Operations on a list as a whole.</summary>
internal static class ListOperations
{
    public static JsonElement Filter(JsonElement value, TransformStep step, TransformScope scope) => NodeJson.List(value.Items().Where((item, index) =>
    {
        var holds = scope.Evaluate(step.When!, item, index);
        return holds.Kind == CelKind.Bool ? holds.IsTrue : throw TransformValues.Fault($"“when” gives {holds.Kind.Described()} where true or false is needed.");
    }));

    public static JsonElement Sort(JsonElement value, TransformStep step)
    {
        var items = value.Items().ToList();
        if (step.Fields.Count == 0) return NodeJson.List(items.OrderBy(item => item, JsonOrder.Ascending));
        // Sorting is stable, so that the first field has the last word.
        IEnumerable<JsonElement> sorted = items;
        foreach (var field in step.Fields.Reverse())
        {
            var name = field.TrimStart('-');
            sorted = sorted.OrderBy(item => item.At(name), field.StartsWith('-') ? JsonOrder.Descending : JsonOrder.Ascending);
        }

        return NodeJson.List(sorted);
    }

    public static JsonElement Take(JsonElement value, TransformStep step) => NodeJson.List(value.Items().Skip(step.Offset).Take(step.Limit));

    public static JsonElement Unique(JsonElement value, TransformStep step) => NodeJson.List(value.Items().DistinctBy(item => KeyOf(item, step.Fields), StringComparer.Ordinal));

    public static JsonElement Flatten(JsonElement value, TransformStep step) => NodeJson.List(Flat(value.Items(), step.Depth));

    /// <summary>An object gets the other's fields; a list gets the other's items behind its own, or, joined on a field, each of its items the fields of the other's item that is equal there.</summary>
    public static JsonElement Merge(JsonElement value, TransformStep step)
    {
        if (value.ValueKind != JsonValueKind.Array) return value.Over(step.With.Fields());
        if (step.On is not { } on) return NodeJson.List(value.EnumerateArray().Concat(step.With.Items()));
        var others = step.With.Items().Where(item => !item.At(on).IsNothing()).DistinctBy(item => item.At(on).Key(), StringComparer.Ordinal)
            .ToDictionary(item => item.At(on).Key(), StringComparer.Ordinal);
        return NodeJson.List(value.EnumerateArray().Select(item => others.TryGetValue(item.At(on).Key(), out var other) ? item.Over(other.Fields()) : item));
    }

    public static JsonElement Group(JsonElement value, TransformStep step) => NodeJson.List(value.Items().GroupBy(item => step.Fields.Count == 0 ? "" : KeyOf(item, step.Fields), StringComparer.Ordinal).Select(group =>
    {
        var first = group.First();
        var keys = NodeJson.Object(step.Fields.Select(field => KeyValuePair.Create(field, first.At(field))));
        return keys.Over(step.Aggregates.Select(part => KeyValuePair.Create(part.Name, Aggregates.Of(part, group))).Bounded());
    }));

    private static IEnumerable<JsonElement> Flat(IEnumerable<JsonElement> items, int depth) => items.SelectMany(item =>
        item.ValueKind != JsonValueKind.Array ? [item] : depth > 1 ? Flat(item.EnumerateArray(), depth - 1) : item.EnumerateArray());

    private static string KeyOf(JsonElement item, IReadOnlyList<string> fields) => fields.Count == 0 ? item.Key() : string.Join(',', fields.Distinct(StringComparer.Ordinal).Select(field => item.At(field).Key()));
}

/// <summary>Numbers, then texts by their code points, then the rest; what is missing comes last either way.</summary>
internal sealed class JsonOrder : IComparer<JsonElement>
{
    private readonly int _sign;

    private JsonOrder(int sign) => _sign = sign;

    public static JsonOrder Ascending { get; } = new(1);

    public static JsonOrder Descending { get; } = new(-1);

    public int Compare(JsonElement x, JsonElement y) => (x.IsNothing(), y.IsNothing()) switch
    {
        (false, false) => _sign * Values(x, y),
        var (left, right) => left.CompareTo(right),
    };

    private static int Values(JsonElement x, JsonElement y) => Rank(x) is var rank && rank != Rank(y) ? rank.CompareTo(Rank(y)) : x.ValueKind switch
    {
        JsonValueKind.Number => x.TryGetDecimal(out var left) && y.TryGetDecimal(out var right) ? left.CompareTo(right) : x.GetDouble().CompareTo(y.GetDouble()),
        JsonValueKind.String => string.CompareOrdinal(x.GetString(), y.GetString()),
        JsonValueKind.True or JsonValueKind.False => (x.ValueKind == JsonValueKind.True).CompareTo(y.ValueKind == JsonValueKind.True),
        _ => string.CompareOrdinal(x.Key(), y.Key()),
    };

    private static int Rank(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => 0,
        JsonValueKind.String => 1,
        JsonValueKind.True or JsonValueKind.False => 2,
        JsonValueKind.Array => 3,
        _ => 4,
    };
}

/// <summary>Sums up a group. What is missing is passed over; of nothing, sum and count are 0 and the others null.</summary>
internal static class Aggregates
{
    public static JsonElement Of(Aggregate part, IEnumerable<JsonElement> group)
    {
        var values = part.Field is { } field ? group.Select(item => item.At(field)).Where(value => !value.IsNothing()) : group;
        return part.Function switch
        {
            AggregateFunction.Count => NodeJson.Write(writer => writer.WriteNumberValue(values.Count())),
            AggregateFunction.List => NodeJson.List(values),
            AggregateFunction.Min => values.Order(JsonOrder.Ascending).FirstOrDefault(),
            AggregateFunction.Max => values.Order(JsonOrder.Descending).FirstOrDefault(),
            _ => Sum([.. values.Select(value => value.ValueKind == JsonValueKind.Number ? value : throw TransformValues.Fault($"{part.Field} is {NodeJson.KindOf(value)} in an item, and {part.Name} needs numbers."))], part.Function == AggregateFunction.Avg),
        };
    }

    private static JsonElement Sum(List<JsonElement> values, bool average)
    {
        if (average && values.Count == 0) return default;
        var count = average ? values.Count : 1;
        return NodeJson.Write(writer =>
        {
            // Cents stay cents; only what no decimal holds is added up as doubles.
            if (TrySum(values, out var exact)) writer.WriteNumberValue(exact / count);
            else if (values.Sum(value => value.GetDouble()) / count is var sum && double.IsFinite(sum)) writer.WriteNumberValue(sum);
            else throw TransformValues.Fault("The sum is beyond what a number holds.");
        });
    }

    private static bool TrySum(List<JsonElement> values, out decimal sum)
    {
        sum = 0;
        try
        {
            foreach (var value in values)
            {
                if (!value.TryGetDecimal(out var number)) return false;
                sum += number;
            }

            return true;
        }
        catch (OverflowException)
        {
            return false;
        }
    }
}
