using System.Text;
using System.Text.Json;
using Portal.Core.Workflows.Nodes;
using Portal.Core.Workflows.Nodes.Files;

[assembly: Registers<INodeType, FileProcessorNode>]

namespace Portal.Core.Workflows.Nodes;

/// <summary>Reads and writes the content of CSV and JSON files.</summary>
internal sealed class FileProcessorNode : NodeType<FileSettings>
{
    private const int MostFaults = 100;

    public override NodeDescriptor Descriptor { get; } = new()
    {
        Type = "file-processor",
        Title = "File",
        Description = "Reads CSV, JSON or NDJSON into data, or writes data as such a file.",
        Icon = "description",
        Category = "data",
        ConfigSchema = FileSettings.Schema(),
    };

    protected override ValueTask<NodeResult> Run(NodeContext context, FileSettings config, CancellationToken cancellation)
    {
        var content = config.Content ?? NodeJson.Readable(context.Input, "input");
        return new(config.Operation switch
        {
            FileOperation.ParseCsv => ParseCsv(Text(content, config), config, cancellation),
            FileOperation.ParseJson => NodeResult.Of(new { data = NodeJson.Parse(Text(content, config), "The file") }),
            FileOperation.ParseNdjson => ParseLines(Text(content, config), config, cancellation),
            FileOperation.FormatCsv => Written(CsvWriting.Write(content, config.Fields, config.Delimiter == FileSettings.Detect ? "," : config.Delimiter, config.Header, config.GuardFormulas, cancellation), "text/csv", config),
            FileOperation.FormatJson => Written(NodeJson.Format(content, config.Indented), "application/json", config),
            _ => Written(Lines(content, cancellation), "application/x-ndjson", config),
        });
    }

    private static NodeResult ParseCsv(string text, FileSettings config, CancellationToken cancellation)
    {
        var (rows, columns, errors) = new CsvReading(config, cancellation).Read(text);
        return NodeResult.Of(new { rows, row_count = rows.Count, columns, errors });
    }

    private static NodeResult ParseLines(string text, FileSettings config, CancellationToken cancellation)
    {
        var rows = new List<JsonElement>();
        var errors = new List<BadLine>();
        foreach (var (i, line) in text.Split('\n').Index())
        {
            cancellation.ThrowIfCancellationRequested();
            if (string.IsNullOrWhiteSpace(line)) continue;
            if (rows.Count == config.MostRows) throw new NodeException("FILE_TOO_LARGE", $"The file has more than {config.MostRows} rows.");
            try
            {
                rows.Add(NodeJson.Parse(line, $"Line {i + 1}"));
            }
            catch (NodeException fault) when (config.OnBadLine == BadLineMode.Skip)
            {
                if (errors.Count < MostFaults) errors.Add(new(i + 1, fault.Message));
            }
        }

        return NodeResult.Of(new { rows, row_count = rows.Count, errors });
    }

    private static string Lines(JsonElement content, CancellationToken cancellation)
    {
        if (content.ValueKind != JsonValueKind.Array) throw new NodeException("NOT_A_LIST", $"NDJSON is made of a list; the data is {NodeJson.KindOf(content)}.");
        var text = new StringBuilder();
        foreach (var item in content.EnumerateArray())
        {
            cancellation.ThrowIfCancellationRequested();
            text.Append(NodeJson.Format(item, indented: false)).Append('\n');
        }

        return text.ToString();
    }

    private static string Text(JsonElement content, FileSettings config)
    {
        if (content.ValueKind != JsonValueKind.String) throw new NodeException("NOT_A_TEXT", $"The content is {NodeJson.KindOf(content)}; a file's is a text.");
        var given = content.GetString()!;
        var bytes = config.Encoding == FileEncoding.Text ? Encoding.UTF8.GetByteCount(given) : given.Length / 4L * 3;
        if (bytes > config.MostBytes) throw TooLarge(config);
        return (config.Encoding == FileEncoding.Text ? given : Decoded(given, config)).TrimStart('\uFEFF');
    }

    private static string Decoded(string base64, FileSettings config)
    {
        try
        {
            return config.TextEncoding().GetString(Convert.FromBase64String(base64));
        }
        catch (DecoderFallbackException fault)
        {
            throw new NodeException("INVALID_ENCODING", $"The file is not {config.Charset}: its byte {fault.Index} cannot be read as such.");
        }
        catch (FormatException)
        {
            throw new NodeException("INVALID_ENCODING", "The content is not base 64.");
        }
    }

    private static NodeResult Written(string text, string type, FileSettings config)
    {
        var bytes = Encoded(text, config);
        if (bytes.Length > config.MostBytes) throw TooLarge(config);
        var isText = config.Encoding == FileEncoding.Text;
        return NodeResult.Of(new
        {
            content = isText ? text : Convert.ToBase64String(bytes),
            content_type = $"{type}; charset={(isText ? "utf-8" : config.Charset)}",
            encoding = config.Encoding,
            bytes = bytes.Length,
        });
    }

    private static byte[] Encoded(string text, FileSettings config)
    {
        try
        {
            return (config.Encoding == FileEncoding.Text ? Encoding.UTF8 : config.TextEncoding()).GetBytes(text);
        }
        catch (EncoderFallbackException)
        {
            throw new NodeException("INVALID_ENCODING", $"The data has characters that {config.Charset} has not.");
        }
    }

    private static NodeException TooLarge(FileSettings config) => new("FILE_TOO_LARGE", $"The file is larger than {config.MostBytes} bytes.");
}
