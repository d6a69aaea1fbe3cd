using Portal.Core.Shared.Data;

namespace Portal.Core.Billing;

/// <summary>A feature that stores what counts against an organization's storage. Registered by the feature; all are added up.</summary>
public interface IStorageUse
{
    /// <summary>Bytes that the organization stores with the feature, live and test together.</summary>
    /// <param name="db">A context without a tenant; see <see cref="PortalDbContext.Across{T}"/>.</param>
    Task<long> StoredBytes(PortalDbContext db, string organizationId, CancellationToken cancellation);
}
