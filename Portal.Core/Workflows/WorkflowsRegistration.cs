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
        services.AddSingleton<RunEnds>();
        services.AddSingleton<WorkflowEngine>();
        services.AddHostedService(provider => provider.GetRequiredService<WorkflowEngine>());
        services.AddSingleton<Executions>();
        services.AddSingleton<ExecutionRetry>();
        services.AddSingleton(provider => new ExecutionService(
            provider.GetRequiredService<PortalStore>(), provider.GetRequiredService<Executions>(), provider.GetRequiredService<ExecutionRetry>(), provider.GetRequiredService<AuditLog>(),
            provider.GetRequiredService<RunEnds>(), provider.GetRequiredService<IClusterSignals>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new NodeTester(
            provider.GetRequiredService<PortalStore>(), provider.GetRequiredService<NodeCatalogue>(), provider.GetRequiredService<WorkflowSecrets>(), provider.GetRequiredService<StepRunner>(),
            provider.GetRequiredService<RunLimits>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IStorageUse, StoredExecutions>();
        services.AddRetention();
    }

    // What belongs to a run goes before the run.
    private static void AddRetention(this IServiceCollection services)
    {
        services.AddSingleton(provider => Kept(provider, RunRetention.Steps));
        services.AddSingleton(provider => Kept(provider, RunRetention.Blobs));
        services.AddSingleton(provider => Kept(provider, RunRetention.Effects));
        services.AddSingleton(provider => Kept(provider, RunRetention.Tasks));
        services.AddSingleton(provider => Kept(provider, RunRetention.Runs));
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<WorkflowOptions>>().Value;
            return new Retention((db, now) => VersionRetention.Outlived(db, now.AddDays(-options.VersionRetentionDays), options.NewestVersions));
        });
    }

    private static Retention Kept(IServiceProvider provider, Func<PortalDbContext, DateTimeOffset, IQueryable<object>> before)
    {
        var options = provider.GetRequiredService<IOptions<WorkflowOptions>>();
        return new Retention((db, now) => before(db, now.AddDays(-options.Value.RetentionDays)));
    }

    private static void AddNodes(this IServiceCollection services)
    {
        services.AddSingleton<NodeCatalogue>();
        RegistersAttribute.AddAll(typeof(WorkflowsRegistration).Assembly, services);
    }
}
