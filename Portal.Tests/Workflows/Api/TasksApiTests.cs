using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Engine;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;
using Portal.Tests.Workflows.Engine;

namespace Portal.Tests.Workflows.Api;

/// <summary>Approvals, over HTTP.</summary>
public sealed class TasksApiTests(ApiHost api) : IClassFixture<ApiHost>
{
    [Theory]
    [InlineData("approve", "approved")]
    [InlineData("reject", "rejected")]
    public async Task Run_waits_for_a_decision_and_goes_on_with_it(string verb, string decision)
    {
        var organization = await api.NewOrganization();
        var client = await api.WithRole(organization, Role.Developer);
        var (task, run) = await Asked(organization, """{"title":"Discount of {{ inputs.percent }} %","message":"May {{ inputs.who }} have it?","data":"{{ inputs }}"}""");
        var shown = await client.Get($"/api/v1/tasks/{task}");
        Assert.Equal(("open", "approval", "Discount of 20 %", "May Ada have it?", "20"),
            (shown.Text("status"), shown.Text("type"), shown.Text("title"), shown.Text("message"), shown.Text("data.percent")));
        Assert.Equal("1", (await client.Get("/api/v1/tasks?status=open&type=approval")).Text("pagination.total"));

        var decided = await client.Post($"/api/v1/tasks/{task}/{verb}", """{"comment":"So be it."}""");
        Assert.Equal((200, "done", decision, "So be it."), (decided.Status, decided.Text("status"), decided.Text("decision"), decided.Text("comment")));
        var output = await Output(organization, run);
        Assert.Equal((decision, "So be it.", decided.Text("done_by")), (output.GetProperty("decision").GetString(), output.GetProperty("comment").GetString(), output.GetProperty("decided_by").GetString()));
        await using var db = api.Get<PortalStore>().Read(Live(organization));
        // Only the edge of what was decided is followed.
        Assert.Equal(["start", "ask", decision == "approved" ? "yes" : "no"], await db.WorkflowSteps.Where(step => step.ExecutionId == run).OrderBy(step => step.Number).Select(step => step.NodeId).ToListAsync());
        Assert.Contains("approval.requested", api.EventTypes(organization));
        Assert.Contains($"task.{decision}", await db.AuditEntries.Select(entry => entry.Action).ToListAsync());
    }

    [Fact]
    public async Task Second_decision_is_a_conflict_and_of_two_at_once_one_counts()
    {
        var organization = await api.NewOrganization();
        var client = await api.WithRole(organization, Role.Developer);
        var (task, _) = await Asked(organization);
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => client.Post($"/api/v1/tasks/{task}/{(i % 2 == 0 ? "approve" : "reject")}", "{}")));
        Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer.Status != 200), answer => Assert.Equal((409, "CONFLICT", "done"), (answer.Status, answer.Text("error.code"), answer.Text("error.details.status"))));
    }

    [Fact]
    public async Task Only_whoever_was_asked_decides()
    {
        var organization = await api.NewOrganization();
        var (owner, admin, developer, viewer) = (await api.WithRole(organization, Role.Owner), await api.WithRole(organization, Role.Admin), await api.WithRole(organization, Role.Developer), await api.WithRole(organization, Role.Viewer));
        var program = await api.WithKey(organization, ApiMode.Live, "workflows:*");
        var developerId = (await developer.Get("/api/v1/auth/me")).Text("id");

        await Expect("{}", owner: 200, admin: 200, developer: 200, viewer: 403, key: 200);
        await Expect("""{"role":"admin"}""", owner: 200, admin: 200, developer: 403, viewer: 403, key: 403);
        await Expect("""{"role":"owner"}""", owner: 200, admin: 403, developer: 403, viewer: 403, key: 403);
        await Expect($$"""{"user_ids":["{{developerId}}"]}""", owner: 403, admin: 403, developer: 200, viewer: 403, key: 403);
        await Expect($$"""{"role":"owner","user_ids":["{{developerId}}"]}""", owner: 200, admin: 403, developer: 200, viewer: 403, key: 403);

        async Task Expect(string who, int owner, int admin, int developer, int viewer, int key)
        {
            foreach (var (client, expected) in new[] { (Of(Role.Owner), owner), (Of(Role.Admin), admin), (Of(Role.Developer), developer), (Of(Role.Viewer), viewer), (program, key) })
            {
                var (task, _) = await Asked(organization, who == "{}" ? """{"title":"May it?"}""" : """{"title":"May it?",""" + who[1..]);
                Assert.Equal((who, expected), (who, (await client.Post($"/api/v1/tasks/{task}/approve", "{}")).Status));
            }
        }

        ApiClient Of(Role role) => role switch { Role.Owner => owner, Role.Admin => admin, Role.Developer => developer, _ => viewer };
    }

    [Fact]
    public async Task Scope_and_tenant_are_checked()
    {
        var organization = await api.NewOrganization();
        var (task, _) = await Asked(organization);
        await Expect(api.Anonymous(), 401, 401);
        await Expect(await api.WithKey(organization, ApiMode.Live, "contacts:*"), 403, 403);
        await Expect(await api.WithKey(organization, ApiMode.Live, "workflows:read"), 200, 403);
        await Expect(await api.WithKey(organization, ApiMode.Test, "*"), 404, 404);
        await Expect(await api.WithKey(await api.NewOrganization(), ApiMode.Live, "*"), 404, 404);

        async Task Expect(ApiClient client, int read, int decide)
        {
            Assert.Equal(read, (await client.Get($"/api/v1/tasks/{task}")).Status);
            Assert.Equal(decide, (await client.Post($"/api/v1/tasks/{task}/approve", "{}")).Status);
            Assert.Equal(decide, (await client.Post($"/api/v1/tasks/{task}/reject", "{}")).Status);
        }
    }

    [Fact]
    public async Task Nobody_decides_what_has_expired_or_what_nothing_waits_for_any_more()
    {
        var organization = await api.NewOrganization();
        var client = await api.WithRole(organization, Role.Owner);
        var (task, run) = await Asked(organization, """{"title":"May it?","expires_after_hours":0.0003}""");
        Assert.Equal("expired", (await Output(organization, run)).GetProperty("decision").GetString());
        var late = await client.Post($"/api/v1/tasks/{task}/approve", "{}");
        Assert.Equal((409, "expired"), (late.Status, late.Text("error.details.status")));
        Assert.Equal("expired", (await client.Get($"/api/v1/tasks/{task}")).Text("status"));

        Assert.Equal(400, (await client.Post($"/api/v1/tasks/{task}/approve", $$"""{"comment":"{{new string('x', 2001)}}"}""")).Status);
        Assert.Equal(400, (await client.Get("/api/v1/tasks?status=nonsense")).Status);
        Assert.Equal(404, (await client.Get("/api/v1/tasks/apr_nobody")).Status);
    }

    [Fact]
    public async Task Those_who_may_decide_are_notified()
    {
        var organization = await api.NewOrganization();
        await api.WithRole(organization, Role.Admin);
        await api.WithRole(organization, Role.Developer);
        var (task, _) = await Asked(organization, """{"title":"May it?","role":"admin"}""");
        await using var db = api.Get<PortalStore>().Read(Live(organization));
        var told = Assert.Single(await db.Notifications.ToListAsync());
        Assert.Equal((Portal.Core.Notifications.NotificationKind.ApprovalRequested, task, "May it?"), (told.Kind, told.SubjectId, told.Arguments[0]));
    }

    private static Tenant Live(string organization) => new(organization, ApiMode.Live);

    private async Task<(string Task, string Run)> Asked(string organization, string config = """{"title":"May it?"}""")
    {
        var graph = new GraphText("start:webhook-trigger > ask:approval", "ask.approved > yes:merge", "ask.rejected > no:merge", "ask.expired > late:merge").Config("ask", config);
        var workflow = await api.Publish(organization, graph);
        var run = (await api.Get<Executions>().Start(new ExecutionStart
        {
            Tenant = Live(organization), WorkflowId = workflow.Id, TriggerType = "api", CreatedBy = "usr_1", Inputs = System.Text.Json.JsonElement.Parse("""{"percent":20,"who":"Ada"}"""),
        }, default)).Id;
        var task = await WaitFor.Value(async () =>
        {
            await using var db = api.Get<PortalStore>().Read(Live(organization));
            return await db.WorkflowTasks.Where(task => task.ExecutionId == run).Select(task => task.Id).FirstOrDefaultAsync();
        }, "the run asks");
        return (task, run);
    }

    // A merge gives on the list of what came to it.
    private async Task<System.Text.Json.JsonElement> Output(string organization, string run) => System.Text.Json.JsonElement.Parse((await Ended(organization, run)).Output!).GetProperty("output")[0];

    private Task<WorkflowExecution> Ended(string organization, string run) => WaitFor.Value(async () =>
    {
        await using var db = api.Get<PortalStore>().Read(Live(organization));
        return await db.WorkflowExecutions.FirstOrDefaultAsync(row => row.Id == run && row.CompletedAt != null);
    }, "the run has ended");
}
