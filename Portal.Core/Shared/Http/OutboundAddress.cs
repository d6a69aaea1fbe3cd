using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Portal.Core.Shared.Security;

namespace Portal.Core.Shared.Http;

/// <summary>Finds the addresses of a host name, as <see cref="Dns.GetHostAddressesAsync(string, CancellationToken)"/> does.</summary>
public delegate Task<IPAddress[]> NameResolver(string host, CancellationToken cancellation);

/// <summary>
/// Decides which addresses a customer may aim the portal at. The same rules hold when a URL is saved and at every
/// connect; only the second is a guard, since a name may point elsewhere by then.
/// </summary>
public sealed class OutboundAddress
{
    private const int LongestUrl = 2000;
    private readonly NameResolver _resolve;
    private readonly AddressRanges _allowed;

    public OutboundAddress(NameResolver resolve, IOptions<SecurityOptions> options, IHostEnvironment? environment = null)
        : this(resolve, Allowed(options.Value, environment?.IsDevelopment() ?? false))
    {
    }

    internal OutboundAddress(NameResolver resolve, AddressRanges allowed) => (_resolve, _allowed) = (resolve, allowed);

    /// <summary>Checks a URL that is about to be saved. A name that does not resolve yet passes.</summary>
    /// <returns>Null when it may be saved, else a sentence that says why not.</returns>
    public async Task<string?> Check(string? url, CancellationToken cancellation)
    {
        if (!TryRead(url, out var uri, out var reason)) return reason;
        try
        {
            await Find(HostOf(uri), cancellation);
            return null;
        }
        catch (OutboundRefusedException refused)
        {
            return refused.Message;
        }
        catch (SocketException)
        {
            // No such name, or no name server: every connect asks again.
            return null;
        }
    }

    /// <summary>Reads a URL as far as that goes without asking for its host's addresses.</summary>
    public static bool TryRead(string? url, [NotNullWhen(true)] out Uri? uri, [NotNullWhen(false)] out string? reason)
    {
        uri = null;
        reason = null;
        if (string.IsNullOrWhiteSpace(url)) reason = "The URL is missing.";
        else if (url.Length > LongestUrl) reason = $"The URL is longer than {LongestUrl} characters.";
        // A backslash, a tab or a line break is read differently by different programs.
        else if (url.Any(letter => letter is '\\' || char.IsControl(letter) || char.IsWhiteSpace(letter))) reason = "The URL contains a space, a control character or a backslash.";
        else if (!Uri.TryCreate(url, UriKind.Absolute, out uri)) reason = "The URL cannot be read; it looks like https://example.com/webhooks.";
        else reason = FaultOf(uri);
        return reason is null;
    }

    /// <summary>The addresses of a host, every one of which may be connected to.</summary>
    /// <exception cref="OutboundRefusedException">At least one may not.</exception>
    /// <exception cref="SocketException">The name cannot be resolved.</exception>
    internal async Task<IPAddress[]> Find(string host, CancellationToken cancellation)
    {
        if (Literal(host) is { } literal)
        {
            if (Refusal(literal) is { } special) throw new OutboundRefusedException($"{literal} is not allowed: the address belongs to {special}.");
            return [literal];
        }

        var addresses = await _resolve(host, cancellation);
        if (addresses.Length == 0) throw new SocketException((int)SocketError.HostNotFound);
        foreach (var address in addresses)
        {
            if (Refusal(address) is { } special) throw new OutboundRefusedException($"{host} is not allowed: it points to {address}, which belongs to {special}.");
        }

        return addresses;
    }

    /// <summary>What forbids an address, as "loopback"; null where it may be connected to.</summary>
    public string? Refusal(IPAddress address) => _allowed.Contains(address) ? null : SpecialRanges.NameOf(address);

    /// <summary>The host in the one spelling that is resolved: ASCII, no brackets, no dot at the end.</summary>
    public static string HostOf(Uri uri) => uri.IdnHost.TrimEnd('.');

    private static string? FaultOf(Uri uri)
    {
        if (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps) return "The URL must begin with https:// or http://.";
        if (uri.UserInfo.Length > 0 || uri.OriginalString.AsSpan(uri.Scheme.Length + 3).IndexOfAny('@', '/') is var at and >= 0 && uri.OriginalString[uri.Scheme.Length + 3 + at] == '@')
            return "The URL must not contain a user name or password.";
        string host;
        try
        {
            host = HostOf(uri);
        }
        catch (UriFormatException)
        {
            return "The URL's host name cannot be read.";
        }

        if (host.Length == 0) return "The URL has no host name.";
        if (host.Contains('%', StringComparison.Ordinal)) return "An address with a zone ('%') belongs to one machine only.";
        // The rule of the URL standard: what ends in a number is an address, and none that cannot be read is asked for.
        return EndsInNumber(host) && Literal(host) is null ? "The URL's host looks like an address but is none." : null;
    }

    // Reads what programs have taken for an IPv4 address: decimal, octal, hexadecimal, and fewer than four parts.
    private static IPAddress? Literal(string host) => IPAddress.TryParse(host.TrimEnd('.'), out var address) ? address : null;

    private static bool EndsInNumber(string host)
    {
        var last = host.AsSpan(host.LastIndexOf('.') + 1);
        return last.Length > 0 && (!last.ContainsAnyExceptInRange('0', '9') || last.StartsWith("0x", StringComparison.OrdinalIgnoreCase));
    }

    private static AddressRanges Allowed(SecurityOptions options, bool development)
    {
        string[] loopback = development ? ["127.0.0.0/8", "::1"] : [];
        return AddressRanges.TryParse([.. options.OutboundAllowlist, .. loopback], out var ranges, out var reason)
            ? ranges
            : throw new OptionsValidationException(SecurityOptions.Section, typeof(SecurityOptions), [reason]);
    }
}

/// <summary>An address was refused before anything was sent to it; the message is for a person.</summary>
internal sealed class OutboundRefusedException(string message) : IOException(message);
