using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Workflows.Definitions;
using Portal.Tests.Infrastructure.Hosts;
using Portal.Tests.Workflows.Engine;

namespace Portal.Tests.Workflows.Api;

/// <summary>Makes and publishes workflows for tests over HTTP.</summary>
internal static class WorkflowSite
{
    /// <summary>A published workflow.</summary>
    /// <param name="get">The application's services.</param>
    /// <param name="secrets">Its secrets, which are set before it is published.</param>
    public static async Task<WorkflowResource> Publish(Func<Type, object> get, Tenant tenant, GraphText graph, params (string Name, string Value)[] secrets)
    {
        var actor = Actor.System(tenant);
        var built = graph.Build();
        var made = await ((WorkflowService)get(typeof(WorkflowService))).Create(actor, new WorkflowInput { Name = "Test", Nodes = built.Nodes, Edges = built.Edges, Settings = built.Settings }, CancellationToken.None);
        foreach (var (name, value) in secrets) await ((WorkflowSecretService)get(typeof(WorkflowSecretService))).Set(actor, made.Id, name, new SecretInput { Secret = value }, CancellationToken.None);
        return await ((WorkflowVersions)get(typeof(WorkflowVersions))).Publish(actor, made.Id, new VersionChoice(), CancellationToken.None);
    }

    public static Task<WorkflowResource> Publish(this ApiHost api, string organization, GraphText graph, params (string Name, string Value)[] secrets) =>
        Publish(type => api.Get<IServiceProvider>().GetService(type)!, new Tenant(organization, ApiMode.Live), graph, secrets);

    /// <summary>The path of a trigger's address.</summary>
    public static string PathOf(this WorkflowResource workflow, string nodeId = "start") => new Uri(workflow.Triggers.Single(trigger => trigger.NodeId == nodeId).Url!).AbsolutePath;
}
