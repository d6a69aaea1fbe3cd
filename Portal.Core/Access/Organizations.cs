using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Access;

/// <summary>An organization, and what a user is in it.</summary>
public sealed record MemberOf(Organization Organization, Role Role);

/// <summary>The organizations of a user: which there are, which one is open, another one.</summary>
public sealed class Organizations(PortalStore store, NewAccounts accounts, AuditLog audit, IOptions<AccountsOptions> options)
{
    /// <summary>The organizations that a user belongs to, oldest membership first.</summary>
    public async Task<IReadOnlyList<MemberOf>> Of(string userId, CancellationToken cancellation)
    {
        await using var db = store.ReadAcross();
        return await Of(db, userId, cancellation);
    }

    /// <summary>What a user is in an organization; null when they are nothing in it, or there is none.</summary>
    public async Task<Role?> RoleIn(string userId, string organizationId, CancellationToken cancellation)
    {
        await using var db = store.ReadAcross();
        return await RoleIn(db, userId, organizationId, cancellation);
    }

    /// <summary>Makes another of the user's organizations the open one.</summary>
    /// <exception cref="ProblemException">The user does not belong to it, or there is none.</exception>
    public Task<MemberOf> Open(string userId, string organizationId, CancellationToken cancellation) => store.WriteAcross(async (db, token) =>
    {
        var member = (await Of(db, userId, token)).FirstOrDefault(member => member.Organization.Id == organizationId)
            ?? throw Problem.NotFound("organization", organizationId).AsException();
        var user = await db.Users.SingleAsync(user => user.Id == userId, token);
        user.LastOrganizationId = organizationId;
        return member;
    }, cancellation);

    /// <summary>Makes another organization, with the default plan, owned by the actor's user, and opens it.</summary>
    /// <exception cref="ProblemException">The name is missing or too long, or nobody stands behind the actor.</exception>
    public Task<Organization> Create(Actor actor, string? name, CancellationToken cancellation)
    {
        var faults = new Faults();
        faults.Required("name", name);
        faults.ThrowIfAny();
        if (actor.UserId is not { } userId)
            throw new Problem(ErrorCode.AuthorizationFailed, "Only a user can own an organization.").AsException();
        return store.WriteAcross(async (db, token) =>
        {
            var user = await db.Users.SingleAsync(user => user.Id == userId, token);
            var organization = accounts.AddOrganization(db, user, name!, options.Value.DefaultPlan);
            var there = actor with { Tenant = new Tenant(organization.Id, ApiMode.Live) };
            audit.Add(db, there, "organization.created", "organization", organization.Id, $"Organization {organization.Name} created");
            return organization;
        }, cancellation);
    }

    internal static async Task<IReadOnlyList<MemberOf>> Of(PortalDbContext db, string userId, CancellationToken cancellation) =>
        await db.Across<Membership>().Where(member => member.UserId == userId)
            .OrderBy(member => member.CreatedAt).ThenBy(member => member.OrganizationId)
            .Select(member => new MemberOf(member.Organization!, member.Role))
            .ToListAsync(cancellation);

    internal static async Task<Role?> RoleIn(PortalDbContext db, string userId, string organizationId, CancellationToken cancellation) =>
        await db.Across<Membership>().Where(member => member.UserId == userId && member.OrganizationId == organizationId)
            .Select(member => (Role?)member.Role).SingleOrDefaultAsync(cancellation);

    /// <summary>Where a user's work begins: the organization that was open last, else the oldest; null without any.</summary>
    internal static async Task<MemberOf?> Begin(PortalDbContext db, User user, CancellationToken cancellation)
    {
        var all = await Of(db, user.Id, cancellation);
        return all.FirstOrDefault(member => member.Organization.Id == user.LastOrganizationId) ?? (all.Count > 0 ? all[0] : null);
    }
}
