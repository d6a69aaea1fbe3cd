using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Access;

/// <summary>Changes a user's e-mail address, with which they sign in: once the new one is shown to be theirs, and never without the old one being told.</summary>
public sealed class EmailChanges(PortalStore store, UserUnits users, Passwords passwords, LinkTokens links, AccountMails mails, AuditLog audit)
{
    /// <summary>Mails a link to the new address and a notice to the old one. Until the link is opened nothing changes.</summary>
    /// <exception cref="ProblemException">The password is wrong, or the address is none, the same or another account's.</exception>
    public async Task Request(string userId, string? email, string? password, CancellationToken cancellation)
    {
        var faults = new Faults();
        Accounts.CheckEmail(faults, email);
        faults.ThrowIfAny();
        var user = await Find(userId, cancellation);
        passwords.Require(user, "current_password", password);
        var address = email!.Trim();
        var normalized = users.Normalize(address);
        if (normalized == user.NormalizedEmail && address == user.Email)
            throw Problem.Field(ErrorCode.Validation, "email", "This is your e-mail address already.").AsException();
        var token = links.Make(Purpose(normalized), user);
        await store.WriteAcross(async (db, cancel) =>
        {
            if (await IsTaken(db, userId, normalized, cancel)) throw Taken();
            mails.ConfirmChange(db, user, address, token);
            mails.ChangeRequested(db, user, address);
            return true;
        }, cancellation);
    }

    /// <summary>Changes the address with the token of the link that was mailed to it.</summary>
    /// <exception cref="ProblemException">The link is wrong, used or too old, or another account has taken the address meanwhile.</exception>
    public async Task Confirm(string userId, string email, string token, Origin origin, CancellationToken cancellation)
    {
        await using var reading = store.ReadAcross();
        var address = email.Trim();
        var normalized = users.Normalize(address);
        var known = Faults.IsStorable(userId) ? await reading.Users.SingleOrDefaultAsync(user => user.Id == userId, cancellation) : null;
        if (known is null || !links.IsValid(Purpose(normalized), known, token)) throw BadLink();
        await store.WriteAcross(async (db, cancel) =>
        {
            var user = await db.Users.SingleOrDefaultAsync(user => user.Id == known.Id && user.SecurityStamp == known.SecurityStamp, cancel) ?? throw BadLink();
            if (await IsTaken(db, userId, normalized, cancel)) throw Taken();
            var before = user.Email!;
            (user.Email, user.UserName) = (address, address);
            (user.NormalizedEmail, user.NormalizedUserName) = (normalized, normalized);
            user.EmailConfirmed = true;
            // A new stamp ends the links that were mailed to the old address.
            using (var manager = users.In(db)) await manager.UpdateSecurityStampAsync(user);
            mails.EmailChanged(db, user, before);
            if (await Organizations.Begin(db, user, cancel) is { } home)
            {
                audit.Add(db, origin.ActorFor(user, home.Organization.Id), "user.email_changed", "user", user.Id, $"{user.FullName} changed the e-mail address",
                    AuditChanges.Of(("email", before, address)));
            }

            return true;
        }, cancellation);
    }

    private static string Purpose(string normalized) => LinkTokens.ChangeEmail + normalized;

    private static Task<bool> IsTaken(PortalDbContext db, string userId, string normalized, CancellationToken cancellation) =>
        db.Users.AnyAsync(user => user.Id != userId && (user.NormalizedEmail == normalized || user.NormalizedUserName == normalized), cancellation);

    private async Task<User> Find(string userId, CancellationToken cancellation)
    {
        await using var db = store.ReadAcross();
        return await db.Users.SingleOrDefaultAsync(user => user.Id == userId, cancellation) ?? throw Problem.NotFound("user", userId).AsException();
    }

    private static ProblemException Taken() => Problem.Field(ErrorCode.Validation, "email", "There is an account with this e-mail address already.").AsException();

    private static ProblemException BadLink() =>
        Problem.Field(ErrorCode.Validation, "token", "This link is not valid, or not any more. Ask for a new one.").AsException();
}
