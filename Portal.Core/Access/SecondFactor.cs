using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;

namespace Portal.Core.Access;

/// <summary>A code as somebody presented it, read before the unit of work that takes it.</summary>
/// <param name="Secret">The stored secret that it was read with.</param>
/// <param name="Step">The time step of a good authenticator code; null where it is none.</param>
/// <param name="RecoveryHash">What a recovery code of these characters is stored as.</param>
internal sealed record PresentedCode(string? Secret, long? Step, byte[] RecoveryHash);

/// <summary>What a presented code turned out to be.</summary>
internal enum FactorUse
{
    /// <summary>Wrong, or used before.</summary>
    None,
    Authenticator,
    RecoveryCode,
}

/// <summary>Checks codes of authenticator apps and recovery codes; each is good once.</summary>
public sealed class SecondFactor(IDataProtectionProvider protection, TimeProvider time)
{
    private const int LongestCode = 64;
    private const int RecoveryCodes = 10;
    private const int RecoveryLength = 16;
    private const string RecoveryAlphabet = "23456789abcdefghjkmnpqrstuvwxyz";

    private readonly IDataProtector _protector = protection.CreateProtector("Portal.Totp");

    /// <summary>A new secret, encrypted. Not to be called in a unit of work: the ring may have to be read.</summary>
    internal string NewSecret() => Convert.ToBase64String(_protector.Protect(RandomNumberGenerator.GetBytes(Totp.SecretBytes)));

    /// <summary>The secret in clear. Not to be called in a unit of work.</summary>
    internal byte[] Reveal(string secret) => _protector.Unprotect(Convert.FromBase64String(secret));

    /// <summary>Reads a code for a user. Not to be called in a unit of work.</summary>
    internal PresentedCode Read(User user, string code)
    {
        var plain = string.Concat(code.Take(LongestCode).Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
        var step = user.TotpSecret is { } secret && plain.Length == Totp.Digits ? Totp.Match(Reveal(secret), plain, time.GetUtcNow()) : null;
        return new PresentedCode(user.TotpSecret, step, HashOf(user.Id, plain));
    }

    /// <summary>Takes a code in a unit of work: it is good no more afterwards.</summary>
    internal async Task<FactorUse> Take(PortalDbContext db, User user, PresentedCode presented, CancellationToken cancellation)
    {
        if (presented.Step is { } step)
        {
            if (presented.Secret != user.TotpSecret || user.TotpLastStep >= step) return FactorUse.None;
            user.TotpLastStep = step;
            return FactorUse.Authenticator;
        }

        var code = await db.RecoveryCodes.SingleOrDefaultAsync(
            code => code.Hash == presented.RecoveryHash && code.UserId == user.Id && code.UsedAt == null, cancellation);
        if (code is null) return FactorUse.None;
        code.UsedAt = time.GetUtcNow();
        return FactorUse.RecoveryCode;
    }

    /// <summary>Replaces a user's recovery codes in a unit of work.</summary>
    /// <param name="codes">As <see cref="NewRecoveryCodes"/> made them.</param>
    internal async Task Replace(PortalDbContext db, User user, IEnumerable<string> codes, CancellationToken cancellation)
    {
        await db.RecoveryCodes.Where(code => code.UserId == user.Id).ExecuteDeleteAsync(cancellation);
        foreach (var code in codes)
        {
            db.RecoveryCodes.Add(new RecoveryCode { Hash = HashOf(user.Id, code.Replace("-", "", StringComparison.Ordinal)), UserId = user.Id, CreatedAt = time.GetUtcNow() });
        }
    }

    /// <summary>Ten codes as people are shown them: <c>abcd-efgh-jkmn-pqrs</c>, 79 bits each.</summary>
    internal static IReadOnlyList<string> NewRecoveryCodes() =>
    [
        .. Enumerable.Range(0, RecoveryCodes).Select(_ =>
            string.Join('-', RandomNumberGenerator.GetString(RecoveryAlphabet, RecoveryLength).Chunk(4).Select(part => new string(part)))),
    ];

    private static byte[] HashOf(string userId, string code) => KeyHash.Of($"{userId}:{code}").ToArray();
}
