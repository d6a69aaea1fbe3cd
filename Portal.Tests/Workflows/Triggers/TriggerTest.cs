using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Billing;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;
using Portal.Core.Shared.Json;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Engine;
using Portal.Core.Workflows.Nodes;
using Portal.Core.Workflows.Triggers;
using Portal.Tests.Infrastructure.Hosts;
using Portal.Tests.Workflows.Engine;

namespace Portal.Tests.Workflows.Triggers;

/// <summary>Workflows with triggers on a database that other tests use too; no engine takes the runs, so that they stay as they were begun.</summary>
public abstract class TriggerTest(CoreHost core)
{
    protected static CancellationToken None => CancellationToken.None;

    protected CoreHost Core => core;

    protected Tenant Tenant { get; } = core.NewTenant();

    protected Actor Actor => Actor.System(Tenant);

    /// <summary>A published workflow of one trigger node, and its trigger.</summary>
    /// <returns>The trigger's id.</returns>
    internal async Task<TriggerRow> NewTrigger(TriggerKind kind, string config, DateTimeOffset? nextAt = null)
    {
        var type = kind switch { TriggerKind.Schedule => ScheduleTriggerNode.Type, TriggerKind.Event => EventTriggerNode.Type, TriggerKind.Form => FormInputNode.Type, _ => WebhookTriggerNode.Type };
        var workflow = await NewWorkflow(core, Tenant, new GraphText($"start:{type}").Config("start", config));
        return await Store(db =>
        {
            var row = new TriggerRow { Id = core.Get<IdGenerator>().New("trg"), WorkflowId = workflow, NodeId = "start", Kind = kind, IsActive = true, Config = config, NextAt = nextAt, CreatedAt = core.Time.GetUtcNow() };
            db.Add(row);
            db.AfterCommit(() => core.Get<IClusterSignals>().Send(SignalTopics.Workflow, workflow));
            return row;
        });
    }

    /// <summary>A published workflow.</summary>
    internal static async Task<string> NewWorkflow(CoreHost core, Tenant tenant, GraphText graph)
    {
        var id = core.Get<IdGenerator>().New("wf");
        var now = core.Time.GetUtcNow();
        await core.Get<PortalStore>().Write(tenant, (db, _) =>
        {
            db.Workflows.Add(new Workflow { Id = id, Name = "Test", LatestVersion = 1, PublishedVersion = 1, CreatedBy = "usr_1", CreatedAt = now, UpdatedAt = now });
            db.WorkflowVersions.Add(new WorkflowVersion { WorkflowId = id, Number = 1, Definition = JsonSerializer.Serialize(graph.Build(), PortalJson.Options), Scopes = ["*"], CreatedBy = "usr_1", CreatedAt = now });
            return Task.FromResult(true);
        }, None);
        return id;
    }

    protected Task<T> Store<T>(Func<PortalDbContext, T> change) => core.Get<PortalStore>().Write(Tenant, (db, _) => Task.FromResult(change(db)), None);

    internal async Task<TriggerRow> Row(string id)
    {
        await using var db = core.Get<PortalStore>().Read(Tenant);
        return await db.WorkflowTriggers.SingleAsync(row => row.Id == id);
    }

    /// <summary>How many runs the organization's quota knows of.</summary>
    internal ValueTask<long> Counted() => core.Get<OrganizationUsage>().Used(Tenant.OrganizationId, UsageKind.WorkflowExecutions);

    /// <summary>The runs of a workflow, the first one first.</summary>
    internal async Task<List<WorkflowExecution>> Runs(string workflowId)
    {
        await using var db = core.Get<PortalStore>().Read(Tenant);
        return await db.WorkflowExecutions.Where(run => run.WorkflowId == workflowId).OrderBy(run => run.Id).ToListAsync();
    }

    /// <summary>What a run was started with.</summary>
    internal static JsonElement InputOf(WorkflowExecution run, string name) => JsonElement.Parse(run.Input).GetProperty(name);
}
