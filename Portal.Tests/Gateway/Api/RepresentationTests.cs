using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;

namespace Portal.Tests.Gateway.Api;

/// <summary>One handler, two surfaces; and bodies that cannot be taken.</summary>
public sealed class RepresentationTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    [Fact]
    public async Task Resource_is_bare_on_one_surface_and_wrapped_on_the_other()
    {
        using var client = await host.Client();
        var bare = await (await client.PostAsJsonAsync("/api/v1/contacts", new { name = "Ada Lovelace" })).Json();
        var id = bare.GetProperty("id").GetString();
        var wrapped = await (await client.GetAsync("/api/contacts/" + id)).Json();
        Assert.True(wrapped.GetProperty("success").GetBoolean());
        Assert.Equal(bare.GetRawText(), wrapped.GetProperty("data").GetRawText());
        Assert.NotEmpty(wrapped.GetProperty("message").GetString()!);
    }

    [Fact]
    public async Task List_is_an_object_with_its_name_or_an_array_with_meta()
    {
        using var client = await host.Client();
        foreach (var name in new[] { "Ada", "Grace", "Edith" }) await client.PostAsJsonAsync("/api/v1/contacts", new { name });
        var bare = await (await client.GetAsync("/api/v1/contacts?per_page=2")).Json();
        Assert.Equal(2, bare.GetProperty("contacts").GetArrayLength());
        var pagination = bare.GetProperty("pagination");
        Assert.Equal((1, 2, 3, 2), (pagination.GetProperty("page").GetInt32(), pagination.GetProperty("per_page").GetInt32(), pagination.GetProperty("total").GetInt32(), pagination.GetProperty("total_pages").GetInt32()));
        Assert.NotNull(pagination.GetProperty("next_cursor").GetString());
        var wrapped = await (await client.GetAsync("/api/contacts?limit=2&page=2")).Json();
        Assert.Equal(1, wrapped.GetProperty("data").GetArrayLength());
        Assert.Equal(2, wrapped.GetProperty("meta").GetProperty("total_pages").GetInt32());
    }

    [Theory]
    [InlineData("application/vnd.portal.v1+json")]
    [InlineData("application/vnd.auterity.v1+json")]
    public async Task Vendor_media_type_unwraps(string media)
    {
        using var client = await host.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/ping") { Headers = { Accept = { MediaTypeWithQualityHeaderValue.Parse(media) } } };
        var answer = await client.SendAsync(request);
        Assert.Equal(media, answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("""{"ok":true}""", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Deletion_says_nothing_or_a_message()
    {
        using var client = await host.Client();
        var first = await (await client.PostAsJsonAsync("/api/v1/contacts", new { name = "Ada" })).Json();
        var second = await (await client.PostAsJsonAsync("/api/v1/contacts", new { name = "Ada" })).Json();
        var bare = await client.DeleteAsync("/api/v1/contacts/" + first.GetProperty("id").GetString());
        Assert.Equal(HttpStatusCode.NoContent, bare.StatusCode);
        Assert.Empty(await bare.Content.ReadAsByteArrayAsync());
        var wrapped = await client.DeleteAsync("/api/contacts/" + second.GetProperty("id").GetString());
        Assert.Equal(HttpStatusCode.OK, wrapped.StatusCode);
        Assert.True((await wrapped.Json()).GetProperty("success").GetBoolean());
    }

    [Theory]
    [InlineData("{\"name\":", "name", "VAL_003")]
    [InlineData("{", "body", "VAL_003")]
    [InlineData("", "body", "VAL_002")]
    [InlineData("null", "body", "VAL_002")]
    [InlineData("[]", "body", "VAL_003")]
    [InlineData("{\"name\":5}", "name", "VAL_003")]
    [InlineData("{\"name\":\"A\",\"tags\":[1]}", "tags[0]", "VAL_003")]
    [InlineData("{\"name\":\"A\",\"email\":\"x\"}", "email", "VAL_003")]
    [InlineData("{}", "name", "VAL_002")]
    public async Task Body_that_cannot_be_taken_names_the_field(string body, string field, string reference)
    {
        using var client = await host.Client();
        foreach (var path in new[] { "/api/v1/contacts", "/api/contacts" })
        {
            var answer = await client.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));
            var details = await answer.Refused(HttpStatusCode.BadRequest, "VALIDATION_ERROR", reference);
            Assert.Equal(field, details.GetProperty("field").GetString());
        }
    }

    [Fact]
    public async Task Other_content_types_and_huge_bodies_are_refused()
    {
        using var client = await host.Client();
        var text = await client.PostAsync("/api/v1/contacts", new StringContent("name=Ada", Encoding.UTF8, "text/plain"));
        Assert.Equal("Content-Type", (await text.Refused(HttpStatusCode.UnsupportedMediaType, "VALIDATION_ERROR", "VAL_003")).GetProperty("field").GetString());
        var huge = await client.PostAsync("/api/v1/contacts", new StringContent($$"""{"name":"{{new string('x', 1024 * 1024)}}"}""", Encoding.UTF8, "application/json"));
        Assert.Equal("body", (await huge.Refused(HttpStatusCode.RequestEntityTooLarge, "VALIDATION_ERROR", "VAL_001")).GetProperty("field").GetString());
    }

    [Theory]
    [InlineData("page=x", "page")]
    [InlineData("page=0", "page")]
    [InlineData("per_page=101", "per_page")]
    [InlineData("sort=nothing", "sort")]
    [InlineData("cursor=nothing", "cursor")]
    [InlineData("created_after=yesterday", "created_after")]
    public async Task Query_that_cannot_be_taken_names_the_parameter(string query, string parameter)
    {
        using var client = await host.Client();
        var answer = await client.GetAsync("/api/v1/contacts?" + query);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(parameter, (await answer.Json()).GetProperty("error").GetProperty("details").GetProperty("field").GetString());
    }

    [Fact]
    public async Task Scope_that_is_missing_is_named_and_the_narrower_one_suffices()
    {
        var organization = await host.Organization();
        using var reader = host.App.Client((await host.Key(organization, key => key.Scopes = ["contacts:read"])).Secret);
        Assert.Equal(HttpStatusCode.OK, (await reader.GetAsync("/api/v1/contacts")).StatusCode);
        var details = await (await reader.PostAsJsonAsync("/api/v1/contacts", new { name = "Ada" })).Refused(HttpStatusCode.Forbidden, "AUTHORIZATION_FAILED", "AUTH_003");
        Assert.Equal("contacts:write", details.GetProperty("scope").GetString());
        using var creator = host.App.Client((await host.Key(organization, key => key.Scopes = ["contacts:create"])).Secret);
        var created = await creator.PostAsJsonAsync("/api/v1/contacts", new { name = "Ada" });
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await creator.DeleteAsync(created.Headers.Location)).StatusCode);
    }
}
