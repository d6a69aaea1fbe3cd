using System.Text.Json;
using Portal.Core.Shared.Json;

namespace Portal.Core.Workflows.Definitions;

/// <summary>What changed from one version of a workflow to another.</summary>
public sealed record WorkflowDiff
{
    public required int From { get; init; }
    public required int To { get; init; }
    public required PartDiff Nodes { get; init; }
    public required PartDiff Edges { get; init; }
    public required PartDiff Variables { get; init; }
    public required PartDiff Triggers { get; init; }
    public required IReadOnlyList<FieldChange> Settings { get; init; }
}

/// <summary>What changed among a definition's nodes, edges, variables or triggers.</summary>
public sealed record PartDiff
{
    public required IReadOnlyList<PartName> Added { get; init; }
    public required IReadOnlyList<PartName> Removed { get; init; }
    public required IReadOnlyList<PartChange> Changed { get; init; }
}

/// <summary>A part of a definition.</summary>
/// <param name="Id">A node's or edge's id, a variable's name, a trigger's node.</param>
/// <param name="Title">For a person: a node's title and type, the nodes that an edge connects.</param>
public sealed record PartName(string Id, string Title);

/// <summary>A part that both versions have.</summary>
public sealed record PartChange(string Id, string Title, IReadOnlyList<FieldChange> Fields);

/// <summary>A field that differs.</summary>
/// <param name="Field">Below the part, as <c>config.url</c>.</param>
/// <param name="Before">Null where it was not there.</param>
/// <param name="After">Null where it is there no longer.</param>
public sealed record FieldChange(string Field, JsonElement? Before, JsonElement? After);

/// <summary>Compares definitions part by part, and parts field by field.</summary>
internal static class GraphDiff
{
    public static WorkflowDiff Between(int from, WorkflowGraph before, int to, WorkflowGraph after) => new()
    {
        From = from, To = to,
        Nodes = Compare(before.Nodes, after.Nodes, node => node.Id, node => node.Title.Length > 0 ? $"{node.Title} ({node.Type})" : node.Type),
        Edges = Compare(before.Edges, after.Edges, edge => edge.Id, edge => $"{edge.SourceNodeId} → {edge.TargetNodeId}"),
        Variables = Compare(before.Variables, after.Variables, variable => variable.Name, variable => variable.Name),
        Triggers = Compare(before.Triggers, after.Triggers, trigger => trigger.NodeId, trigger => trigger.NodeId),
        Settings = Fields(before.Settings, after.Settings),
    };

    private static PartDiff Compare<T>(IReadOnlyList<T> before, IReadOnlyList<T> after, Func<T, string> id, Func<T, string> title)
    {
        var (old, now) = (ById(before, id), ById(after, id));
        return new()
        {
            Added = [.. now.Where(part => !old.ContainsKey(part.Key)).Select(part => new PartName(part.Key, title(part.Value)))],
            Removed = [.. old.Where(part => !now.ContainsKey(part.Key)).Select(part => new PartName(part.Key, title(part.Value)))],
            Changed =
            [
                .. now.Where(part => old.ContainsKey(part.Key)).Select(part => new PartChange(part.Key, title(part.Value), Fields(old[part.Key], part.Value))).Where(change => change.Fields.Count > 0),
            ],
        };
    }

    // A draft may have an id twice; the first counts.
    private static Dictionary<string, T> ById<T>(IReadOnlyList<T> parts, Func<T, string> id)
    {
        var found = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var part in parts) found.TryAdd(id(part), part);
        return found;
    }

    private static List<FieldChange> Fields<T>(T before, T after)
    {
        var changes = new List<FieldChange>();
        Compare("", JsonSerializer.SerializeToElement(before, PortalJson.Options), JsonSerializer.SerializeToElement(after, PortalJson.Options), changes);
        return changes;
    }

    private static void Compare(string path, JsonElement? before, JsonElement? after, List<FieldChange> changes)
    {
        if (before is { ValueKind: JsonValueKind.Object } old && after is { ValueKind: JsonValueKind.Object } now)
        {
            foreach (var name in old.EnumerateObject().Concat(now.EnumerateObject()).Select(field => field.Name).Distinct(StringComparer.Ordinal))
                Compare(path.Length == 0 ? name : $"{path}.{name}", Field(old, name), Field(now, name), changes);
        }
        else if (before is null || after is null || !JsonElement.DeepEquals(before.Value, after.Value))
        {
            changes.Add(new(path, before, after));
        }
    }

    private static JsonElement? Field(JsonElement owner, string name) => owner.TryGetProperty(name, out var value) ? value : null;
}
