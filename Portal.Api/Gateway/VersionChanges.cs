using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Portal.Api.Crm.Versions;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Problems;

namespace Portal.Api.Gateway;

/// <summary>One difference between two versions: how the older one shows a resource, and what it sends.</summary>
internal abstract class VersionChange
{
    /// <summary>The newest version in which things were still the old way.</summary>
    public abstract ApiVersion LastOld { get; }

    /// <summary>What was changed, in a sentence for whoever still uses the older version.</summary>
    public abstract string Description { get; }

    /// <summary>The types that answers show and requests carry to which the change applies.</summary>
    public abstract IReadOnlyCollection<Type> Types { get; }

    /// <summary>Turns a resource in the newer shape into the older.</summary>
    public abstract void ToOlder(JsonObject resource);

    /// <summary>Turns a request in the older shape into the newer.</summary>
    public abstract void ToNewer(JsonObject request);
}

/// <summary>Applies the changes between the current version and an older one.</summary>
internal static class VersionChanges
{
    /// <summary>All changes, newest first: the order in which an answer goes back in time.</summary>
    public static IReadOnlyList<VersionChange> All { get; } = [new DealAmountBecameValue(), new ContactNameWasSplit()];

    /// <summary>A value as an older version shows it; the value itself where nothing about it changed.</summary>
    public static object ToOlder(object value, ApiVersion version)
    {
        if (value is IResourcePage page)
        {
            var whole = JsonSerializer.SerializeToNode(page, page.GetType(), PortalJson.Options)!.AsObject();
            var items = whole[page.Name]!.AsArray();
            whole.Remove(page.Name);
            var changes = Between(version, page.GetType().GetGenericArguments()[0]);
            foreach (var item in items) Apply(changes, item);
            return new OlderPage(page.Name, items, page.Pagination);
        }

        var applicable = Between(version, value.GetType());
        if (applicable.Count == 0) return value;
        var node = JsonSerializer.SerializeToNode(value, value.GetType(), PortalJson.Options)!;
        Apply(applicable, node);
        return node;
    }

    /// <summary>Rewrites the body of a request that an older version sent.</summary>
    public static async Task RewriteRequest(HttpContext http, Type? requestType, ApiVersion version)
    {
        if (requestType is null) return;
        var changes = Between(version, requestType);
        if (changes.Count == 0) return;
        var sent = await RequestBody.Read(http);
        try
        {
            if (Fields(sent) is not { } body) return;
            foreach (var change in changes.Reverse()) change.ToNewer(body);
            RequestBody.Replace(http, JsonSerializer.SerializeToUtf8Bytes(body, PortalJson.Options));
        }
        catch (JsonException)
        {
            // The handler's binding reports it, as for the current version.
            return;
        }
        catch (InvalidOperationException)
        {
            throw Problem.Field(ErrorCode.WrongFormat, "body", "The body holds text that is not well-formed Unicode.").AsException();
        }
    }

    // Of a field that is sent twice the last counts, as for the serializer; JsonNode.Parse would fail on it later.
    private static JsonObject? Fields(byte[] sent)
    {
        using var document = JsonDocument.Parse(sent);
        var root = document.RootElement.Clone();
        if (root.ValueKind != JsonValueKind.Object) return null;
        var fields = new JsonObject();
        foreach (var field in root.EnumerateObject())
        {
            fields[field.Name] = field.Value.ValueKind switch
            {
                JsonValueKind.Object => JsonObject.Create(field.Value),
                JsonValueKind.Array => JsonArray.Create(field.Value),
                _ => JsonValue.Create(field.Value),
            };
        }

        return fields;
    }

    private static void Apply(IReadOnlyList<VersionChange> changes, JsonNode? resource)
    {
        if (resource is not JsonObject fields) return;
        foreach (var change in changes) change.ToOlder(fields);
    }

    private static IReadOnlyList<VersionChange> Between(ApiVersion version, Type type) =>
        [.. All.Where(change => change.Types.Contains(type) && string.CompareOrdinal(version.Date, change.LastOld.Date) <= 0)];
}
