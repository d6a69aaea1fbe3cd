using Portal.Core.Shared.Data;

namespace Portal.Core.Ai.Models;

/// <summary>A model of the organization's own, which answers at a URL.</summary>
public sealed class AiModel : ITenantOwned
{
    public string OrganizationId { get; set; } = "";
    public ApiMode Mode { get; set; }

    /// <summary>The name that the organization chose.</summary>
    public required string ModelId { get; set; }
    public string? Description { get; set; }
    public required string Version { get; set; }
    public required string Url { get; set; }

    /// <summary>Headers of every call, as encrypted JSON: customers put tokens there. Null where there are none.</summary>
    public string? Headers { get; set; }

    /// <summary>JSON Schema that an input must fit; null takes every object.</summary>
    public string? InputSchema { get; set; }

    /// <summary>How long the model may take.</summary>
    public int TimeoutSeconds { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
}
