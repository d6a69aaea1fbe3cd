namespace Portal.Core.Shared.Data;

/// <summary>Which of an organization's two sets of data a call sees: real data, or data to try things on.</summary>
public enum ApiMode
{
    Live,
    Test,
}

/// <summary>Whose data, and in which mode: what every query of a customer's rows is filtered by.</summary>
/// <param name="OrganizationId">The organization's id, <c>org_…</c>.</param>
/// <param name="Mode">Live or test data.</param>
public readonly record struct Tenant(string OrganizationId, ApiMode Mode);

/// <summary>A row that belongs to one organization, whatever the mode.</summary>
public interface IOrganizationOwned
{
    string OrganizationId { get; set; }
}

/// <summary>A row that belongs to one organization in one mode.</summary>
public interface ITenantOwned : IOrganizationOwned
{
    ApiMode Mode { get; set; }
}
