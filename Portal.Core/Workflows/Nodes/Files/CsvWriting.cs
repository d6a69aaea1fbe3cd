using System.Globalization;
using System.Text.Json;
using CsvHelper;

namespace Portal.Core.Workflows.Nodes.Files;

/// <summary>Writes objects as CSV (RFC 4180): a header of all their fields, in the order in which they first come.</summary>
internal static class CsvWriting
{
    private const int MostColumns = 200;

    /// <param name="columns">The fields to write; all where empty.</param>
    /// <param name="guard">Whether texts that a spreadsheet would take for formulas get an apostrophe in front.</param>
    public static string Write(JsonElement data, IReadOnlyList<string> columns, string delimiter, bool header, bool guard, CancellationToken cancellation)
    {
        var rows = Rows(data);
        if (columns.Count == 0) columns = [.. rows.SelectMany(row => row.EnumerateObject().Select(field => field.Name)).Distinct(StringComparer.Ordinal).Take(MostColumns + 1)];
        if (columns.Count > MostColumns) throw new NodeException("FILE_TOO_LARGE", $"The rows have more than {MostColumns} columns.");
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var csv = CsvWriter.Create(text, new CsvWriterOptions { Separator = delimiter[0], ValidateFieldCount = false }, leaveOpen: true))
        {
            if (header && columns.Count > 0) Line(csv, columns.Select(name => guard ? Guarded(name) : name));
            foreach (var row in rows)
            {
                cancellation.ThrowIfCancellationRequested();
                Line(csv, columns.Select(name => Cell(row.TryGetProperty(name, out var value) ? value : default, guard)));
                // An object without fields is a row of separators.
                if (text.GetStringBuilder().Length > NodeJson.MostBytes) throw NodeJson.TooLarge();
            }
        }

        return text.ToString();
    }

    private static List<JsonElement> Rows(JsonElement data)
    {
        List<JsonElement> rows = data.ValueKind switch
        {
            JsonValueKind.Array => [.. data.EnumerateArray()],
            JsonValueKind.Object => [data],
            _ => throw new NodeException("NOT_A_LIST", $"CSV is made of a list of objects; the data is {NodeJson.KindOf(data)}."),
        };
        var odd = rows.FindIndex(row => row.ValueKind != JsonValueKind.Object);
        return odd < 0 ? rows : throw new NodeException("NOT_A_LIST", $"CSV is made of a list of objects; item {odd} is {NodeJson.KindOf(rows[odd])}.");
    }

    private static void Line(CsvWriter csv, IEnumerable<string> cells)
    {
        foreach (var cell in cells) csv.WriteField(cell);
        csv.EndRecord();
    }

    private static string Cell(JsonElement value, bool guard) => NodeJson.Shown(value) is var text && guard && value.ValueKind == JsonValueKind.String ? Guarded(text) : text;

    // OWASP's list: what makes Excel, LibreOffice and Sheets read a cell as a formula.
    private static string Guarded(string text) => text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '＝' or '＋' or '－' or '＠' ? $"'{text}" : text;
}
