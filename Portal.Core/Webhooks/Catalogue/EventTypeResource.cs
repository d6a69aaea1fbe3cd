using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Core.Shared.Json;

namespace Portal.Core.Webhooks.Catalogue;

/// <summary>A kind of event that endpoints can subscribe to.</summary>
public sealed record EventTypeResource : IResource
{
    public static string Kind => "event_type";
    public static string Plural => "event_types";

    /// <summary>The same as <c>type</c>.</summary>
    public string Id => Type;

    /// <summary>The name, as <c>invoice.paid</c>.</summary>
    public required string Type { get; init; }

    /// <summary>When it happens.</summary>
    public required string Description { get; init; }

    /// <summary>From 1; a change of the schema raises it.</summary>
    public required int Version { get; init; }

    /// <summary>Whether the organization added it; the others are the portal's own.</summary>
    public required bool Custom { get; init; }

    /// <summary>JSON Schema, draft 2020-12, of the event's <c>data</c>.</summary>
    public required JsonObject Schema { get; init; }

    /// <summary>A <c>data</c> that fits the schema.</summary>
    public required JsonObject Sample { get; init; }

    /// <summary>Null for the portal's own types.</summary>
    public required DateTimeOffset? UpdatedAt { get; init; }
}

/// <summary>A new event type of the organization.</summary>
public sealed record EventTypeInput
{
    /// <summary>Two to five names with dots between, as <c>order.shipped</c>.</summary>
    [Required]
    public string? Type { get; init; }

    /// <summary>When it happens; at most 500 characters.</summary>
    [Required]
    public string? Description { get; init; }

    /// <summary>JSON Schema, draft 2020-12, of the event's <c>data</c>; at most 64 KiB.</summary>
    [Required]
    public JsonElement? Schema { get; init; }

    /// <summary>A <c>data</c> that fits the schema.</summary>
    [Required]
    public JsonElement? Sample { get; init; }
}

/// <summary>Changes to an event type of the organization: fields that are absent stay.</summary>
public sealed record EventTypePatch
{
    public string? Description { get; init; }
    public JsonElement? Schema { get; init; }
    public JsonElement? Sample { get; init; }

    /// <summary>Makes a change of the schema although it may break those who send or receive such events.</summary>
    public bool? Force { get; init; }
}

/// <summary>Which event types are wanted; every part that is given must match.</summary>
public sealed record EventTypeFilter
{
    /// <summary>Part of the name or the description, in any case.</summary>
    public string? Q { get; init; }

    /// <summary>Whether the organization added them.</summary>
    public bool? Custom { get; init; }
}
