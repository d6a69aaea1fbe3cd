using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Portal.Api.Workflows;

/// <summary>The addresses of workflows outside of the API.</summary>
internal static class WorkflowDoors
{
    public static void AddWorkflowDoors(this IServiceCollection services)
    {
        services.AddSingleton<OpenAnswers>();
        services.AddSingleton<HookEndpoint>();
        services.AddSingleton<FormEndpoint>();
    }

    public static void MapWorkflowDoors(this IEndpointRouteBuilder app)
    {
        HookEndpoint.Map(app);
        FormEndpoint.Map(app);
    }
}
