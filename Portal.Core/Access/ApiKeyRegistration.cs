using Microsoft.Extensions.DependencyInjection;

namespace Portal.Core.Access;

internal static class ApiKeyRegistration
{
    public static void AddApiKeys(this IServiceCollection services)
    {
        services.AddSingleton<ApiKeyService>();
        services.AddSingleton<ApiKeyUsage>();
        services.AddSingleton<ApiKeyOverview>();
        services.AddSingleton<KeyUseRecorder>();
        services.AddHostedService(provider => provider.GetRequiredService<KeyUseRecorder>());
    }
}
