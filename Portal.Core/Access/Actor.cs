using System.Collections.Frozen;
using Portal.Core.Shared.Data;

namespace Portal.Core.Access;

/// <summary>Who acts, on whose data and from where: what services need to check, record and attribute a change.</summary>
/// <param name="Tenant">The organization and mode acted in.</param>
/// <param name="Type"><c>user</c>, <c>api_key</c> or <c>system</c>.</param>
/// <param name="Id">The user's or key's id; null for the system.</param>
/// <param name="Name">What a person reads in the audit log.</param>
public sealed record Actor(Tenant Tenant, string Type, string? Id, string Name)
{
    /// <summary>The network address the call came from.</summary>
    public string? Address { get; init; }

    /// <summary>The user behind the call: who created a key, who signed in. Null where there is none.</summary>
    public string? UserId { get; init; }

    /// <summary>
    /// Everything the actor may do, as <see cref="Scopes.Expand"/> gives it: a key's or token's scopes, a member's role.
    /// Services that hand permissions on hand on no more than these; null is none.
    /// </summary>
    public FrozenSet<string>? GrantedScopes { get; init; }

    /// <summary>How many runs of workflows have set each other off by events up to this actor; 0 for whoever is no run.</summary>
    public int EventDepth { get; init; }

    /// <summary>
    /// Joins the transaction of what this actor does, with the unit's result: an answer to be kept for an
    /// idempotency key commits with the change or not at all.
    /// </summary>
    public Action<PortalDbContext, object?>? Joining { get; init; }

    /// <summary>Whether the actor may do what a scope names.</summary>
    public bool May(string scope) => GrantedScopes is { } granted && Scopes.Covers(granted, scope);

    public static Actor System(Tenant tenant) => new(tenant, "system", null, "Portal") { GrantedScopes = Scopes.Expand([Scopes.Everything]) };
}

/// <summary>Writes on behalf of an actor.</summary>
public static class ActorWrites
{
    /// <summary>As <see cref="PortalStore.Write{T}(Tenant, Func{PortalDbContext, CancellationToken, Task{T}}, CancellationToken)"/>, for the actor's tenant.</summary>
    public static Task<T> Write<T>(
        this PortalStore store, Actor actor, Func<PortalDbContext, CancellationToken, Task<T>> work, CancellationToken cancellation) =>
        actor.Joining is null && actor.EventDepth == 0
            ? store.Write(actor.Tenant, work, cancellation)
            : store.Write(actor.Tenant, async (db, token) =>
            {
                db.EventDepth = actor.EventDepth;
                var result = await work(db, token);
                actor.Joining?.Invoke(db, result);
                return result;
            }, cancellation);
}
