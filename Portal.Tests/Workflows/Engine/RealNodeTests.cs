using System.Text.Json;
using Portal.Core.Crm;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Mail;
using Portal.Core.Shared.Paging;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Engine;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Workflows.Engine;

public sealed class RealNodesOnSqliteTests(SqliteCore core) : RealNodeTests(core), IClassFixture<SqliteCore>;

public sealed class RealNodesOnPostgresTests(PostgresCore core) : RealNodeTests(core), IClassFixture<PostgresCore>;

/// <summary>Node types together, in the engine as it runs: what each needs of the other.</summary>
public abstract class RealNodeTests(CoreHost core) : IAsyncLifetime
{
    private readonly Tenant _tenant = core.NewTenant();

    public async ValueTask InitializeAsync()
    {
        // It starts once, and ends with the core.
        var engine = core.Get<WorkflowEngine>();
        if (!engine.IsAtWork) await engine.StartAsync(default);
        await WaitFor.Condition(() => engine.IsAtWork, "the engine is at work");
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task List_is_read_from_a_file_each_row_stored_or_reported_and_the_outcome_formatted()
    {
        var graph = new GraphText("file:file-processor > each:for-each", "each.item > route:decision-logic", "route.true > store:database-query > each.back", "route.false > mail:email-sender > each.back", "each.done > sum:data-transformation > page:output-formatter")
            .Config("file", """{"operation":"parse_csv","content":"{{ inputs.csv }}"}""")
            .Config("each", """{"items":"{{ input.rows }}"}""")
            .Config("route", """{"condition":"item.email != ''"}""")
            .Config("store", """{"resource":"contacts","operation":"create","values":{"name":"{{ item.name }}","email":"{{ item.email }}"}}""")
            .Config("mail", """{"to":["ops@example.com"],"subject":"No address: {{ item.name }}","content":{"text":"Row {{ index + 1 }}"}}""")
            .Config("sum", """{"expression":"{'rows': input.size()}"}""")
            .Config("page", """{"format":"html","template":"<p>{{ input.rows }} rows, {{ inputs.title }}</p>"}""");
        var run = await Run(graph, JsonSerializer.Serialize(new { csv = "name,email\nAda,ada@example.com\nBob,\nCy,cy@example.com\n", title = "<done>" }));

        Assert.True(run.Status == ExecutionStatus.Completed, $"{run.Status} {run.ErrorCode} {run.ErrorMessage} at {run.ErrorNodeId}");
        Assert.Equal("<p>3 rows, &lt;done&gt;</p>", JsonElement.Parse(run.Output!).GetProperty("content").GetString());
        var contacts = await core.Get<ContactService>().List(_tenant, new ContactFilter(), new PageRequest(Sort: "name"), default);
        Assert.Equal(["Ada", "Cy"], contacts.Items.Select(contact => contact.Name));
        Assert.Contains(await core.Get<Outbox>().Newest(MailKind.Email, 100, default), mail => mail is { Subject: "No address: Bob", Body: "Row 2" });
    }

    [Fact]
    public async Task Branches_run_side_by_side_wait_and_come_together()
    {
        var graph = new GraphText("fork:parallel", "fork.branch-1 > wait:delay > join:merge", "fork.branch-2 > set:data-transformation > join", "join > last:data-transformation")
            .Config("wait", """{"seconds":3600}""")
            .Config("set", """{"operations":[{"operation":"set","values":{"b":"{{ inputs.n + 1 }}"}}]}""")
            .Config("last", """{"expression":"nodes.set.output.b"}""");
        var id = await Start(graph, """{"n":1}""");
        // Time stands still while nodes run, whose own time would be over else.
        await WaitFor.Condition(() => Is(id, "wait", step => step.WaitsUntil is not null), "the delay waits");
        await WaitFor.Condition(() => Is(id, "set", step => step.Status == ExecutionStatus.Completed), "the other branch is done");
        core.Time.Advance(TimeSpan.FromHours(1));
        var run = await Ended(id);
        Assert.True(run.Status == ExecutionStatus.Completed, $"{run.ErrorCode} {run.ErrorMessage} at {run.ErrorNodeId}");
        Assert.Equal("""{"output":2}""", run.Output);
    }

    [Fact]
    public async Task Failure_of_a_node_leaves_by_its_error_port()
    {
        var graph = new GraphText("read:database-query", "read.error > after:data-transformation")
            .Config("read", """{"resource":"deals","operation":"get","id":"deal_none"}""")
            .Config("after", """{"expression":"nodes.read.status + ': ' + nodes.read.error.message"}""");
        var run = await Run(graph, "{}");
        Assert.True(run.Status == ExecutionStatus.Completed, $"{run.ErrorCode} {run.ErrorMessage} at {run.ErrorNodeId}");
        Assert.True(await Is(run.Id, "read", step => step is { Status: ExecutionStatus.Failed, ErrorCode: "RESOURCE_NOT_FOUND" }));
        Assert.True(await Is(run.Id, "after", step => step.Output == "\"failed: There is no deal with this id.\""));
    }

    private async Task<WorkflowExecution> Run(GraphText graph, string inputs) => await Ended(await Start(graph, inputs));

    private Task<WorkflowExecution> Ended(string id) => WaitFor.Value(async () => await Row(id) is { CompletedAt: not null } ended ? ended : null, "the run has ended");

    private async Task<bool> Is(string id, string node, Func<WorkflowStep, bool> condition)
    {
        await using var db = core.Get<PortalStore>().Read(_tenant);
        return db.WorkflowSteps.Where(step => step.ExecutionId == id && step.NodeId == node).ToList().Exists(step => condition(step));
    }

    private async Task<string> Start(GraphText graph, string inputs)
    {
        var id = core.Get<IdGenerator>().New("wf");
        var now = core.Time.GetUtcNow();
        await core.Get<PortalStore>().Write(_tenant, (db, _) =>
        {
            db.Workflows.Add(new Workflow { Id = id, Name = "Test", LatestVersion = 1, PublishedVersion = 1, CreatedBy = "usr_1", CreatedAt = now, UpdatedAt = now });
            db.WorkflowVersions.Add(new WorkflowVersion { WorkflowId = id, Number = 1, Definition = JsonSerializer.Serialize(graph.Build(), PortalJson.Options), Scopes = [Scopes.Everything], CreatedBy = "usr_1", CreatedAt = now });
            return Task.FromResult(true);
        }, default);
        return (await core.Get<Executions>().Start(new ExecutionStart { Tenant = _tenant, WorkflowId = id, TriggerType = "api", CreatedBy = "usr_1", Inputs = JsonElement.Parse(inputs), Trigger = JsonElement.Parse("{}") }, default)).Id;
    }

    private async Task<WorkflowExecution> Row(string id)
    {
        await using var db = core.Get<PortalStore>().Read(_tenant);
        return db.WorkflowExecutions.Single(row => row.Id == id);
    }
}
