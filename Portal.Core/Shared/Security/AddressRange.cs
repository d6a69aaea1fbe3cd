using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Portal.Core.Shared.Security;

/// <summary>
/// A CIDR range or a single address, IPv4 or IPv6. What is written as IPv4-mapped IPv6 (<c>::ffff:10.0.0.0/104</c>) is
/// the IPv4 range (<c>10.0.0.0/8</c>).
/// </summary>
internal sealed record AddressRange
{
    private const int MappedPrefixBits = 96;

    private static readonly SearchValues<char> PlainV6 = SearchValues.Create("0123456789abcdefABCDEF:.");

    private AddressRange(IPNetwork network) => Network = network;

    /// <summary>The range; a single address has the full prefix length.</summary>
    public IPNetwork Network { get; }

    /// <summary>Reads <c>address</c> or <c>address/prefix</c>; spaces around it are ignored.</summary>
    /// <param name="text">The entry as a person wrote it.</param>
    /// <param name="range">The range when the result is true.</param>
    /// <param name="reason">When the result is false, a sentence that names the entry and says what is wrong with it.</param>
    /// <remarks>
    /// Stricter than <see cref="IPAddress.Parse(string)"/>, which reads 10.1 as 10.0.0.1 and 010.0.0.1 as 8.0.0.1: in an
    /// allowlist such a reading opens what nobody meant. For the same reason an address with bits beyond its prefix is
    /// refused and not rounded.
    /// </remarks>
    public static bool TryParse(string? text, [NotNullWhen(true)] out AddressRange? range, [NotNullWhen(false)] out string? reason)
    {
        var entry = (text ?? "").AsSpan().Trim();
        range = null;
        var slash = entry.IndexOf('/');
        var addressPart = slash < 0 ? entry : entry[..slash];
        if (FindAddressFault(addressPart, out var address) is { } addressFault)
        {
            reason = $"'{entry}' is not an address range: {addressFault}.";
            return false;
        }

        var bits = address!.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        var prefix = bits;
        if (slash >= 0 && !TryParseNumber(entry[(slash + 1)..], bits, out prefix))
        {
            reason = $"'{entry}' is not an address range: the prefix length after '/' must be a number from 0 to {bits}.";
            return false;
        }

        if (address.IsIPv4MappedToIPv6 && prefix >= MappedPrefixBits)
        {
            address = address.MapToIPv4();
            prefix -= MappedPrefixBits;
        }

        var first = FirstAddress(address, prefix);
        if (!first.Equals(address))
        {
            reason = $"'{entry}' is not an address range: the address has bits beyond the prefix; the range that holds it is {first}/{prefix}.";
            return false;
        }

        range = new AddressRange(new IPNetwork(first, prefix));
        reason = null;
        return true;
    }

    /// <summary>The range as it is stored and shown: <c>10.0.0.0/8</c>, a single address without prefix.</summary>
    public override string ToString()
    {
        var bits = Network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        return Network.PrefixLength == bits ? Network.BaseAddress.ToString() : Network.ToString();
    }

    private static string? FindAddressFault(ReadOnlySpan<char> text, out IPAddress? address)
    {
        address = null;
        if (text.IsEmpty)
            return "the address is missing";
        if (text.Contains('%'))
            return "an address with a zone ('%') belongs to one machine only";
        if (text.Contains(':'))
        {
            // Excludes what IPAddress also takes: brackets and a port.
            var plain = !text.ContainsAnyExcept(PlainV6);
            return plain && IPAddress.TryParse(text, out address) ? null : "the IPv6 address cannot be read";
        }

        return IsDottedQuad(text) && IPAddress.TryParse(text, out address)
            ? null
            : "an IPv4 address is four numbers from 0 to 255 with dots between and no leading zeros";
    }

    private static bool IsDottedQuad(ReadOnlySpan<char> text)
    {
        var parts = 0;
        foreach (var part in text.Split('.'))
        {
            parts++;
            if (!TryParseNumber(text[part], 255, out _))
                return false;
        }

        return parts == 4;
    }

    private static bool TryParseNumber(ReadOnlySpan<char> text, int highest, out int number)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && number <= highest
            && text.Length <= 3
            && (text.Length == 1 || text[0] != '0');

    private static IPAddress FirstAddress(IPAddress address, int prefix)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = prefix; bit < bytes.Length * 8; bit++)
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new IPAddress(bytes);
    }
}
