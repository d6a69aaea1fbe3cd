using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Portal.Api.Access;
using Portal.Api.Ai;
using Portal.Api.Billing;
using Portal.Api.Crm;
using Portal.Api.Docs;
using Portal.Api.Gateway;
using Portal.Api.Live;
using Portal.Api.Messages;
using Portal.Api.Operations;
using Portal.Api.Webhooks;
using Portal.Api.Workflows;
using Portal.Core.Shared.Json;

namespace Portal.Api;

/// <summary>The API's doors: its services, its gateway and its endpoints.</summary>
public static class PortalApi
{
    public static IServiceCollection AddPortalApi(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(options => PortalJson.Configure(options.SerializerOptions));
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddHealth();
        services.AddKeys();
        OpenApiDocuments.Add(services);
        services.AddSingleton<OperationRegistry>();
        services.AddSingleton<KeyCallers>();
        services.AddSingleton<UserCallers>();
        services.AddSingleton<VersionPins>();
        services.AddSingleton<AddressCallers>();
        services.AddSingleton<Authenticator>();
        services.AddSingleton<Admission>();
        services.AddSingleton<Idempotency>();
        services.AddSingleton<CallRecorder>();
        services.AddSingleton<InboundLog>();
        services.AddSingleton<InboundEndpoint>();
        services.AddWorkflowDoors();
        services.AddLive();
        return services;
    }

    /// <summary>Puts the gateway in front of the API. It goes after routing and before everything that is meant for pages.</summary>
    public static IApplicationBuilder UsePortalGateway(this IApplicationBuilder app) => app.UseMiddleware<GatewayMiddleware>();

    /// <summary>Maps every endpoint on both surfaces.</summary>
    public static void MapPortalApi(this IEndpointRouteBuilder app)
    {
        app.MapSurfaces(MapAll);
        OpenApiDocuments.Map(app);
        app.MapHealth();
        app.MapWebhookKeys();
        InboundEndpoint.Map(app);
        app.MapInboxes();
        app.MapWorkflowDoors();
        app.MapLive();
    }

    /// <summary>Maps operations on both surfaces.</summary>
    internal static void MapSurfaces(this IEndpointRouteBuilder app, Action<RouteGroupBuilder> map)
    {
        var operations = app.ServiceProvider.GetRequiredService<OperationRegistry>();
        map(Surface(app, "/api/v1", ApiSurface.Canonical, operations));
        map(Surface(app, "/api", ApiSurface.Enveloped, operations));
    }

    /// <summary>Stops the start when an endpoint does not say who may call it.</summary>
    public static void CheckEndpoints(this IEndpointRouteBuilder app) => GatewayGuard.Check(app.DataSources.SelectMany(source => source.Endpoints));

    private static void MapAll(RouteGroupBuilder api)
    {
        api.MapPing();
        api.MapAuth();
        api.MapKeys();
        api.MapMembers();
        api.MapAudit();
        api.MapDocs();
        api.MapContacts();
        api.MapLeads();
        api.MapDeals();
        api.MapActivities();
        api.MapEventTypes();
        api.MapConfigure();
        api.MapWebhooks();
        api.MapDeliveries();
        api.MapInboundSources();
        api.MapMessages();
        api.MapExecutions();
        api.MapTasks();
        api.MapAi();
        api.MapAiModels();
        api.MapQuotas();
        api.MapWorkflows();
        api.MapWorkflowVersions();
        api.MapWorkflowSecrets();
        api.MapNodeTypes();
        api.MapTemplates();
    }

    private static RouteGroupBuilder Surface(IEndpointRouteBuilder app, string prefix, ApiSurface surface, OperationRegistry operations)
    {
        var group = app.MapGroup(prefix);
        group.WithMetadata(new SurfaceInfo(surface));
        group.AddEndpointFilter<RouteGroupBuilder, Representation>();
        ((IEndpointConventionBuilder)group).Finally(endpoint =>
        {
            LeaveContentTypeToTheBinder(endpoint);
            if (EndpointPolicy.From((RouteEndpointBuilder)endpoint, surface, operations) is { } policy) endpoint.Metadata.Add(policy);
        });
        return group;
    }

    // Routing would answer a wrong content type itself, before the gateway: without error body, limits or log.
    private static void LeaveContentTypeToTheBinder(EndpointBuilder endpoint)
    {
        for (var i = 0; i < endpoint.Metadata.Count; i++)
        {
            if (endpoint.Metadata[i] is IAcceptsMetadata { ContentTypes: ["application/json"] } body)
                endpoint.Metadata[i] = new AcceptsMetadata([], body.RequestType, body.IsOptional);
        }
    }
}
