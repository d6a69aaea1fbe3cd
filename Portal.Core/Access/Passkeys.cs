using System.Buffers.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Access;

/// <summary>A passkey of a user.</summary>
/// <param name="Id">The credential's id in base64url.</param>
/// <param name="IsBackedUp">Whether it is kept by more than one device, as by a password manager.</param>
public sealed record Passkey(string Id, string Name, DateTimeOffset CreatedAt, bool IsBackedUp);

/// <summary>A user's own passkeys. What a browser sends is verified before it comes here.</summary>
public sealed class Passkeys(PortalStore store, UserUnits users, AccountMails mails, AuditLog audit)
{
    private const int LongestName = 100;
    private const int Most = 20;

    /// <summary>The oldest first.</summary>
    public async Task<IReadOnlyList<Passkey>> List(string userId, CancellationToken cancellation)
    {
        await using var db = store.ReadAcross();
        var rows = await db.Set<IdentityUserPasskey<string>>().Where(passkey => passkey.UserId == userId).ToListAsync(cancellation);
        return [.. rows.OrderBy(row => row.Data.CreatedAt).Select(Shown)];
    }

    /// <summary>Adds a passkey. The session that does it counts as signed in with it.</summary>
    /// <param name="sessionId">The session of the browser.</param>
    /// <exception cref="ProblemException">The name is missing or too long, the passkey is known already, or there are 20.</exception>
    public Task Add(Actor actor, string sessionId, UserPasskeyInfo passkey, string? name, CancellationToken cancellation)
    {
        passkey.Name = CheckName(name);
        return store.WriteAcross(async (db, token) =>
        {
            var user = await Find(db, actor, token);
            var all = db.Set<IdentityUserPasskey<string>>();
            if (await all.AnyAsync(other => other.CredentialId == passkey.CredentialId, token)) throw Problem.Conflict("This passkey is registered already.").AsException();
            if (await all.CountAsync(other => other.UserId == user.Id, token) >= Most) throw Problem.Conflict($"An account has {Most} passkeys at most.", ("limit", Most)).AsException();
            using (var manager = users.In(db)) await manager.AddOrUpdatePasskeyAsync(user, passkey);
            if (await db.Sessions.SingleOrDefaultAsync(session => session.Id == sessionId && session.UserId == user.Id, token) is { } session) session.IsTwoFactor = true;
            audit.Add(db, actor, "user.passkey_added", "user", user.Id, $"{user.FullName} added the passkey {passkey.Name}");
            mails.SecurityChanged(db, user, $"The passkey “{passkey.Name}” was added to your account; it signs you in without a password.");
            return true;
        }, cancellation);
    }

    /// <summary>Gives a passkey another name.</summary>
    /// <exception cref="ProblemException">The name is missing or too long, or the user has no such passkey.</exception>
    public Task Rename(Actor actor, string id, string? name, CancellationToken cancellation)
    {
        var wanted = CheckName(name);
        return store.WriteAcross(async (db, token) =>
        {
            (await Row(db, actor, id, token)).Data.Name = wanted;
            return true;
        }, cancellation);
    }

    /// <summary>Removes a passkey; it signs nobody in any more.</summary>
    /// <exception cref="ProblemException">The user has no such passkey.</exception>
    public Task Remove(Actor actor, string id, CancellationToken cancellation) => store.WriteAcross(async (db, token) =>
    {
        var row = await Row(db, actor, id, token);
        var user = await Find(db, actor, token);
        db.Remove(row);
        audit.Add(db, actor, "user.passkey_removed", "user", user.Id, $"{user.FullName} removed the passkey {Shown(row).Name}");
        mails.SecurityChanged(db, user, $"The passkey “{Shown(row).Name}” was removed from your account.");
        return true;
    }, cancellation);

    private static string CheckName(string? name)
    {
        var faults = new Faults();
        faults.Required("name", name, LongestName);
        faults.ThrowIfAny();
        return name!.Trim();
    }

    private static Passkey Shown(IdentityUserPasskey<string> row) =>
        new(Base64Url.EncodeToString(row.CredentialId), row.Data.Name ?? "", row.Data.CreatedAt, row.Data.IsBackedUp);

    private static async Task<IdentityUserPasskey<string>> Row(PortalDbContext db, Actor actor, string id, CancellationToken cancellation)
    {
        var key = Base64Url.IsValid(id) ? Base64Url.DecodeFromChars(id) : [];
        return await db.Set<IdentityUserPasskey<string>>().SingleOrDefaultAsync(row => row.CredentialId == key && row.UserId == actor.UserId, cancellation)
            ?? throw Problem.NotFound("passkey", id).AsException();
    }

    private static async Task<User> Find(PortalDbContext db, Actor actor, CancellationToken cancellation) =>
        await db.Users.SingleOrDefaultAsync(user => user.Id == actor.UserId, cancellation) ?? throw Problem.NotFound("user", actor.UserId ?? "").AsException();
}
