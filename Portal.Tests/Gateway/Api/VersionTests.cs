using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Portal.Core.Access;
using Portal.Tests.Infrastructure;

namespace Portal.Tests.Gateway.Api;

/// <summary>Dated versions: named, pinned, older and unknown ones, against samples of the older version that never change.</summary>
public sealed class VersionTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    private const string Older = "2023-12-01";
    private const string Current = "2024-01-15";

    [Fact]
    public async Task Answer_names_the_version_and_the_current_one_is_not_deprecated()
    {
        using var client = await host.Client();
        var answer = await client.GetAsync("/api/v1/ping");
        Assert.Equal(Current, answer.Header("API-Version"));
        Assert.Null(answer.Header("Deprecation"));
    }

    [Fact]
    public async Task Unknown_version_is_refused_with_the_known_ones()
    {
        using var client = await host.Client();
        using var request = Request(HttpMethod.Get, "/api/v1/ping", "2022-01-01");
        var details = await (await client.SendAsync(request)).Refused(HttpStatusCode.BadRequest, "VALIDATION_ERROR", "VAL_001");
        Assert.Equal([Current, Older], details.GetProperty("known_versions").EnumerateArray().Select(version => version.GetString()));
    }

    [Fact]
    public async Task Older_version_says_that_it_is_deprecated_and_when_it_goes()
    {
        using var client = await host.Client();
        using var request = Request(HttpMethod.Get, "/api/v1/ping", Older);
        var answer = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("@1705276800", answer.Header("Deprecation"));
        Assert.Equal("Fri, 31 Dec 2027 00:00:00 GMT", answer.Header("Sunset"));
        Assert.Contains("rel=\"deprecation\"", answer.Header("Link"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("deals", """{"title":"Enterprise Deal","amount":50000.5,"value":1}""", """{"title":"Enterprise Deal","amount":50000.5}""", "value")]
    [InlineData("contacts", """{"full_name":"Grace Brewster Hopper","first_name":"X"}""", """{"full_name":"Grace Brewster Hopper"}""", "first_name")]
    public async Task Older_version_takes_and_shows_its_own_fields(string resource, string sent, string shown, string unknown)
    {
        using var client = await host.Client();
        foreach (var surface in new[] { "/api/v1/", "/api/" })
        {
            using var create = Request(HttpMethod.Post, surface + resource, Older);
            create.Content = new StringContent(sent, System.Text.Encoding.UTF8, "application/json");
            var created = Unwrapped(await (await client.SendAsync(create)).Json());
            Shows(created, shown, unknown);
            using var read = Request(HttpMethod.Get, $"{surface}{resource}/{created.GetProperty("id").GetString()}", Older);
            Shows(Unwrapped(await (await client.SendAsync(read)).Json()), shown, unknown);
        }

        using var list = Request(HttpMethod.Get, "/api/v1/" + resource, Older);
        var page = await (await client.SendAsync(list)).Json();
        Assert.Equal(2, page.GetProperty("pagination").GetProperty("total").GetInt32());
        foreach (var item in page.GetProperty(resource).EnumerateArray()) Shows(item, shown, unknown);
        using var wrapped = Request(HttpMethod.Get, "/api/" + resource, Older);
        foreach (var item in (await (await client.SendAsync(wrapped)).Json()).GetProperty("data").EnumerateArray()) Shows(item, shown, unknown);
    }

    [Fact]
    public async Task Broken_body_in_an_older_version_is_refused_as_in_the_current_one()
    {
        using var client = await host.Client();
        foreach (var body in new[] { "{", "[]", "\"x\"", "" })
        {
            using var request = Request(HttpMethod.Post, "/api/v1/deals", Older);
            request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            var answer = await client.SendAsync(request);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Account_is_pinned_to_the_version_of_its_first_call_where_the_path_names_none()
    {
        var organization = await host.Organization();
        using var client = host.App.Client((await host.Key(organization)).Secret);
        using var first = Request(HttpMethod.Get, "/api/ping", Older);
        await client.SendAsync(first);
        await WaitFor.Condition(async () => (await client.GetAsync("/api/ping")).Header("API-Version") == Older, "the pin holds");
        Assert.Equal(Current, (await client.GetAsync("/api/v1/ping")).Header("API-Version"));
        using var named = Request(HttpMethod.Get, "/api/ping", Current);
        Assert.Equal(Current, (await client.SendAsync(named)).Header("API-Version"));
    }

    private static JsonElement Unwrapped(JsonElement body) => body.TryGetProperty("data", out var data) ? data : body;

    private static void Shows(JsonElement item, string shown, string unknown)
    {
        foreach (var field in JsonDocument.Parse(shown).RootElement.EnumerateObject())
        {
            var value = item.GetProperty(field.Name);
            if (field.Value.ValueKind == JsonValueKind.Number) Assert.Equal(field.Value.GetDecimal(), value.GetDecimal());
            else Assert.Equal(field.Value.GetString(), value.GetString());
        }


        Assert.False(item.TryGetProperty(unknown, out _));
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, string version) => new(method, path) { Headers = { { "API-Version", version } } };
}
