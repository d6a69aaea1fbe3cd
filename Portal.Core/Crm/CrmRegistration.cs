using Microsoft.Extensions.DependencyInjection;

namespace Portal.Core.Crm;

internal static class CrmRegistration
{
    public static void AddCrm(this IServiceCollection services)
    {
        services.AddSingleton<ContactService>();
        services.AddSingleton<LeadService>();
        services.AddSingleton<DealService>();
        services.AddSingleton<ActivityService>();
    }
}
