using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.StaticAssets;
using Portal.Api.Live;
using Portal.Core.Access;
using Portal.Core.Shared;
using Portal.Core.Shared.Data;
using Portal.Shared;
using Portal.Shared.Palette;

namespace Portal.Access;

/// <summary>
/// The pages' sign-in: a cookie that says who, and nothing else. Everything else is looked up for each page, so that an
/// ended session, another role or a lost membership holds at once. The API does not know this cookie.
/// </summary>
internal static class PageAuthentication
{
    /// <summary>The scheme's name.</summary>
    internal const string Scheme = "portal-pages";

    /// <summary>Where visitors are sent; its query holds <c>returnUrl</c>.</summary>
    internal const string SignInPath = "/sign-in";

    private const string SessionCookie = "portal-session";
    private const string ModeCookie = "portal-mode";
    private const string Connection = "/_blazor";
    private const string Sockets = "/ws";
    private static readonly object IdleItem = new();
    private const string Test = "test";
    private const string Live = "live";
    private static readonly TimeSpan ModeLifetime = TimeSpan.FromDays(365);

    /// <summary>Services of the cookie, of the circuit's sign-in and of <see cref="PageContext"/>.</summary>
    internal static IServiceCollection AddPageAuthentication(this IServiceCollection services)
    {
        services.AddSingleton<PageUsers>();
        services.AddSingleton<IPageVisitors, PageVisitors>();
        services.AddScoped<PageContext>();
        services.AddScoped<PasskeyCeremonies>();
        services.AddScoped<IPasskeyHandler<User>, PasskeyHandler<User>>();
        services.AddOptions<IdentityPasskeyOptions>().Configure<PublicAddress>((options, address) =>
        {
            // Where none is configured the browser's own address counts; then passkeys are bound to what people type.
            options.ServerDomain = address.Host;
            options.ResidentKeyRequirement = "required";
            options.UserVerificationRequirement = "required";
        });
        services.AddSingleton<IPaletteSource, KeyItems>();
        services.AddScoped<AuthenticationStateProvider, RevalidatingPageUser>();
        services.AddAuthentication(Scheme).AddCookie(Scheme, options =>
        {
            options.Cookie.Name = SessionCookie;
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.ExpireTimeSpan = BrowserSessions.Lifetime;
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

    /// <summary>Begins a browser session for somebody whose password, passkey, invitation or set-up code was checked.</summary>
    /// <param name="http">A request that has not been answered yet.</param>
    /// <param name="signedIn">Who, and how.</param>
    /// <param name="keep">Whether the cookie outlives the browser: 14 days from the last visit.</param>
    internal static async Task SignIn(HttpContext http, SignedIn signedIn, bool keep)
    {
        var origin = new Origin(http.Connection.RemoteIpAddress?.ToString(), http.Request.Headers.UserAgent.ToString());
        var session = await http.RequestServices.GetRequiredService<BrowserSessions>().Begin(signedIn, origin, http.RequestAborted);
        await http.SignInAsync(Scheme, PageUsers.Claim(session), new AuthenticationProperties { IsPersistent = keep });
    }

    /// <summary>Ends the browser's session and forgets its cookie.</summary>
    internal static async Task SignOut(HttpContext http)
    {
        var services = http.RequestServices;
        if (await services.GetRequiredService<PageUsers>().Find(http.User, http.RequestAborted) is { } user)
            await services.GetRequiredService<UserSessions>().End(user.AsActor(), user.SessionId, "logout", http.RequestAborted);
        await http.SignOutAsync(Scheme);
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

    /// <summary>The rule that ended the session of the request's cookie; null where it was not ended for being idle.</summary>
    internal static IdleTime? IdleOf(HttpContext http) => http.Items[IdleItem] as IdleTime;

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
            // A connection is made by the browser, also while nobody sits before it.
            if (http.Request.Path.StartsWithSegments(Connection, StringComparison.OrdinalIgnoreCase) || http.Request.Path.StartsWithSegments(Sockets, StringComparison.OrdinalIgnoreCase)) return;
            await http.RequestServices.GetRequiredService<BrowserSessions>()
                .Seen(user.SessionId, user.SeenAt, user.UserId, user.OrganizationId, user.Address, http.RequestAborted);
            return;
        }

        var session = PageUsers.SessionOf(context.Principal!);
        context.RejectPrincipal();
        if (await http.RequestServices.GetRequiredService<BrowserSessions>().EndIdle(session, http.RequestAborted) is { } idle)
        {
            // The cookie stays until the sign-in page has said why.
            http.Items[IdleItem] = idle;
            if (!http.Request.Path.StartsWithSegments(SignInPath, StringComparison.OrdinalIgnoreCase)) return;
        }

        await http.SignOutAsync(Scheme);
    }
}
