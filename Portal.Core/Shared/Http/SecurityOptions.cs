using Microsoft.Extensions.Options;
using Portal.Core.Shared.Security;

namespace Portal.Core.Shared.Http;

/// <summary>The settings <c>Security:*</c>: what the portal may be made to reach.</summary>
public sealed class SecurityOptions
{
    /// <summary>The section's name in the configuration.</summary>
    public const string Section = "Security";

    /// <summary>
    /// Addresses and CIDR ranges, IPv4 and IPv6, that customers may aim at although they are private, loopback or special;
    /// default none. Public addresses need no entry. In the Development environment loopback is open as well.
    /// </summary>
    public IList<string> OutboundAllowlist { get; init; } = [];
}

internal sealed class SecurityOptionsValidation : IValidateOptions<SecurityOptions>
{
    public ValidateOptionsResult Validate(string? name, SecurityOptions options)
    {
        var faults = new List<string>();
        foreach (var entry in options.OutboundAllowlist)
        {
            if (!AddressRange.TryParse(entry, out _, out var reason)) faults.Add($"Security:OutboundAllowlist: {reason}");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
