using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.StaticAssets;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Shared;
using Portal.Shared.Palette;

namespace Portal.Access;

/// <summary>
/// The pages' sign-in: a cookie that says who, and nothing else. Everything else is looked up for each page, so that a
/// changed password, role or membership holds at once. The API does not know this cookie.
/// </summary>
internal static class PageAuthentication
{
    /// <summary>The scheme's name.</summary>
    internal const string Scheme = "portal-pages";

    /// <summary>Where visitors are sent; its query holds <c>returnUrl</c>.</summary>
    internal const string SignInPath = "/sign-in";

    private const string SessionCookie = "portal-session";
    private const string ModeCookie = "portal-mode";
    private const string Test = "test";
    private const string Live = "live";
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(14);
    private static readonly TimeSpan ModeLifetime = TimeSpan.FromDays(365);

    /// <summary>Services of the cookie, of the circuit's sign-in and of <see cref="PageContext"/>.</summary>
    internal static IServiceCollection AddPageAuthentication(this IServiceCollection services)
    {
        services.AddSingleton<PageUsers>();
        services.AddScoped<PageContext>();
        services.AddSingleton<IPaletteSource, KeyItems>();
        services.AddScoped<AuthenticationStateProvider, RevalidatingPageUser>();
        services.AddAuthentication(Scheme).AddCookie(Scheme, options =>
        {
            options.Cookie.Name = SessionCookie;
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.ExpireTimeSpan = Lifetime;
            options.SlidingExpiration = true;
            options.LoginPath = SignInPath;
            options.ReturnUrlParameter = "returnUrl";
            options.Events.OnValidatePrincipal = Validate;
            // The page that says so is made of the status.
            options.Events.OnRedirectToAccessDenied = context =>
            {
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return Task.CompletedTask;
            };
        });
        return services;
    }

    /// <summary>Signs a user in whose password or set-up code was checked.</summary>
    /// <param name="http">A request that has not been answered yet.</param>
    /// <param name="user">Whom.</param>
    /// <param name="keep">Whether the cookie outlives the browser: 14 days from the last visit.</param>
    internal static Task SignIn(HttpContext http, User user, bool keep) =>
        http.SignInAsync(Scheme, PageUsers.Claim(user), new AuthenticationProperties { IsPersistent = keep });

    /// <summary>Renews the cookie of a user whose security stamp has changed under it.</summary>
    internal static async Task SignInAgain(HttpContext http, string userId)
    {
        var kept = (await http.AuthenticateAsync(Scheme)).Properties?.IsPersistent == true;
        await SignIn(http, await http.RequestServices.GetRequiredService<PageUsers>().Read(userId, http.RequestAborted), kept);
    }

    /// <summary>Chooses live or test data for this browser, now and on later visits.</summary>
    internal static void ChooseMode(HttpContext http, ApiMode mode) =>
        http.Response.Cookies.Append(ModeCookie, mode == ApiMode.Test ? Test : Live, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = http.Request.IsHttps,
            Path = http.Request.PathBase.HasValue ? http.Request.PathBase.Value : "/",
            MaxAge = ModeLifetime,
            IsEssential = true,
        });

    private static async Task Validate(CookieValidatePrincipalContext context)
    {
        var http = context.HttpContext;
        // A page has a dozen static files, which are the same for everybody.
        if (http.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is not null) return;
        var mode = http.Request.Cookies[ModeCookie] == Test ? ApiMode.Test : ApiMode.Live;
        var users = http.RequestServices.GetRequiredService<PageUsers>();
        var user = await users.Find(context.Principal!, null, mode, http.Connection.RemoteIpAddress?.ToString(), http.RequestAborted);
        if (user is not null)
        {
            context.ReplacePrincipal(PageUsers.Describe(context.Principal!, user));
            return;
        }

        context.RejectPrincipal();
        await http.SignOutAsync(Scheme);
    }
}
