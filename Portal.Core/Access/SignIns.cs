using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Access;

/// <summary>Somebody who has shown who they are, and the organization where they begin.</summary>
/// <param name="TwoFactor">Whether a second factor or a passkey was shown.</param>
public sealed record SignedIn(User User, Organization Organization, Role Role, bool TwoFactor = false);

/// <summary>What somebody signs in with.</summary>
/// <param name="Invitation">The token of an invitation's link, which is accepted on the way where it is theirs.</param>
public sealed record SignInInput(string? Email, string? Password, string? Invitation = null);

/// <summary>How far a sign-in has come: done, or the password was right and a code is wanted.</summary>
/// <param name="CodeToken">Stands for the right password for ten minutes; see <see cref="SignIns.Finish"/>.</param>
public sealed record SignInStep(SignedIn? SignedIn, string? CodeToken);

/// <summary>
/// Checks passwords, second factors and passkeys, for the pages and for API sessions alike. Ten wrong passwords or codes
/// in a row lock the account for five minutes. Every refusal is a <see cref="ProblemException"/>: AUTHENTICATION_FAILED
/// with a <c>reason</c> where there is more to say, AUTHORIZATION_FAILED for a user who belongs to no organization.
/// </summary>
public sealed class SignIns(
    PortalStore store, UserUnits users, Passwords passwords, SecondFactor factor, LinkTokens links, Joining joining, AccountMails mails, AuditLog audit,
    IOptions<AccountsOptions> options, TimeProvider time)
{
    /// <summary>Signs in at once, with a code where the account asks for one.</summary>
    /// <param name="code">Of the authenticator app, or a recovery code.</param>
    /// <exception cref="ProblemException">
    /// The <c>reason</c> is <c>locked_out</c> (with <c>retry_at</c>), <c>email_not_confirmed</c>, <c>totp_required</c> or
    /// <c>totp_invalid</c>; a wrong address or password has none.
    /// </exception>
    public async Task<SignedIn> Check(string? email, string? password, string? code, Origin origin, CancellationToken cancellation)
    {
        var step = await Start(new SignInInput(email, password), origin, cancellation);
        if (step.SignedIn is { } done) return done;
        return string.IsNullOrWhiteSpace(code) ? throw CodeRequired() : await Finish(step.CodeToken!, code, null, origin, cancellation);
    }

    /// <summary>Checks address and password.</summary>
    public async Task<SignInStep> Start(SignInInput input, Origin origin, CancellationToken cancellation)
    {
        var faults = new Faults();
        faults.Required("email", input.Email, 320);
        if (string.IsNullOrEmpty(input.Password)) faults.Add("password", "password is required.", ErrorCode.MissingField);
        faults.ThrowIfAny();

        var known = await Find(input.Email!, cancellation);
        if (known is not null && IsLockedOut(known)) throw LockedOut(known);
        var verified = passwords.Verify(known, input.Password!);
        if (known is null) throw Wrong().AsException();
        if (verified == PasswordVerificationResult.Failed) throw (await Failed(known, Wrong(), origin, cancellation)).AsException();
        var rehashed = verified == PasswordVerificationResult.SuccessRehashNeeded ? passwords.Hash(known, input.Password!) : null;
        var outcome = await store.WriteAcross(async (db, token) =>
        {
            var user = await db.Users.SingleAsync(user => user.Id == known.Id, token);
            // Guesses that ran side by side, or a password changed in between, must not get past the check above.
            if (IsLockedOut(user)) return new Outcome(LockedOut(user).Problem);
            if (user.PasswordHash != known.PasswordHash) return new Outcome(Wrong());
            if (rehashed is not null) user.PasswordHash = rehashed;
            return user.TwoFactorEnabled ? new Outcome(null) : await Enter(db, user, false, input.Invitation, origin, token);
        }, cancellation);
        if (outcome.Refusal is { } refusal) throw refusal.AsException();
        return outcome.SignedIn is { } done ? new SignInStep(done, null) : new SignInStep(null, links.Make(LinkTokens.SecondStep, known));
    }

    /// <summary>Checks the code of an account whose password was right.</summary>
    /// <param name="codeToken">From <see cref="Start"/>.</param>
    /// <param name="code">Of the authenticator app, or a recovery code; each is good once.</param>
    /// <param name="invitation">As <see cref="SignInInput.Invitation"/>.</param>
    public async Task<SignedIn> Finish(string codeToken, string? code, string? invitation, Origin origin, CancellationToken cancellation)
    {
        var faults = new Faults();
        faults.Required("totp_code", code, 64);
        faults.ThrowIfAny();
        var known = await Behind(codeToken, cancellation) ?? throw StepExpired();
        if (IsLockedOut(known)) throw LockedOut(known);
        var presented = factor.Read(known, code!);
        var outcome = await store.WriteAcross(async (db, token) =>
        {
            var user = await db.Users.SingleAsync(user => user.Id == known.Id, token);
            if (IsLockedOut(user)) return new Outcome(LockedOut(user).Problem);
            if (user.SecurityStamp != known.SecurityStamp) return new Outcome(StepExpired().Problem);
            var use = await factor.Take(db, user, presented, token);
            if (use == FactorUse.None) return new Outcome(WrongCode);
            if (use == FactorUse.RecoveryCode) await NoteRecovery(db, user, origin, token);
            return await Enter(db, user, true, invitation, origin, token);
        }, cancellation);
        if (outcome.Refusal == WrongCode) throw (await Failed(known, WrongCode, origin, cancellation)).AsException();
        return outcome.SignedIn ?? throw outcome.Refusal!.AsException();
    }

    /// <summary>Signs in a user whose passkey was verified, and keeps what it says of itself. It asks for no code: it is held and unlocked by the user.</summary>
    public async Task<SignedIn> WithPasskey(string userId, UserPasskeyInfo passkey, string? invitation, Origin origin, CancellationToken cancellation)
    {
        var outcome = await store.WriteAcross(async (db, token) =>
        {
            var user = await db.Users.SingleAsync(user => user.Id == userId, token);
            if (IsLockedOut(user)) return new Outcome(LockedOut(user).Problem);
            using var manager = users.In(db);
            if (await manager.GetPasskeyAsync(user, passkey.CredentialId) is null) return new Outcome(UnknownPasskey);
            await manager.AddOrUpdatePasskeyAsync(user, passkey);
            return await Enter(db, user, true, invitation, origin, token);
        }, cancellation);
        return outcome.SignedIn ?? throw outcome.Refusal!.AsException();
    }

    /// <summary>Whether the user must not act at this moment.</summary>
    internal bool IsLockedOut(User user) => user.LockoutEnabled && user.LockoutEnd > time.GetUtcNow();

    private async Task<User?> Find(string email, CancellationToken cancellation)
    {
        var normalized = users.Normalize(email);
        await using var db = store.ReadAcross();
        return await db.Users.SingleOrDefaultAsync(user => user.NormalizedEmail == normalized, cancellation);
    }

    private async Task<User?> Behind(string codeToken, CancellationToken cancellation)
    {
        if (links.UserOf(codeToken) is not { } userId) return null;
        await using var db = store.ReadAcross();
        var user = await db.Users.SingleOrDefaultAsync(user => user.Id == userId, cancellation);
        return user is not null && links.IsValid(LinkTokens.SecondStep, user, codeToken) ? user : null;
    }

    // Refusals are returned rather than thrown, so that the unit commits what it counted.
    private Task<Problem> Failed(User known, Problem refusal, Origin origin, CancellationToken cancellation) => store.WriteAcross(async (db, token) =>
    {
        var user = await db.Users.SingleAsync(user => user.Id == known.Id, token);
        if (IsLockedOut(user)) return LockedOut(user).Problem;
        using (var manager = users.In(db)) await manager.AccessFailedAsync(user);
        if (!IsLockedOut(user)) return refusal;
        if (await Organizations.Begin(db, user, token) is { } home)
            audit.Add(db, origin.ActorFor(user, home.Organization.Id), "user.locked_out", "user", user.Id, $"{user.FullName} was locked out after too many wrong passwords or codes");
        return LockedOut(user).Problem;
    }, cancellation);

    private async Task<Outcome> Enter(PortalDbContext db, User user, bool twoFactor, string? invitation, Origin origin, CancellationToken cancellation)
    {
        if (invitation is not null) await joining.TryJoin(db, user, invitation, origin, cancellation);
        if (options.Value.RequireConfirmedEmail && !user.EmailConfirmed) return new Outcome(NotConfirmed);
        if (await Organizations.Begin(db, user, cancellation) is not { } home) return new Outcome(Nowhere);
        user.AccessFailedCount = 0;
        user.LockoutEnd = null;
        user.LastOrganizationId = home.Organization.Id;
        audit.Add(db, origin.ActorFor(user, home.Organization.Id), "user.signed_in", "user", user.Id, $"{user.FullName} signed in");
        return new Outcome(null, new SignedIn(user, home.Organization, home.Role, twoFactor));
    }

    private async Task NoteRecovery(PortalDbContext db, User user, Origin origin, CancellationToken cancellation)
    {
        mails.SecurityChanged(db, user, "A recovery code was used to sign in to your account; it is good no more.");
        if (await Organizations.Begin(db, user, cancellation) is { } home)
            audit.Add(db, origin.ActorFor(user, home.Organization.Id), "user.recovery_code_used", "user", user.Id, $"{user.FullName} signed in with a recovery code");
    }

    internal static Problem NotConfirmed { get; } = Because("email_not_confirmed", "Confirm your e-mail address first; the link is in the mail that was sent to it.");

    internal static Problem Nowhere { get; } = new(ErrorCode.AuthorizationFailed, "You belong to no organization any more.")
    {
        Details = Problem.Pairs(("reason", "no_organization")),
    };

    internal static ProblemException LockedOut(User user) => new Problem(ErrorCode.AuthenticationFailed, "Too many wrong passwords or codes. The account is locked for a few minutes.")
    {
        Details = Problem.Pairs(("reason", "locked_out"), ("retry_at", user.LockoutEnd)),
    }.AsException();

    private static readonly Problem WrongCode = new(ErrorCode.AuthenticationFailed, "This code is not right, or was used before. Wait for the app’s next one.")
    {
        Details = Problem.Pairs(("field", "totp_code"), ("reason", "totp_invalid")),
    };

    private static readonly Problem UnknownPasskey = Because("passkey_unknown", "This passkey is not registered here any more.");

    private static ProblemException CodeRequired() => new Problem(ErrorCode.AuthenticationFailed, "The account asks for a code: send the authenticator app’s as totp_code, or a recovery code.")
    {
        Details = Problem.Pairs(("field", "totp_code"), ("reason", "totp_required")),
    }.AsException();

    private static ProblemException StepExpired() => Because("step_expired", "That took too long. Sign in again.").AsException();

    private static Problem Because(string reason, string message) => new(ErrorCode.AuthenticationFailed, message) { Details = Problem.Pairs(("reason", reason)) };

    private static Problem Wrong() => new(ErrorCode.AuthenticationFailed, "The e-mail address or the password is wrong.");

    private sealed record Outcome(Problem? Refusal, SignedIn? SignedIn = null);
}
