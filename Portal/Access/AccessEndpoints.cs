using System.Net.Mime;
using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Authorization;
using Portal.Access.Pages.Visitors;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;
using Portal.Shared;
using Portal.Shared.Layout;

namespace Portal.Access;

/// <summary>What the top bar's forms post to, and the way to the set-up page.</summary>
internal static class AccessEndpoints
{
    internal const string SignOutPath = "/sign-out";
    internal const string OpenOrganizationPath = "/organization/open";
    internal const string ModePath = "/mode";
    internal const string ActivityPath = "/session/active";
    internal const string TwoFactorRequiredPath = "/two-factor-required";

    // Relative to the portal's root, which is not the server's where the portal lies under a path.
    private const string ReturnField = "returnUrl";

    /// <summary>Maps the forms that have no page of their own; each wants the antiforgery token.</summary>
    internal static void MapPageAccess(this IEndpointRouteBuilder app)
    {
        var forms = app.MapGroup("").AddEndpointFilter(RequireAntiforgery);
        forms.MapPost(SignOutPath, (Delegate)SignOut).AllowAnonymous();
        forms.MapPost(OpenOrganizationPath, OpenOrganization).RequireAuthorization();
        forms.MapPost(ModePath, (Delegate)ChooseMode).RequireAuthorization();
        // What it is for has happened by then: the cookie's check notes who was seen.
        app.MapPost(ActivityPath, () => TypedResults.NoContent()).AllowAnonymous();
        app.MapGet(AuditExport.Path, AuditExport.Write).RequireAuthorization();
        forms.MapPost("/passkeys/creation-options", PasskeyCreation).RequireAuthorization();
        forms.MapPost("/passkeys/request-options", PasskeyRequest).AllowAnonymous();
    }

    /// <summary>Sends whoever opens a page to the set-up while the portal has no administrator. Goes before authorization.</summary>
    internal static void UseSetUpRedirect(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        if (http.GetEndpoint() is { } page && NeedsAccounts(page)
            && await http.RequestServices.GetRequiredService<SetUp>().IsNeeded(http.RequestAborted))
        {
            http.Response.Redirect(http.Request.PathBase + SetUp.Path);
            return;
        }

        await next(http);
    });

    /// <summary>
    /// Keeps whoever lacks the second factor that their organization requires to the pages that say so. Goes after
    /// authorization.
    /// </summary>
    internal static void UseTwoFactorRedirect(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        if (http.GetEndpoint()?.Metadata is { } page && page.GetMetadata<ComponentTypeMetadata>() is not null
            && page.GetMetadata<IAllowAnonymous>() is null && page.GetMetadata<OpenWithoutTwoFactorAttribute>() is null
            && await http.RequestServices.GetRequiredService<PageUsers>().Find(http.User, http.RequestAborted) is { MustSetUpTwoFactor: true })
        {
            http.Response.Redirect(http.Request.PathBase + TwoFactorRequiredPath);
            return;
        }

        await next(http);
    });

    /// <summary>Whether a page makes sense only once there are accounts: what is not for visitors, and the visitors' way in.</summary>
    private static bool NeedsAccounts(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is { Type: var page } && page != typeof(SetUpPage)
        && (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null || page.Namespace == typeof(SetUpPage).Namespace);

    private static async ValueTask<object?> RequireAntiforgery(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        await context.HttpContext.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context.HttpContext)
            ? await next(context)
            : TypedResults.StatusCode(StatusCodes.Status400BadRequest);

    private static async Task<RedirectHttpResult> SignOut(HttpContext http, KeyLoans loans)
    {
        if (http.User.FindFirstValue(ClaimTypes.NameIdentifier) is { } userId) await loans.EndAll(userId, http.RequestAborted);
        await PageAuthentication.SignOut(http);
        return TypedResults.LocalRedirect("~" + PageAuthentication.SignInPath);
    }

    private static async Task<Results<RedirectHttpResult, NotFound>> OpenOrganization(HttpContext http, PageUsers users, Organizations organizations)
    {
        if (await users.Find(http.User, http.RequestAborted) is not { } user) return TypedResults.NotFound();
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        try
        {
            await organizations.Open(user.UserId, form["organization"].ToString(), http.RequestAborted);
        }
        catch (ProblemException e) when (e.Problem.Code == ErrorCode.NotFound)
        {
            return TypedResults.NotFound();
        }

        // The page stays; what its query named belongs to the organization that was left.
        var page = LocalAddress.Of(form[ReturnField]).Split('?', '#')[0];
        return TypedResults.LocalRedirect("~" + (NavigationCatalog.Exists(page) ? page : "/"));
    }

    private static async Task<Results<ContentHttpResult, NotFound>> PasskeyCreation(HttpContext http, PageUsers users, PasskeyCeremonies ceremonies) =>
        await users.Find(http.User, http.RequestAborted) is { } user
            ? TypedResults.Content(await ceremonies.BeginCreation(http, user), MediaTypeNames.Application.Json)
            : TypedResults.NotFound();

    private static async Task<ContentHttpResult> PasskeyRequest(HttpContext http, PasskeyCeremonies ceremonies) =>
        TypedResults.Content(await ceremonies.BeginAssertion(http), MediaTypeNames.Application.Json);

    private static async Task<RedirectHttpResult> ChooseMode(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        PageAuthentication.ChooseMode(http, form["mode"] == "test" ? ApiMode.Test : ApiMode.Live);
        return TypedResults.LocalRedirect("~" + LocalAddress.Of(form[ReturnField]));
    }
}
