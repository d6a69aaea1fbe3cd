using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;
using Portal.Core.Shared.Json;

namespace Portal.Core.Shared.Events;

/// <summary>Writes events into the transaction of the change that causes them.</summary>
public sealed class EventOutbox(IdGenerator ids, TimeProvider time, IClusterSignals signals)
{
    /// <summary>Adds an event about a resource; it is durable exactly when the unit of work is.</summary>
    /// <param name="type">The event type, as <c>contact.created</c>.</param>
    /// <param name="kind">The resource's kind, as <c>contact</c>.</param>
    /// <param name="id">The resource's id.</param>
    /// <param name="action">The past participle, as <c>created</c>.</param>
    /// <param name="resource">The resource as the API answers with it; its fields stand in <c>data</c>.</param>
    /// <param name="changes">The fields that changed, each with its old value; null where nothing was before.</param>
    /// <returns>The event, which has its id and moment already.</returns>
    public EventRecord Add<T>(PortalDbContext db, string type, string kind, string id, string action, T resource, JsonObject? changes = null)
    {
        var row = new EventRecord
        {
            Id = ids.New("evt"),
            Type = type,
            Object = kind,
            ObjectId = id,
            Data = Data(kind, id, action, resource, changes),
            Depth = db.EventDepth,
            CreatedAt = time.GetUtcNow(),
        };
        db.Events.Add(row);
        var organization = db.OrganizationId;
        db.AfterCommit(() => signals.Send(SignalTopics.Outbox, organization));
        return row;
    }

    /// <summary>The fields of a resource that an update changed, with their old values.</summary>
    public static JsonObject Changes<T>(T before, T after)
    {
        var old = JsonSerializer.SerializeToNode(before, PortalJson.Options)!.AsObject();
        var now = JsonSerializer.SerializeToNode(after, PortalJson.Options)!.AsObject();
        var changes = new JsonObject();
        foreach (var (name, value) in now)
        {
            if (name != "updated_at" && !JsonNode.DeepEquals(old[name], value)) changes[name] = old[name]?.DeepClone();
        }

        return changes;
    }

    // Written in one pass over the resource's JSON rather than as a tree: every business write comes through here.
    private static string Data<T>(string kind, string id, string action, T resource, JsonObject? changes)
    {
        var json = new ArrayBufferWriter<byte>(1024);
        using var writer = new Utf8JsonWriter(json, new JsonWriterOptions { SkipValidation = true });
        writer.WriteStartObject();
        writer.WriteString("object"u8, kind);
        writer.WriteString("id"u8, id);
        writer.WriteString("action"u8, action);
        writer.WritePropertyName("changes"u8);
        if (changes is null)
        {
            writer.WriteStartObject();
            writer.WriteEndObject();
        }
        else
        {
            changes.WriteTo(writer, PortalJson.Options);
        }

        WriteFields(writer, JsonSerializer.SerializeToUtf8Bytes(resource, PortalJson.Options));
        writer.WriteEndObject();
        writer.Flush();
        return Encoding.UTF8.GetString(json.WrittenSpan);
    }

    private static void WriteFields(Utf8JsonWriter writer, ReadOnlySpan<byte> resource)
    {
        var reader = new Utf8JsonReader(resource);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var taken = reader.ValueTextEquals("object"u8) || reader.ValueTextEquals("id"u8)
                || reader.ValueTextEquals("action"u8) || reader.ValueTextEquals("changes"u8);
            if (!taken) writer.WritePropertyName(reader.ValueSpan);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (!taken) writer.WriteRawValue(resource[start..(int)reader.BytesConsumed], skipInputValidation: true);
        }
    }
}
