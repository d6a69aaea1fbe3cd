using Portal.Core.Shared.Data;

namespace Portal.Core.Access;

/// <summary>What an organization has subscribed to; it decides quotas and limits.</summary>
public enum Plan
{
    Free,
    Premium,
    Enterprise,
}

/// <summary>What a member may do in an organization, from most to least.</summary>
public enum Role
{
    Owner,
    Admin,
    Developer,
    Viewer,
}

/// <summary>A customer: the owner of keys, data and limits.</summary>
public sealed class Organization
{
    public required string Id { get; set; }
    public required string Name { get; set; }
    public Plan Plan { get; set; }

    /// <summary>The API version of the account's first call; calls that name no version get this one.</summary>
    public string? PinnedVersion { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Grows with each change of its members, so that two at once meet in this row.</summary>
    public long MembersVersion { get; set; }

    /// <summary>Whether members may only act after signing in with a second factor.</summary>
    public bool RequireTwoFactor { get; set; }

    /// <summary>After how many minutes without activity a session of a member has to sign in again; null never.</summary>
    public int? SessionIdleMinutes { get; set; }

    /// <summary>Domains of e-mail addresses that may be invited, in lower case; empty allows all.</summary>
    public List<string> InvitationDomains { get; set; } = [];
}

/// <summary>A user's place in an organization.</summary>
public sealed class Membership : IOrganizationOwned
{
    public string OrganizationId { get; set; } = "";
    public required string UserId { get; set; }
    public Role Role { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When the user was last seen in this organization; kept up to date by the minute for pages, at sign-in and refresh for programs.</summary>
    public DateTimeOffset? LastSeenAt { get; set; }
    public Organization? Organization { get; set; }
    public User? User { get; set; }
}
