using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Portal.Api;
using Portal.Api.Gateway;

namespace Portal.Tests.Gateway.Unit;

/// <summary>An application with an endpoint that says nothing about who may call it does not start.</summary>
public sealed class GatewayGuardTests
{
    [Fact]
    public async Task Endpoint_of_the_api_without_a_statement_is_named()
    {
        await using var app = App();
        app.MapSurfaces(api => api.MapGet("/silent", () => "x").Operation("silent", "Silent"));
        var refusal = Assert.Throws<InvalidOperationException>(app.CheckEndpoints);
        Assert.Contains("GET /api/v1/silent", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("GET /api/silent", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endpoint_without_an_operation_beside_the_gateway_or_open_by_neglect_is_named()
    {
        await using var app = App();
        app.MapSurfaces(api => api.MapGet("/nameless", () => "x").RequireCredential());
        app.MapPost("/api/v1/beside", () => "x").AllowAnonymous();
        app.MapGet("/open", () => "x");
        var refusal = Assert.Throws<InvalidOperationException>(app.CheckEndpoints);
        Assert.Contains("/api/v1/nameless", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("/api/v1/beside", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("/open", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endpoints_that_say_it_pass()
    {
        await using var app = App();
        app.MapSurfaces(api =>
        {
            api.MapGet("/scoped", () => "x").RequireScope("contacts:read").Operation("scoped", "Scoped");
            api.MapGet("/any", () => "x").RequireCredential().Operation("any", "Any");
            api.MapGet("/open", () => "x").AllowAnonymousCall().Operation("open", "Open");
        });
        app.MapGet("/page", () => "x").RequireAuthorization();
        app.MapGet("/public", () => "x").AllowAnonymous();
        app.CheckEndpoints();
    }

    [Theory]
    [InlineData("/api/auth/*", "/api/auth/login", true)]
    [InlineData("/api/auth/*", "/api/auth/a/b", true)]
    [InlineData("/api/auth/*", "/api/auth", false)]
    [InlineData("/api/workflows/*/execute", "/api/workflows/{id}/execute", true)]
    [InlineData("/api/workflows/*/execute", "/api/workflows/{id}/validate", false)]
    [InlineData("/api/workflows/*/execute", "/api/workflows/{id}/execute/now", false)]
    [InlineData("/api/ping", "/api/PING", true)]
    public void Pattern_names_routes(string pattern, string route, bool matches) => Assert.Equal(matches, PathPattern.Matches(pattern, route));

    private static WebApplication App()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton<OperationRegistry>();
        return builder.Build();
    }
}
