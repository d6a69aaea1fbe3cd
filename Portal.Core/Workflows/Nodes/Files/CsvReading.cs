using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using CsvHelper;

namespace Portal.Core.Workflows.Nodes.Files;

/// <summary>A line that could not be read.</summary>
/// <param name="Line">Its number in the text, from 1.</param>
internal sealed record BadLine(long Line, string Message);

/// <summary>Reads CSV (RFC 4180) into objects. Bad lines end it, or are noted and passed over.</summary>
internal sealed partial class CsvReading(FileSettings config, CancellationToken cancellation)
{
    private const int MostColumns = 200;
    private const int MostFaults = 100;
    private const int LongestRow = 1024 * 1024;

    private readonly List<BadLine> _faults = [];
    private CsvMalformedRecord? _malformed;

    public (IReadOnlyList<JsonElement> Rows, IReadOnlyList<string> Columns, IReadOnlyList<BadLine> Errors) Read(string text)
    {
        using var reader = CsvReader.FromText(text, new CsvReaderOptions
        {
            Separator = config.Delimiter == FileSettings.Detect ? null : config.Delimiter[0],
            HasHeader = config.Header,
            TrackLineNumbers = true,
            MaxRecordSize = LongestRow,
            MalformedData = CsvMalformedDataHandling.Skip,
            FieldCountMismatch = CsvFieldCountHandling.Skip,
            OnMalformedRecord = Note,
        });
        try
        {
            return Rows(reader);
        }
        catch (CsvFormatException fault)
        {
            throw new NodeException("INVALID_CSV", $"Line {fault.LineNumber} cannot be read; a row has at most 1 MiB.");
        }
    }

    private (IReadOnlyList<JsonElement> Rows, IReadOnlyList<string> Columns, IReadOnlyList<BadLine> Errors) Rows(CsvReader reader)
    {
        List<string> columns = [];
        var rows = new List<JsonElement>();
        // Each row repeats the names of the columns, however long they are.
        long left = NodeJson.MostBytes;
        while (reader.Read())
        {
            cancellation.ThrowIfCancellationRequested();
            FailOnMalformed();
            if (columns.Count == 0) columns = Columns(reader);
            if (rows.Count == config.MostRows) throw new NodeException("FILE_TOO_LARGE", $"The file has more than {config.MostRows} rows.");
            if (Row(reader, columns) is not { } row) continue;
            if ((left -= NodeJson.LengthOf(row)) < 0) throw NodeJson.TooLarge();
            rows.Add(row);
        }

        FailOnMalformed();
        return (rows, columns.Count == 0 ? Columns(reader) : columns, _faults);
    }

    // Called while the reader reads, which passes the record over.
    private void Note(CsvMalformedRecord record)
    {
        _malformed ??= record;
        if (_faults.Count < MostFaults) _faults.Add(new(record.LineNumber, Message(record)));
    }

    private void FailOnMalformed()
    {
        // Without its header nothing that follows has a name.
        if (_malformed is { } record && (config.OnBadLine == BadLineMode.Fail || (config.Header && record.RecordNumber == 1 && record.Reason != CsvMalformedReason.FieldCountMismatch)))
            throw new NodeException("INVALID_CSV", $"Line {record.LineNumber} {Message(record)}");
    }

    private static string Message(CsvMalformedRecord record) => record.Reason switch
    {
        CsvMalformedReason.StrayQuote => "has a quote in the middle of a field.",
        CsvMalformedReason.TextAfterClosingQuote => "has text behind a closing quote.",
        CsvMalformedReason.UnterminatedQuote => "has a quote that is not closed.",
        CsvMalformedReason.FieldCountMismatch => "has another number of fields than the first.",
        _ => "cannot be read.",
    };

    private List<string> Columns(CsvReader reader)
    {
        var count = config.Header ? reader.Headers.Count : reader.FieldCount;
        if (count > MostColumns) throw new NodeException("FILE_TOO_LARGE", $"The file has {count} columns; {MostColumns} are read.");
        List<string> columns = [.. Enumerable.Range(0, count).Select(i => config.Header && reader.Headers[i].Trim() is { Length: > 0 } name ? name : $"column_{i + 1}")];
        return columns.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new NodeException("INVALID_CSV", $"The header names the column {twice.Key} twice.")
            : columns;
    }

    private JsonElement? Row(CsvReader reader, List<string> columns)
    {
        var values = new KeyValuePair<string, JsonElement>[columns.Count];
        for (var i = 0; i < columns.Count; i++)
        {
            var type = config.Columns.TryGetValue(columns[i], out var own) ? own : config.Types;
            if (Value(reader.GetString(i), type) is not { } value) return Bad(reader.LineNumber, $"has no {type.ToString().ToLowerInvariant()} in the column {columns[i]}.");
            values[i] = KeyValuePair.Create(columns[i], value);
        }

        return NodeJson.Object(values);
    }

    private JsonElement? Bad(long line, string message)
    {
        if (config.OnBadLine == BadLineMode.Fail) throw new NodeException("INVALID_CSV", $"Line {line} {message}");
        if (_faults.Count < MostFaults) _faults.Add(new(line, message));
        return null;
    }

    private static JsonElement? Value(string cell, CellType type) => type switch
    {
        CellType.Text => NodeJson.Text(cell),
        _ when cell.Trim().Length == 0 => Definitions.Json.Null,
        CellType.Number => decimal.TryParse(cell.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? NodeJson.Write(writer => writer.WriteNumberValue(number)) : null,
        CellType.Boolean => cell.Trim().ToLowerInvariant() switch
        {
            "true" or "yes" or "1" => JsonElement.Parse("true"),
            "false" or "no" or "0" => JsonElement.Parse("false"),
            _ => null,
        },
        CellType.Date => LocalTime.Read(cell.Trim(), TimeZoneInfo.Utc) is { } moment ? NodeJson.Text(moment.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)) : null,
        _ => Inferred(cell),
    };

    // What is surely a number: "007" and a card's 16 digits are names, and 1e5 may be one.
    private static JsonElement Inferred(string cell) =>
        cell is "true" or "false" || SurelyNumber().IsMatch(cell) ? JsonElement.Parse(cell) : NodeJson.Text(cell);

    [GeneratedRegex(@"^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,10})?\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex SurelyNumber();
}
