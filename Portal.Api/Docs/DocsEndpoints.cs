using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portal.Api.Gateway;
using Portal.Core.Shared.Problems;

namespace Portal.Api.Docs;

/// <summary><c>/docs</c> and <c>/docs/{version}</c>: the list of operations.</summary>
internal static class DocsEndpoints
{
    private static readonly ApiDocumentation Example = new(
        ApiInfo.Title, RouteList.PathVersion, "https://portal.acme.test",
        [new("/api/v1/ping", "GET", "Check a credential", RouteList.PathVersion, true, 1000)]);

    public static void MapDocs(this RouteGroupBuilder api)
    {
        var docs = api.MapGroup("/docs").AllowAnonymousCall().NeverWrapped().WithTags("Documentation");
        docs.MapGet("", All)
            .Operation("docs_list", "List all operations", "The operations of the current version with their limits on the Free plan. Never wrapped.")
            .Example(response: Example);
        docs.MapGet("/{version}", OfVersion)
            .Operation("docs_list_version", "List the operations of a version", "The same for one version: `v1`, or a date that `API-Version` takes. Never wrapped.")
            .Example(response: Example);
    }

    private static Ok<ApiDocumentation> All(RouteList routes, HttpRequest request) =>
        TypedResults.Ok(routes.Of(RouteList.PathVersion, BaseUrl(request)));

    /// <param name="version"><c>v1</c> or a date.</param>
    private static Ok<ApiDocumentation> OfVersion([AllowedValues(RouteList.PathVersion, "2024-01-15", "2023-12-01")] string version, RouteList routes, HttpRequest request) =>
        TypedResults.Ok(routes.Of(version, BaseUrl(request)) ?? throw Problem.NotFound("version", version).AsException());

    private static string BaseUrl(HttpRequest request) => $"{request.Scheme}://{request.Host}{request.PathBase}";
}
