using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Access;

/// <summary>Whether signing in asks a user for a code.</summary>
/// <param name="Since">Since when; null while it does not.</param>
/// <param name="CodesLeft">Recovery codes that were not used.</param>
public sealed record TwoFactorStatus(DateTimeOffset? Since, int CodesLeft)
{
    public bool IsOn => Since is not null;
}

/// <summary>What an authenticator app needs to know.</summary>
/// <param name="Secret">In base 32, in groups of four for typing.</param>
/// <param name="Address">The same as an <c>otpauth:</c> address, for the QR code.</param>
public sealed record TotpSetUp(string Secret, string Address);

/// <summary>A user's own second factor: to set up, to confirm with a first code, to get new recovery codes, to switch off.</summary>
public sealed class TwoFactor(PortalStore store, SecondFactor factor, Passwords passwords, AccountMails mails, AuditLog audit, TimeProvider time)
{
    private const string Issuer = "Portal";

    public async Task<TwoFactorStatus> Status(string userId, CancellationToken cancellation)
    {
        await using var db = store.ReadAcross();
        var since = await db.Users.Where(user => user.Id == userId && user.TwoFactorEnabled).Select(user => user.TwoFactorSince).SingleOrDefaultAsync(cancellation);
        return new TwoFactorStatus(since, since is null ? 0 : await db.RecoveryCodes.CountAsync(code => code.UserId == userId && code.UsedAt == null, cancellation));
    }

    /// <summary>Makes a new secret, which waits for its first code.</summary>
    /// <exception cref="ProblemException">It is on already (CONFLICT).</exception>
    public Task Begin(Actor actor, CancellationToken cancellation)
    {
        var secret = factor.NewSecret();
        return store.WriteAcross(async (db, token) =>
        {
            var user = await Find(db, actor, token);
            if (user.TwoFactorEnabled) throw AlreadyOn();
            (user.TotpSecret, user.TotpLastStep) = (secret, null);
            return true;
        }, cancellation);
    }

    /// <summary>What waits for its first code; null where nothing does.</summary>
    public async Task<TotpSetUp?> SetUp(string userId, CancellationToken cancellation)
    {
        await using var db = store.ReadAcross();
        var user = await db.Users.SingleOrDefaultAsync(user => user.Id == userId, cancellation);
        if (user is not { TwoFactorEnabled: false, TotpSecret: { } stored }) return null;
        var secret = factor.Reveal(stored);
        return new TotpSetUp(string.Join(' ', Totp.Base32(secret).Chunk(4).Select(group => new string(group))), Totp.Address(Issuer, user.Email!, secret));
    }

    /// <summary>Switches it on with a first code. The session that does it counts as signed in with it.</summary>
    /// <param name="sessionId">The session of the browser.</param>
    /// <returns>The recovery codes, which nobody is shown again.</returns>
    /// <exception cref="ProblemException">The code is wrong, nothing waits for one, or it is on already.</exception>
    public async Task<IReadOnlyList<string>> Confirm(Actor actor, string sessionId, string? code, CancellationToken cancellation)
    {
        var faults = new Faults();
        faults.Required("code", code, 64);
        faults.ThrowIfAny();
        var presented = factor.Read(await Read(actor, cancellation), code!);
        var codes = SecondFactor.NewRecoveryCodes();
        await store.WriteAcross(async (db, token) =>
        {
            var user = await Find(db, actor, token);
            if (user.TwoFactorEnabled) throw AlreadyOn();
            if (presented.Step is null || await factor.Take(db, user, presented, token) != FactorUse.Authenticator) throw WrongCode();
            user.TwoFactorEnabled = true;
            user.TwoFactorSince = time.GetUtcNow();
            await factor.Replace(db, user, codes, token);
            if (await db.Sessions.SingleOrDefaultAsync(session => session.Id == sessionId && session.UserId == user.Id, token) is { } session) session.IsTwoFactor = true;
            audit.Add(db, actor, "user.two_factor_on", "user", user.Id, $"{user.FullName} switched two-factor sign-in on");
            mails.SecurityChanged(db, user, "Signing in to your account asks for a code from your authenticator app from now on.");
            return true;
        }, cancellation);
        return codes;
    }

    /// <summary>Makes new recovery codes; those before are good no more.</summary>
    /// <exception cref="ProblemException">The password is wrong, or it is off.</exception>
    public async Task<IReadOnlyList<string>> RenewCodes(Actor actor, string? password, CancellationToken cancellation)
    {
        passwords.Require(await Read(actor, cancellation), "current_password", password);
        var codes = SecondFactor.NewRecoveryCodes();
        await store.WriteAcross(async (db, token) =>
        {
            var user = await Find(db, actor, token);
            if (!user.TwoFactorEnabled) throw IsOff();
            await factor.Replace(db, user, codes, token);
            audit.Add(db, actor, "user.recovery_codes_renewed", "user", user.Id, $"{user.FullName} made new recovery codes");
            mails.SecurityChanged(db, user, "New recovery codes were made for your account; the old ones are good no more.");
            return true;
        }, cancellation);
        return codes;
    }

    /// <summary>Switches it off.</summary>
    /// <exception cref="ProblemException">The password is wrong, or it is off already.</exception>
    public async Task TurnOff(Actor actor, string? password, CancellationToken cancellation)
    {
        passwords.Require(await Read(actor, cancellation), "current_password", password);
        await store.WriteAcross(async (db, token) =>
        {
            var user = await Find(db, actor, token);
            if (!user.TwoFactorEnabled) throw IsOff();
            user.TwoFactorEnabled = false;
            (user.TwoFactorSince, user.TotpSecret, user.TotpLastStep) = (null, null, null);
            await factor.Replace(db, user, [], token);
            audit.Add(db, actor, "user.two_factor_off", "user", user.Id, $"{user.FullName} switched two-factor sign-in off");
            mails.SecurityChanged(db, user, "Signing in to your account does not ask for a code any more.");
            return true;
        }, cancellation);
    }

    private async Task<User> Read(Actor actor, CancellationToken cancellation)
    {
        await using var db = store.ReadAcross();
        return await Find(db, actor, cancellation);
    }

    private static async Task<User> Find(PortalDbContext db, Actor actor, CancellationToken cancellation) =>
        await db.Users.SingleOrDefaultAsync(user => user.Id == actor.UserId, cancellation) ?? throw Problem.NotFound("user", actor.UserId ?? "").AsException();

    private static ProblemException AlreadyOn() => Problem.Conflict("Two-factor sign-in is on already.").AsException();

    private static ProblemException IsOff() => Problem.Conflict("Two-factor sign-in is off.").AsException();

    private static ProblemException WrongCode() =>
        Problem.Field(ErrorCode.Validation, "code", "This code is not right. Wait for the app’s next one, and see that the clocks agree.").AsException();
}
