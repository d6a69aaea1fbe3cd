using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Data;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Gateway.Api;

/// <summary>What the log keeps of a call: headers, bodies and limits, and no secret.</summary>
public sealed class ExchangeTests
{
    [Fact]
    public async Task Call_is_kept_with_headers_bodies_and_the_limits_that_applied()
    {
        await using var host = new GatewayHost();
        var organization = await host.Organization(Plan.Free);
        var (_, secret) = await host.Key(organization, key => key.RateLimit = 50);
        using var client = host.App.Client(secret);
        using var answer = await client.PostAsJsonAsync("/api/v1/contacts?dry_run=1&token=abc", new { name = "Zoë", password = "hunter2" });

        var entry = await Entry(host, organization, answer);

        Assert.Equal("dry_run=1&token=••••••", entry.Query);
        var exchange = entry.Exchange!;
        Assert.Equal("""{"name":"Zoë","password":"••••••"}""", exchange.Request.Body);
        Assert.True(await IsBody(answer, exchange.Response.Body));
        Assert.Equal("••••••", Assert.Single(exchange.Request.Headers, header => header.Name == "X-API-Key").Value);
        Assert.Contains(exchange.Response.Headers, header => header.Name == "X-Request-Id");
        Assert.Equal([("key", 50, 49), ("category:crm_write", 100, 99), ("monthly_calls", 100, 99)], exchange.Limits.Select(limit => (limit.Name, limit.Limit, limit.Remaining)));
    }

    [Fact]
    public async Task New_key_and_long_bodies_are_not_in_the_log()
    {
        await using var host = GatewayHost.With(new PortalAppOptions { Settings = { ["RequestLog:LargestBody"] = "40" } });
        var organization = await host.Organization();
        using var client = host.App.Client((await host.Key(organization)).Secret);
        using var made = await client.PostAsJsonAsync("/api/v1/keys", new { name = "Second", scopes = new[] { "contacts:read" } });
        var whole = await made.Content.ReadAsStringAsync();

        var response = (await Entry(host, organization, made)).Exchange!.Response;

        Assert.True(response.IsCut);
        Assert.Equal(System.Text.Encoding.UTF8.GetByteCount(whole), response.BodyBytes);
        Assert.Equal(40, response.Body!.Length, 10.0);
        Assert.DoesNotContain("dyn_live_", string.Concat((await Entry(host, organization, made)).Exchange), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_whose_secrets_have_any_name_is_not_in_the_log()
    {
        await using var host = new GatewayHost();
        var organization = await host.Organization();
        using var client = host.App.Client((await host.Key(organization, key => key.Scopes = ["workflows:write"])).Secret);
        foreach (var surface in new[] { "/api/v1", "/api" })
        {
            using var answer = await client.PostAsJsonAsync($"{surface}/templates/tpl_webhook_relay/instantiate", new { parameters = new { stripe = "hunter2" } });
            var exchange = (await Entry(host, organization, answer)).Exchange!;
            Assert.Null(exchange.Request.Body);
            Assert.Contains("stripe", exchange.Response.Body, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", exchange.Response.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Refusal_is_kept_with_its_body_and_the_limit_that_refused()
    {
        await using var host = new GatewayHost();
        var organization = await host.Organization();
        using var client = host.App.Client((await host.Key(organization, key => key.RateLimit = 1)).Secret);
        await client.GetAsync("/api/v1/ping");
        using var refused = await client.GetAsync("/api/v1/ping");

        var entry = await Entry(host, organization, refused);

        Assert.Equal(("RATE_LIMIT_EXCEEDED", 429), (entry.Row.ErrorCode, entry.Row.Status));
        Assert.True(await IsBody(refused, entry.Exchange!.Response.Body));
        Assert.Equal(("key", true), (entry.Exchange.Limits[0].Name, entry.Exchange.Limits[0].Refused));
        Assert.Null(entry.Exchange.Request.Body);
    }

    [Fact]
    public async Task Bodies_can_be_switched_off()
    {
        await using var host = GatewayHost.With(new PortalAppOptions { Settings = { ["RequestLog:Bodies"] = "false" } });
        var organization = await host.Organization();
        using var client = host.App.Client((await host.Key(organization)).Secret);
        using var answer = await client.GetAsync("/api/v1/ping");
        Assert.Null((await Entry(host, organization, answer)).Exchange);
    }

    private static async Task<bool> IsBody(HttpResponseMessage answer, string? logged) =>
        JsonNode.DeepEquals(JsonNode.Parse(await answer.Content.ReadAsStringAsync()), JsonNode.Parse(logged!));

    private static Task<RequestLogEntry> Entry(GatewayHost host, string organization, HttpResponseMessage answer) =>
        host.App.Services.GetRequiredService<RequestLogReader>().Get(GatewayHost.Owner(organization), answer.Header("X-Request-Id")!, CancellationToken.None);
}
