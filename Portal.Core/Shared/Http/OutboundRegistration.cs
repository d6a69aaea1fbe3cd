using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Portal.Core.Shared.Http;

internal static class OutboundRegistration
{
    public static void AddOutboundHttp(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SecurityOptions>().Bind(configuration.GetSection(SecurityOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SecurityOptions>, SecurityOptionsValidation>();
        services.AddSingleton<NameResolver>((host, cancellation) => Dns.GetHostAddressesAsync(host, cancellation));
        // Without a host, as in tests of Core alone, it is no development environment.
        services.AddSingleton(provider => new OutboundAddress(
            provider.GetRequiredService<NameResolver>(), provider.GetRequiredService<IOptions<SecurityOptions>>(), provider.GetService<IHostEnvironment>()));
        services.AddSingleton<OutboundHttp>();
    }
}
