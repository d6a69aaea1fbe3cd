using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Data;

namespace Portal.Api.Gateway;

/// <summary>Callers without a credential, told apart by their network address: an IPv4 address, or an IPv6 /64, which one customer has.</summary>
internal sealed class AddressCallers(OperationRegistry operations)
{
    private const int MostKept = 50_000;

    private readonly ConcurrentDictionary<IPAddress, Caller> _callers = new();

    public Caller Of(IPAddress? address)
    {
        if (_callers.Count >= MostKept) _callers.Clear();
        return _callers.GetOrAdd(Network(address ?? IPAddress.None), network => new Caller
        {
            Kind = CallerKind.Anonymous,
            Id = network.ToString(),
            Name = network.ToString(),
            Tenant = new Tenant("", ApiMode.Live),
            Plan = Plan.Free,
            Uses = new OperationUse?[operations.Count],
        });
    }

    private static IPAddress Network(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new IPAddress(bytes);
    }
}
