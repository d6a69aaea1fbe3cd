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

    internal static string Of(PlanTotal total) => total switch
    {
        PlanTotal.MonthlyCalls => "Total.MonthlyCalls",
        PlanTotal.WebhookEndpoints => "Total.WebhookEndpoints",
        PlanTotal.WorkflowExecutions => "Total.WorkflowExecutions",
        PlanTotal.AiCalls => "Total.AiCalls",
        PlanTotal.AiTokens => "Total.AiTokens",
        PlanTotal.StorageMb => "Total.StorageMb",
        _ => "Total.Collaborators",
    };

    internal static string HintOf(PlanTotal total) => total switch
    {
        PlanTotal.WebhookEndpoints or PlanTotal.Collaborators => "PerOrganization",
        PlanTotal.StorageMb => "StorageText",
        _ => "MonthlyText",
    };
}
