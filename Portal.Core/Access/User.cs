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

    /// <summary>
    /// The shared secret of the authenticator app, encrypted under the data-protection ring. While
    /// <see cref="IdentityUser{TKey}.TwoFactorEnabled"/> is false it waits for its first code.
    /// </summary>
    public string? TotpSecret { get; set; }

    /// <summary>The time step of the last code that was taken: it and those before it are good no more.</summary>
    public long? TotpLastStep { get; set; }

    /// <summary>Since when signing in asks for a code; null while it does not.</summary>
    public DateTimeOffset? TwoFactorSince { get; set; }

    public string FullName => $"{FirstName} {LastName}".Trim();
}
