using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;

namespace Portal.Core.Crm;

/// <summary>A sale in the making.</summary>
public sealed class Deal : IResourceRow
{
    public required string Id { get; set; }
    public string OrganizationId { get; set; } = "";
    public ApiMode Mode { get; set; }
    public required string Title { get; set; }

    /// <summary>In <see cref="Currency"/>, at most two decimals.</summary>
    public decimal Value { get; set; }

    /// <summary>ISO 4217, three letters.</summary>
    public required string Currency { get; set; }

    /// <summary>One of <see cref="DealStages"/>.</summary>
    public int StageId { get; set; }

    /// <summary><c>open</c>, <c>won</c> or <c>lost</c>.</summary>
    public required string Status { get; set; }
    public string? OwnerId { get; set; }
    public string? ContactId { get; set; }
    public DateOnly? ExpectedCloseDate { get; set; }
    public string? Notes { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
}
