using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Billing;
using Portal.Core.Gateway;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Events;

namespace Portal.Core.Notifications;

internal static class NotificationsRegistration
{
    public static void AddNotifications(this IServiceCollection services)
    {
        services.AddSingleton<UserNotifications>();
        services.AddSingleton<KeyNotices>();
        services.AddSingleton<MemberNotices>();
        services.AddSingleton(provider => new QuotaNotices(
            provider.GetRequiredService<UserNotifications>(), provider.GetRequiredService<PortalStore>(), provider.GetRequiredService<EventOutbox>(), provider.GetRequiredService<LimitCatalog>(),
            provider.GetRequiredService<Quotas>(), provider.GetRequiredService<OrganizationUsage>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<NotificationWork>();
        services.AddHostedService(provider => provider.GetRequiredService<NotificationWork>());
    }
}
