using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Core.Webhooks.Catalogue;

namespace Portal.Webhooks;

/// <summary>An event type as somebody writes it: texts as typed, so that nothing is lost when something is wrong.</summary>
public sealed class EventTypeDraft
{
    internal static readonly string[] Fields = ["type", "description", "schema", "sample"];

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string Type { get; set; } = "";
    public string Description { get; set; } = "";
    public string Schema { get; set; } = "";
    public string Sample { get; set; } = "";

    internal static EventTypeDraft New() => new()
    {
        Schema = """
            {
              "type": "object",
              "properties": {
                "order_id": { "type": "string", "description": "Your number of the order." },
                "amount": { "type": "number", "minimum": 0 },
                "shipped_at": { "type": "string", "format": "date-time" }
              },
              "required": ["order_id"]
            }
            """,
        Sample = """
            {
              "order_id": "A-1042",
              "amount": 129.5,
              "shipped_at": "2024-03-20T10:30:00Z"
            }
            """,
    };

    internal static EventTypeDraft Of(EventTypeResource type) => new() { Type = type.Type, Description = type.Description, Schema = Text(type.Schema), Sample = Text(type.Sample) };

    /// <summary>JSON as people read it.</summary>
    internal static string Text(JsonNode node) => node.ToJsonString(Readable);

    /// <summary>The schema as far as the text is one.</summary>
    internal JsonObject? ReadSchema() => PayloadCheck.OfSchema(Schema).Count == 0 ? JsonNode.Parse(Schema) as JsonObject : null;

    internal IReadOnlyList<PayloadFault> SchemaFaults() => PayloadCheck.OfSchema(Schema);

    internal IReadOnlyList<PayloadFault> SampleFaults() => PayloadCheck.Of(ReadSchema(), Sample, "sample");

    internal EventTypeInput ToInput() => new() { Type = Type.Trim(), Description = Description.Trim(), Schema = JsonElement.Parse(Schema), Sample = JsonElement.Parse(Sample) };

    internal EventTypePatch ToPatch(bool force) => new() { Description = Description.Trim(), Schema = JsonElement.Parse(Schema), Sample = JsonElement.Parse(Sample), Force = force };
}
