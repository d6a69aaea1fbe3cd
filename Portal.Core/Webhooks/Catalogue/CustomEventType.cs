using Portal.Core.Shared.Data;

namespace Portal.Core.Webhooks.Catalogue;

/// <summary>An event type that an organization added; it holds in both modes.</summary>
public sealed class CustomEventType : IOrganizationOwned
{
    public string OrganizationId { get; set; } = "";
    public required string Type { get; set; }
    public required string Description { get; set; }
    public int Version { get; set; } = 1;

    /// <summary>As JSON.</summary>
    public required string Schema { get; set; }

    /// <summary>As JSON.</summary>
    public required string Example { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
}
