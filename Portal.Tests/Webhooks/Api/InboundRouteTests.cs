using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.TestHost;
using Portal.Api.Webhooks;

namespace Portal.Tests.Webhooks.Api;

/// <summary>Providers and pages share /webhooks: pages take GET and, for their forms, POST.</summary>
public sealed class InboundRouteTests
{
    private static readonly string[] PageMethods = ["GET", "POST"];
    private static readonly string[] Pages = ["/webhooks", "/webhooks/events", "/webhooks/tester", "/webhooks/{Id}", "/webhooks/events/{Type}", "/webhooks/{Id}/deliveries/{Delivery}"];

    [Theory]
    [InlineData("POST", "/webhooks/quoteiq", "receiver")]
    [InlineData("POST", "/webhooks/standard-webhooks", "receiver")]
    [InlineData("POST", "/webhooks/nonsense", "receiver")]
    [InlineData("POST", "/webhooks/quoteiq/whk_1", "receiver")]
    [InlineData("POST", "/webhooks/nonsense/anything", "receiver")]
    [InlineData("GET", "/webhooks/quoteiq", "/webhooks/{Id}")]
    [InlineData("GET", "/webhooks/whk_1", "/webhooks/{Id}")]
    [InlineData("POST", "/webhooks/whk_1", "/webhooks/{Id}")]
    [InlineData("GET", "/webhooks", "/webhooks")]
    [InlineData("POST", "/webhooks", "/webhooks")]
    [InlineData("POST", "/webhooks/events", "/webhooks/events")]
    [InlineData("GET", "/webhooks/tester", "/webhooks/tester")]
    [InlineData("POST", "/webhooks/tester", "/webhooks/tester")]
    [InlineData("POST", "/webhooks/events/order.shipped", "/webhooks/events/{Type}")]
    [InlineData("POST", "/webhooks/whk_1/deliveries/del_1", "/webhooks/{Id}/deliveries/{Delivery}")]
    public async Task Each_request_goes_to_one_of_them(string method, string path, string expected)
    {
        await using var app = Routes();
        await app.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await app.GetTestClient().SendAsync(request);
        Assert.Equal(expected, await response.Content.ReadAsStringAsync());
    }

    // Says which endpoint was found and runs none.
    private static WebApplication Routes()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.WebHost.UseTestServer();
        var app = builder.Build();
        app.UseRouting();
        app.Use((HttpContext http, RequestDelegate _) => http.Response.WriteAsync(http.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } route } ? route.Contains("{provider", StringComparison.Ordinal) ? "receiver" : route : "none"));
        foreach (var page in Pages) app.MapMethods(page, PageMethods, () => "");
        InboundEndpoint.Map(app);
        return app;
    }
}
