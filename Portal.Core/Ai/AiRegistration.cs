using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Portal.Core.Ai.Models;
using Portal.Core.Ai.Offline;
using Portal.Core.Ai.OpenAi;
using Portal.Core.Shared.Http;

namespace Portal.Core.Ai;

internal static class AiRegistration
{
    public static void AddAi(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AiOptions>().Bind(configuration.GetSection(AiOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AiOptions>, AiOptionsValidation>();
        services.AddSingleton<OfflineProvider>();
        services.AddSingleton<OpenAiProvider>();
        services.AddSingleton(provider => new AiProviders(
            provider.GetRequiredService<OfflineProvider>(),
            provider.GetRequiredService<IOptions<AiOptions>>().Value.BaseUrl is null ? null : provider.GetRequiredService<OpenAiProvider>()));
        services.AddSingleton<AiQuota>();
        services.AddSingleton<AiService>();
        services.AddSingleton<AiModelSecrets>();
        services.AddSingleton<AiModelService>();
        services.AddSingleton(provider => new AiModelCalls(
            provider.GetRequiredService<AiModelService>(), provider.GetRequiredService<AiModelSecrets>(), provider.GetRequiredService<AiQuota>(), provider.GetRequiredService<OutboundHttp>()));
    }
}
