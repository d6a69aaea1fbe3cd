using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Portal.Core.Access;
using Portal.Core.Billing;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Engine;
using Portal.Core.Workflows.History;
using Portal.Core.Workflows.Nodes;
using Portal.Core.Workflows.Nodes.Data;
using Portal.Core.Workflows.Tasks;
using Portal.Core.Workflows.Testing;
using Portal.Core.Workflows.Triggers;

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
        services.AddTriggers();
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
        services.AddSingleton<ExecutionRetry>();
        services.AddSingleton(provider => new ExecutionService(
            provider.GetRequiredService<PortalStore>(), provider.GetRequiredService<Executions>(), provider.GetRequiredService<ExecutionRetry>(), provider.GetRequiredService<AuditLog>(),
            provider.GetRequiredService<IClusterSignals>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new NodeTester(
            provider.GetRequiredService<PortalStore>(), provider.GetRequiredService<NodeCatalogue>(), provider.GetRequiredService<WorkflowSecrets>(), provider.GetRequiredService<StepRunner>(),
            provider.GetRequiredService<RunLimits>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IStorageUse, StoredExecutions>();
        services.AddRetention();
    }

    // What belongs to a run goes before the run.
    private static void AddRetention(this IServiceCollection services)
    {
        services.AddSingleton(provider => Kept(provider, (db, before) => Ended(db, before).Join(db.Across<WorkflowStep>(), row => row.Id, step => step.ExecutionId, (_, step) => step)));
        services.AddSingleton(provider => Kept(provider, (db, before) => Ended(db, before).Join(db.Across<WorkflowBlob>(), row => row.Id, blob => blob.ExecutionId, (_, blob) => blob)));
        services.AddSingleton(provider => Kept(provider, (db, before) => Ended(db, before).Join(db.Across<WorkflowEffect>(), row => row.Id, effect => effect.ExecutionId, (_, effect) => effect)));
        services.AddSingleton(provider => Kept(provider, (db, before) => Ended(db, before).Join(db.Across<WorkflowTask>(), row => row.Id, task => task.ExecutionId, (_, task) => task)));
        services.AddSingleton(provider => Kept(provider, Ended));
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<WorkflowOptions>>().Value;
            return new Retention((db, now) => VersionRetention.Outlived(db, now.AddDays(-options.VersionRetentionDays), options.NewestVersions));
        });
    }

    private static IQueryable<WorkflowExecution> Ended(PortalDbContext db, DateTimeOffset before) =>
        db.Across<WorkflowExecution>().Where(row => row.CompletedAt < before).OrderBy(row => row.CompletedAt);

    private static Retention Kept(IServiceProvider provider, Func<PortalDbContext, DateTimeOffset, IQueryable<object>> before)
    {
        var options = provider.GetRequiredService<IOptions<WorkflowOptions>>();
        return new Retention((db, now) => before(db, now.AddDays(-options.Value.RetentionDays)));
    }

    // Every node type, one line each.
    private static void AddNodes(this IServiceCollection services)
    {
        services.AddSingleton<NodeCatalogue>();
        services.AddSingleton<INodeType, AiImageAnalysisNode>();
        services.AddSingleton<INodeType, AiTextProcessingNode>();
        services.AddSingleton<INodeType, ApiIntegrationNode>();
        services.AddSingleton<INodeType, ApprovalNode>();
        services.AddSingleton<INodeType, DataTransformationNode>();
        services.AddSingleton<INodeType, DatabaseQueryNode>();
        services.AddSingleton<INodeType, DecisionLogicNode>();
        services.AddSingleton<INodeType, DelayNode>();
        services.AddSingleton<INodeType, EventTriggerNode>();
        services.AddSingleton<INodeType, EmailSenderNode>();
        services.AddSingleton<INodeType, FileProcessorNode>();
        services.AddSingleton<INodeType, ForEachNode>();
        services.AddSingleton<INodeType, FormInputNode>();
        services.AddSingleton<INodeType, MergeNode>();
        services.AddSingleton<INodeType, OutputFormatterNode>();
        services.AddSingleton<INodeType, ParallelNode>();
        services.AddSingleton<INodeType, ScheduleTriggerNode>();
        services.AddSingleton<INodeType, SmsSenderNode>();
        services.AddSingleton<INodeType, SubWorkflowNode>();
        services.AddSingleton<INodeType, WebhookTriggerNode>();
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
