using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;

namespace Portal.Core.Crm;

/// <summary>Something done, or to be done, with a contact or for a deal: a call, a mail, a meeting, a task, a note.</summary>
public sealed class Activity : IResourceRow
{
    public required string Id { get; set; }
    public string OrganizationId { get; set; } = "";
    public ApiMode Mode { get; set; }

    /// <summary><c>call</c>, <c>email</c>, <c>meeting</c>, <c>task</c> or <c>note</c>.</summary>
    public required string Type { get; set; }
    public required string Subject { get; set; }
    public string? Description { get; set; }
    public string? ContactId { get; set; }
    public string? DealId { get; set; }
    public string? OwnerId { get; set; }
    public DateTimeOffset? DueAt { get; set; }
    public DateTimeOffset? CompletedAt { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
}
