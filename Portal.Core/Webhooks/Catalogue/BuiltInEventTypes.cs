using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Portal.Core.Access;
using Portal.Core.Crm;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Json.Schema;
using Portal.Core.Webhooks.Delivery;

namespace Portal.Core.Webhooks.Catalogue;

/// <summary>
/// The portal's own event types. Schemas of what the API answers with are made from the resource's type, so that they
/// cannot fall behind; the others stand in event-types.json until their resources come.
/// </summary>
internal static class BuiltInEventTypes
{
    private static readonly string[] Common = ["object", "id", "action", "changes"];
    private static readonly DateTimeOffset Moment = new(2024, 3, 20, 10, 30, 0, TimeSpan.Zero);

    private static readonly JsonSchemaExporterOptions Export = new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = NameMoments };

    private static readonly Dictionary<string, (Func<JsonObject> Schema, Func<JsonObject> Example)> Resources = new(StringComparer.Ordinal)
    {
        ["contact"] = (Of<ContactResource>, () => Written(ContactExample)),
        ["lead"] = (Of<LeadResource>, () => Written(LeadExample)),
        ["deal"] = (Of<DealResource>, () => Written(DealExample)),
        ["activity"] = (Of<ActivityResource>, () => Written(ActivityExample)),
        ["key"] = (Of<ApiKeyResource>, () => Written(KeyExample)),
        ["webhook"] = (Of<WebhookAlarmResource>, () => Written(AlarmExample)),
    };

    private static readonly Lazy<IReadOnlyDictionary<string, EventTypeResource>> Made = new(Make);

    /// <summary>All of them by name.</summary>
    public static IReadOnlyDictionary<string, EventTypeResource> All => Made.Value;

    private static ContactResource ContactExample => new()
    {
        Id = "con_06bv5cwjmxq4s0d2k8h1r3n7zf", Name = "Ada Lovelace", FirstName = "Ada", LastName = "Lovelace", Email = "ada@analytical.example", Phone = "+44 20 7946 0018",
        Company = "Analytical Engines Ltd", Title = "Head of Research", OwnerId = null, Tags = ["customer"], CreatedAt = Moment, UpdatedAt = Moment,
    };

    private static LeadResource LeadExample => new()
    {
        Id = "lead_06bv5d0d8xq4s0d2k8h1r3n7zt", Title = "Engines for the survey office", ContactId = ContactExample.Id, OwnerId = null, OrganizationId = "org_06bv59g1wxq4s0d2k8h1r3n7zs",
        Status = "qualified", Source = "website", Score = 85, ScoreFactors = """{"industry":20,"company_size":15,"engagement":25,"decision_maker":15,"urgency":10}""", ScoreConfidence = 0.92,
        Notes = null, QuoteId = null, Amount = null, Currency = null, CreatedAt = Moment, UpdatedAt = Moment,
        Contact = new LeadContact(ContactExample.Id, ContactExample.Name, ContactExample.Email, ContactExample.Company),
    };

    private static DealResource DealExample => new()
    {
        Id = "deal_06bv5d10vxq4s0d2k8h1r3n7zg", Title = "Difference engine, two units", Value = 12500.50m, Currency = "GBP", StageId = 2, Stage = DealStages.NameOf(2), Status = "open",
        OwnerId = null, ContactId = ContactExample.Id, ExpectedCloseDate = new DateOnly(2024, 6, 30), Notes = null, CreatedAt = Moment, UpdatedAt = Moment,
    };

    private static ActivityResource ActivityExample => new()
    {
        Id = "act_06bv5d4qgxq4s0d2k8h1r3n7zj", Type = "meeting", Subject = "Demonstration", Description = null, ContactId = ContactExample.Id, DealId = DealExample.Id,
        OwnerId = null, DueAt = Moment.AddDays(1), Completed = false, CompletedAt = null, CreatedAt = Moment, UpdatedAt = Moment,
    };

    private static ApiKeyResource KeyExample => new()
    {
        Id = "key_06bv5d7r0xq4s0d2k8h1r3n7zp", Name = "Website", Mode = ApiMode.Live, Prefix = "dyn_live_Ab3x", LastFour = "9fQz", Scopes = ["contacts:read"], RateLimit = 1000, ExpiresAt = null,
        AllowedAddresses = [], Enabled = true, Status = ApiKeyStatus.Active, UserId = null, CreatedAt = Moment, RevokedAt = null, ReplacedById = null, LastUsedAt = null, LastUsedAddress = null,
    };

    private static WebhookAlarmResource AlarmExample => new()
    {
        Id = "whk_06bv5dk40xq4s0d2k8h1r3n7zr", Name = "Warehouse", Url = "https://warehouse.example/hook", FailureCount = 17, FailingSince = Moment, StoppedBecause = null,
    };

    private static Dictionary<string, EventTypeResource> Make()
    {
        using var stream = typeof(BuiltInEventTypes).Assembly.GetManifestResourceStream("event-types.json")!;
        var document = JsonNode.Parse(stream)!;
        return document["types"]!.AsObject()
            .Select(type => One(new EventTypeName(type.Key), (string)type.Value!, document["objects"]!.AsObject()))
            .ToDictionary(type => type.Type, StringComparer.Ordinal);
    }

    private static EventTypeResource One(EventTypeName name, string description, JsonObject described)
    {
        var (schema, example) = Resources.TryGetValue(name.Object, out var resource)
            ? (resource.Schema(), resource.Example())
            : (FieldSpecs.Schema(described[name.Object]!["fields"]!.AsObject()), described[name.Object]!["example"]!.DeepClone().AsObject());
        return new()
        {
            Type = name.Text,
            Description = description,
            Version = 1,
            Custom = false,
            Schema = Enclosed(name, schema),
            Sample = Enclosed(name, example, (string?)example["id"] ?? $"{name.Object}_06bv5d9t4xq4s0d2k8h1r3n7zq"),
            UpdatedAt = null,
        };
    }

    private static JsonObject Enclosed(EventTypeName name, JsonObject resource)
    {
        var properties = new JsonObject
        {
            ["object"] = new JsonObject { ["const"] = name.Object },
            ["id"] = new JsonObject { ["type"] = "string" },
            ["action"] = new JsonObject { ["const"] = name.Action },
            ["changes"] = new JsonObject { ["type"] = "object", ["description"] = "The fields that changed, with their old values." },
        };
        foreach (var (field, schema) in resource["properties"]!.AsObject()) properties.TryAdd(field, schema!.DeepClone());
        var required = Common.Union(resource["required"]?.AsArray().Select(field => (string)field!) ?? [], StringComparer.Ordinal);
        return new JsonObject
        {
            ["$schema"] = SchemaRules.Draft,
            ["title"] = name.Text,
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = new JsonArray([.. required.Select(field => (JsonNode)field)]),
        };
    }

    private static JsonObject Enclosed(EventTypeName name, JsonObject resource, string id)
    {
        var data = new JsonObject { ["object"] = name.Object, ["id"] = id, ["action"] = name.Action, ["changes"] = new JsonObject() };
        foreach (var (field, value) in resource) data.TryAdd(field, value?.DeepClone());
        return data;
    }

    private static JsonObject Of<T>() => PortalJson.Options.GetJsonSchemaAsNode(typeof(T), Export).AsObject();

    private static JsonObject Written<T>(T resource) => JsonSerializer.SerializeToNode(resource, PortalJson.Options)!.AsObject();

    // A converter of the product's own writes moments, of which the exporter cannot know the form.
    private static JsonNode NameMoments(JsonSchemaExporterContext context, JsonNode schema)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        if (type != typeof(DateTimeOffset)) return schema;
        JsonNode name = type == context.TypeInfo.Type ? "string" : new JsonArray("string", "null");
        return new JsonObject { ["type"] = name, ["format"] = "date-time" };
    }
}

/// <summary>Schemas of the short form that event-types.json has: <c>date</c>, <c>open|closed</c>, <c>?</c> for what may be missing or null.</summary>
internal static class FieldSpecs
{
    public static JsonObject Schema(JsonObject fields) => new()
    {
        ["properties"] = new JsonObject(fields.Select(field => KeyValuePair.Create<string, JsonNode?>(field.Key, Field((string)field.Value!)))),
        ["required"] = new JsonArray([.. fields.Where(field => !((string)field.Value!).EndsWith('?')).Select(field => (JsonNode)field.Key)]),
    };

    private static JsonObject Field(string spec)
    {
        var name = spec.TrimEnd('?');
        if (name.Contains('|', StringComparison.Ordinal)) return new JsonObject { ["enum"] = new JsonArray([.. name.Split('|').Select(value => (JsonNode)value)]) };
        var (type, detail, value) = name switch
        {
            "date" or "date-time" or "email" => ("string", "format", name),
            "currency" => ("string", "pattern", "^[A-Z]{3}$"),
            _ => (name, "", ""),
        };
        var field = new JsonObject { ["type"] = spec.EndsWith('?') ? new JsonArray(type, "null") : type };
        if (detail.Length > 0) field[detail] = value;
        return field;
    }
}
