using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Access;

/// <summary>Somebody who has shown who they are, and the organization where they begin.</summary>
public sealed record SignedIn(User User, Organization Organization, Role Role);

/// <summary>Checks e-mail address and password, for the pages' cookie and for API sessions alike.</summary>
public sealed class SignIns(
    PortalStore store, UserUnits users, Passwords passwords, AuditLog audit, IOptions<AccountsOptions> options, TimeProvider time)
{
    /// <summary>Signs in. Ten wrong passwords in a row lock the account for five minutes.</summary>
    /// <exception cref="ProblemException">
    /// AUTHENTICATION_FAILED: wrong address or password, or <c>reason</c> <c>locked_out</c> (with <c>retry_at</c>) or
    /// <c>email_not_confirmed</c>. AUTHORIZATION_FAILED: the user belongs to no organization.
    /// </exception>
    public async Task<SignedIn> Check(string? email, string? password, Origin origin, CancellationToken cancellation)
    {
        var faults = new Faults();
        faults.Required("email", email, 320);
        if (string.IsNullOrEmpty(password)) faults.Add("password", "password is required.", ErrorCode.MissingField);
        faults.ThrowIfAny();

        var known = await Find(email!, cancellation);
        if (known is not null && IsLockedOut(known)) throw LockedOut(known);
        var verified = passwords.Verify(known, password!);
        if (known is null) throw Wrong();
        var result = verified == PasswordVerificationResult.Failed
            ? await Failed(known, origin, cancellation)
            : await Succeeded(known, verified == PasswordVerificationResult.SuccessRehashNeeded ? passwords.Hash(known, password!) : null, origin, cancellation);
        return result.SignedIn ?? throw result.Refusal!.AsException();
    }

    /// <summary>Whether the user must not act at this moment.</summary>
    internal bool IsLockedOut(User user) => user.LockoutEnabled && user.LockoutEnd > time.GetUtcNow();

    private async Task<User?> Find(string email, CancellationToken cancellation)
    {
        var normalized = users.Normalize(email);
        await using var db = store.ReadAcross();
        return await db.Users.SingleOrDefaultAsync(user => user.NormalizedEmail == normalized, cancellation);
    }

    // Refusals are returned rather than thrown, so that the unit commits what it counted.
    private Task<Outcome> Failed(User known, Origin origin, CancellationToken cancellation) => store.WriteAcross(async (db, token) =>
    {
        var user = await db.Users.SingleAsync(user => user.Id == known.Id, token);
        if (IsLockedOut(user)) return new Outcome(LockedOut(user).Problem);
        using (var manager = users.In(db)) await manager.AccessFailedAsync(user);
        if (!IsLockedOut(user)) return new Outcome(Wrong().Problem);
        if (await Organizations.Begin(db, user, token) is { } home)
            audit.Add(db, origin.ActorFor(user, home.Organization.Id), "user.locked_out", "user", user.Id, $"{user.FullName} was locked out after too many wrong passwords");
        return new Outcome(LockedOut(user).Problem);
    }, cancellation);

    private Task<Outcome> Succeeded(User known, string? rehashed, Origin origin, CancellationToken cancellation) => store.WriteAcross(async (db, token) =>
    {
        var user = await db.Users.SingleAsync(user => user.Id == known.Id, token);
        // Guesses that ran side by side, or a password changed in between, must not get past the check above.
        if (IsLockedOut(user)) return new Outcome(LockedOut(user).Problem);
        if (user.PasswordHash != known.PasswordHash) return new Outcome(Wrong().Problem);
        if (options.Value.RequireConfirmedEmail && !user.EmailConfirmed) return new Outcome(NotConfirmed);
        if (await Organizations.Begin(db, user, token) is not { } home) return new Outcome(Nowhere);
        user.AccessFailedCount = 0;
        user.LockoutEnd = null;
        user.LastOrganizationId = home.Organization.Id;
        if (rehashed is not null) user.PasswordHash = rehashed;
        audit.Add(db, origin.ActorFor(user, home.Organization.Id), "user.signed_in", "user", user.Id, $"{user.FullName} signed in");
        return new Outcome(null, new SignedIn(user, home.Organization, home.Role));
    }, cancellation);

    internal static Problem NotConfirmed { get; } = new(ErrorCode.AuthenticationFailed, "Confirm your e-mail address first; the link is in the mail that was sent to it.")
    {
        Details = Problem.Pairs(("reason", "email_not_confirmed")),
    };

    internal static Problem Nowhere { get; } = new(ErrorCode.AuthorizationFailed, "You belong to no organization any more.")
    {
        Details = Problem.Pairs(("reason", "no_organization")),
    };

    internal static ProblemException LockedOut(User user) => new Problem(ErrorCode.AuthenticationFailed, "Too many wrong passwords. The account is locked for a few minutes.")
    {
        Details = Problem.Pairs(("reason", "locked_out"), ("retry_at", user.LockoutEnd)),
    }.AsException();

    private static ProblemException Wrong() => new Problem(ErrorCode.AuthenticationFailed, "The e-mail address or the password is wrong.").AsException();

    private sealed record Outcome(Problem? Refusal, SignedIn? SignedIn = null);
}
