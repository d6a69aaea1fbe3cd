using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Api.Gateway;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Paging;
using Portal.Core.Webhooks.Catalogue;

namespace Portal.Api.Webhooks;

/// <summary>The examples of events and their types in the API's documents.</summary>
internal static class WebhookExamples
{
    private const string Schema = """
        {"type":"object","properties":{"order_id":{"type":"string"},"carrier":{"type":"string"},"weight_kg":{"type":"number","minimum":0}},"required":["order_id","carrier"]}
        """;

    private const string WiderSchema = """
        {"type":"object","properties":{"order_id":{"type":"string"},"carrier":{"type":"string"},"weight_kg":{"type":"number","minimum":0},"tracking_url":{"type":"string","format":"uri"}},"required":["order_id","carrier"]}
        """;

    private const string Data = """{"order_id":"ord_1042","carrier":"Royal Mail","weight_kg":12.5}""";
    private static readonly DateTimeOffset Moment = new(2024, 3, 20, 10, 30, 0, TimeSpan.Zero);

    public static readonly EventTypeInput NewEventType = new()
    {
        Type = "order.shipped", Description = "An order left the warehouse.", Schema = JsonElement.Parse(Schema), Sample = JsonElement.Parse(Data),
    };

    public static readonly EventTypeResource EventType = new()
    {
        Type = "order.shipped", Description = "An order left the warehouse.", Version = 1, Custom = true, Schema = Object(Schema), Sample = Object(Data), UpdatedAt = Moment,
    };

    public static readonly EventTypePatch EventTypeChange = new() { Schema = JsonElement.Parse(WiderSchema) };

    public static readonly EventTypeResource ChangedEventType = EventType with { Version = 2, Schema = Object(WiderSchema), UpdatedAt = Moment.AddDays(1) };

    public static readonly EventInput NewEvent = new()
    {
        Type = "form.submitted", Data = JsonElement.Parse("""{"id":"sub_1042","form_id":"frm_purchase","submitted_by":"ada@analytical.example","values":{"item":"Brass gears","quantity":12}}"""),
    };

    public static readonly EventResource Event = new()
    {
        Id = "evt_06bv5dk40xq4s0d2k8h1r3n7zr",
        Type = "form.submitted",
        Created = Moment.ToUnixTimeSeconds(),
        Timestamp = Moment,
        Data = Object("""{"object":"form","id":"sub_1042","action":"submitted","changes":{},"form_id":"frm_purchase","submitted_by":"ada@analytical.example","values":{"item":"Brass gears","quantity":12}}"""),
    };

    /// <summary>A list of which the resource is all.</summary>
    public static ResourcePage<T> PageOf<T>(T resource) where T : IResource => ResourcePage.Of(new Page<T>([resource], 1, PageRequest.DefaultPerPage, 1, null));

    private static JsonObject Object(string json) => JsonNode.Parse(json)!.AsObject();
}
