using Microsoft.AspNetCore.Routing;
using Portal.Api.Gateway;

namespace Portal.Api.Docs;

/// <summary>An operation of the canonical surface.</summary>
/// <param name="Id">Its id in the OpenAPI document.</param>
/// <param name="Method">Its HTTP method, upper case.</param>
/// <param name="Path">Its path, as <c>/api/v1/contacts/{id}</c>.</param>
/// <param name="Summary">What it does, in a few words.</param>
public sealed record ListedOperation(string Id, string Method, string Path, string Summary);

/// <summary>The API's operations by what the endpoints state about themselves, without making the OpenAPI document.</summary>
public sealed class OperationList(EndpointDataSource endpoints)
{
    private readonly Lazy<IReadOnlyList<ListedOperation>> _all = new(() => Read(endpoints));

    /// <summary>The operations of <c>/api/v1</c>, by path and method. Asked for only once endpoints are mapped.</summary>
    public IReadOnlyList<ListedOperation> All() => _all.Value;

    private static IReadOnlyList<ListedOperation> Read(EndpointDataSource endpoints) =>
    [
        .. endpoints.Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => (Path: "/" + endpoint.RoutePattern.RawText!.Trim('/'), Policy: endpoint.Metadata.GetMetadata<EndpointPolicy>()))
            .Where(route => route.Policy?.Surface == ApiSurface.Canonical)
            .Select(route => new ListedOperation(route.Policy!.Operation.Id, route.Policy.Method, route.Path, route.Policy.Operation.Summary))
            .OrderBy(operation => operation.Path, StringComparer.Ordinal).ThenBy(operation => operation.Method, StringComparer.Ordinal),
    ];
}
