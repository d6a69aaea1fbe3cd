using Portal.Core.Shared.Data;

namespace Portal.Core.Billing;

/// <summary>How much of one kind an organization used on one day, live and test together.</summary>
public sealed class UsageDay : IOrganizationOwned
{
    public string OrganizationId { get; set; } = "";
    public UsageKind Kind { get; set; }

    /// <summary>The day's beginning in UTC.</summary>
    public DateTimeOffset Day { get; set; }

    /// <summary>May be below zero for a day on which more was given back than used.</summary>
    public long Amount { get; set; }
}
