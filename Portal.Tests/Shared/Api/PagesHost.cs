using System.Runtime.CompilerServices;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Shared;
using Xunit;

namespace Portal.Tests.Shared.Api;

/// <summary>The shell alone, through its doors, with a sign-in that believes the header X-User.</summary>
public sealed class PagesHost : IAsyncLifetime
{
    internal const string UserHeader = "X-User";
    private WebApplication? app;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(App).Assembly.GetName().Name,
            ContentRootPath = ProjectFolder(),
            EnvironmentName = Environments.Production,
        });
        builder.WebHost.UseTestServer();
        builder.UseHostDefaults();
        builder.Logging.ClearProviders();
        builder.Services.AddPortalPages();
        builder.Services.AddAuthentication(UserHeader).AddScheme<AuthenticationSchemeOptions, HeaderSignIn>(UserHeader, null);
        app = builder.Build();
        app.UsePortalPages();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapPortalPages();
        app.MapGet("/fails", string () => throw new InvalidOperationException("The secret reason."));
        app.MapGet("/api/refuses", () => Results.StatusCode(StatusCodes.Status403Forbidden));
        await app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
            await app.DisposeAsync();
    }

    /// <summary>Asks as a browser does when a page is opened; a null user is a visitor.</summary>
    internal async Task<HttpResponseMessage> OpenAsync(string path, string? user = null, string accept = "text/html")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept", accept);
        if (user is not null)
            request.Headers.Add(UserHeader, user);
        return await app!.GetTestClient().SendAsync(request);
    }

    private static string ProjectFolder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../Portal"));

    private sealed class HeaderSignIn(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            if (Request.Headers[UserHeader].ToString() is not { Length: > 0 } user)
                return Task.FromResult(AuthenticateResult.NoResult());
            var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, user)], UserHeader);
            return Task.FromResult(AuthenticateResult.Success(new(new ClaimsPrincipal(identity), UserHeader)));
        }
    }
}
