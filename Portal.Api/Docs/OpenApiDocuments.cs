using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;
using Portal.Api.Gateway;

namespace Portal.Api.Docs;

/// <summary>The OpenAPI documents as bytes: made when they are first asked for, and the same from then on.</summary>
internal sealed class OpenApiDocuments(IServiceProvider services)
{
    /// <summary>The canonical surface, <c>/api/v1</c>.</summary>
    public const string Canonical = "v1";

    /// <summary>The enveloped surface, <c>/api</c>.</summary>
    public const string Unversioned = "unversioned";

    private readonly Lazy<Task<(byte[] Bytes, EntityTagHeaderValue Tag)>> _canonical = new(() => Make(services, Canonical));
    private readonly Lazy<Task<(byte[] Bytes, EntityTagHeaderValue Tag)>> _unversioned = new(() => Make(services, Unversioned));

    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<OpenApiDocuments>();
        services.AddSingleton<RouteList>();
        services.AddSingleton<OperationList>();
        Add(services, Canonical, ApiSurface.Canonical);
        Add(services, Unversioned, ApiSurface.Enveloped);
    }

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/openapi/v1.json", (OpenApiDocuments documents, HttpContext http) => Send(http, documents._canonical))
            .AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/openapi/unversioned.json", (OpenApiDocuments documents, HttpContext http) => Send(http, documents._unversioned))
            .AllowAnonymous().ExcludeFromDescription();
    }

    private static void Add(IServiceCollection services, string name, ApiSurface surface) => services.AddOpenApi(name, options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.ShouldInclude = description => description.ActionDescriptor.EndpointMetadata.OfType<EndpointPolicy>().LastOrDefault()?.Surface == surface;
        var writer = new DocumentWriter(surface, new XmlDocs());
        options.AddOperationTransformer(writer);
        options.AddDocumentTransformer(writer);
    });

    private static async Task<IResult> Send(HttpContext http, Lazy<Task<(byte[] Bytes, EntityTagHeaderValue Tag)>> document)
    {
        var (bytes, tag) = await document.Value;
        // Asked about each time, answered by 304 unless a new version of the portal is running.
        http.Response.Headers.CacheControl = "no-cache";
        return TypedResults.Bytes(bytes, "application/json; charset=utf-8", entityTag: tag);
    }

    private static async Task<(byte[] Bytes, EntityTagHeaderValue Tag)> Make(IServiceProvider services, string name)
    {
        var document = await services.GetRequiredKeyedService<IOpenApiDocumentProvider>(name).GetOpenApiDocumentAsync();
        var text = new StringWriter(CultureInfo.InvariantCulture);
        document.SerializeAsV31(new OpenApiJsonWriter(text, new OpenApiJsonWriterSettings { Terse = true }));
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        return (bytes, new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..32]}\""));
    }
}
