using Portal.Core.Shared.Data;

namespace Portal.Core.Access;

/// <summary>
/// An offer to join an organization, mailed as a link. The row goes when it is accepted or withdrawn; one that has
/// expired stays until then, so that it can be sent again.
/// </summary>
public sealed class Invitation : IOrganizationOwned
{
    public required string Id { get; set; }
    public string OrganizationId { get; set; } = "";
    public required string Email { get; set; }

    /// <summary>As <see cref="User"/>'s, so that both compare.</summary>
    public required string NormalizedEmail { get; set; }
    public Role Role { get; set; }

    /// <summary>SHA-256 of the token in the mailed link; sending it again replaces it.</summary>
    public required byte[] TokenHash { get; set; }

    /// <summary>The user who invited; null where a program did.</summary>
    public string? InvitedById { get; set; }

    /// <summary>The name of who invited, as it was then.</summary>
    public required string InvitedByName { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When the link was mailed last.</summary>
    public DateTimeOffset SentAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
}
