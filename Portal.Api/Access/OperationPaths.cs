using System.Collections.Frozen;
using Microsoft.AspNetCore.Routing;
using Portal.Api.Gateway;

namespace Portal.Api.Access;

/// <summary>The path on the canonical surface of each operation, for reports whose counts name operations.</summary>
internal sealed class OperationPaths(EndpointDataSource endpoints)
{
    // Worked out on first use: the endpoints are mapped after the services are made.
    private readonly Lazy<FrozenDictionary<string, string>> _paths = new(() => endpoints.Endpoints.OfType<RouteEndpoint>()
        .Select(endpoint => (Route: endpoint.RoutePattern.RawText, Policy: endpoint.Metadata.GetMetadata<EndpointPolicy>()))
        .Where(endpoint => endpoint.Policy is { Surface: ApiSurface.Canonical })
        .GroupBy(endpoint => endpoint.Policy!.Operation.Id, endpoint => "/" + endpoint.Route!.Trim('/'), StringComparer.Ordinal)
        .ToFrozenDictionary(operation => operation.Key, operation => operation.First(), StringComparer.Ordinal));

    /// <summary>The path template, as <c>/api/v1/keys/{id}</c>; null where no operation has this id any more.</summary>
    public string? Of(string operation) => _paths.Value.GetValueOrDefault(operation);
}
