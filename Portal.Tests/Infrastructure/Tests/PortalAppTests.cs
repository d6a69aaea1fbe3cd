using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Infrastructure.Tests;

public sealed class PortalAppTests
{
    [Fact]
    public async Task Settings_data_directory_and_key_reach_the_application()
    {
        await using var app = new PortalApp(new PortalAppOptions
        {
            Settings = { ["Bootstrap:AdminEmail"] = "ada@example.org", ["Bootstrap:AdminPassword"] = "analytical" },
            InFront = Probe,
        });
        using var client = app.Client("dyn_test_abc");
        Assert.Equal(
            $"ada@example.org {app.DataDirectory} dyn_test_abc",
            await client.GetStringAsync(new Uri("/probe", UriKind.Relative)));
    }

    [Fact]
    public async Task Data_directory_goes_with_the_app_unless_it_was_given()
    {
        var kept = TestRun.NewDirectory("kept");
        string own;
        await using (var app = new PortalApp())
        await using (var again = new PortalApp(new PortalAppOptions { DataDirectory = kept }))
        {
            own = app.DataDirectory;
            Assert.Equal(kept, again.DataDirectory);
            Assert.True(Directory.Exists(own));
        }
        Assert.False(Directory.Exists(own));
        Assert.True(Directory.Exists(kept));
    }

    [Fact]
    public async Task Clock_is_the_one_given()
    {
        var time = new ManualTime();
        await using var app = new PortalApp(new PortalAppOptions { Time = time });
        Assert.Same(time, app.Services.GetRequiredService<TimeProvider>());
    }

    [Fact]
    public async Task App_on_kestrel_answers_on_a_real_port()
    {
        await using var app = PortalApp.OnKestrel(new PortalAppOptions { InFront = Probe });
        Assert.Equal(IPAddress.Loopback.ToString(), app.Address.Host);
        using var outside = new HttpClient();
        Assert.Contains(
            app.DataDirectory, await outside.GetStringAsync(new Uri(app.Address, "probe")), StringComparison.Ordinal);
        using var inside = app.Client();
        using var response = await inside.GetAsync(new Uri("/probe", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("in the message")]
    [InlineData("in a value")]
    [InlineData("in a scope")]
    [InlineData("in an exception")]
    public async Task Secret_in_the_logs_is_found(string where)
    {
        const string Secret = "whsec_c2VjcmV0";
        await using var app = new PortalApp();
        var logger = app.Services.GetRequiredService<ILogger<PortalAppTests>>();
        app.Logs.AssertNever(Secret);

        using (where == "in a scope" ? logger.BeginScope("{Key}", Secret) : null)
            logger.LogInformation(
                where == "in an exception" ? new InvalidOperationException(Secret) : null,
                "Hello {Value}",
                where is "in a value" or "in the message" ? Secret : "world");

        var failure = Assert.ThrowsAny<Exception>(() => app.Logs.AssertNever(Secret));
        Assert.DoesNotContain(Secret, failure.Message, StringComparison.Ordinal);
    }

    private static void Probe(IApplicationBuilder app) => app.Map("/probe", probe => probe.Run(context =>
    {
        var settings = context.RequestServices.GetRequiredService<IConfiguration>();
        return context.Response.WriteAsync(
            $"{settings["Bootstrap:AdminEmail"]} {settings["DataDirectory"]} {context.Request.Headers["X-API-Key"]}");
    }));
}
