using System.Text.Json;
using Portal.Core.Access;
using Portal.Core.Shared.Paging;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Nodes;
using Portal.Core.Workflows.Nodes.Data;

[assembly: Registers<INodeType, DatabaseQueryNode>]

namespace Portal.Core.Workflows.Nodes;

/// <summary>Reads and writes the organization's own resources, as the API does.</summary>
internal sealed class DatabaseQueryNode : NodeType<DatabaseQueryNode.Settings>
{
    private const int MostOfAll = 10_000;

    private readonly Dictionary<string, IQueryableResource> _resources;

    public DatabaseQueryNode(IEnumerable<IQueryableResource> resources)
    {
        _resources = resources.ToDictionary(resource => resource.Name, StringComparer.Ordinal);
        Descriptor = new()
        {
            Type = "database-query",
            Title = "Portal data",
            Description = "Lists, reads, creates, changes or deletes contacts, leads, deals and other resources of the organization.",
            Icon = "database",
            Category = "data",
            HasEffects = true,
            ConfigSchema = Schema(_resources.Keys),
        };
    }

    public override NodeDescriptor Descriptor { get; }

    public override IEnumerable<(string Field, string Message)> Check(JsonElement config)
    {
        if (config.ValueKind != JsonValueKind.Object || !Is(config, "operation", out var operation) || !Is(config, "resource", out var name)) yield break;
        if (operation is "get" or "update" or "delete" && !config.TryGetProperty("id", out _)) yield return ("id", $"id is required to {operation}.");
        if (operation is "create" or "update" && !config.TryGetProperty("values", out _)) yield return ("values", $"values are required to {operation}.");
        if (!_resources.TryGetValue(name, out var resource)) yield break;
        if (operation is "create" or "update" or "delete" && !resource.IsWritable) yield return ("operation", $"{name} can only be read.");
        if (config.TryGetProperty("filter", out var filter) && FilterFault(resource, filter) is { } fault) yield return ($"filter.{fault.Field}", fault.Message);
    }

    protected override async ValueTask<NodeResult> Run(NodeContext context, Settings config, CancellationToken cancellation)
    {
        var resource = _resources[config.Resource];
        context.Actor.Require($"{resource.Scopes}:{(config.Operation is Operation.List or Operation.Get ? "read" : "write")}");
        return NodeResult.Done(await Problems.Call(() => config.Operation switch
        {
            Operation.Get => resource.Get(context.Actor.Tenant, config.Id!, cancellation),
            Operation.Create => context.Once((actor, token) => resource.Create(actor, config.Values, token), cancellation),
            Operation.Update => context.Once((actor, token) => resource.Update(actor, config.Id!, config.Values, token), cancellation),
            Operation.Delete => Delete(context, resource, config.Id!, cancellation),
            _ => List(context.Actor, resource, config, cancellation),
        }));
    }

    private static async Task<JsonElement> List(Actor actor, IQueryableResource resource, Settings config, CancellationToken cancellation)
    {
        var items = new List<JsonElement>();
        var page = new PageRequest(PerPage: config.All ? PageRequest.MostPerPage : config.Limit, Cursor: config.Cursor, Sort: config.Sort);
        while (true)
        {
            var part = await resource.List(actor.Tenant, config.Filter, page, cancellation);
            items.AddRange(part.Items);
            if (!config.All || part.NextCursor is null || items.Count >= MostOfAll)
                return JsonSerializer.SerializeToElement(new Listing(items, part.Total, part.NextCursor), Shared.Json.PortalJson.Options);
            page = page with { Cursor = part.NextCursor };
        }
    }

    private static async Task<JsonElement> Delete(NodeContext context, IQueryableResource resource, string id, CancellationToken cancellation)
    {
        await context.Once(async (actor, token) =>
        {
            await resource.Delete(actor, id, token);
            return true;
        }, cancellation);
        return JsonSerializer.SerializeToElement(new Deletion(id, Deleted: true), Shared.Json.PortalJson.Options);
    }

    // The API passes over parameters that it does not know or that are null. Here one that is misspelt, or made of a value
    // that is missing, would give everything to the steps behind, which may delete it.
    private static (string Field, string Message)? FilterFault(IQueryableResource resource, JsonElement filter)
    {
        if (filter.ValueKind != JsonValueKind.Object) return null;
        foreach (var (field, value) in filter.EnumerateObject().Select(field => (field.Name, field.Value)))
        {
            if (!resource.FilterFields.Contains(field))
                return (field, $"{resource.Name} are not filtered by {field}, but by {string.Join(", ", resource.FilterFields.Order(StringComparer.Ordinal))}.");
            if (value.IsNothing()) return (field, $"filter.{field} has no value; leave it out to list {resource.Name} whatever theirs is.");
        }

        return null;
    }

    private static bool Is(JsonElement config, string name, out string text)
    {
        text = config.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        return text.Length > 0;
    }

    private static System.Text.Json.Nodes.JsonObject Schema(IEnumerable<string> resources) => NodePorts.Schema($$"""
        {
          "type": "object",
          "additionalProperties": false,
          "required": ["resource", "operation"],
          "properties": {
            "resource": { "enum": {{JsonSerializer.Serialize(resources.Order(StringComparer.Ordinal))}}, "title": "Resource", "x-literal": true },
            "operation": { "enum": ["list", "get", "create", "update", "delete"], "title": "Operation", "x-literal": true },
            "id": { "type": "string", "title": "Id", "minLength": 1, "maxLength": 100, "examples": ["{{ "{{ input.id }}" }}"], "x-when": { "operation": ["get", "update", "delete"] } },
            "filter": { "type": "object", "title": "Filter", "description": "Fields of the list's filter, as in the API; all that are given must match.", "examples": [{ "status": "open" }], "x-when": { "operation": ["list"] } },
            "sort": { "type": "string", "title": "Sort", "maxLength": 100, "description": "A field, with a minus in front for descending order; newest first unless given.", "examples": ["-updated_at"], "x-when": { "operation": ["list"] } },
            "limit": { "type": "integer", "title": "Limit", "minimum": 1, "maximum": 100, "default": 20, "x-when": { "operation": ["list"] } },
            "cursor": { "type": ["string", "null"], "title": "Cursor", "maxLength": 2000, "description": "The next_cursor of an earlier list.", "x-when": { "operation": ["list"] } },
            "all": { "type": "boolean", "title": "All", "default": false, "description": "All that match in place of a page, 10,000 at most; next_cursor tells whether there are more.", "x-when": { "operation": ["list"] } },
            "values": { "type": "object", "title": "Values", "description": "The fields, as in the API. To update, those that are absent stay, and null empties a field.", "examples": [{ "name": "{{ "{{ input.name }}" }}" }], "x-when": { "operation": ["create", "update"] } }
          }
        }
        """);

    internal enum Operation
    {
        List,
        Get,
        Create,
        Update,
        Delete,
    }

    internal sealed record Settings
    {
        public required string Resource { get; init; }
        public required Operation Operation { get; init; }
        public string? Id { get; init; }
        public JsonElement Filter { get; init; }
        public string? Sort { get; init; }
        public int Limit { get; init; } = 20;
        public string? Cursor { get; init; }
        public bool All { get; init; }
        public JsonElement Values { get; init; }
    }

    private sealed record Listing(IReadOnlyList<JsonElement> Items, int Total, string? NextCursor);

    private sealed record Deletion(string Id, bool Deleted);
}
