using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;
using Portal.Core.Shared.Ids;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Json.Schema;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Webhooks.Catalogue;

/// <summary>An event as deliveries carry it.</summary>
public sealed record EventResource : IResource
{
    public static string Kind => "event";
    public static string Plural => "events";

    /// <summary><c>evt_…</c></summary>
    public required string Id { get; init; }

    /// <summary>The event type, as <c>form.submitted</c>.</summary>
    public required string Type { get; init; }

    /// <summary>When it happened, in seconds since 1970.</summary>
    public required long Created { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>What happened to what; its form is the event type's schema.</summary>
    public required JsonObject Data { get; init; }

    internal static EventResource Of(EventRecord row) => new()
    {
        Id = row.Id, Type = row.Type, Created = row.CreatedAt.ToUnixTimeSeconds(), Timestamp = row.CreatedAt, Data = JsonNode.Parse(row.Data)!.AsObject(),
    };
}

/// <summary>An event that happened elsewhere.</summary>
public sealed record EventInput
{
    /// <summary>An event type of the catalogue.</summary>
    [Required]
    public string? Type { get; init; }

    /// <summary>
    /// What the event type's schema describes. <c>object</c>, <c>action</c> and <c>changes</c> follow from the type where
    /// they are missing, and <c>id</c> is made.
    /// </summary>
    [Required]
    public JsonElement? Data { get; init; }
}

/// <summary>Publishes events that happened outside of the portal.</summary>
public sealed class EventPublisher(PortalStore store, EventTypeService types, EventOutbox outbox, IdGenerator ids)
{
    /// <summary>Checks an event against its type's schema and writes it to the outbox.</summary>
    /// <exception cref="ProblemException">There is no such type, or the data breaks its schema: each fault with its path.</exception>
    public async Task<EventResource> Publish(Actor actor, EventInput input, CancellationToken cancellation)
    {
        var faults = new Faults();
        faults.Required("type", input.Type);
        if (input.Data is not { } data) faults.Add("data", "data is required.", ErrorCode.MissingField);
        else if (data.ValueKind != JsonValueKind.Object) faults.Add("data", "data is an object.", ErrorCode.WrongFormat);
        else if (JsonText.Fault(data, "data") is { } unreadable) faults.Add(unreadable.Field, unreadable.Reason, ErrorCode.WrongFormat);
        faults.ThrowIfAny();

        var type = await Known(actor.Tenant, input.Type!, cancellation);
        var whole = Completed(new EventTypeName(type.Type), JsonObject.Create(input.Data!.Value)!);
        foreach (var fault in SchemaValidator.Faults(JsonSerializer.SerializeToElement(type.Schema), JsonSerializer.SerializeToElement(whole), "data")) faults.Add(fault.Field, fault.Reason);
        foreach (var name in new[] { "object", "id", "action" })
            if (whole[name]?.GetValueKind() != JsonValueKind.String) faults.Add($"data.{name}", "must be a string.");
        if (whole["changes"]?.GetValueKind() != JsonValueKind.Object) faults.Add("data.changes", "must be an object.");
        faults.ThrowIfAny();
        faults.Required("data.id", (string)whole["id"]!);
        faults.Required("data.object", (string)whole["object"]!, 100);
        faults.ThrowIfAny();
        return await store.Write(actor, (db, _) => Task.FromResult(Add(db, type.Type, whole)), cancellation);
    }

    private EventResource Add(PortalDbContext db, string type, JsonObject data) =>
        EventResource.Of(outbox.Add(db, type, (string)data["object"]!, (string)data["id"]!, (string)data["action"]!, data, data["changes"]!.AsObject()));

    private JsonObject Completed(EventTypeName name, JsonObject data)
    {
        var whole = new JsonObject();
        foreach (var (field, value) in data) whole[field] = value?.DeepClone();
        if (!whole.ContainsKey("object")) whole["object"] = name.Object;
        if (!whole.ContainsKey("id")) whole["id"] = ids.New("obj");
        if (!whole.ContainsKey("action")) whole["action"] = name.Action;
        if (!whole.ContainsKey("changes")) whole["changes"] = new JsonObject();
        return whole;
    }

    private async Task<EventTypeResource> Known(Tenant tenant, string type, CancellationToken cancellation)
    {
        try
        {
            return await types.Get(tenant, type, cancellation);
        }
        catch (ProblemException e) when (e.Problem.Code == ErrorCode.NotFound)
        {
            throw Problem.Field(ErrorCode.Validation, "type", "There is no event type of this name; GET /api/v1/event-types lists them.").AsException();
        }
    }
}
