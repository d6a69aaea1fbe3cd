using System.Net;
using System.Net.Sockets;

namespace Portal.Core.Shared.Security;

/// <summary>What one customer of an internet provider has: an IPv4 address, or an IPv6 /64.</summary>
internal static class NetworkAddress
{
    /// <summary>The address by which callers without a credential are told apart and limited.</summary>
    public static IPAddress Of(IPAddress? address)
    {
        if (address is null) return IPAddress.None;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new IPAddress(bytes);
    }
}
