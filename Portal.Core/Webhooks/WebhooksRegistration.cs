using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Webhooks.Catalogue;

namespace Portal.Core.Webhooks;

internal static class WebhooksRegistration
{
    public static void AddWebhooks(this IServiceCollection services)
    {
        services.AddSingleton<EventTypeService>();
        services.AddSingleton<EventPublisher>();
    }
}
