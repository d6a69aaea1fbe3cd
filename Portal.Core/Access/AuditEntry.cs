using Portal.Core.Shared.Data;

namespace Portal.Core.Access;

/// <summary>Who did what to which thing. Written in the transaction of the change; secrets never stand in it.</summary>
public sealed class AuditEntry : IOrganizationOwned
{
    public required string Id { get; set; }
    public string OrganizationId { get; set; } = "";

    /// <summary><c>user</c>, <c>api_key</c> or <c>system</c>.</summary>
    public required string ActorType { get; set; }
    public string? ActorId { get; set; }
    public required string ActorName { get; set; }

    /// <summary>What was done, as <c>key.created</c>.</summary>
    public required string Action { get; set; }
    public required string TargetType { get; set; }
    public string? TargetId { get; set; }

    /// <summary>What a person reads: the target's name and what changed.</summary>
    public required string Summary { get; set; }
    public string? Address { get; set; }

    /// <summary>The fields that changed as JSON, <c>{"field":{"from":…,"to":…}}</c>; null where nothing had a value before.</summary>
    public string? Changes { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}
