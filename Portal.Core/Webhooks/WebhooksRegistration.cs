using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;
using Portal.Core.Webhooks.Catalogue;
using Portal.Core.Webhooks.Delivery;
using Portal.Core.Webhooks.Endpoints;
using Portal.Core.Webhooks.Replay;

namespace Portal.Core.Webhooks;

internal static class WebhooksRegistration
{
    public static void AddWebhooks(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<EventTypeService>();
        services.AddSingleton<EventPublisher>();
        services.AddSingleton<EndpointSecrets>();
        services.AddSingleton<EndpointService>();
        services.AddSingleton<EndpointHealth>();
        services.AddSingleton<EventLog>();
        services.AddSingleton<DeliveryService>();
        services.AddSingleton<ReplayService>();
        services.AddDelivery(configuration);
    }

    private static void AddDelivery(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<DeliveryOptions>().Bind(configuration.GetSection(DeliveryOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DeliveryOptions>, DeliveryOptionsValidation>();
        services.AddSingleton<LaneReader>();
        services.AddSingleton<DeliverySender>();
        services.AddSingleton<EndpointAlarm>();
        services.AddSingleton<DeliveryEngine>();
        services.AddHostedService(provider => provider.GetRequiredService<DeliveryEngine>());
        services.AddSingleton<ReplayWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<ReplayWorker>());
        services.AddSingleton<IEventConsumer, FanOut>();
        services.AddSingleton<OutboxDispatcher>();
        services.AddHostedService(provider => provider.GetRequiredService<OutboxDispatcher>());
        services.AddSingleton(provider => Kept(provider, (db, before) => db.Across<WebhookAttempt>().Where(row => row.CreatedAt < before).OrderBy(row => row.CreatedAt)));
        services.AddSingleton(provider => Kept(provider, (db, before) => db.Across<WebhookDelivery>().Where(row => row.CreatedAt < before).OrderBy(row => row.CreatedAt)));
        services.AddSingleton(provider => Kept(provider, (db, before) => db.Across<WebhookHour>().Where(row => row.Hour < before).OrderBy(row => row.Hour)));
        services.AddSingleton(provider => Kept(provider, (db, before) => db.Across<EventRecord>().Where(row => row.CreatedAt < before && row.DispatchedAt != null).OrderBy(row => row.Id)));
    }

    private static Retention Kept(IServiceProvider provider, Func<PortalDbContext, DateTimeOffset, IQueryable<object>> before)
    {
        var options = provider.GetRequiredService<IOptions<DeliveryOptions>>();
        return new Retention((db, now) => before(db, now.AddDays(-options.Value.RetentionDays)));
    }
}
