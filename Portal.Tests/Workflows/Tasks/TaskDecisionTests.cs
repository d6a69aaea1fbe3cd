using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Json.Schema;
using Portal.Core.Shared.Problems;
using Portal.Core.Webhooks.Catalogue;
using Portal.Core.Workflows.Engine;
using Portal.Core.Workflows.Tasks;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Workflows.Tasks;

public sealed class TaskDecisionOnSqliteTests(SqliteCore core) : TaskDecisionTests(core), IClassFixture<SqliteCore>;

public sealed class TaskDecisionOnPostgresTests(PostgresCore core) : TaskDecisionTests(core), IClassFixture<PostgresCore>;

/// <summary>Tasks are done once, together with what makes their run go on.</summary>
public abstract class TaskDecisionTests(CoreHost core)
{
    private readonly Tenant _tenant = core.NewTenant();

    private Actor Actor => Actor.System(_tenant);

    private TaskService Tasks => core.Get<TaskService>();

    [Fact]
    public async Task Of_decisions_at_once_one_counts_and_the_run_is_due()
    {
        var task = await Asked();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(async i =>
        {
            try
            {
                return (await (i % 2 == 0 ? Tasks.Approve(Actor, task.Id, null, default) : Tasks.Reject(Actor, task.Id, null, default))).Decision;
            }
            catch (ProblemException e)
            {
                return e.Problem.Code.Code;
            }
        }));
        var decision = Assert.Single(outcomes, outcome => outcome != "CONFLICT");
        await using var db = core.Get<PortalStore>().Read(_tenant);
        Assert.Equal((TaskState.Done, decision), ((await db.WorkflowTasks.SingleAsync()).State, (await Tasks.Get(_tenant, task.Id, default)).Decision));
        Assert.Equal(core.Time.GetUtcNow(), (await db.WorkflowExecutions.SingleAsync()).DueAt);
    }

    [Fact]
    public async Task What_has_expired_is_not_done_although_nobody_has_noted_it_yet()
    {
        var task = await Asked(core.Time.GetUtcNow());
        var refusal = await Assert.ThrowsAsync<ProblemException>(() => Tasks.Approve(Actor, task.Id, null, default));
        Assert.Equal(("CONFLICT", "expired"), (refusal.Problem.Code.Code, refusal.Problem.Details["status"]));
    }

    [Fact]
    public async Task Event_of_an_approval_is_what_the_catalogue_says()
    {
        var task = await Asked();
        await core.Get<PortalStore>().WriteAcross(async (db, token) =>
        {
            await core.Get<TaskNotices>().Opened(db, task, token);
            return true;
        }, default);
        var row = Assert.Single(core.Events(_tenant));
        Assert.Equal(("approval.requested", task.Id), (row.Type, row.ObjectId));
        Assert.Empty(SchemaValidator.Faults(JsonSerializer.SerializeToElement(BuiltInEventTypes.All[row.Type].Schema), JsonElement.Parse(row.Data), "data"));
    }

    private Task<WorkflowTask> Asked(DateTimeOffset? expiresAt = null) => core.Get<PortalStore>().Write(_tenant, (db, _) =>
    {
        var now = core.Time.GetUtcNow();
        var id = core.Get<Portal.Core.Shared.Ids.IdGenerator>().New("apr");
        var task = new WorkflowTask
        {
            Id = id, Kind = TaskKind.Approval, WorkflowId = "wf_1", ExecutionId = "exe_" + id, NodeId = "ask", Title = "May it?", ExpiresAt = expiresAt, CreatedAt = now,
            Details = JsonSerializer.Serialize(new ApprovalDetails("Two units.", JsonElement.Parse("null"), null, []), PortalJson.Options),
        };
        db.Add(task);
        db.Add(new WorkflowExecution { Id = task.ExecutionId, WorkflowId = "wf_1", Status = ExecutionStatus.Running, TriggerType = "api", Input = "{}", CreatedBy = "usr_1", CreatedAt = now });
        return Task.FromResult(task);
    }, default);
}
