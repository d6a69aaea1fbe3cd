using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Portal.Core.Access;
using Portal.Core.Crm;
using Portal.Core.Shared;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;

namespace Portal.Core.Webhooks.Inbound;

internal static class InboundRegistration
{
    public static void AddInbound(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<InboundOptions>().Bind(configuration.GetSection(InboundOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<InboundOptions>, InboundOptionsValidation>();
        services.AddSingleton<InboundSecrets>();
        services.AddSingleton(provider => new InboundSources(
            provider.GetRequiredService<PortalStore>(), provider.GetRequiredService<InboundSecrets>(), provider.GetRequiredService<PublicAddress>(),
            provider.GetRequiredService<AuditLog>(), provider.GetRequiredService<IClusterSignals>(), provider.GetRequiredService<IdGenerator>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<InboundMessages>();
        services.AddSingleton<InboundRegistry>();
        services.AddSingleton<InboundRejections>();
        services.AddSingleton<InboundLimits>();
        services.AddSingleton<InboundReceiver>();
        services.AddSingleton<QuoteIntake>();
        // In the order in which they are asked.
        services.AddSingleton<IInboundAdapter, QuoteAdapter>();
        services.AddSingleton<IInboundAdapter, EventAdapter>();
        services.AddSingleton<InboundQueue>();
        services.AddHostedService<InboundWorker>();
        // Those that still wait for a try stay.
        services.AddSingleton(provider =>
        {
            var days = provider.GetRequiredService<IOptions<InboundOptions>>().Value.RetentionDays;
            return new Retention((db, now) => db.Across<InboundMessage>().Where(message => message.CreatedAt < now.AddDays(-days) && message.DueAt == null).OrderBy(message => message.CreatedAt));
        });
    }
}
