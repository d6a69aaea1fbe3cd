using System.Net;
using System.Text.Json.Nodes;

namespace Portal.Tests.Docs.Api;

public sealed class DocsEndpointsTests(DocsApp docs) : IClassFixture<DocsApp>
{
    [Theory]
    [InlineData("/api/docs", "/api/v1/ping", "v1")]
    [InlineData("/api/v1/docs", "/api/v1/ping", "v1")]
    [InlineData("/api/docs/v1", "/api/v1/ping", "v1")]
    [InlineData("/api/docs/2024-01-15", "/api/ping", "2024-01-15")]
    [InlineData("/api/v1/docs/2023-12-01", "/api/ping", "2023-12-01")]
    public async Task Operations_are_listed_to_anybody_and_never_wrapped(string path, string listed, string version)
    {
        using var client = docs.App.Client();
        var json = JsonNode.Parse(await client.GetStringAsync(new Uri(path, UriKind.Relative)))!.AsObject();
        Assert.Equal(["title", "currentVersion", "baseURL", "routes"], json.Select(field => field.Key));
        Assert.Equal("v1", (string)json["currentVersion"]!);
        Assert.Equal("http://localhost", (string)json["baseURL"]!);
        var route = Assert.Single(json["routes"]!.AsArray(), route => (string)route!["path"]! == listed)!.AsObject();
        Assert.Equal(["path", "method", "description", "version", "auth", "rateLimit"], route.Select(field => field.Key));
        Assert.Equal(("GET", version, true), ((string)route["method"]!, (string)route["version"]!, (bool)route["auth"]!));
    }

    [Theory]
    [InlineData("/api/docs/v2")]
    [InlineData("/api/v1/docs/2022-01-01")]
    public async Task Unknown_version_is_not_found(string path)
    {
        using var client = docs.App.Client();
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        var json = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal("RESOURCE_NOT_FOUND", (string)json["error"]!["code"]!);
    }

    [Fact]
    public async Task Limit_is_the_free_plans()
    {
        await using var app = new Infrastructure.Hosts.PortalApp(new() { Settings = { ["Limits:Free:Categories:CrmRead"] = "77" } });
        using var client = app.Client();
        var json = JsonNode.Parse(await client.GetStringAsync(new Uri("/api/docs", UriKind.Relative)))!;
        Assert.Contains(json["routes"]!.AsArray(), route => (string)route!["path"]! == "/api/v1/ping" && (int?)route["rateLimit"] == 77);
    }
}
