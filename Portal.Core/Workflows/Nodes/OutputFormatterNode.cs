using System.Text.Json;
using System.Text.Json.Serialization;
using Portal.Core.Workflows.Nodes;
using Portal.Core.Workflows.Nodes.Files;
using Portal.Core.Workflows.Nodes.Formatting;
using Portal.Core.Workflows.Triggers;

[assembly: Registers<INodeType, OutputFormatterNode>]

namespace Portal.Core.Workflows.Nodes;

/// <summary>Makes what somebody reads: JSON, text, HTML or CSV.</summary>
internal sealed class OutputFormatterNode : NodeType<OutputFormatterNode.Settings>
{
    public override NodeDescriptor Descriptor { get; } = new()
    {
        Type = "output-formatter",
        Title = "Format output",
        Description = "Makes JSON, text, HTML, a page from Markdown, or CSV of data; at the end of a run, its result.",
        Icon = "article",
        Category = "data",
        ConfigSchema = NodePorts.Schema($$"""
            {
              "type": "object",
              "additionalProperties": false,
              "required": ["format"],
              "properties": {
                "format": {
                  "enum": ["json", "text", "html", "markdown", "csv"], "title": "Format", "x-literal": true,
                  "description": "html makes tables and lists of data; markdown makes HTML of Markdown; csv takes a list of objects."
                },
                "content": { "title": "Content", "description": "The data, or the Markdown; the node's input unless given.", "examples": ["{{"{{"}} input.rows {{"}}"}}"] },
                "template": {
                  "type": "string", "title": "Template", "maxLength": 100000, "x-literal": true,
                  "description": "In place of content: a text with {{"{{"}} expressions {{"}}"}}, of which the values are escaped for the format. For text, html and markdown.",
                  "examples": ["<h1>{{"{{"}} input.title {{"}}"}}</h1>"], "x-when": { "format": ["text", "html", "markdown"] }
                },
                "indented": { "type": "boolean", "default": false, "title": "Indented", "x-when": { "format": ["json"] } },
                "status": { "type": "integer", "title": "Status", "minimum": 200, "maximum": 599, "description": "Where a webhook waits for the run and this is its last node: the status of the answer, 200 unless given. Where several nodes are the last, the one with a status answers." },
                "headers": {
                  "type": "object", "title": "Headers", "additionalProperties": { "type": ["string", "number"] }, "maxProperties": {{HookReply.MostHeaders}}, "examples": [{ "Location": "https://example.com/done" }],
                  "description": "Of the answer to a webhook, by name: X-…, Webhook-…, Location, Cache-Control, Content-Disposition, Content-Language, ETag, Last-Modified and Retry-After."
                },
                "guard_formulas": { "type": "boolean", "default": true, "title": "Guard against formulas", "description": "Put an apostrophe before texts that a spreadsheet would run as a formula.", "x-when": { "format": ["csv"] } }
              }
            }
            """),
    };

    public override IEnumerable<(string Field, string Message)> Check(JsonElement config)
    {
        if (config.ValueKind != JsonValueKind.Object) yield break;
        if (config.TryGetProperty("headers", out var headers) && headers.ValueKind == JsonValueKind.Object)
        {
            foreach (var header in headers.EnumerateObject())
            {
                if (HookReply.HeaderFault(header.Name, NodeJson.Shown(header.Value)) is { } fault) yield return ($"headers.{header.Name}", fault);
            }
        }

        if (!config.TryGetProperty("template", out var template) || template.ValueKind != JsonValueKind.String) yield break;
        if (config.TryGetProperty("content", out _)) yield return ("content", "Give content or a template, not both.");
        if (config.TryGetProperty("format", out var format) && (format.ValueEquals("json") || format.ValueEquals("csv"))) yield return ("template", $"{format} is made of content, not of a template.");
        foreach (var fault in TextTemplate.Faults(template.GetString()!)) yield return ("template", fault);
    }

    protected override ValueTask<NodeResult> Run(NodeContext context, Settings config, CancellationToken cancellation)
    {
        var (content, type) = config.Template is { } template ? Filled(template, context, config.Format) : Made(NodeJson.Readable(config.Content ?? context.Input, "input"), config, cancellation);
        return new(NodeResult.Of(new Formatted(content, $"{type}; charset=utf-8")
        {
            Status = config.Status,
            Headers = config.Headers?.ToDictionary(header => header.Key, header => NodeJson.Shown(header.Value), StringComparer.Ordinal),
        }));
    }

    private static (string Content, string Type) Filled(string template, NodeContext context, OutputFormat format) => format switch
    {
        OutputFormat.Html => (TextTemplate.Fill(template, context, HtmlText.Escape), "text/html"),
        OutputFormat.Markdown => (MarkdownText.ToHtml(TextTemplate.Fill(template, context, MarkdownText.Escape)), "text/html"),
        _ => (TextTemplate.Fill(template, context, value => value), "text/plain"),
    };

    private static (string Content, string Type) Made(JsonElement data, Settings config, CancellationToken cancellation) => config.Format switch
    {
        OutputFormat.Json => (NodeJson.Format(data, config.Indented), "application/json"),
        OutputFormat.Html => (HtmlText.Of(data), "text/html"),
        OutputFormat.Markdown => (MarkdownText.ToHtml(NodeJson.Shown(data)), "text/html"),
        OutputFormat.Csv => (CsvWriting.Write(data, [], ",", header: true, config.GuardFormulas, cancellation), "text/csv"),
        _ => (NodeJson.Shown(data), "text/plain"),
    };

    internal enum OutputFormat
    {
        Json,
        Text,
        Html,
        Markdown,
        Csv,
    }

    internal sealed record Settings
    {
        public required OutputFormat Format { get; init; }
        public JsonElement? Content { get; init; }
        public string? Template { get; init; }
        public bool Indented { get; init; }
        public int? Status { get; init; }
        public IReadOnlyDictionary<string, JsonElement>? Headers { get; init; }
        public bool GuardFormulas { get; init; } = true;
    }

    // What HookReply reads.
    private sealed record Formatted(string Content, string ContentType)
    {
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public int? Status { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public IReadOnlyDictionary<string, string>? Headers { get; init; }
    }
}
