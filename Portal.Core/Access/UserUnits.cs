using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Core.Shared.Data;

namespace Portal.Core.Access;

/// <summary>Identity's user manager with the injected clock for lock-outs.</summary>
public sealed class PortalUserManager(
    IUserStore<User> store,
    IOptions<IdentityOptions> options,
    IPasswordHasher<User> hasher,
    IEnumerable<IUserValidator<User>> userValidators,
    IEnumerable<IPasswordValidator<User>> passwordValidators,
    ILookupNormalizer normalizer,
    IdentityErrorDescriber errors,
    IServiceProvider services,
    TimeProvider time,
    ILogger<UserManager<User>> logger)
    : UserManager<User>(store, options, hasher, userValidators, passwordValidators, normalizer, errors, services, logger)
{
    /// <inheritdoc/>
    public override Task<bool> IsLockedOutAsync(User user) => Task.FromResult(IsLockedOut(user));

    /// <summary>Whether too many wrong passwords keep the user out at this moment.</summary>
    public bool IsLockedOut(User user) => user.LockoutEnabled && user.LockoutEnd > time.GetUtcNow();

    /// <inheritdoc/>
    public override Task<IdentityResult> AccessFailedAsync(User user)
    {
        user.AccessFailedCount++;
        if (user.AccessFailedCount >= Options.Lockout.MaxFailedAccessAttempts)
        {
            user.AccessFailedCount = 0;
            user.LockoutEnd = time.GetUtcNow() + Options.Lockout.DefaultLockoutTimeSpan;
        }

        return UpdateAsync(user);
    }
}

/// <summary>
/// The user manager inside a unit of work: what it changes commits with the rest of the unit. The manager from the
/// container has a database connection of its own and would compete with the one writer that SQLite has.
/// </summary>
public sealed class UserUnits(
    IOptions<IdentityOptions> options,
    IPasswordHasher<User> hasher,
    ILookupNormalizer normalizer,
    IdentityErrorDescriber errors,
    IServiceProvider services,
    TimeProvider time,
    ILogger<UserManager<User>> logger)
{
    /// <summary>A manager over the unit's context; it saves when the unit does. Hash passwords before the unit, with <see cref="Passwords"/>.</summary>
    public PortalUserManager In(PortalDbContext db) => new(
        new UserOnlyStore<User, PortalDbContext, string>(db, errors) { AutoSaveChanges = false },
        options,
        hasher,
        [new UserValidator<User>(errors)],
        [new PasswordValidator<User>(errors)],
        normalizer,
        errors,
        services,
        time,
        logger);

    /// <summary>The form in which e-mail addresses are compared.</summary>
    public string Normalize(string email) => normalizer.NormalizeEmail(email.Trim())!;
}
