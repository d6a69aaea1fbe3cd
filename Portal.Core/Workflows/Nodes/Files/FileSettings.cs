using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portal.Core.Workflows.Nodes.Files;

/// <summary>What is done with a file. Stored by name.</summary>
internal enum FileOperation
{
    ParseCsv,
    FormatCsv,
    ParseJson,
    FormatJson,
    ParseNdjson,
    FormatNdjson,
}

/// <summary>What a cell becomes. Stored by name.</summary>
internal enum CellType
{
    Text,
    Infer,
    Number,
    Boolean,
    Date,
}

internal enum BadLineMode
{
    Fail,
    Skip,
}

internal enum FileEncoding
{
    Text,
    Base64,
}

/// <summary>The configuration of <see cref="FileProcessorNode"/>.</summary>
internal sealed record FileSettings
{
    public const string Detect = "auto";

    public required FileOperation Operation { get; init; }
    public JsonElement? Content { get; init; }
    public FileEncoding Encoding { get; init; }
    public string Charset { get; init; } = "utf-8";
    public string Delimiter { get; init; } = Detect;
    public bool Header { get; init; } = true;
    public CellType Types { get; init; }
    public IReadOnlyDictionary<string, CellType> Columns { get; init; } = new Dictionary<string, CellType>(StringComparer.Ordinal);
    public IReadOnlyList<string> Fields { get; init; } = [];
    public BadLineMode OnBadLine { get; init; }
    public bool GuardFormulas { get; init; } = true;
    public bool Indented { get; init; }
    public int MostBytes { get; init; } = 5 * 1024 * 1024;
    public int MostRows { get; init; } = 100_000;

    /// <summary>The character set; what it cannot say is a failure, not a question mark.</summary>
    public Encoding TextEncoding() => CodePagesEncodingProvider.Instance.GetEncoding(Charset, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
        ?? System.Text.Encoding.GetEncoding(Charset, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);

    public static JsonObject Schema() => NodePorts.Schema("""
        {
          "type": "object",
          "additionalProperties": false,
          "required": ["operation"],
          "properties": {
            "operation": {
              "enum": ["parse_csv", "format_csv", "parse_json", "format_json", "parse_ndjson", "format_ndjson"], "title": "Operation", "x-literal": true,
              "description": "Read a file's content, or write one. NDJSON is a JSON value on each line."
            },
            "content": { "title": "Content", "description": "To read: the file's text. To write: the data. The node's input unless given.", "examples": ["{{ input.body }}"] },
            "encoding": { "enum": ["text", "base64"], "default": "text", "title": "Encoding", "description": "How the content is given, and written: as text, or its bytes in base 64." },
            "charset": { "enum": ["utf-8", "utf-16", "iso-8859-1", "windows-1252"], "default": "utf-8", "title": "Character set", "description": "Of the bytes in base 64." },
            "delimiter": { "enum": ["auto", ",", ";", "\t", "|"], "default": "auto", "title": "Delimiter", "description": "auto goes by the first line, and writes commas.", "x-when": { "operation": ["parse_csv", "format_csv"] } },
            "header": { "type": "boolean", "default": true, "title": "Header", "description": "Whether the first line names the columns; without, they are column_1, column_2 and so on.", "x-when": { "operation": ["parse_csv", "format_csv"] } },
            "types": { "enum": ["text", "infer"], "default": "text", "title": "Cells", "description": "Texts as they are; or numbers and true or false where a cell surely is one (007 is none).", "x-when": { "operation": ["parse_csv"] } },
            "columns": {
              "type": "object", "title": "Types of columns", "maxProperties": 200, "description": "By column. An empty cell of a type other than text is null.",
              "additionalProperties": { "enum": ["text", "infer", "number", "boolean", "date"] }, "examples": [{ "amount": "number" }], "x-when": { "operation": ["parse_csv"] }
            },
            "fields": { "type": "array", "title": "Columns", "maxItems": 200, "items": { "type": "string", "maxLength": 200 }, "description": "What to write, in this order; all fields unless given.", "x-when": { "operation": ["format_csv"] } },
            "on_bad_line": { "enum": ["fail", "skip"], "default": "fail", "title": "Bad lines", "description": "Fail at the first; or leave them out, and list the first hundred with their numbers under errors.", "x-when": { "operation": ["parse_csv", "parse_ndjson"] } },
            "guard_formulas": { "type": "boolean", "default": true, "title": "Guard against formulas", "description": "Put an apostrophe before texts that a spreadsheet would run as a formula.", "x-when": { "operation": ["format_csv"] } },
            "indented": { "type": "boolean", "default": false, "title": "Indented", "x-when": { "operation": ["format_json"] } },
            "most_bytes": { "type": "integer", "minimum": 1, "maximum": 8388608, "default": 5242880, "title": "Largest file", "description": "Bytes; a larger one is a failure." },
            "most_rows": { "type": "integer", "minimum": 1, "maximum": 1000000, "default": 100000, "title": "Most rows", "description": "More are a failure." }
          }
        }
        """);
}
