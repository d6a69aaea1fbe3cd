using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Shared.Data;

namespace Portal.Core.Gateway;

internal static class GatewayRegistration
{
    public static void AddGateway(this IServiceCollection services, IConfiguration configuration)
    {
        var log = new RequestLogOptions();
        configuration.GetSection("RequestLog").Bind(log);
        if (log.Faults().ToArray() is { Length: > 0 } faults) throw new InvalidOperationException(string.Join(Environment.NewLine, faults));
        services.AddSingleton(log);
        services.AddSingleton<LimitCatalog>();
        services.AddSingleton<WindowRegistry>();
        services.AddSingleton(provider => new AccountFormLimits(
            provider.GetRequiredService<LimitCatalog>(), provider.GetRequiredService<WindowRegistry>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<Quotas>();
        services.AddSingleton<RequestLogWriter>();
        services.AddSingleton<CallerNames>();
        services.AddSingleton<RequestLogReader>();
        services.AddSingleton<UsageReports>();
        services.AddSingleton<UsageMeter>();
        services.AddSingleton<TrafficGlance>();
        services.AddHostedService(provider => provider.GetRequiredService<UsageMeter>());
        services.AddSingleton(new Retention((db, now) => db.Across<RequestLog>().Where(row => row.CreatedAt < now.AddDays(-log.RetentionDays)).OrderBy(row => row.CreatedAt)));
        services.AddSingleton(new Retention((db, now) => db.Across<IdempotencyRecord>().Where(row => row.CreatedAt < now.AddHours(-24)).OrderBy(row => row.CreatedAt)));
    }
}
