using Microsoft.EntityFrameworkCore;
using Portal.Core.Billing;
using Portal.Core.Shared.Data;

namespace Portal.Core.Workflows.Engine;

/// <summary>What runs take of an organization's storage: their steps' inputs and outputs, until they are let go.</summary>
internal sealed class StoredExecutions : IStorageUse
{
    public Task<long> StoredBytes(PortalDbContext db, string organizationId, CancellationToken cancellation) =>
        db.Across<WorkflowExecution>().Where(row => row.OrganizationId == organizationId).SumAsync(row => row.StoredBytes, cancellation);
}
