using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Shared.Data;

namespace Portal.Core.Billing;

internal static class BillingRegistration
{
    // What a yearly report looks back to, and the two years before for comparison.
    private const int YearsKept = 3;

    public static void AddBilling(this IServiceCollection services)
    {
        services.AddSingleton<OrganizationUsage>();
        services.AddHostedService(provider => provider.GetRequiredService<OrganizationUsage>());
        services.AddSingleton<OrganizationPlans>();
        services.AddSingleton<UsageQuotas>();
        services.AddSingleton<UsageQuotaReport>();
        services.AddSingleton<MemberQuota>();
        services.AddSingleton(new Retention((db, now) => db.Across<UsageDay>().Where(row => row.Day < now.AddYears(-YearsKept)).OrderBy(row => row.Day)));
    }
}
