using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Engine;
using Portal.Core.Workflows.Nodes;
using Portal.Core.Workflows.Nodes.Data;

namespace Portal.Core.Workflows;

internal static class WorkflowsRegistration
{
    public static void AddWorkflows(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<WorkflowOptions>().Bind(configuration.GetSection(WorkflowOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<WorkflowOptions>, WorkflowOptionsValidation>();
        services.AddNodes();
        services.AddDefinitions();
        services.AddEngine();
    }

    private static void AddEngine(this IServiceCollection services)
    {
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<WorkflowOptions>>().Value;
            return new RunLimits(options.MostSteps, options.LargestOutput, options.MostDepth);
        });
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
        services.AddSingleton<INodeType, AiImageAnalysisNode>();
        services.AddSingleton<INodeType, AiTextProcessingNode>();
        services.AddSingleton<INodeType, ApiIntegrationNode>();
        services.AddSingleton<INodeType, DatabaseQueryNode>();
        services.AddSingleton<INodeType, DataTransformationNode>();
        services.AddSingleton<INodeType, DecisionLogicNode>();
        services.AddSingleton<INodeType, DelayNode>();
        services.AddSingleton<INodeType, FileProcessorNode>();
        services.AddSingleton<INodeType, ForEachNode>();
        services.AddSingleton<INodeType, MergeNode>();
        services.AddSingleton<INodeType, OutputFormatterNode>();
        services.AddSingleton<INodeType, ParallelNode>();
        services.AddSingleton<INodeType, SubWorkflowNode>();
        services.AddResources();
    }

    // What database-query nodes read and write, one line each.
    private static void AddResources(this IServiceCollection services)
    {
        services.AddSingleton<IQueryableResource, QueryableActivities>();
        services.AddSingleton<IQueryableResource, QueryableContacts>();
        services.AddSingleton<IQueryableResource, QueryableDeals>();
        services.AddSingleton<IQueryableResource, QueryableDeliveries>();
        services.AddSingleton<IQueryableResource, QueryableEndpoints>();
        services.AddSingleton<IQueryableResource, QueryableEvents>();
        services.AddSingleton<IQueryableResource, QueryableLeads>();
    }
}
