using Microsoft.AspNetCore.Identity;

namespace Portal.Core.Access;

/// <summary>A person who can sign in. What they may do depends on their <see cref="Membership"/> in an organization.</summary>
public sealed class User : IdentityUser
{
    public string FirstName { get; set; } = "";
    public string LastName { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>May see the operator's pages: limits of plans, all organizations.</summary>
    public bool IsOperator { get; set; }

    /// <summary>The organization that was open last, where the next sign-in begins.</summary>
    public string? LastOrganizationId { get; set; }

    public string FullName => $"{FirstName} {LastName}".Trim();
}
