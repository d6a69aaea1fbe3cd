using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Engine;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;
using Portal.Tests.Workflows.Engine;

namespace Portal.Tests.Workflows.Api;

/// <summary>Requests to webhook triggers, over HTTP.</summary>
public sealed class HookApiTests(ApiHost api) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task Request_starts_a_run_with_all_that_it_said()
    {
        var organization = await api.NewOrganization();
        var workflow = await api.Publish(organization, new GraphText("start:webhook-trigger"));
        using var answer = await Send(HttpMethod.Post, workflow.PathOf() + "?a=1&b=2&b=3", """{"order":17,"who":"Ada"}""", headers: [("X-Shop", "north"), ("Authorization", "Bearer top"), ("Cookie", "session=1")]);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.StartsWith("req_", answer.Headers.GetValues("X-Request-Id").Single(), StringComparison.Ordinal);
        var receipt = await Json(answer);
        var run = await Ended(organization, receipt.GetProperty("execution_id").GetString()!);
        Assert.Equal(("webhook", "start", ExecutionStatus.Completed), (run.TriggerType, run.TriggerNodeId, run.Status));
        var trigger = JsonElement.Parse(run.Output!);
        Assert.Equal(("POST", "1", "north"), (Text(trigger, "method"), Text(trigger, "query.a"), Text(trigger, "headers.x-shop")));
        Assert.Equal("[\"2\",\"3\"]", trigger.GetProperty("query").GetProperty("b").GetRawText());
        Assert.Equal(17, trigger.GetProperty("body").GetProperty("order").GetInt32());
        Assert.Equal(("••••", "••••"), (Text(trigger, "headers.authorization"), Text(trigger, "headers.cookie")));
        Assert.Equal("Ada", JsonElement.Parse(run.Input).GetProperty("inputs").GetProperty("who").GetString());
    }

    [Fact]
    public async Task Caller_that_waits_gets_the_output_as_it_is_and_as_it_was_formatted()
    {
        var organization = await api.NewOrganization();
        var plain = await api.Publish(organization, new GraphText("start:webhook-trigger").Config("start", """{"respond":"when_finished"}"""));
        using var output = await Send(HttpMethod.Post, plain.PathOf(), """{"n":4}""");
        Assert.Equal(HttpStatusCode.OK, output.StatusCode);
        Assert.Equal(4, (await Json(output)).GetProperty("body").GetProperty("n").GetInt32());

        var page = await api.Publish(organization, Waiting("start:webhook-trigger > out:output-formatter", "out", """{"format":"html","template":"<h1>Hello {{ inputs.name }}</h1>"}"""));
        using var html = await Send(HttpMethod.Post, page.PathOf(), """{"name":"<Ada>"}""");
        Assert.Equal(("text/html", "<h1>Hello &lt;Ada&gt;</h1>"), (html.Content.Headers.ContentType?.MediaType, await html.Content.ReadAsStringAsync()));
        // It shares its origin with the portal's pages.
        Assert.Contains("sandbox", html.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_that_fails_or_takes_its_time_is_said_so()
    {
        var organization = await api.NewOrganization();
        var failing = await api.Publish(organization, Waiting("start:webhook-trigger > out:output-formatter", "out", """{"format":"text","template":"{{ inputs.missing }}"}"""));
        using var failed = await Send(HttpMethod.Post, failing.PathOf(), "{}");
        var problem = (await Json(failed)).GetProperty("error");
        Assert.Equal((422, "WORKFLOW_EXECUTION_FAILED", "failed"), ((int)failed.StatusCode, Text(problem, "code"), Text(problem, "details.status")));
        Assert.StartsWith("exe_", Text(problem, "details.execution_id"), StringComparison.Ordinal);

        var slow = await api.Publish(organization, new GraphText("start:webhook-trigger > ask:approval").Config("start", """{"respond":"when_finished","wait_seconds":1}""").Config("ask", """{"title":"May it?"}"""));
        using var waiting = await Send(HttpMethod.Post, slow.PathOf(), "{}");
        Assert.Equal(HttpStatusCode.Accepted, waiting.StatusCode);
    }

    [Fact]
    public async Task Each_refusal_has_its_status()
    {
        var organization = await api.NewOrganization();
        var workflow = await api.Publish(organization, new GraphText("start:webhook-trigger").Config("start", """{"methods":["POST","PUT"]}"""));
        Assert.Equal(404, await Status(HttpMethod.Post, "/hooks/hook_nobody", "{}"));
        Assert.Equal(404, await Status(HttpMethod.Post, $"/hooks/{new string('x', 5000)}", "{}"));
        Assert.Equal(202, await Status(HttpMethod.Put, workflow.PathOf(), "{}"));
        using (var wrong = await Send(HttpMethod.Get, workflow.PathOf()))
        {
            Assert.Equal(405, (int)wrong.StatusCode);
            Assert.Equal(["POST", "PUT"], wrong.Content.Headers.Allow.Order());
        }

        Assert.Equal(400, await Status(HttpMethod.Post, workflow.PathOf(), """{"a":"""));
        Assert.Equal(400, await Status(HttpMethod.Post, workflow.PathOf(), "{\"a\":\"\\ud800\"}"));
        Assert.Equal(400, await Status(HttpMethod.Post, workflow.PathOf(), new string('[', 100) + new string(']', 100)));
        Assert.Equal(415, await Status(HttpMethod.Post, workflow.PathOf(), "x", "application/octet-stream"));
        Assert.Equal(413, await Status(HttpMethod.Post, workflow.PathOf(), new string('x', (1024 * 1024) + 1), "text/plain"));
        await api.Get<WorkflowService>().Update(Actor.System(new Tenant(organization, ApiMode.Live)), workflow.Id, new WorkflowPatch { IsActive = false }, default);
        Assert.Equal(410, await Status(HttpMethod.Post, workflow.PathOf(), "{}"));
        await api.Get<WorkflowService>().Delete(Actor.System(new Tenant(organization, ApiMode.Live)), workflow.Id, default);
        Assert.Equal(404, await Status(HttpMethod.Post, workflow.PathOf(), "{}"));
    }

    [Theory]
    [InlineData("HEAD")]
    [InlineData("OPTIONS")]
    public async Task Browsers_are_let_in_from_no_other_site_and_questions_start_nothing(string method)
    {
        var organization = await api.NewOrganization();
        var workflow = await api.Publish(organization, new GraphText("start:webhook-trigger"));
        using var answer = await Send(new HttpMethod(method), workflow.PathOf(), headers: [("Origin", "https://shop.example"), ("Access-Control-Request-Method", "POST")]);
        Assert.Equal((405, "POST"), ((int)answer.StatusCode, answer.Content.Headers.Allow.Single()));
        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
        await using var db = api.Get<PortalStore>().Read(new Tenant(organization, ApiMode.Live));
        Assert.Empty(await db.WorkflowExecutions.ToListAsync());
    }

    [Fact]
    public async Task Unpublished_workflow_hears_nothing_at_once_and_its_address_comes_back_with_it()
    {
        var organization = await api.NewOrganization();
        var workflow = await api.Publish(organization, new GraphText("start:webhook-trigger"));
        var (versions, actor) = (api.Get<WorkflowVersions>(), Actor.System(new Tenant(organization, ApiMode.Live)));
        Assert.Equal(202, await Status(HttpMethod.Post, workflow.PathOf(), "{}"));
        await versions.Unpublish(actor, workflow.Id, default);
        Assert.Equal(410, await Status(HttpMethod.Post, workflow.PathOf(), "{}"));
        Assert.Equal(workflow.PathOf(), (await versions.Publish(actor, workflow.Id, new VersionChoice(), default)).PathOf());
        Assert.Equal(202, await Status(HttpMethod.Post, workflow.PathOf(), "{}"));
    }

    [Fact]
    public async Task Hook_of_a_workflow_in_test_mode_starts_test_runs()
    {
        var tenant = new Tenant(await api.NewOrganization(), ApiMode.Test);
        var workflow = await WorkflowSite.Publish(type => api.Get<IServiceProvider>().GetService(type)!, tenant, new GraphText("start:webhook-trigger"));
        Assert.Equal(202, await Status(HttpMethod.Post, workflow.PathOf(), "{}"));
        await using var test = api.Get<PortalStore>().Read(tenant);
        Assert.Single(await test.WorkflowExecutions.ToListAsync());
        await using var live = api.Get<PortalStore>().Read(tenant with { Mode = ApiMode.Live });
        Assert.Empty(await live.WorkflowExecutions.ToListAsync());
    }

    [Fact]
    public async Task Secret_decides_and_failures_are_limited_while_good_requests_are_not()
    {
        var organization = await api.NewOrganization();
        var workflow = await api.Publish(organization, new GraphText("start:webhook-trigger").Config("start", "{}"));
        workflow = await Change(organization, workflow, """{"authentication":"header","secret":"{{ secrets.HOOK }}"}""", ("HOOK", "correct horse"));
        Assert.Equal(401, await Status(HttpMethod.Post, workflow.PathOf(), "{}"));
        Assert.Equal(401, await Status(HttpMethod.Post, workflow.PathOf(), "{}", headers: ("X-Webhook-Secret", "{{ secrets.HOOK }}")));
        using (var good = await Send(HttpMethod.Post, workflow.PathOf(), "{}", headers: [("X-Webhook-Secret", "correct horse")]))
        {
            var run = await Ended(organization, (await Json(good)).GetProperty("execution_id").GetString()!);
            Assert.DoesNotContain("correct horse", run.Input + run.Output, StringComparison.Ordinal);
        }

        await api.Get<WorkflowSecretService>().Set(Actor.System(new Tenant(organization, ApiMode.Live)), workflow.Id, "HOOK", new SecretInput { Secret = "another one" }, default);
        Assert.Equal(401, await Status(HttpMethod.Post, workflow.PathOf(), "{}", headers: ("X-Webhook-Secret", "correct horse")));
        for (var i = 0; i < 100; i++) Assert.Equal(202, await Status(HttpMethod.Post, workflow.PathOf(), "{}", headers: ("X-Webhook-Secret", "another one")));
        for (var i = 0; i < 60; i++) await Status(HttpMethod.Post, workflow.PathOf(), "{}");
        using var limited = await Send(HttpMethod.Post, workflow.PathOf(), "{}", headers: [("X-Webhook-Secret", "another one")]);
        Assert.Equal(429, (int)limited.StatusCode);
        Assert.NotNull(limited.Headers.RetryAfter);
    }

    [Fact]
    public async Task Signature_of_the_body_is_checked()
    {
        var organization = await api.NewOrganization();
        var workflow = await api.Publish(organization, new GraphText("start:webhook-trigger").Config("start", """{"authentication":"hmac","secret":"shared-secret","header":"X-Hub-Signature-256"}"""));
        const string Body = """{"n":1}""";
        var signature = "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData("shared-secret"u8, Encoding.UTF8.GetBytes(Body)));
        Assert.Equal(202, await Status(HttpMethod.Post, workflow.PathOf(), Body, headers: ("X-Hub-Signature-256", signature)));
        Assert.Equal(401, await Status(HttpMethod.Post, workflow.PathOf(), """{"n":2}""", headers: ("X-Hub-Signature-256", signature)));
        Assert.Equal(401, await Status(HttpMethod.Post, workflow.PathOf(), Body));
    }

    [Theory]
    [InlineData("a=1&b=two+words&b=%C3%A9", "application/x-www-form-urlencoded", """{"a":"1","b":["two words","é"]}""")]
    [InlineData("plain text", "text/plain", "\"plain text\"")]
    [InlineData("<a/>", "application/xml", "\"<a/>\"")]
    [InlineData("[1,2]", "application/vnd.shop+json; charset=utf-8", "[1,2]")]
    public async Task Forms_and_texts_are_read(string body, string type, string expected)
    {
        var organization = await api.NewOrganization();
        var workflow = await api.Publish(organization, new GraphText("start:webhook-trigger"));
        using var answer = await Send(HttpMethod.Post, workflow.PathOf(), body, type);
        var run = await Ended(organization, (await Json(answer)).GetProperty("execution_id").GetString()!);
        Assert.Equal(expected, JsonElement.Parse(run.Output!).GetProperty("body").GetRawText());
    }

    private static GraphText Waiting(string line, string node, string config, params string[] more) => new GraphText([line, .. more]).Config("start", """{"respond":"when_finished"}""").Config(node, config);

    private async Task<WorkflowResource> Change(string organization, WorkflowResource workflow, string config, (string Name, string Value) secret)
    {
        var actor = Actor.System(new Tenant(organization, ApiMode.Live));
        await api.Get<WorkflowSecretService>().Set(actor, workflow.Id, secret.Name, new SecretInput { Secret = secret.Value }, default);
        await api.Get<WorkflowService>().Update(actor, workflow.Id, new WorkflowPatch { Nodes = new GraphText("start:webhook-trigger").Config("start", config).Build().Nodes }, default);
        return await api.Get<WorkflowVersions>().Publish(actor, workflow.Id, new VersionChoice(), default);
    }

    private async Task<int> Status(HttpMethod method, string path, string? body = null, string type = "application/json", params (string Name, string Value)[] headers)
    {
        using var answer = await Send(method, path, body, type, headers);
        return (int)answer.StatusCode;
    }

    private async Task<HttpResponseMessage> Send(HttpMethod method, string path, string? body = null, string type = "application/json", params (string Name, string Value)[] headers)
    {
        using var http = api.Http();
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await http.SendAsync(request);
    }

    private static async Task<JsonElement> Json(HttpResponseMessage answer) => JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync());

    private static string Text(JsonElement json, string path) => path.Split('.').Aggregate(json, (value, name) => value.GetProperty(name)).ToString();

    private Task<WorkflowExecution> Ended(string organization, string id) => WaitFor.Value(async () =>
    {
        await using var db = api.Get<PortalStore>().Read(new Tenant(organization, ApiMode.Live));
        return await db.WorkflowExecutions.FirstOrDefaultAsync(run => run.Id == id && run.CompletedAt != null);
    }, "the run has ended");
}
