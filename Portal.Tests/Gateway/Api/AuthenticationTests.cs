using System.Net;
using System.Net.Http.Headers;
using Portal.Core.Access;
using Portal.Core.Shared.Data;

namespace Portal.Tests.Gateway.Api;

/// <summary>Who is let in: every way in which a key can be wrong, each beside the same key working.</summary>
public sealed class AuthenticationTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    private const string Ping = "/api/v1/ping";

    [Fact]
    public async Task Key_works_in_either_header()
    {
        var (_, secret) = await host.Key(await host.Organization());
        Assert.Equal(HttpStatusCode.OK, (await host.App.Client(secret).GetAsync(Ping)).StatusCode);
        using var bearer = host.App.Client();
        bearer.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        Assert.Equal(HttpStatusCode.OK, (await bearer.GetAsync(Ping)).StatusCode);
    }

    [Fact]
    public async Task Missing_credential_is_refused()
    {
        var answer = await host.App.Client().GetAsync(Ping);
        var details = await answer.Refused(HttpStatusCode.Unauthorized, "AUTHENTICATION_FAILED", "AUTH_001");
        Assert.Equal("missing", details.GetProperty("reason").GetString());
        Assert.Equal("Bearer", Assert.Single(answer.Headers.WwwAuthenticate).Scheme);
    }

    [Fact]
    public async Task Mistyped_key_is_called_malformed_and_a_well_formed_stranger_unknown()
    {
        var secret = ApiKeyFormat.Generate(ApiMode.Live);
        var unknown = await (await host.App.Client(secret).GetAsync(Ping)).Refused(HttpStatusCode.Unauthorized, "AUTHENTICATION_FAILED", "AUTH_001");
        Assert.Equal("unknown", unknown.GetProperty("reason").GetString());
        var mistyped = secret[..20] + (secret[20] == 'a' ? 'b' : 'a') + secret[21..];
        var malformed = await (await host.App.Client(mistyped).GetAsync(Ping)).Refused(HttpStatusCode.Unauthorized, "AUTHENTICATION_FAILED", "AUTH_001");
        Assert.Equal("malformed", malformed.GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("a.b.c")]
    [InlineData("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.")]
    [InlineData("..")]
    public async Task Anything_else_as_a_token_is_refused(string token)
    {
        using var client = host.App.Client();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer " + token);
        await (await client.GetAsync(Ping)).Refused(HttpStatusCode.Unauthorized, "AUTHENTICATION_FAILED", "AUTH_001");
    }

    [Fact]
    public async Task Key_works_until_its_expiry_and_says_so_afterwards()
    {
        var expiry = host.Time.GetUtcNow().AddHours(1);
        using var client = await host.Client(change: key => key.ExpiresAt = expiry);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(Ping)).StatusCode);
        host.Time.Advance(TimeSpan.FromHours(1));
        var details = await (await client.GetAsync(Ping)).Refused(HttpStatusCode.Unauthorized, "AUTHENTICATION_FAILED", "AUTH_002");
        Assert.Equal(expiry, details.GetProperty("expired_at").GetDateTimeOffset(), TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task Revoked_key_is_refused_on_the_next_request()
    {
        var organization = await host.Organization();
        var (id, secret) = await host.Key(organization);
        using var client = host.App.Client(secret);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(Ping)).StatusCode);
        await Keys.Revoke(GatewayHost.Owner(organization), id, CancellationToken.None);
        var details = await (await client.GetAsync(Ping)).Refused(HttpStatusCode.Unauthorized, "AUTHENTICATION_FAILED", "AUTH_001");
        Assert.Equal("revoked", details.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Key_works_only_from_its_addresses()
    {
        using var client = await host.Client(change: key => key.AllowedAddresses = ["203.0.113.0/24", "2001:db8::/32"]);
        Assert.Equal(HttpStatusCode.OK, await From("203.0.113.9"));
        Assert.Equal(HttpStatusCode.OK, await From("2001:db8::1"));
        Assert.Equal(HttpStatusCode.OK, await From("::ffff:203.0.113.9"));
        Assert.Equal(HttpStatusCode.Forbidden, await From("203.0.114.9"));
        using var request = new HttpRequestMessage(HttpMethod.Get, Ping) { Headers = { { GatewayHost.AddressHeader, "198.51.100.1" } } };
        var details = await (await client.SendAsync(request)).Refused(HttpStatusCode.Forbidden, "AUTHORIZATION_FAILED", "AUTH_003");
        Assert.Equal("198.51.100.1", details.GetProperty("address").GetString());

        async Task<HttpStatusCode> From(string address)
        {
            using var asked = new HttpRequestMessage(HttpMethod.Get, Ping) { Headers = { { GatewayHost.AddressHeader, address } } };
            return (await client.SendAsync(asked)).StatusCode;
        }
    }

    [Fact]
    public async Task Organization_that_is_not_the_callers_is_refused()
    {
        var organization = await host.Organization();
        var (_, secret) = await host.Key(organization);
        using var client = host.App.Client(secret);
        client.DefaultRequestHeaders.Add("X-Organization-ID", organization);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(Ping)).StatusCode);
        client.DefaultRequestHeaders.Remove("X-Organization-ID");
        client.DefaultRequestHeaders.Add("X-Organization-ID", await host.Organization());
        await (await client.GetAsync(Ping)).Refused(HttpStatusCode.Forbidden, "AUTHORIZATION_FAILED", "AUTH_003");
    }

    [Fact]
    public async Task Path_that_is_none_and_method_that_is_not_taken_have_the_same_shape_of_error()
    {
        using var client = await host.Client();
        await (await client.GetAsync("/api/v1/nothing-here")).Refused(HttpStatusCode.NotFound, "RESOURCE_NOT_FOUND", "RES_001");
        await (await client.GetAsync("/api/nothing/here")).Refused(HttpStatusCode.NotFound, "RESOURCE_NOT_FOUND", "RES_001");
        var answer = await client.DeleteAsync(Ping);
        await answer.Refused(HttpStatusCode.MethodNotAllowed, "RESOURCE_NOT_FOUND", "RES_001");
        Assert.Contains("GET", answer.Content.Headers.Allow);
    }

    [Fact]
    public async Task Problem_json_is_given_to_who_asks_for_it()
    {
        using var client = host.App.Client();
        client.DefaultRequestHeaders.Accept.ParseAdd("application/problem+json");
        var answer = await client.GetAsync(Ping);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        var problem = await answer.Json();
        Assert.Equal(401, problem.GetProperty("status").GetInt32());
        Assert.Equal("AUTHENTICATION_FAILED", problem.GetProperty("code").GetString());
        Assert.EndsWith("/docs/errors/AUTHENTICATION_FAILED", problem.GetProperty("type").GetString());
        Assert.Equal("/api/v1/ping", problem.GetProperty("instance").GetString());
    }

    private ApiKeyService Keys => (ApiKeyService)host.App.Services.GetService(typeof(ApiKeyService))!;
}
