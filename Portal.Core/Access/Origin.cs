using Portal.Core.Shared.Data;

namespace Portal.Core.Access;

/// <summary>Where a request comes from, before anybody knows who makes it.</summary>
/// <param name="Address">The network address; null within the process.</param>
/// <param name="UserAgent">What the client says it is; kept with its session, cut to 300 characters.</param>
public sealed record Origin(string? Address, string? UserAgent = null)
{
    /// <summary>The actor that a user is in one of their organizations.</summary>
    public Actor ActorFor(User user, string organizationId) =>
        new(new Tenant(organizationId, ApiMode.Live), "user", user.Id, user.FullName.Length > 0 ? user.FullName : user.Email ?? user.Id)
        {
            Address = Address,
            UserId = user.Id,
        };
}
