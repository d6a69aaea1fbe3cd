using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Portal.Core.Access;
using Portal.Core.Billing;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Tasks;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;
using Portal.Tests.Workflows.Engine;

namespace Portal.Tests.Workflows.Api;

/// <summary>What the caller of a webhook is answered when it waits for the run, over HTTP.</summary>
public sealed class HookReplyTests(ApiHost api) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task Workflow_chooses_status_headers_and_body()
    {
        using var answer = await Answer("""{"code":409,"order":17}""", new GraphText("start:webhook-trigger > out:output-formatter")
            .Config("out", """{"format":"json","content":{"taken":true},"status":"{{ inputs.code }}","headers":{"X-Order":"{{ inputs.order }}","Location":"https://example.com/orders/{{ inputs.order }}","Cache-Control":"max-age=60"}}"""));
        Assert.Equal((409, """{"taken":true}"""), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.Equal(("17", "https://example.com/orders/17", "max-age=60"), (answer.Headers.GetValues("X-Order").Single(), answer.Headers.Location!.ToString(), answer.Headers.CacheControl!.ToString()));
        AssertHarmless(answer);
    }

    [Fact]
    public async Task Run_that_went_on_by_an_error_edge_answers_what_is_made_there()
    {
        using var answer = await Answer("{}", new GraphText("start:webhook-trigger > bad:output-formatter > good:output-formatter", "bad.error > sorry:output-formatter")
            .Config("bad", """{"format":"text","template":"{{ inputs.missing }}"}""").Config("good", """{"format":"text","template":"Well."}""")
            .Config("sorry", """{"format":"text","template":"Not now.","status":503,"headers":{"Retry-After":"60"}}"""));
        Assert.Equal((503, "Not now."), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.Equal(TimeSpan.FromMinutes(1), answer.Headers.RetryAfter!.Delta);
    }

    [Theory]
    [InlineData("start:webhook-trigger > bad:output-formatter")]
    [InlineData("start:webhook-trigger > bad:output-formatter", "start > other:merge")]
    public async Task Run_that_went_on_without_its_last_node_answers_as_one_that_failed(params string[] lines)
    {
        using var answer = await Answer("""{"token":"s3cret"}""", new GraphText(lines).Config("bad", """{"format":"text","template":"{{ int(inputs.token) }}"}""").Set("bad", new NodeSettings { OnError = NodeFailure.Continue }));
        var text = await answer.Content.ReadAsStringAsync();
        var error = JsonElement.Parse(text).GetProperty("error");
        Assert.Equal((422, "WORKFLOW_EXECUTION_FAILED"), ((int)answer.StatusCode, error.GetProperty("code").GetString()));
        Assert.StartsWith("exe_", error.GetProperty("details").GetProperty("execution_id").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(error.GetProperty("details").GetProperty("error_code").GetString()!);
        Assert.DoesNotContain("s3cret", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wait_may_be_written_as_any_whole_number()
    {
        using var answer = await Post(await api.Publish(await api.NewOrganization(), new GraphText("start:webhook-trigger").Config("start", """{"respond":"when_finished","wait_seconds":30.0}""")), "{}");
        Assert.Equal(200, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Of_several_last_nodes_the_one_with_a_status_answers()
    {
        using var answer = await Answer("{}", new GraphText("start:webhook-trigger > out:output-formatter", "start > other:merge", "start > page:output-formatter")
            .Config("out", """{"format":"text","template":"Made.","status":201}""").Config("page", """{"format":"text","template":"For nobody."}"""));
        Assert.Equal((201, "Made."), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Answer_without_a_body_has_none()
    {
        using var answer = await Answer("{}", new GraphText("start:webhook-trigger > out:output-formatter").Config("out", """{"format":"text","template":"Nobody reads this.","status":204,"headers":{"X-Ok":"1"}}"""));
        Assert.Equal((204, "", "1"), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers.GetValues("X-Ok").Single()));
    }

    [Theory]
    [InlineData("text/javascript", "text/plain")]
    [InlineData("application/ecmascript; charset=utf-8", "text/plain")]
    [InlineData("text/css", "text/plain")]
    [InlineData("image/svg+xml", "image/svg+xml")]
    [InlineData("text/html", "text/html")]
    public async Task Nothing_that_a_workflow_answers_acts_as_the_portal(string type, string shown)
    {
        // As another system's data may have it.
        var output = JsonSerializer.Serialize(new
        {
            content_type = type, content = "alert(1)", status = 9000,
            headers = new Dictionary<string, object>
            {
                ["Set-Cookie"] = "portal=1", ["Content-Security-Policy"] = "default-src *", ["Clear-Site-Data"] = "\"*\"", ["X-Accel-Redirect"] = "/portal.db", ["Transfer-Encoding"] = "chunked", ["Content-Length"] = "3",
                ["Content-Type"] = "text/javascript", ["X-Request-Id"] = "req_mine", ["X-Split"] = "a\r\nSet-Cookie: b=1", ["X-Content-Type-Options"] = "none", ["Service-Worker-Allowed"] = "/", ["X Bad"] = "1", ["X-List"] = new[] { 1 }, ["X-Ok"] = "yes",
            },
        });
        using var answer = await Answer(output, new GraphText("start:webhook-trigger > out:data-transformation").Config("out", """{"expression":"inputs"}"""));
        Assert.Equal((200, shown, "alert(1)"), ((int)answer.StatusCode, answer.Content.Headers.ContentType!.MediaType, await answer.Content.ReadAsStringAsync()));
        Assert.Equal(8, answer.Content.Headers.ContentLength);
        AssertHarmless(answer);
        Assert.Equal("yes", answer.Headers.GetValues("X-Ok").Single());
        foreach (var name in new[] { "Set-Cookie", "Clear-Site-Data", "X-Accel-Redirect", "Transfer-Encoding", "X-Split", "Service-Worker-Allowed", "X-List" }) Assert.False(answer.Headers.Contains(name), name);
    }

    [Fact]
    public async Task Organization_whose_runs_are_used_up_is_said_so_without_its_plan()
    {
        var organization = await api.NewOrganization();
        var workflow = await api.Publish(organization, new GraphText("start:webhook-trigger"));
        await api.Get<PortalStore>().WriteAcross((db, token) => db.Organizations.Where(row => row.Id == organization).ExecuteUpdateAsync(row => row.SetProperty(x => x.Plan, Plan.Free), token), default);
        api.Get<IClusterSignals>().Send(SignalTopics.Organization, organization);
        await api.Get<OrganizationUsage>().Count(organization, UsageKind.WorkflowExecutions, 1_000_000);
        using var answer = await Post(workflow, "{}");
        var error = JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("error");
        Assert.Equal((429, "QUOTA_EXCEEDED"), ((int)answer.StatusCode, error.GetProperty("code").GetString()));
        Assert.Equal(["retry_after"], error.GetProperty("details").EnumerateObject().Select(detail => detail.Name));
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    [Fact]
    public async Task Workflow_that_can_no_longer_be_run_is_not_the_callers_fault_and_its_faults_are_not_told()
    {
        var organization = await api.NewOrganization();
        var workflow = await api.Publish(organization, new GraphText("start:webhook-trigger > wait:delay").Config("wait", """{"seconds":0}"""));
        await api.Get<PortalStore>().Write(new Tenant(organization, ApiMode.Live), async (db, token) =>
        {
            // As rules that were made stricter since it was published have it.
            var version = await db.WorkflowVersions.AsTracking().SingleAsync(row => row.WorkflowId == workflow.Id, token);
            version.Definition = version.Definition.Replace("\"delay\"", "\"secret-thing\"", StringComparison.Ordinal);
            db.AfterCommit(() => api.Get<IClusterSignals>().Send(SignalTopics.Workflow, workflow.Id));
            return true;
        }, default);
        using var answer = await Post(workflow, "{}");
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal((422, "WORKFLOW_EXECUTION_FAILED"), ((int)answer.StatusCode, JsonElement.Parse(text).GetProperty("error").GetProperty("code").GetString()));
        Assert.DoesNotContain("secret-thing", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Portal_that_stops_answers_those_who_wait_with_their_runs_id()
    {
        await using var portal = ApiHost.Of(new PortalApp());
        var organization = await portal.NewOrganization();
        var workflow = await portal.Publish(organization, new GraphText("start:webhook-trigger > ask:approval").Config("start", """{"respond":"when_finished","wait_seconds":120}""").Config("ask", """{"title":"May it?"}"""));
        using var http = portal.Http();
        using var content = new StringContent("{}", Encoding.UTF8, "application/json");
        var waiting = http.PostAsync(workflow.PathOf(), content);
        await WaitFor.Condition(async () =>
        {
            await using var db = portal.Get<PortalStore>().ReadAcross();
            return await db.Across<WorkflowTask>().AnyAsync(task => task.WorkflowId == workflow.Id);
        }, "the run asks");
        portal.Get<IHostApplicationLifetime>().StopApplication();
        using var answer = await waiting.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(202, (int)answer.StatusCode);
        Assert.StartsWith("exe_", JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("execution_id").GetString(), StringComparison.Ordinal);
    }

    private static void AssertHarmless(HttpResponseMessage answer)
    {
        Assert.Equal("sandbox; default-src 'none'; frame-ancestors 'none'", answer.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.StartsWith("req_", answer.Headers.GetValues("X-Request-Id").Single(), StringComparison.Ordinal);
        Assert.NotEqual("req_mine", answer.Headers.GetValues("X-Request-Id").Single());
    }

    private async Task<HttpResponseMessage> Answer(string body, GraphText graph)
    {
        return await Post(await api.Publish(await api.NewOrganization(), graph.Config("start", """{"respond":"when_finished"}""")), body);
    }

    private async Task<HttpResponseMessage> Post(WorkflowResource workflow, string body)
    {
        using var http = api.Http();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await http.PostAsync(workflow.PathOf(), content);
    }
}
