using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Problems;

namespace Portal.Api.Live;

/// <summary>The WebSockets: <c>/ws/executions/{id}</c> and <c>/ws/notifications</c>.</summary>
internal static class LiveEndpoints
{
    private const string AfterParameter = "after";

    public static void AddLive(this IServiceCollection services)
    {
        services.AddSingleton<LiveCredential>();
        services.AddSingleton<LiveDoor>();
    }

    public static void MapLive(this IEndpointRouteBuilder app)
    {
        LiveDoor.Map(app, "/ws/executions/{id}", OpenExecution);
        LiveDoor.Map(app, "/ws/notifications", OpenNotifications);
    }

    private static Task OpenExecution(HttpContext http)
    {
        var services = http.RequestServices;
        return services.GetRequiredService<LiveDoor>().Open(http, readsWorkflows: true, actor => ExecutionFeed.Open(
            services.GetRequiredService<PortalStore>(), actor.Tenant, (string)http.GetRouteValue("id")!, Number(http.Request), services.GetRequiredService<TimeProvider>(), http.RequestAborted));
    }

    private static Task OpenNotifications(HttpContext http) => http.RequestServices.GetRequiredService<LiveDoor>().Open(http, readsWorkflows: false, actor => actor is { Type: "user", UserId: { } user }
        ? NotificationFeed.Open(http.RequestServices.GetRequiredService<PortalStore>(), actor.Tenant, user, Id(http.Request), http.RequestServices.GetRequiredService<TimeProvider>(), http.RequestAborted)
        : throw new Problem(ErrorCode.AuthorizationFailed, "Only a user has notifications.").AsException());

    private static long? Number(HttpRequest request)
    {
        var text = request.Query[AfterParameter].ToString();
        if (text.Length == 0) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Problem.Field(ErrorCode.WrongFormat, AfterParameter, "after is the sequence of a message.").AsException();
    }

    private static string? Id(HttpRequest request)
    {
        var text = request.Query[AfterParameter].ToString();
        if (text.Length == 0) return null;
        return Faults.IsStorable(text) ? text : throw Problem.Field(ErrorCode.WrongFormat, AfterParameter, "after is the id of a notification.").AsException();
    }
}
