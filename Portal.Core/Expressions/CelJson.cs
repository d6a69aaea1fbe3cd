using System.Globalization;
using System.Text.Json;
using Portal.Core.Expressions.Evaluation;

namespace Portal.Core.Expressions;

/// <summary>Values of CEL as JSON, the way protocol buffers map them: bytes in base 64, instants and durations as text. What JSON lacks (NaN, infinities) is null.</summary>
internal static class CelJson
{
    // As deep as the product reads JSON.
    private const int MostDepth = 32;

    /// <exception cref="InvalidOperationException">The value is an error.</exception>
    public static void Write(Utf8JsonWriter writer, in CelValue value) => Write(writer, value, 0);

    /// <summary>The value as it stands within text: a text itself, everything else as its JSON.</summary>
    /// <param name="most">Most bytes of that JSON.</param>
    /// <exception cref="BufferFullException">It is longer.</exception>
    public static string Text(in CelValue value, int most = int.MaxValue)
    {
        switch (value.Kind)
        {
            case CelKind.String: return value.AsString;
            case CelKind.Null: return "";
            case CelKind.Bool: return value.IsTrue ? "true" : "false";
            case CelKind.Int: return value.AsInt.ToString(CultureInfo.InvariantCulture);
            case CelKind.Timestamp or CelKind.Duration: return CelTime.Text(value);
            default:
                var json = new BoundedBuffer(most);
                using (var writer = new Utf8JsonWriter(json)) Write(writer, value);
                return System.Text.Encoding.UTF8.GetString(json.Written);
        }
    }

    /// <summary>The value as a JSON element of its own; null where the JSON is longer than <paramref name="most"/> bytes, as a value may be that holds one long text many times over.</summary>
    public static JsonElement? Element(in CelValue value, int most)
    {
        var json = new BoundedBuffer(most);
        try
        {
            using (var writer = new Utf8JsonWriter(json)) Write(writer, value);
            return JsonElement.Parse(json.Written);
        }
        catch (BufferFullException)
        {
            return null;
        }
    }

    private static void Write(Utf8JsonWriter writer, in CelValue value, int depth)
    {
        switch (value.Kind)
        {
            case CelKind.Bool: writer.WriteBooleanValue(value.IsTrue); break;
            case CelKind.Int: writer.WriteNumberValue(value.AsInt); break;
            case CelKind.UInt: writer.WriteNumberValue(value.AsUInt); break;
            case CelKind.Double when double.IsFinite(value.AsDouble): writer.WriteNumberValue(value.AsDouble); break;
            case CelKind.String: writer.WriteStringValue(value.AsString); break;
            case CelKind.Bytes: writer.WriteBase64StringValue(value.AsBytes); break;
            case CelKind.Timestamp or CelKind.Duration: writer.WriteStringValue(CelTime.Text(value)); break;
            case CelKind.Type: writer.WriteStringValue(value.AsType.Name()); break;
            case CelKind.List or CelKind.Map when depth == MostDepth: writer.WriteNullValue(); break;
            case CelKind.List: WriteList(writer, value.AsList, depth); break;
            case CelKind.Map: WriteMap(writer, value.AsMap, depth); break;
            case CelKind.Error: throw new InvalidOperationException("An error is no value.");
            default: writer.WriteNullValue(); break;
        }
    }

    private static void WriteList(Utf8JsonWriter writer, CelList list, int depth)
    {
        writer.WriteStartArray();
        foreach (var item in list.Items) Write(writer, item.IsError ? CelValue.Null : item, depth + 1);
        writer.WriteEndArray();
    }

    private static void WriteMap(Utf8JsonWriter writer, CelMap map, int depth)
    {
        writer.WriteStartObject();
        foreach (var key in map.Keys)
        {
            if (!map.TryGet(key, out var value)) continue;
            writer.WritePropertyName(Text(key));
            Write(writer, value.IsError ? CelValue.Null : value, depth + 1);
        }

        writer.WriteEndObject();
    }
}
