using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Access;

/// <summary>What users see and change of their own account.</summary>
/// <param name="EmailConfirmed">Whether they have shown that the address is theirs.</param>
public sealed record Profile(string UserId, string FirstName, string LastName, string Email, bool EmailConfirmed, DateTimeOffset CreatedAt);

/// <summary>Reads and changes users' own profiles.</summary>
public sealed class Profiles(PortalStore store, AuditLog audit)
{
    private const int LongestName = 100;

    /// <exception cref="ProblemException">There is no such user (any more).</exception>
    public async Task<Profile> Get(string userId, CancellationToken cancellation)
    {
        await using var db = store.ReadAcross();
        return await db.Users.Where(user => user.Id == userId)
            .Select(user => new Profile(user.Id, user.FirstName, user.LastName, user.Email ?? "", user.EmailConfirmed, user.CreatedAt))
            .SingleOrDefaultAsync(cancellation) ?? throw Problem.NotFound("user", userId).AsException();
    }

    /// <summary>Gives the actor's user another name.</summary>
    /// <exception cref="ProblemException">A name is missing or too long, or there is no such user.</exception>
    public async Task Rename(Actor actor, string? firstName, string? lastName, CancellationToken cancellation)
    {
        var faults = new Faults();
        faults.Required("first_name", firstName, LongestName);
        faults.Required("last_name", lastName, LongestName);
        faults.ThrowIfAny();
        await store.WriteAcross(async (db, token) =>
        {
            var user = await db.Users.SingleOrDefaultAsync(user => user.Id == actor.UserId, token)
                ?? throw Problem.NotFound("user", actor.UserId ?? "").AsException();
            var before = user.FullName;
            (user.FirstName, user.LastName) = (firstName!.Trim(), lastName!.Trim());
            if (user.FullName != before) audit.Add(db, actor, "user.renamed", "user", user.Id, $"{before} is now {user.FullName}");
            return true;
        }, cancellation);
    }
}
