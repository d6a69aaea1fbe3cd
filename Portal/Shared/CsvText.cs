using System.Text;

namespace Portal.Shared;

/// <summary>
/// A CSV file (RFC 4180: commas, CRLF, quotes doubled within quotes) that a spreadsheet can open without running
/// anything: a text that would be a formula gets an apostrophe in front (OWASP, CSV injection). Numbers stay numbers.
/// </summary>
internal sealed class CsvText
{
    private const string LineEnd = "\r\n";
    private readonly StringBuilder _text = new();

    internal CsvText(IReadOnlyList<string> header) => Add([.. header]);

    internal void Add(params ReadOnlySpan<string> fields)
    {
        for (var index = 0; index < fields.Length; index++)
        {
            if (index > 0) _text.Append(',');
            Append(Harmless(fields[index]));
        }

        _text.Append(LineEnd);
    }

    /// <inheritdoc />
    public override string ToString() => _text.ToString();

    private static string Harmless(string field) =>
        field is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n', ..] && !decimal.TryParse(field, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out _)
            ? "'" + field
            : field;

    private void Append(string field)
    {
        if (field.AsSpan().IndexOfAny(",\"\r\n") < 0) _text.Append(field);
        else _text.Append('"').Append(field.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }
}
