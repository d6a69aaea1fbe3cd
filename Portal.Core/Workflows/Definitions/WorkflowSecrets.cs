using Microsoft.EntityFrameworkCore;
using Portal.Core.Shared.Data;

namespace Portal.Core.Workflows.Definitions;

/// <summary>The secrets of workflows, for their runs.</summary>
internal sealed class WorkflowSecrets(PortalStore store)
{
    /// <summary>A workflow's secrets by name.</summary>
    public async ValueTask<IReadOnlyDictionary<string, string>> Read(Tenant tenant, string workflowId, CancellationToken cancellation)
    {
        await using var db = store.Read(tenant);
        return await db.WorkflowSecrets.Where(row => row.WorkflowId == workflowId).ToDictionaryAsync(row => row.Name, row => row.Value, StringComparer.Ordinal, cancellation);
    }
}
