using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Net.Http.Headers;
using Portal.Shared.Palette;
using Portal.Docs;
using Radzen;

namespace Portal.Shared;

/// <summary>The pages' door: services, error pages and endpoints of the web shell.</summary>
internal static class PortalPages
{
    /// <summary>Services of the pages. Who is signed in, and how, is registered elsewhere.</summary>
    internal static IServiceCollection AddPortalPages(this IServiceCollection services)
    {
        // What is pasted into a page arrives in one message: payloads are longer than the 32 KiB that the framework takes.
        services.AddRazorComponents().AddInteractiveServerComponents().AddHubOptions(hub => hub.MaximumReceiveMessageSize = 1024 * 1024);
        services.AddRadzenComponents();
        services.AddLocalization();
        services.AddAuthorization();
        services.AddCascadingAuthenticationState();
        services.AddScoped<Toasts>();
        services.AddPalette();
        services.AddScoped<PageKeys>();
        return services;
    }

    /// <summary>Turns failures of page requests into our error pages. Call before other middleware.</summary>
    internal static WebApplication UsePortalPages(this WebApplication app)
    {
        // In development the framework's page with the stack trace is worth more than ours.
        if (!app.Environment.IsDevelopment())
            app.UseExceptionHandler("/error", createScopeForErrors: true);
        app.UseStatusCodePagesWithReExecute("/error/{0}", createScopeForStatusCodePages: true);
        app.Use(PrepareErrorPage);
        return app;
    }

    /// <summary>Maps the pages and their static files. Call after authentication and authorization are in place.</summary>
    internal static WebApplication MapPortalPages(this WebApplication app)
    {
        app.UseAntiforgery();
        app.MapStaticAssets().AllowAnonymous();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
        app.MapPalette();
        return app;
    }

    private static async Task PrepareErrorPage(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IStatusCodePagesFeature>() is { } statusPages && !IsPageRequest(context))
            statusPages.Enabled = false;
        // The error page answers a refused form as well, and is itself no form.
        if (context.Features.Get<IStatusCodeReExecuteFeature>() is not null || context.Features.Get<IExceptionHandlerFeature>() is not null)
            context.Request.Method = HttpMethods.Get;
        await next(context);
        // A page that refuses a form has announced HTML and writes none, which would pass for an answer.
        if (context.Response is { StatusCode: StatusCodes.Status400BadRequest, HasStarted: false }) context.Response.ContentType = null;
    }

    /// <summary>Programs get the API's error shape; only what a browser asks for as a page gets an error page.</summary>
    private static bool IsPageRequest(HttpContext context) =>
        !context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
        && context.Request.GetTypedHeaders().Accept.Any(accept => accept.IsSubsetOf(Html));

    private static readonly MediaTypeHeaderValue Html = new("text/html");
}
