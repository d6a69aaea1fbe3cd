using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Portal.Core.Access;
using Portal.Core.Ai;
using Portal.Core.Billing;
using Portal.Core.Crm;
using Portal.Core.Gateway;
using Portal.Core.Messages;
using Portal.Core.Notifications;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;
using Portal.Core.Shared.Http;
using Portal.Core.Shared.Ids;
using Portal.Core.Shared.Mail;
using Portal.Core.Webhooks;
using Portal.Core.Webhooks.Inbound;
using Portal.Core.Webhooks.Tester;
using Portal.Core.Workflows;

namespace Portal.Core;

/// <summary>Core's door: everything below the pages and the API.</summary>
public static class PortalCore
{
    public static IServiceCollection AddPortalCore(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IdGenerator>();
        services.AddSingleton<EventOutbox>();
        services.AddGateway(configuration);
        services.AddData(configuration);
        services.AddMail(configuration);
        services.AddOutboundHttp(configuration);
        services.AddAccess(configuration);
        services.AddCrm();
        services.AddWebhooks(configuration);
        services.AddInbound(configuration);
        services.AddTester(configuration);
        services.AddNotifications();
        services.AddMessages();
        services.AddWorkflows(configuration);
        services.AddBilling();
        services.AddAi(configuration);
        return services;
    }
}
