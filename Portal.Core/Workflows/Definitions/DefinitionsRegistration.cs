using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Portal.Core.Access;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Workflows.Definitions.Checking;
using Portal.Core.Workflows.Nodes;
using Portal.Core.Workflows.Triggers;

namespace Portal.Core.Workflows.Definitions;

internal static class DefinitionsRegistration
{
    /// <summary>Workflows, their versions and their secrets.</summary>
    public static void AddDefinitions(this IServiceCollection services)
    {
        services.AddSingleton<WorkflowSecrets>();
        services.TryAddSingleton<IScheduleClock, NoSchedules>();
        services.AddSingleton<WorkflowChecker>();
        services.AddSingleton<TriggerRows>();
        services.AddSingleton<WorkflowRows>();
        services.AddSingleton(provider => new GraphReader(provider.GetRequiredService<NodeCatalogue>(), provider.GetRequiredService<IOptions<WorkflowOptions>>().Value.MostNodes));
        services.AddSingleton(provider => new WorkflowService(
            provider.GetRequiredService<PortalStore>(), provider.GetRequiredService<WorkflowRows>(), provider.GetRequiredService<GraphReader>(),
            provider.GetRequiredService<AuditLog>(), provider.GetRequiredService<IClusterSignals>()));
        services.AddSingleton(provider => new WorkflowVersions(
            provider.GetRequiredService<PortalStore>(), provider.GetRequiredService<WorkflowRows>(), provider.GetRequiredService<WorkflowChecker>(),
            provider.GetRequiredService<GraphReader>(), provider.GetRequiredService<AuditLog>()));
        services.AddSingleton<WorkflowTransfer>();
        services.AddSingleton(provider => new WorkflowSecretService(
            provider.GetRequiredService<PortalStore>(), provider.GetRequiredService<WorkflowSecrets>(), provider.GetRequiredService<WorkflowRows>(), provider.GetRequiredService<AuditLog>()));
    }

    // Where nothing runs schedules, none has a time.
    private sealed class NoSchedules : IScheduleClock
    {
        public DateTimeOffset? Next(System.Text.Json.JsonElement config, DateTimeOffset after) => null;
    }
}
