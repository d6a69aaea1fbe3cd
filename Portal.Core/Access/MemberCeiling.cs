using System.Collections.Frozen;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Access;

/// <summary>
/// What an actor may do to the people of an organization: nobody gives, changes or takes away a role that may do more
/// than they themselves, and only owners touch owners. A program is never an owner.
/// </summary>
internal sealed class MemberCeiling
{
    private readonly FrozenSet<string> _scopes;
    private readonly bool _isOwner;

    private MemberCeiling(FrozenSet<string> scopes, bool isOwner) => (_scopes, _isOwner) = (scopes, isOwner);

    /// <summary>Works out the ceiling in the unit of work that it is for: a role that was taken away meanwhile gives nothing.</summary>
    /// <param name="scope">What the unit does, as <c>members:delete</c>.</param>
    /// <exception cref="ProblemException">The actor may not do this to anybody.</exception>
    public static async Task<MemberCeiling> Of(PortalDbContext db, Actor actor, string scope, CancellationToken cancellation)
    {
        var scopes = actor.GrantedScopes ?? [];
        var role = actor is { Type: "user", UserId: { } user } ? await Organizations.RoleIn(db, user, actor.Tenant.OrganizationId, cancellation) : null;
        if (actor.Type == "user") scopes = role is { } held ? Scopes.Expand(Scopes.Of(held)) : [];
        ApiKeyCeiling.Require(actor with { GrantedScopes = scopes }, "members:write", scope);
        return new MemberCeiling(scopes, role == Role.Owner || actor.Type == "system");
    }

    /// <summary>Refuses a role that the actor may neither give nor take away.</summary>
    public void Hold(Role role)
    {
        if (role == Role.Owner ? _isOwner : Scopes.Of(role).All(scope => Scopes.Covers(_scopes, scope))) return;
        throw new Problem(ErrorCode.AuthorizationFailed, role == Role.Owner
            ? "Only an owner can make, change or remove an owner."
            : "This role may do more than you, so you can neither give nor change it.")
        {
            Details = Problem.Pairs(("role", Scopes.NameOf(role))),
        }.AsException();
    }
}
