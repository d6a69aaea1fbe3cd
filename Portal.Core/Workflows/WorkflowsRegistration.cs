using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Nodes;

namespace Portal.Core.Workflows;

internal static class WorkflowsRegistration
{
    public static void AddWorkflows(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<WorkflowOptions>().Bind(configuration.GetSection(WorkflowOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<WorkflowOptions>, WorkflowOptionsValidation>();
        services.AddNodes();
        services.AddDefinitions();
    }

    // Every node type, one line each.
    private static void AddNodes(this IServiceCollection services)
    {
        services.AddSingleton<NodeCatalogue>();
    }
}
