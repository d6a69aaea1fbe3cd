using Portal.Core.Access;
using Portal.Core.Gateway;

namespace Portal.Operator;

/// <summary>The keys of names in <see cref="OperatorTexts"/>.</summary>
internal static class LimitNames
{
    internal static string Of(Plan plan) => plan switch
    {
        Plan.Free => "Plan.Free",
        Plan.Premium => "Plan.Premium",
        _ => "Plan.Enterprise",
    };

    internal static string Of(LimitScope scope) => scope switch
    {
        LimitScope.User => "Scope.User",
        LimitScope.Organization => "Scope.Organization",
        _ => "Scope.Global",
    };

    internal static string Of(RateCategory category) => category switch
    {
        RateCategory.Authentication => "Category.Authentication",
        RateCategory.CrmRead => "Category.CrmRead",
        RateCategory.CrmWrite => "Category.CrmWrite",
        RateCategory.Ai => "Category.Ai",
        RateCategory.Upload => "Category.Upload",
        _ => "Category.Bulk",
    };
}
