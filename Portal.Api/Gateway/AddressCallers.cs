using System.Collections.Concurrent;
using System.Net;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Security;

namespace Portal.Api.Gateway;

/// <summary>Callers without a credential, told apart by their network address: an IPv4 address, or an IPv6 /64, which one customer has.</summary>
internal sealed class AddressCallers(OperationRegistry operations)
{
    private const int MostKept = 50_000;

    private readonly ConcurrentDictionary<IPAddress, Caller> _callers = new();

    public Caller Of(IPAddress? address)
    {
        if (_callers.Count >= MostKept) _callers.Clear();
        return _callers.GetOrAdd(NetworkAddress.Of(address), network => new Caller
        {
            Kind = CallerKind.Anonymous,
            Id = network.ToString(),
            Name = network.ToString(),
            Tenant = new Tenant("", ApiMode.Live),
            Plan = Plan.Free,
            Uses = new OperationUse?[operations.Count],
        });
    }
}
