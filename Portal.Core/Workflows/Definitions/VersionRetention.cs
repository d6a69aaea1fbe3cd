using Portal.Core.Shared.Data;
using Portal.Core.Workflows.Engine;

namespace Portal.Core.Workflows.Definitions;

/// <summary>Which versions have outlived their use: a canvas that saves by itself makes thousands that nobody will look for.</summary>
internal static class VersionRetention
{
    /// <summary>Versions that were never published, that no run on record was made with, and that are not among the newest of their workflow.</summary>
    /// <param name="before">Later ones stay.</param>
    /// <param name="newest">How many of each workflow stay in any case. They are always there, so that counting back from the latest number finds where they begin.</param>
    public static IQueryable<WorkflowVersion> Outlived(PortalDbContext db, DateTimeOffset before, int newest) =>
        from workflow in db.Across<Workflow>()
        join version in db.Across<WorkflowVersion>() on workflow.Id equals version.WorkflowId
        where version.Number <= workflow.LatestVersion - newest && version.PublishedAt == null && version.CreatedAt < before
            && !db.Across<WorkflowExecution>().Any(run => run.WorkflowId == version.WorkflowId && run.Version == version.Number)
        orderby version.WorkflowId, version.Number
        // As much of it as deleting needs: definitions may be a megabyte each.
        select new WorkflowVersion { WorkflowId = version.WorkflowId, Number = version.Number, OrganizationId = version.OrganizationId, Definition = "", CreatedBy = "" };
}
