using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Engine;
using Portal.Core.Workflows.Nodes;
using Portal.Core.Workflows.Triggers;

namespace Portal.Core.Workflows;

internal static class WorkflowsRegistration
{
    public static void AddWorkflows(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<WorkflowOptions>().Bind(configuration.GetSection(WorkflowOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<WorkflowOptions>, WorkflowOptionsValidation>();
        services.AddNodes();
        services.AddEngine();
        services.AddTriggers();
    }

    private static void AddEngine(this IServiceCollection services)
    {
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<WorkflowOptions>>().Value;
            return new RunLimits(options.MostSteps, options.LargestOutput, options.MostDepth);
        });
        services.AddSingleton<WorkflowSecrets>();
        services.AddSingleton<PlanCache>();
        services.AddSingleton<RunLoader>();
        services.AddSingleton<INodeHost, NodeHost>();
        services.AddSingleton<StepRunner>();
        services.AddSingleton<WorkflowEngine>();
        services.AddHostedService(provider => provider.GetRequiredService<WorkflowEngine>());
        services.AddSingleton<Executions>();
    }

    // Every node type, one line each.
    private static void AddNodes(this IServiceCollection services)
    {
        services.AddSingleton<NodeCatalogue>();
        services.AddSingleton<INodeType, WebhookTriggerNode>();
        services.AddSingleton<INodeType, ScheduleTriggerNode>();
        services.AddSingleton<INodeType, EventTriggerNode>();
        services.AddSingleton<INodeType, FormInputNode>();
        services.AddSingleton<INodeType, ApprovalNode>();
    }
}
