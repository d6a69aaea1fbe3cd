using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Portal.Api.Gateway;

/// <summary>
/// Refuses to start an application in which an endpoint states neither who may call it nor that anybody may:
/// forgetting is found at once, not by whoever calls first.
/// </summary>
internal static class GatewayGuard
{
    /// <exception cref="InvalidOperationException">Names every endpoint that is silent.</exception>
    public static void Check(IEnumerable<Endpoint> endpoints)
    {
        var faults = endpoints.OfType<RouteEndpoint>().Select(Fault).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        if (faults.Length > 0)
            throw new InvalidOperationException("Endpoints must say who may call them:" + string.Concat(faults.Select(fault => Environment.NewLine + "  " + fault)));
    }

    private static string? Fault(RouteEndpoint endpoint)
    {
        var path = "/" + endpoint.RoutePattern.RawText?.TrimStart('/');
        var name = $"{string.Join(",", endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [])} {path}".Trim();
        if (endpoint.Metadata.GetMetadata<SurfaceInfo>() is not null)
        {
            if (endpoint.Metadata.GetMetadata<EndpointDeclarations.Access>() is null)
                return $"{name}: state RequireScope, RequireCredential or AllowAnonymousCall";
            return endpoint.Metadata.GetMetadata<OperationInfo>() is null ? $"{name}: state its Operation id and summary" : null;
        }

        if (path.StartsWith("/api/", StringComparison.OrdinalIgnoreCase)) return $"{name}: map it in the API's group, behind the gateway";
        var stated = endpoint.Metadata.GetMetadata<IAuthorizeData>() is not null || endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;
        return stated || IsFrameworks(endpoint, path) ? null : $"{name}: state RequireAuthorization or AllowAnonymous";
    }

    // Static files and Blazor's own transport, which carries no data before a page let it: its hub starts circuits only
    // from what a page that checked its reader has rendered and signed.
    private static bool IsFrameworks(RouteEndpoint endpoint, string path) =>
        endpoint.Metadata.Any(item => item.GetType().Name is "StaticAssetDescriptor" or "BuildAssetMetadata") ||
        path.StartsWith("/_blazor", StringComparison.Ordinal) || path.StartsWith("/_framework/", StringComparison.Ordinal) ||
        path.StartsWith("/_content/", StringComparison.Ordinal);
}
