using System.Text.Json;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Paging;
using Portal.Core.Workflows.Definitions;

namespace Portal.Core.Workflows.Nodes;

/// <summary>A node type, as whoever draws workflows needs to know it.</summary>
public sealed record NodeTypeResource : IResource
{
    public static string Kind => "node_type";
    public static string Plural => "node_types";

    /// <summary>The same as <see cref="Type"/>.</summary>
    public required string Id { get; init; }

    /// <summary>As definitions name it.</summary>
    public required string Type { get; init; }
    public required string Title { get; init; }
    public required string Description { get; init; }

    /// <summary>A name of Material Symbols.</summary>
    public required string Icon { get; init; }

    /// <summary><c>trigger</c>, <c>flow</c>, <c>data</c>, <c>ai</c>, <c>integration</c>, <c>communication</c> or <c>people</c>.</summary>
    public required string Category { get; init; }

    /// <summary><c>action</c>, <c>trigger</c>, <c>loop</c> or <c>merge</c>.</summary>
    public required string Role { get; init; }
    public required IReadOnlyList<NodePort> Inputs { get; init; }

    /// <summary>Those of a node without configuration. Every node has the port <c>error</c> besides, where failures leave.</summary>
    public required IReadOnlyList<NodePort> Outputs { get; init; }

    /// <summary>JSON Schema (2020-12) of the configuration. Texts may hold <c>{{ … }}</c>, but for fields with <c>x-literal</c>; fields with <c>x-secret</c> may name secrets; those of the format <c>cel</c> are expressions.</summary>
    public required JsonElement ConfigSchema { get; init; }

    /// <summary>Whether it does something outside of the run.</summary>
    public required bool HasEffects { get; init; }

    /// <summary>How long an attempt may take unless the node says otherwise.</summary>
    public required int TimeoutSeconds { get; init; }
}

/// <summary>The node types there are.</summary>
public sealed class NodeTypes
{
    internal NodeTypes(NodeCatalogue catalogue) => All = [.. catalogue.All.Select(Show)];

    /// <summary>By name.</summary>
    public IReadOnlyList<NodeTypeResource> All { get; }

    /// <summary>All of them on one page: an editor needs them all.</summary>
    /// <param name="category">Only those of this category; null for all.</param>
    public Page<NodeTypeResource> List(string? category)
    {
        var found = All.Where(type => string.IsNullOrEmpty(category) || type.Category == category).ToList();
        return new(found, 1, Math.Max(found.Count, 1), found.Count, null);
    }

    private static NodeTypeResource Show(INodeType type)
    {
        var known = type.Descriptor;
        return new()
        {
            Id = known.Type, Type = known.Type, Title = known.Title, Description = known.Description, Icon = known.Icon, Category = known.Category, Role = known.Role.ToString().ToLowerInvariant(),
            Inputs = known.Inputs, Outputs = type.OutputsOf(Json.EmptyObject), ConfigSchema = JsonSerializer.SerializeToElement(known.ConfigSchema), HasEffects = known.HasEffects,
            TimeoutSeconds = (int)known.Timeout.TotalSeconds,
        };
    }
}
