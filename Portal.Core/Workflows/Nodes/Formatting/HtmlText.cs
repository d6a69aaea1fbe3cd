using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Portal.Core.Workflows.Nodes.Formatting;

/// <summary>Data as HTML: a table for a list of objects, a list of terms for an object, paragraphs for text; all of it escaped.</summary>
internal static class HtmlText
{
    private const int MostColumns = 200;

    public static string Escape(string text) => HtmlEncoder.Default.Encode(text);

    public static string Of(JsonElement data)
    {
        var html = new StringBuilder();
        Write(html, data);
        return html.ToString();
    }

    private static void Write(StringBuilder html, JsonElement data)
    {
        switch (data.ValueKind)
        {
            case JsonValueKind.Array when data.GetArrayLength() > 0 && data.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Object): Table(html, [.. data.EnumerateArray()]); break;
            case JsonValueKind.Array: Wrap(html, "ul", () => Each(data.EnumerateArray(), item => Wrap(html, "li", () => Write(html, item)))); break;
            case JsonValueKind.Object: Wrap(html, "dl", () => Each(data.EnumerateObject(), field => Term(html, field))); break;
            default: Each(NodeJson.Shown(data).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), line => Wrap(html, "p", () => html.Append(Escape(line)))); break;
        }
    }

    private static void Table(StringBuilder html, List<JsonElement> rows)
    {
        List<string> columns = [.. rows.SelectMany(row => row.EnumerateObject().Select(field => field.Name)).Distinct(StringComparer.Ordinal).Take(MostColumns)];
        Wrap(html, "table", () =>
        {
            Wrap(html, "thead", () => Wrap(html, "tr", () => Each(columns, name => Wrap(html, "th", () => html.Append(Escape(name))))));
            Wrap(html, "tbody", () => Each(rows, row => Wrap(html, "tr", () => Each(columns, name => Wrap(html, "td", () => Cell(html, row.TryGetProperty(name, out var value) ? value : default))))));
        });
    }

    private static void Term(StringBuilder html, JsonProperty field)
    {
        Wrap(html, "dt", () => html.Append(Escape(field.Name)));
        Wrap(html, "dd", () => Cell(html, field.Value));
    }

    private static void Cell(StringBuilder html, JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Object or JsonValueKind.Array) Write(html, value);
        else html.Append(Escape(NodeJson.Shown(value)));
    }

    private static void Each<T>(IEnumerable<T> items, Action<T> write)
    {
        foreach (var item in items) write(item);
    }

    private static void Wrap(StringBuilder html, string tag, Action content)
    {
        html.Append('<').Append(tag).Append('>');
        content();
        html.Append("</").Append(tag).Append('>');
        // An object without fields is a row of cells.
        if (html.Length > NodeJson.MostBytes) throw NodeJson.TooLarge();
    }
}
