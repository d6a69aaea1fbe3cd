using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Portal.Api;
using Portal.Api.Gateway;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Gateway;
using Portal.Core.Shared.Data;
using Portal.Tests.Infrastructure;

namespace Portal.Tests.Gateway.Api;

/// <summary>The gateway in front of an endpoint that is bound to a feature.</summary>
public sealed class FeatureTests : IAsyncLifetime
{
    private readonly string _data = TestRun.NewDirectory("features");
    private readonly string _key = ApiKeyFormat.Generate(ApiMode.Live);
    private WebApplication _app = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.WebHost.UseTestServer();
        builder.Configuration["DataDirectory"] = _data;
        builder.Configuration["Bootstrap:ApiKey"] = _key;
        builder.Configuration["Bootstrap:Plan"] = "free";
        builder.Services.AddPortalCore(builder.Configuration);
        builder.Services.AddPortalApi();
        _app = builder.Build();
        await _app.Services.GetRequiredService<DatabaseStartup>().Prepare(CancellationToken.None);
        await _app.Services.GetRequiredService<AccessStartup>().Prepare(CancellationToken.None);
        _app.UseRouting();
        _app.UsePortalGateway();
        _app.MapSurfaces(api => api.MapGet("/forecast", () => TypedResults.Ok(new { Horizon = 90 }))
            .RequireScope("financial:read").RequireFeature("cash_flow_forecast").Operation("forecast", "Forecast"));
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        TestRun.DeleteDirectory(_data);
    }

    [Fact]
    public async Task Plan_without_the_feature_is_refused_and_told_which_plans_have_it()
    {
        var (status, body) = await Call();

        Assert.Equal(HttpStatusCode.Forbidden, status);
        var error = body.GetProperty("error");
        Assert.Equal("AUTHORIZATION_FAILED", error.GetProperty("code").GetString());
        var details = error.GetProperty("details");
        Assert.Equal(("cash_flow_forecast", "free"), (details.GetProperty("feature").GetString(), details.GetProperty("plan").GetString()));
        Assert.Equal(["premium", "enterprise"], details.GetProperty("plans").EnumerateArray().Select(plan => plan.GetString()!));
    }

    [Fact]
    public async Task Feature_that_the_operator_opens_for_the_plan_works_at_once()
    {
        var catalog = _app.Services.GetRequiredService<LimitCatalog>();
        await catalog.Save(catalog.Current with { Free = catalog.Current.Free with { Features = ["sync", "cash_flow_forecast"] } }, CancellationToken.None);

        Assert.Equal(HttpStatusCode.OK, (await Call()).Status);
    }

    [Fact]
    public void Feature_names_that_no_endpoint_can_have_are_faults()
    {
        var document = LimitsDocument.Default with { Free = LimitsDocument.Default.Free with { Features = ["Cash Flow"] } };
        Assert.Equal(["Free:Features: 'Cash Flow' must be made of lower-case letters, digits and underscores."], document.Faults());
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> Call()
    {
        using var client = _app.GetTestClient();
        client.DefaultRequestHeaders.Add("X-API-Key", _key);
        using var answer = await client.GetAsync(new Uri("/api/v1/forecast", UriKind.Relative));
        return (answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement);
    }
}
