using System.Net;
using System.Net.Sockets;
using Portal.Core.Shared.Security;

namespace Portal.Core.Shared.Http;

/// <summary>
/// The addresses that are not somebody's server on the internet: the IANA special-purpose registries of IPv4 and IPv6
/// (RFC 6890 and its updates), multicast, what is reserved, and metadata services of clouds outside those ranges.
/// </summary>
internal static class SpecialRanges
{
    private static readonly (AddressRanges Range, string Name)[] Named =
    [
        .. new (string Range, string Name)[]
        {
            ("0.0.0.0/8", "this network"),
            ("10.0.0.0/8", "a private network"),
            ("100.64.0.0/10", "carrier-grade NAT"),
            ("127.0.0.0/8", "loopback"),
            ("169.254.169.254/32", "a cloud's metadata service"),
            ("169.254.0.0/16", "link-local"),
            ("172.16.0.0/12", "a private network"),
            ("192.0.0.0/24", "protocol assignments"),
            ("192.0.2.0/24", "documentation"),
            ("192.31.196.0/24", "a sink of the domain name system"),
            ("192.52.193.0/24", "multicast relays"),
            ("192.88.99.0/24", "6to4 relays"),
            ("192.168.0.0/16", "a private network"),
            ("192.175.48.0/24", "a sink of the domain name system"),
            ("198.18.0.0/15", "benchmarks"),
            ("198.51.100.0/24", "documentation"),
            ("203.0.113.0/24", "documentation"),
            ("224.0.0.0/4", "multicast"),
            ("240.0.0.0/4", "reserved"),
            ("168.63.129.16/32", "a cloud's metadata service"),
            ("::/128", "this network"),
            ("::1/128", "loopback"),
            ("::/96", "IPv4 within IPv6"),
            ("64:ff9b::/96", "IPv4 within IPv6"),
            ("64:ff9b:1::/48", "IPv4 within IPv6"),
            ("100::/64", "a sink"),
            ("2001::/32", "IPv4 within IPv6"),
            ("2001::/23", "protocol assignments"),
            ("2001:db8::/32", "documentation"),
            ("2002::/16", "IPv4 within IPv6"),
            ("2620:4f:8000::/48", "a sink of the domain name system"),
            ("3fff::/20", "documentation"),
            ("fd00:ec2::254/128", "a cloud's metadata service"),
            ("fc00::/7", "a private network"),
            ("fe80::/10", "link-local"),
            ("fec0::/10", "a private network"),
            ("ff00::/8", "multicast"),
        }.Select(entry => (Range(entry.Range), entry.Name)),
    ];

    // Nothing else of IPv6 is given out (RFC 4291): what may come to mean something is refused until it does.
    private static readonly AddressRanges GlobalUnicast = Range("2000::/3");

    /// <summary>What is special about an address, as "loopback"; null for one that may be somebody's server.</summary>
    public static string? NameOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) return NameOf(address.MapToIPv4()) ?? "IPv4 within IPv6";
        foreach (var (range, name) in Named)
        {
            if (range.Contains(address)) return name;
        }

        return address.AddressFamily == AddressFamily.InterNetwork || GlobalUnicast.Contains(address) ? null : "reserved";
    }

    private static AddressRanges Range(string text) =>
        AddressRanges.TryParse([text], out var range, out var reason) ? range : throw new FormatException(reason);
}
