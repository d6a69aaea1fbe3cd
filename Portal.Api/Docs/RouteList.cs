using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Routing;
using Portal.Api.Gateway;
using Portal.Core.Access;
using Portal.Core.Gateway;

namespace Portal.Api.Docs;

/// <summary>The API at a glance, for programs.</summary>
/// <param name="Title">What the API is called.</param>
/// <param name="CurrentVersion">The version in the path of the canonical surface.</param>
/// <param name="BaseUrl">What the paths are relative to.</param>
/// <param name="Routes">All operations, by path.</param>
public sealed record ApiDocumentation(
    string Title,
    [property: JsonPropertyName("currentVersion")] string CurrentVersion,
    [property: JsonPropertyName("baseURL")] string BaseUrl,
    IReadOnlyList<ApiRoute> Routes);

/// <summary>One operation.</summary>
/// <param name="Path">Its path, as <c>/api/v1/contacts/{id}</c>.</param>
/// <param name="Method">Its HTTP method.</param>
/// <param name="Description">What it does, in a few words.</param>
/// <param name="Version">The version that the path or <c>API-Version</c> names.</param>
/// <param name="Auth">Whether it needs a credential.</param>
/// <param name="RateLimit">Calls a minute of one caller on the Free plan; null where none is set.</param>
public sealed record ApiRoute(
    string Path, string Method, string Description, string Version, bool Auth,
    [property: JsonPropertyName("rateLimit")] int? RateLimit);

/// <summary>Lists the operations from the endpoints themselves.</summary>
internal sealed class RouteList(EndpointDataSource endpoints, LimitCatalog limits)
{
    /// <summary>The version that the path of the canonical surface names.</summary>
    public const string PathVersion = "v1";

    /// <summary>The operations of a version: <c>v1</c>, which has its own paths, or a dated one.</summary>
    /// <returns>Null when there is no such version.</returns>
    public ApiDocumentation? Of(string version, string baseUrl)
    {
        if (version != PathVersion && ApiVersions.Find(version) is null) return null;
        var surface = version == PathVersion ? ApiSurface.Canonical : ApiSurface.Enveloped;
        var categories = limits.Current.Of(Plan.Free).Categories;
        var routes = endpoints.Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => (Path: "/" + endpoint.RoutePattern.RawText!.Trim('/'), Policy: endpoint.Metadata.GetMetadata<EndpointPolicy>()!))
            .Where(route => route.Policy is not null && route.Policy.Surface == surface)
            .OrderBy(route => route.Path, StringComparer.Ordinal).ThenBy(route => route.Policy.Method, StringComparer.Ordinal)
            .Select(route => new ApiRoute(
                route.Path, route.Policy.Method, route.Policy.Operation.Summary, version, !route.Policy.Anonymous,
                categories.GetValueOrDefault(route.Policy.Category)));
        return new ApiDocumentation(ApiInfo.Title, PathVersion, baseUrl, [.. routes]);
    }
}
