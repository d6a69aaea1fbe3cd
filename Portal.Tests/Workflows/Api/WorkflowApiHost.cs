using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Portal.Core.Workflows.Nodes;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Workflows.Api;

/// <summary>A portal whose only node types are those of the tests.</summary>
public sealed class WorkflowApiHost() : ApiHost(new PortalApp(new PortalAppOptions
{
    Services = services =>
    {
        services.RemoveAll<INodeType>();
        foreach (var type in SampleNode.All) services.AddSingleton(type);
    },
}));
