using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Portal.Core.Expressions;
using Portal.Core.Shared.Json.Schema;
using Portal.Core.Workflows.Definitions;

namespace Portal.Core.Workflows.Nodes;

/// <summary>JSON as nodes take and make it. Values are read where they lie, so numbers keep every digit.</summary>
internal static class NodeJson
{
    /// <summary>Deepest nesting of what comes from outside: a few levels below what expressions and answers carry.</summary>
    public const int MostDepth = 28;

    /// <summary>Most bytes of what a node makes on its way to its output: lists and texts may name one long value many times over.</summary>
    public const int MostBytes = 16 * 1024 * 1024;

    /// <summary>Reads JSON that somebody else wrote.</summary>
    /// <exception cref="NodeException">It is none, or none that every program reads alike.</exception>
    public static JsonElement Parse(ReadOnlyMemory<byte> json, string what)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MostDepth });
            return Readable(document.RootElement, what).Clone();
        }
        catch (JsonException fault)
        {
            throw new NodeException("INVALID_JSON", $"{what} is not JSON, or nested more than {MostDepth} levels deep (line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}).");
        }
    }

    /// <inheritdoc cref="Parse(ReadOnlyMemory{byte}, string)"/>
    public static JsonElement Parse(string json, string what) => Parse(Encoding.UTF8.GetBytes(json), what);

    /// <summary>The value, once its texts and names are known to be readable.</summary>
    /// <exception cref="NodeException">They are not.</exception>
    public static JsonElement Readable(JsonElement value, string what) =>
        JsonText.Fault(value, what) is { } fault ? throw new NodeException("INVALID_JSON", $"{fault.Field} {fault.Reason}") : value;

    /// <summary>What a writer writes, as a value of its own.</summary>
    /// <exception cref="NodeException">It is nested too deeply, or larger than <see cref="MostBytes"/>.</exception>
    public static JsonElement Write(Action<Utf8JsonWriter> write)
    {
        var json = new BoundedBuffer(MostBytes);
        try
        {
            using (var writer = new Utf8JsonWriter(json, Json.Writing)) write(writer);
            return JsonElement.Parse(json.Written);
        }
        catch (BufferFullException)
        {
            throw TooLarge();
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw new NodeException("TOO_DEEP", "The output is nested too deeply.");
        }
    }

    /// <summary>An expression's value.</summary>
    /// <exception cref="NodeException">It is larger than <see cref="MostBytes"/>.</exception>
    public static JsonElement Of(CelValue value) => CelJson.Element(value, MostBytes) ?? throw TooLarge();

    public static JsonElement Text(string text) => Write(writer => writer.WriteStringValue(text));

    public static JsonElement List(IEnumerable<JsonElement> items) => Write(writer =>
    {
        writer.WriteStartArray();
        foreach (var item in items) item.OrNull().WriteTo(writer);
        writer.WriteEndArray();
    });

    public static JsonElement Object(IEnumerable<KeyValuePair<string, JsonElement>> fields) => Write(writer =>
    {
        writer.WriteStartObject();
        foreach (var (name, value) in fields)
        {
            writer.WritePropertyName(name);
            value.OrNull().WriteTo(writer);
        }

        writer.WriteEndObject();
    });

    /// <summary>The value as it stands within text: a text itself, null as nothing, everything else as its JSON.</summary>
    public static string Shown(JsonElement value) => CelJson.Text(CelValue.From(value));

    /// <summary>An expression's value as it stands within text, as <see cref="Shown"/>.</summary>
    /// <exception cref="NodeException">It is larger than <see cref="MostBytes"/>.</exception>
    public static string TextOf(CelValue value)
    {
        try
        {
            return CelJson.Text(value, MostBytes);
        }
        catch (BufferFullException)
        {
            throw TooLarge();
        }
    }

    /// <summary>The value as JSON, for people.</summary>
    public static string Format(JsonElement value, bool indented)
    {
        var json = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(json, Json.Writing with { Indented = indented })) value.OrNull().WriteTo(writer);
        return Encoding.UTF8.GetString(json.WrittenSpan);
    }

    /// <summary>Bytes of the value's JSON.</summary>
    public static int LengthOf(JsonElement value) => JsonMarshal.GetRawUtf8Value(value).Length;

    public static NodeException TooLarge() => new("OUTPUT_TOO_LARGE", $"The output would be larger than {MostBytes / 1024 / 1024} MiB.");

    /// <summary>What a person calls the value.</summary>
    public static string KindOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => "nothing",
    };

    public static bool IsNothing(this JsonElement value) => value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;
}
