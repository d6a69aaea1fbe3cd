using Microsoft.AspNetCore.Components.Authorization;
using Portal.Access;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;

namespace Portal.Shared;

/// <summary>Who looks at a page, in which of their organizations and in which mode.</summary>
/// <param name="UserId">The user's id, <c>usr_…</c>.</param>
/// <param name="Name">First and last name.</param>
/// <param name="Email">The address they sign in with.</param>
/// <param name="OrganizationId">The open organization's id, <c>org_…</c>; the user is a member of it.</param>
/// <param name="OrganizationName">Its name.</param>
/// <param name="Plan">Its plan.</param>
/// <param name="Role">What the user is in it.</param>
/// <param name="Mode">Live or test data, as chosen in the top bar.</param>
/// <param name="IsOperator">Whether the user may see the operator's pages.</param>
public sealed record PageUser(
    string UserId, string Name, string Email, string OrganizationId, string OrganizationName, Plan Plan, Role Role, ApiMode Mode, bool IsOperator)
{
    /// <summary>The network address that the page was opened from, where it is known.</summary>
    public string? Address { get; init; }

    /// <summary>The browser's session, <c>ses_…</c>.</summary>
    public string SessionId { get; init; } = "";

    /// <summary>When the session was noted as seen last.</summary>
    public DateTimeOffset SeenAt { get; init; }

    /// <summary>Whether the session was begun with a second factor or a passkey.</summary>
    public bool HasTwoFactor { get; init; }

    /// <summary>Whether the organization requires a second factor that this session lacks: only the account's pages are open then.</summary>
    public bool MustSetUpTwoFactor { get; init; }

    /// <summary>Whose data the page shows.</summary>
    public Tenant Tenant => new(OrganizationId, Mode);

    /// <summary>The user as services know them: with the permissions of their role.</summary>
    public Actor AsActor() => new(Tenant, "user", UserId, Name)
    {
        Address = Address,
        UserId = UserId,
        GrantedScopes = Scopes.Expand(Scopes.Of(Role)),
    };

    /// <summary>Whether the user's role covers a scope, as <c>keys:write</c>: for what a page shows; services check for themselves.</summary>
    public bool May(string scope) => AsActor().May(scope);
}

/// <summary>Tells a component whose page it is, prerendered and over the circuit alike.</summary>
internal sealed class PageContext(AuthenticationStateProvider authentication, PageUsers users)
{
    /// <summary>
    /// The user as they are now: each call looks at the membership again, so that a role that was changed or taken away
    /// holds from the next load on. Organization and mode stay those that the page was opened with.
    /// </summary>
    /// <exception cref="ProblemException">AUTHENTICATION_FAILED: nobody is signed in, or no longer a member here.</exception>
    public async ValueTask<PageUser> Get() => await Find()
            ?? throw new Problem(ErrorCode.AuthenticationFailed, "The user is not signed in, or does not belong to this organization any more.").AsException();

    /// <summary>As <see cref="Get"/>; null where nobody is signed in.</summary>
    public async ValueTask<PageUser?> Find()
    {
        var state = await authentication.GetAuthenticationStateAsync();
        return await users.Find(state.User, CancellationToken.None);
    }
}
