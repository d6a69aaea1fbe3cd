using System.Text.Json.Nodes;

namespace Portal.Core.Access;

/// <summary>What a change made of what, as the audit log keeps it: <c>{"role":{"from":"viewer","to":"admin"}}</c>.</summary>
internal static class AuditChanges
{
    /// <summary>The fields that differ; null where none does.</summary>
    public static JsonObject? Of(params ReadOnlySpan<(string Field, JsonNode? From, JsonNode? To)> fields)
    {
        var changes = new JsonObject();
        foreach (var (field, from, to) in fields)
        {
            if (!JsonNode.DeepEquals(from, to)) changes[field] = new JsonObject { ["from"] = from, ["to"] = to };
        }

        return changes.Count == 0 ? null : changes;
    }

    /// <summary>From the old values that <see cref="Shared.Events.EventOutbox.Changes{T}"/> finds and the resource as it is now.</summary>
    public static JsonObject? Of(JsonObject before, JsonObject after, IEnumerable<string> fields) =>
        Of([.. fields.Select(field => (field, before[field]?.DeepClone(), after[field]?.DeepClone()))]);
}
