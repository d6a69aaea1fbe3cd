using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Portal.Core.Webhooks.Inbound;

/// <summary>Encrypts the secrets of sources under the portal's key ring.</summary>
internal sealed class InboundSecrets(IDataProtectionProvider protection)
{
    private readonly IDataProtector _protector = protection.CreateProtector("Portal.InboundSource");

    public string Protect(string secret) => _protector.Protect(secret);

    /// <summary>The secret; null where the key ring that encrypted it is gone.</summary>
    public string? Reveal(string stored)
    {
        try
        {
            return _protector.Unprotect(stored);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>As much of a secret as may be shown.</summary>
    public static string Hint(string secret) => secret.Length < 12 ? "" : secret[^4..];
}
