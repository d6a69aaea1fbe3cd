using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Access;

/// <summary>Makes users and organizations, for registration, set-up and bootstrap alike.</summary>
public sealed class NewAccounts(UserUnits users, Passwords passwords, IdGenerator ids, TimeProvider time)
{
    /// <summary>Makes a user with a hashed password, to be added in a unit of work that follows.</summary>
    internal User Prepare(string email, string password, string firstName, string lastName)
    {
        var user = new User
        {
            Id = ids.New("usr"),
            UserName = email.Trim(),
            Email = email.Trim(),
            NormalizedUserName = users.Normalize(email),
            NormalizedEmail = users.Normalize(email),
            FirstName = firstName.Trim(),
            LastName = lastName.Trim(),
            LockoutEnabled = true,
            CreatedAt = time.GetUtcNow(),
        };
        user.PasswordHash = passwords.Hash(user, password);
        return user;
    }

    /// <exception cref="ProblemException">The e-mail address is taken.</exception>
    internal static async Task Add(PortalDbContext db, User user, CancellationToken cancellation)
    {
        if (await IsTaken(db, user, cancellation)) throw Taken();
        db.Users.Add(user);
    }

    /// <summary>
    /// Runs a unit that adds a user. Two units of different nodes may both find an address free, or the portal without an
    /// administrator; the second one then meets a unique index and, run again, is answered like any other who comes late.
    /// </summary>
    internal static async Task<T> Commit<T>(PortalStore store, Func<PortalDbContext, CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        try
        {
            return await store.WriteAcross(work, cancellation);
        }
        catch (DbUpdateException)
        {
            return await store.WriteAcross(work, cancellation);
        }
    }

    /// <summary>Adds an organization that the user owns and that is open from now on.</summary>
    internal Organization AddOrganization(PortalDbContext db, User owner, string name, Plan plan)
    {
        var organization = AddOrganization(db, name, plan);
        db.Memberships.Add(new Membership
        {
            OrganizationId = organization.Id,
            UserId = owner.Id,
            Role = Role.Owner,
            CreatedAt = time.GetUtcNow(),
        });
        owner.LastOrganizationId = organization.Id;
        return organization;
    }

    /// <summary>Adds an organization that nobody belongs to yet.</summary>
    internal Organization AddOrganization(PortalDbContext db, string name, Plan plan)
    {
        var organization = new Organization { Id = ids.New("org"), Name = name.Trim(), Plan = plan, CreatedAt = time.GetUtcNow() };
        db.Organizations.Add(organization);
        return organization;
    }

    private static Task<bool> IsTaken(PortalDbContext db, User user, CancellationToken cancellation) =>
        db.Users.AnyAsync(other => other.NormalizedEmail == user.NormalizedEmail || other.NormalizedUserName == user.NormalizedUserName, cancellation);

    private static ProblemException Taken() =>
        Problem.Field(ErrorCode.Validation, "email", "There is an account with this e-mail address already.").AsException();
}
