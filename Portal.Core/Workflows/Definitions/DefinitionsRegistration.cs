using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Portal.Core.Access;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;
using Portal.Core.Workflows.Definitions.Checking;
using Portal.Core.Workflows.Nodes;
using Portal.Core.Workflows.Templates;
using Portal.Core.Workflows.Triggers;

namespace Portal.Core.Workflows.Definitions;

internal static class DefinitionsRegistration
{
    /// <summary>Workflows, their versions and their secrets; and templates.</summary>
    public static void AddDefinitions(this IServiceCollection services)
    {
        services.AddSingleton<WorkflowSecrets>();
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
        services.AddSingleton(provider => new NodeTypes(provider.GetRequiredService<NodeCatalogue>()));
        services.AddSingleton<ExpressionPreview>();
        services.AddSingleton(provider => new WorkflowSecretService(
            provider.GetRequiredService<PortalStore>(), provider.GetRequiredService<WorkflowSecrets>(), provider.GetRequiredService<WorkflowRows>(), provider.GetRequiredService<AuditLog>()));
        services.AddSingleton(provider => new TemplateService(
            provider.GetRequiredService<PortalStore>(), provider.GetRequiredService<WorkflowRows>(), provider.GetRequiredService<WorkflowChecker>(),
            provider.GetRequiredService<GraphReader>(), provider.GetRequiredService<TriggerRows>(), provider.GetRequiredService<WorkflowSecrets>(), provider.GetRequiredService<AuditLog>(), provider.GetRequiredService<IdGenerator>()));
        services.AddSingleton(provider => new TemplateReviews(
            provider.GetRequiredService<PortalStore>(), provider.GetRequiredService<IdGenerator>(), provider.GetRequiredService<WorkflowRows>()));
    }
}
