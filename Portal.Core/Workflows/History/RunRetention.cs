using Portal.Core.Shared.Data;
using Portal.Core.Workflows.Engine;
using Portal.Core.Workflows.Tasks;

namespace Portal.Core.Workflows.History;

/// <summary>
/// Which runs have outlived their use, and what belongs to them. Of the rows as much is read as deleting needs: inputs and
/// outputs may be megabytes each, and some thousands are removed at once.
/// </summary>
internal static class RunRetention
{
    public static IQueryable<object> Steps(PortalDbContext db, DateTimeOffset before) =>
        from run in Ended(db, before)
        join step in db.Across<WorkflowStep>() on run.Id equals step.ExecutionId
        select new WorkflowStep { ExecutionId = step.ExecutionId, Number = step.Number, OrganizationId = step.OrganizationId, NodeId = "" };

    public static IQueryable<object> Blobs(PortalDbContext db, DateTimeOffset before) =>
        from run in Ended(db, before)
        join blob in db.Across<WorkflowBlob>() on run.Id equals blob.ExecutionId
        select new WorkflowBlob { ExecutionId = blob.ExecutionId, Step = blob.Step, OrganizationId = blob.OrganizationId, Data = Array.Empty<byte>() };

    public static IQueryable<object> Effects(PortalDbContext db, DateTimeOffset before) =>
        from run in Ended(db, before)
        join effect in db.Across<WorkflowEffect>() on run.Id equals effect.ExecutionId
        select new WorkflowEffect { ExecutionId = effect.ExecutionId, Step = effect.Step, OrganizationId = effect.OrganizationId, Result = "" };

    public static IQueryable<object> Tasks(PortalDbContext db, DateTimeOffset before) =>
        from run in Ended(db, before)
        join task in db.Across<WorkflowTask>() on run.Id equals task.ExecutionId
        select task;

    public static IQueryable<object> Runs(PortalDbContext db, DateTimeOffset before) =>
        from run in Ended(db, before)
        select new WorkflowExecution { Id = run.Id, OrganizationId = run.OrganizationId, WorkflowId = run.WorkflowId, TriggerType = "", Input = "", CreatedBy = "" };

    private static IQueryable<WorkflowExecution> Ended(PortalDbContext db, DateTimeOffset before) =>
        db.Across<WorkflowExecution>().Where(row => row.CompletedAt < before).OrderBy(row => row.CompletedAt);
}
