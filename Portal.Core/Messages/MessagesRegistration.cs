using Microsoft.Extensions.DependencyInjection;

namespace Portal.Core.Messages;

internal static class MessagesRegistration
{
    public static void AddMessages(this IServiceCollection services)
    {
        services.AddSingleton<PortalSender>();
        services.AddSingleton(provider => new MessageService(provider.GetServices<IEmailSender>(), provider.GetServices<ISmsSender>(), provider.GetRequiredService<PortalSender>()));
    }
}
