using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Access;

/// <summary>What somebody registers with.</summary>
public sealed record Registration(string? Email, string? Password, string? FirstName, string? LastName, string? OrganizationName);

/// <summary>A new account and the organization that came with it.</summary>
public sealed record Registered(User User, Organization Organization);

/// <summary>A password and the one that replaces it.</summary>
/// <param name="EndOthers">Whether the user's sessions end, in browsers and of programs.</param>
/// <param name="KeptSessionId">The one that goes on all the same.</param>
public sealed record PasswordChange(string? Current, string? New, bool EndOthers = true, string? KeptSessionId = null);

/// <summary>Accounts: to register, to confirm the e-mail address, to get back in, to change the password.</summary>
public sealed class Accounts(
    PortalStore store,
    NewAccounts accounts,
    UserUnits users,
    Passwords passwords,
    LinkTokens links,
    AccountMails mails,
    SessionRevocation sessions,
    AuditLog audit,
    IOptions<AccountsOptions> options)
{
    /// <summary>Greatest length of an e-mail address in characters (RFC 5321, section 4.5.3.1.3, less the brackets).</summary>
    private const int LongestEmail = 254;

    /// <summary>Makes an account with an organization of its own, and mails the link that confirms the address.</summary>
    /// <exception cref="ProblemException">A field is at fault, the address is taken, or registration is closed.</exception>
    public async Task<Registered> Register(Registration registration, Origin origin, CancellationToken cancellation)
    {
        if (!options.Value.RegistrationOpen)
            throw new Problem(ErrorCode.AuthorizationFailed, "Registration is closed. Ask an administrator for an account.").AsException();
        Check(registration).ThrowIfAny();
        var first = registration.FirstName!.Trim();
        var user = accounts.Prepare(registration.Email!, registration.Password!, first, registration.LastName!);
        var name = string.IsNullOrWhiteSpace(registration.OrganizationName) ? $"{first}'s organization" : registration.OrganizationName;
        var token = links.Make(LinkTokens.ConfirmEmail, user);
        return await NewAccounts.Commit(store, async (db, cancel) =>
        {
            await NewAccounts.Add(db, user, cancel);
            var organization = accounts.AddOrganization(db, user, name, options.Value.DefaultPlan);
            mails.Confirm(db, user, token);
            audit.Add(db, origin.ActorFor(user, organization.Id), "user.registered", "user", user.Id, $"{user.FullName} registered with {organization.Name}");
            return new Registered(user, organization);
        }, cancellation);
    }

    /// <summary>A user.</summary>
    /// <exception cref="ProblemException">There is none with this id.</exception>
    public async Task<User> Get(string userId, CancellationToken cancellation) =>
        await Find(user => user.Id == userId, cancellation) ?? throw Problem.NotFound("user", userId).AsException();

    /// <summary>Mails the confirming link again; does nothing where the address is confirmed.</summary>
    public async Task SendConfirmation(string userId, CancellationToken cancellation)
    {
        if (await Find(user => user.Id == userId, cancellation) is not { EmailConfirmed: false } user) return;
        var token = links.Make(LinkTokens.ConfirmEmail, user);
        await store.WriteAcross((db, _) =>
        {
            mails.Confirm(db, user, token);
            return Task.FromResult(true);
        }, cancellation);
    }

    /// <summary>Confirms a user's e-mail address with the token of the mailed link.</summary>
    /// <exception cref="ProblemException">The link is wrong or too old.</exception>
    public async Task ConfirmEmail(string userId, string token, CancellationToken cancellation)
    {
        var checkedUser = await Check(LinkTokens.ConfirmEmail, userId, token, cancellation);
        await store.WriteAcross(async (db, cancel) =>
        {
            var user = await Unchanged(db, checkedUser, cancel) ?? throw BadLink();
            user.EmailConfirmed = true;
            return true;
        }, cancellation);
    }

    /// <summary>Mails a link that sets a new password; does the same, to the eye, where there is no such account.</summary>
    public async Task RequestReset(string? email, CancellationToken cancellation)
    {
        var faults = new Faults();
        CheckEmail(faults, email);
        faults.ThrowIfAny();
        var normalized = users.Normalize(email!);
        if (await Find(user => user.NormalizedEmail == normalized, cancellation) is not { } user) return;
        var token = links.Make(LinkTokens.ResetPassword, user);
        await store.WriteAcross((db, _) =>
        {
            mails.Reset(db, user, token);
            return Task.FromResult(true);
        }, cancellation);
    }

    /// <summary>Sets a new password with the token of the mailed link, which also shows that the address is the user's.</summary>
    /// <exception cref="ProblemException">The link is wrong, used or too old, or the password too short.</exception>
    public async Task ResetPassword(string userId, string token, string? password, Origin origin, CancellationToken cancellation)
    {
        var faults = new Faults();
        Passwords.Check(faults, "password", password);
        faults.ThrowIfAny();
        var checkedUser = await Check(LinkTokens.ResetPassword, userId, token, cancellation);
        var hash = passwords.Hash(checkedUser, password!);
        await store.WriteAcross(async (db, cancel) =>
        {
            var user = await Unchanged(db, checkedUser, cancel) ?? throw BadLink();
            user.EmailConfirmed = true;
            user.LockoutEnd = null;
            user.AccessFailedCount = 0;
            await SetPassword(db, user, hash, "user.password_reset", "set a new password by a mailed link", origin, cancel);
            await sessions.RevokeAll(db, user.Id, null, "password", cancel);
            return true;
        }, cancellation);
    }

    /// <summary>Changes the password of a user who knows the present one.</summary>
    /// <exception cref="ProblemException">The present password is wrong, or the new one too short.</exception>
    public async Task ChangePassword(string userId, PasswordChange change, Origin origin, CancellationToken cancellation)
    {
        var faults = new Faults();
        faults.Required("current_password", change.Current, Passwords.Longest);
        Passwords.Check(faults, "password", change.New);
        faults.ThrowIfAny();
        var checkedUser = await Get(userId, cancellation);
        passwords.Require(checkedUser, "current_password", change.Current);
        var hash = passwords.Hash(checkedUser, change.New!);
        await store.WriteAcross(async (db, cancel) =>
        {
            var user = await Unchanged(db, checkedUser, cancel)
                ?? throw Problem.Conflict("The account was changed meanwhile. Try again.").AsException();
            await SetPassword(db, user, hash, "user.password_changed", "changed the password", origin, cancel);
            if (change.EndOthers) await sessions.RevokeOthers(db, user.Id, change.KeptSessionId, "password", cancel);
            return true;
        }, cancellation);
    }

    private async Task SetPassword(PortalDbContext db, User user, string hash, string action, string what, Origin origin, CancellationToken cancellation)
    {
        user.PasswordHash = hash;
        // A new stamp ends the links that were made before.
        using (var manager = users.In(db)) await manager.UpdateSecurityStampAsync(user);
        mails.PasswordChanged(db, user);
        if (await Organizations.Begin(db, user, cancellation) is { } home)
            audit.Add(db, origin.ActorFor(user, home.Organization.Id), action, "user", user.Id, $"{user.FullName} {what}");
    }

    private async Task<User> Check(string purpose, string userId, string token, CancellationToken cancellation) =>
        await Find(user => user.Id == userId, cancellation) is { } user && links.IsValid(purpose, user, token) ? user : throw BadLink();

    /// <summary>The user in a unit of work, provided that nothing has changed since they were checked outside it.</summary>
    private static Task<User?> Unchanged(PortalDbContext db, User checkedUser, CancellationToken cancellation) =>
        db.Users.SingleOrDefaultAsync(user => user.Id == checkedUser.Id && user.SecurityStamp == checkedUser.SecurityStamp, cancellation);

    private async Task<User?> Find(System.Linq.Expressions.Expression<Func<User, bool>> which, CancellationToken cancellation)
    {
        await using var db = store.ReadAcross();
        return await db.Users.SingleOrDefaultAsync(which, cancellation);
    }

    internal static Faults Check(Registration registration)
    {
        var faults = new Faults();
        CheckEmail(faults, registration.Email);
        Passwords.Check(faults, "password", registration.Password);
        faults.Required("first_name", registration.FirstName, 100);
        faults.Required("last_name", registration.LastName, 100);
        faults.Text("organization_name", registration.OrganizationName);
        return faults;
    }

    // The column holds 256 characters of the normalized address, which in rare scripts is longer than what was typed.
    internal static void CheckEmail(Faults faults, string? email)
    {
        var found = new Faults();
        found.Required("email", email, LongestEmail);
        if (!found.Any) found.Email("email", email!.Trim());
        if (!found.Any && email!.Trim().Normalize().Length > LongestEmail) found.Add("email", $"email is longer than {LongestEmail} characters.");
        faults.AddAll(found);
    }

    private static ProblemException BadLink() =>
        Problem.Field(ErrorCode.Validation, "token", "This link is not valid, or not any more. Ask for a new one.").AsException();
}
