using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Portal.Core.Access;

/// <summary>
/// The tokens in mailed links: who, what for, since when, encrypted under the data-protection ring and bound to the
/// user's security stamp, so that a changed password ends them. Identity's own provider reads the machine's clock, which
/// tests cannot move; otherwise this is the same.
/// </summary>
/// <remarks>Not to be called in a unit of work: the ring may have to be read.</remarks>
public sealed class LinkTokens(IDataProtectionProvider protection, IOptions<AccountsOptions> options, TimeProvider time)
    : IUserTwoFactorTokenProvider<User>
{
    /// <summary>Confirms that the account's e-mail address is the user's.</summary>
    public const string ConfirmEmail = UserManager<User>.ConfirmEmailTokenPurpose;

    /// <summary>Sets a new password without the old one.</summary>
    public const string ResetPassword = UserManager<User>.ResetPasswordTokenPurpose;

    /// <summary>Changes the e-mail address; the new one in its normalized form follows.</summary>
    internal const string ChangeEmail = "ChangeEmail:";

    /// <summary>Shows that the password was right, while the sign-in waits for a code.</summary>
    internal const string SecondStep = "SecondStep";

    private static readonly TimeSpan SecondStepLifetime = TimeSpan.FromMinutes(10);

    private readonly IDataProtector _protector = protection.CreateProtector("Portal.LinkTokens");

    /// <summary>Makes a token, fit for a URL.</summary>
    public string Make(string purpose, User user)
    {
        var content = new Content(purpose, user.Id, user.SecurityStamp ?? "", time.GetUtcNow());
        return Base64Url.EncodeToString(_protector.Protect(JsonSerializer.SerializeToUtf8Bytes(content)));
    }

    /// <summary>Whether the token was made for this user and purpose, and still holds.</summary>
    public bool IsValid(string purpose, User user, string token)
    {
        if (Read(token) is not { } content) return false;
        var lifetime = purpose switch
        {
            ResetPassword => options.Value.ResetLinkLifetime,
            SecondStep => SecondStepLifetime,
            _ => options.Value.ConfirmationLinkLifetime,
        };
        return content.Purpose == purpose && content.UserId == user.Id && content.Stamp == user.SecurityStamp
            && content.MadeAt + lifetime > time.GetUtcNow();
    }

    /// <summary>Whom a token was made for; it may not hold any more.</summary>
    internal string? UserOf(string token) => Read(token)?.UserId;

    /// <inheritdoc/>
    public Task<string> GenerateAsync(string purpose, UserManager<User> manager, User user) => Task.FromResult(Make(purpose, user));

    /// <inheritdoc/>
    public Task<bool> ValidateAsync(string purpose, string token, UserManager<User> manager, User user) =>
        Task.FromResult(IsValid(purpose, user, token));

    /// <inheritdoc/>
    public Task<bool> CanGenerateTwoFactorTokenAsync(UserManager<User> manager, User user) => Task.FromResult(false);

    private Content? Read(string token)
    {
        try
        {
            return JsonSerializer.Deserialize<Content>(_protector.Unprotect(Base64Url.DecodeFromChars(token)));
        }
        catch (Exception e) when (e is FormatException or CryptographicException or JsonException)
        {
            return null;
        }
    }

    private sealed record Content(string Purpose, string UserId, string Stamp, DateTimeOffset MadeAt);
}
