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
    public void Add<T>(PortalDbContext db, string type, string kind, string id, string action, T resource, JsonObject? changes = null)
    {
        var data = new JsonObject { ["object"] = kind, ["id"] = id, ["action"] = action, ["changes"] = changes ?? [] };
        foreach (var (name, value) in JsonSerializer.SerializeToNode(resource, PortalJson.Options)!.AsObject().ToArray())
        {
            if (!data.ContainsKey(name)) data[name] = value?.DeepClone();
        }

        db.Events.Add(new EventRecord
        {
            Id = ids.New("evt"),
            Type = type,
            Object = kind,
            ObjectId = id,
            Data = data.ToJsonString(PortalJson.Options),
            CreatedAt = time.GetUtcNow(),
        });
        var organization = db.OrganizationId;
        db.AfterCommit(() => signals.Send(SignalTopics.Outbox, organization));
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
}
