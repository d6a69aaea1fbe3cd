using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Portal.Api.Docs;
using Portal.Api.Gateway;
using Portal.Core.Shared.Json;

namespace Portal.Tests.Docs.Api;

public sealed class OpenApiDocumentTests(DocsApp docs) : IClassFixture<DocsApp>
{
    public static TheoryData<string> Documents => ["v1", "unversioned"];

    private IEnumerable<(string Path, EndpointPolicy Policy, RouteEndpoint Endpoint)> Endpoints =>
        from endpoint in docs.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        let policy = endpoint.Metadata.GetMetadata<EndpointPolicy>()
        where policy is not null
        select ("/" + endpoint.RoutePattern.RawText!.Trim('/'), policy, endpoint);

    [Fact]
    public async Task Documents_pass_the_linters_and_make_types_that_compile() =>
        await DocumentLint.Check(("v1.json", docs.Canonical), ("unversioned.json", docs.Unversioned));

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_operation_is_complete(string document) => Assert.All(DocumentedOperation.Of(Document(document)), Completeness.Check);

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_mapped_endpoint_is_described_once(string document)
    {
        var surface = document == "v1" ? ApiSurface.Canonical : ApiSurface.Enveloped;
        var mapped = Endpoints.Where(endpoint => endpoint.Policy.Surface == surface)
            .Select(endpoint => $"{endpoint.Policy.Method} {WithoutConstraints(endpoint.Path)} {endpoint.Policy.Operation.Id}");
        var described = DocumentedOperation.Of(Document(document)).Select(operation => $"{operation.Method.ToUpperInvariant()} {operation.Path} {operation.Id}").ToArray();
        Assert.Equal(mapped.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
        Assert.Equal(described.Length, described.Select(name => name.Split(' ')[2]).Distinct().Count());
    }

    [Fact]
    public void Every_field_is_described_where_a_comment_says_something()
    {
        // Guards against comment files that were not found: then nothing would be.
        Assert.Equal("What was refused and why.", (string?)docs.Canonical["components"]!["schemas"]!["ErrorDetail"]!["description"]);
    }

    [Fact]
    public void Examples_are_what_the_handlers_read_and_write() => Assert.All(Endpoints, endpoint =>
    {
        var request = endpoint.Endpoint.Metadata.OfType<IAcceptsMetadata>().LastOrDefault()?.RequestType;
        var responses = endpoint.Endpoint.Metadata.OfType<IProducesResponseTypeMetadata>().Where(produced => produced.StatusCode < 300).Select(produced => produced.Type).ToArray();
        foreach (var example in endpoint.Endpoint.Metadata.OfType<OperationExample>())
        {
            if (example.Request is { } sent) AssertRoundTrips(sent, request, ExampleJson.Request);
            if (example.Response is null) continue;
            Assert.Contains(example.Response.GetType(), responses);
            if (example.Response is not IResourcePage) AssertRoundTrips(example.Response, example.Response.GetType(), ExampleJson.Response);
        }
    });

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task Document_is_anonymous_and_not_sent_twice(string document)
    {
        using var client = docs.App.Client();
        using var first = await client.GetAsync(new Uri($"/openapi/{document}.json", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal("application/json", first.Content.Headers.ContentType!.MediaType);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/openapi/{document}.json");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Document_says_what_it_is(string document)
    {
        var json = Document(document);
        Assert.StartsWith("3.1.", (string)json["openapi"]!, StringComparison.Ordinal);
        Assert.Equal("2024-01-15", (string)json["info"]!["version"]!);
        Assert.All(new[] { "title", "description", "contact", "license" }, field => Assert.NotNull(json["info"]![field]));
        Assert.NotEmpty(json["servers"]!.AsArray());
        var tags = json["tags"]!.AsArray().Select(tag => (string)tag!["name"]!).ToArray();
        Assert.Equal(tags.Order(StringComparer.Ordinal), tags);
    }

    private static void AssertRoundTrips(object example, Type? type, Func<object, JsonNode> shown)
    {
        Assert.True(type is not null && type.IsInstanceOfType(example), $"An example is a {example.GetType().Name}, where {type?.Name ?? "nothing"} is sent or shown");
        var json = shown(example);
        var read = JsonSerializer.Deserialize(json, type!, PortalJson.Options)!;
        Assert.Equal(json.ToJsonString(), shown(read).ToJsonString());
    }

    private JsonObject Document(string name) => name == "v1" ? docs.Canonical : docs.Unversioned;

    private static string WithoutConstraints(string path) => System.Text.RegularExpressions.Regex.Replace(path, @"\{(\w+)[^}]*\}", "{$1}");
}
