using Microsoft.EntityFrameworkCore;
using Portal.Api.Workflows;
using Portal.Core.Shared.Data;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Engine;

namespace Portal.Tests.Docs.Api;

/// <summary>The run that the examples name, with a step and the workflow that it is of.</summary>
internal static class DocsRuns
{
    public static void Make(PortalDbContext db)
    {
        var (run, step) = (ExecutionExamples.Execution, ExecutionExamples.Step);
        db.Add(new Workflow { Id = run.WorkflowId, OrganizationId = "org_docs", Name = run.WorkflowName!, LatestVersion = run.Version, CreatedBy = "usr_docs" });
        db.Add(new WorkflowVersion
        {
            WorkflowId = run.WorkflowId, Number = run.Version, OrganizationId = "org_docs", CreatedBy = "usr_docs",
            Definition = """{"nodes":[{"id":"route","type":"delay","position":{"x":0,"y":0},"title":"Route","config":{"seconds":60}}],"edges":[]}""",
        });
        db.Add(new WorkflowExecution
        {
            Id = run.Id, OrganizationId = "org_docs", WorkflowId = run.WorkflowId, Version = run.Version, TriggerType = run.TriggerType, Input = "{}", Output = "{}", Status = ExecutionStatus.Completed,
            Progress = 100, CreatedBy = "usr_docs", CreatedAt = DateTimeOffset.UnixEpoch, StartedAt = DateTimeOffset.UnixEpoch, CompletedAt = DateTimeOffset.UnixEpoch,
        });
        db.Add(new WorkflowStep { ExecutionId = run.Id, Number = step.Number, OrganizationId = "org_docs", NodeId = step.NodeId, Attempt = 1, StartedAt = DateTimeOffset.UnixEpoch });
    }

    /// <summary>Has the run ended, or waiting for nothing that comes.</summary>
    public static Task Bring(PortalDbContext db, bool isRunning, CancellationToken cancellation)
    {
        var (status, end) = isRunning ? (ExecutionStatus.Running, (DateTimeOffset?)null) : (ExecutionStatus.Completed, DateTimeOffset.UnixEpoch);
        return db.Across<WorkflowExecution>().Where(row => row.Id == ExecutionExamples.Execution.Id)
            .ExecuteUpdateAsync(row => row.SetProperty(x => x.Status, status).SetProperty(x => x.CompletedAt, end), cancellation);
    }
}
