using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;

namespace Portal.Core.Crm;

/// <summary>Somebody who may become a customer.</summary>
public sealed class Lead : IResourceRow
{
    public required string Id { get; set; }
    public string OrganizationId { get; set; } = "";
    public ApiMode Mode { get; set; }
    public required string Title { get; set; }
    public string? ContactId { get; set; }

    /// <summary>The contact, where the query asked for it.</summary>
    public Contact? Contact { get; set; }
    public string? OwnerId { get; set; }

    /// <summary>One of <see cref="LeadResource.Statuses"/>.</summary>
    public required string Status { get; set; }
    public string? Source { get; set; }

    /// <summary>0 to 100; null until the lead is scored.</summary>
    public int? Score { get; set; }

    /// <summary>The points by factor, as a JSON object.</summary>
    public string? ScoreFactors { get; set; }

    /// <summary>0 to 1.</summary>
    public double? ScoreConfidence { get; set; }
    public string? Notes { get; set; }

    /// <summary>The quote that the lead came with, in the quoting system's terms; one lead per quote.</summary>
    public string? QuoteId { get; set; }

    /// <summary>What the lead may be worth, in <see cref="Currency"/>, at most two decimals.</summary>
    public decimal? Amount { get; set; }

    /// <summary>ISO 4217, three letters; null where the sender did not say.</summary>
    public string? Currency { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
}
