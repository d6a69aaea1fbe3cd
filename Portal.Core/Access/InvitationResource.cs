using Portal.Core.Shared.Json;

namespace Portal.Core.Access;

/// <summary>An invitation that has not been accepted.</summary>
public sealed record InvitationResource : IResource
{
    static string IResource.Kind => "invitation";

    static string IResource.Plural => "invitations";

    public required string Id { get; init; }

    /// <summary>Whom the link was mailed to.</summary>
    public required string Email { get; init; }

    /// <summary>What they will be: <c>owner</c>, <c>admin</c>, <c>developer</c> or <c>viewer</c>.</summary>
    public required Role Role { get; init; }

    /// <summary><c>pending</c>; <c>expired</c> once the link has stopped working.</summary>
    public required string Status { get; init; }

    /// <summary>The user who invited; null where a program did.</summary>
    public required string? InvitedById { get; init; }

    /// <summary>The name of the user or key that invited.</summary>
    public required string InvitedBy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the link was mailed last.</summary>
    public required DateTimeOffset SentAt { get; init; }

    /// <summary>When the link stops working.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    internal static InvitationResource Of(Invitation invitation, DateTimeOffset now) => new()
    {
        Id = invitation.Id,
        Email = invitation.Email,
        Role = invitation.Role,
        Status = invitation.ExpiresAt > now ? InvitationStatus.Pending : InvitationStatus.Expired,
        InvitedById = invitation.InvitedById,
        InvitedBy = invitation.InvitedByName,
        CreatedAt = invitation.CreatedAt,
        SentAt = invitation.SentAt,
        ExpiresAt = invitation.ExpiresAt,
    };
}

/// <summary>Whether an invitation's link works.</summary>
public static class InvitationStatus
{
    public const string Pending = "pending";
    public const string Expired = "expired";
}

/// <summary>What the person behind a mailed link is told.</summary>
/// <param name="HasAccount">Whether the invited address has an account, which then signs in rather than registers.</param>
public sealed record InvitationOffer(string OrganizationName, string Email, Role Role, string InvitedBy, DateTimeOffset ExpiresAt, bool HasAccount);
