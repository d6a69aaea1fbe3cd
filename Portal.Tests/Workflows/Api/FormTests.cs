using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portal.Core.Billing;
using Portal.Core.Shared.Data;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Engine;
using Portal.Core.Workflows.Tasks;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;
using Portal.Tests.Workflows.Engine;

namespace Portal.Tests.Workflows.Api;

/// <summary>Hosted forms, as browsers without JavaScript and as programs fill them in.</summary>
public sealed class FormTests(FormTests.Site site) : IClassFixture<FormTests.Site>
{
    internal const string Fields = """
        {"title":"Ask for an engine","description":"We answer within a day.","fields":[
          {"name":"email","label":"E-mail","type":"email","required":true},
          {"name":"units","label":"Units","type":"number","required":true,"help":"How many."},
          {"name":"model","label":"Model","type":"select","options":["Difference","Analytical"],"required":true},
          {"name":"when","label":"When","type":"date"},
          {"name":"note","label":"Note","type":"textarea"},
          {"name":"terms","label":"I agree","type":"checkbox","required":true}
        ],"submit_label":"Ask","thanks_message":"We have it."}
        """;

    private static readonly (string, string)[] Good =
        [("field.email", "ada@example.com"), ("field.units", "2.5"), ("field.model", "Analytical"), ("field.when", ""), ("field.note", "First\r\nsecond"), ("field.terms", "true"), ("website", "")];

    [Fact]
    public async Task Browser_without_scripts_fills_in_a_form_and_starts_a_run()
    {
        var workflow = await NewForm();
        var visitor = new PageVisitor(site.App);
        using var page = await visitor.Open(workflow.PathOf());
        var html = await page.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.True(page.Headers.CacheControl!.NoStore);
        Assert.DoesNotContain(site.App.Logs.Lines, line => line.Level >= LogLevel.Warning && line.Category.Contains("Antiforgery", StringComparison.Ordinal));
        foreach (var text in new[] { "Ask for an engine", "We answer within a day.", "E-mail", "How many.", "Analytical", ">Ask<" }) Assert.Contains(text, html, StringComparison.Ordinal);

        using var sent = await Post(visitor, workflow.PathOf(), Good);
        Assert.Equal((HttpStatusCode.Redirect, $"{workflow.PathOf()}?sent=1"), (sent.StatusCode, new Uri(sent.Headers.Location!.ToString(), UriKind.RelativeOrAbsolute) is { IsAbsoluteUri: true } uri ? uri.PathAndQuery : sent.Headers.Location.ToString()));
        using var thanks = await visitor.Open($"{workflow.PathOf()}?sent=1");
        Assert.Contains("We have it.", await thanks.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var run = await Ended(workflow.Id);
        Assert.Equal(("form", """{"email":"ada@example.com","units":2.5,"model":"Analytical","when":null,"note":"First\nsecond","terms":true}"""), (run.TriggerType, run.Output));
        Assert.Equal(2.5, JsonElement.Parse(run.Input).GetProperty("inputs").GetProperty("units").GetDouble());
    }

    [Fact]
    public async Task Second_click_on_the_same_page_is_no_second_answer_and_a_correction_is_one()
    {
        var workflow = await NewForm();
        var visitor = new PageVisitor(site.App);
        var token = await visitor.TokenOf(workflow.PathOf());
        var clicks = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => visitor.Post(workflow.PathOf(), token, [("_handler", "hosted-form"), ("page", "page_1"), .. Good])));
        Assert.All(clicks, answer => Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode));
        Assert.Single(await Runs(workflow.Id));
        using (await visitor.Post(workflow.PathOf(), token, [("_handler", "hosted-form"), ("page", "page_1"), .. Good.Select(field => field.Item1 == "field.units" ? ("field.units", "3") : field)])) Assert.Equal(2, (await Runs(workflow.Id)).Count);
        using (await visitor.Post(workflow.PathOf(), token, [("_handler", "hosted-form"), ("page", "page_2"), .. Good])) Assert.Equal(3, (await Runs(workflow.Id)).Count);
    }

    [Fact]
    public async Task Each_showing_of_a_form_has_a_mark_of_its_own_that_a_refused_one_keeps()
    {
        var workflow = await NewForm();
        var visitor = new PageVisitor(site.App);
        var marks = new[] { await MarkOf(await visitor.Open(workflow.PathOf())), await MarkOf(await visitor.Open(workflow.PathOf())) };
        Assert.NotEqual(marks[0], marks[1]);
        Assert.Equal(marks[0], await MarkOf(await Post(visitor, workflow.PathOf(), ("page", marks[0]))));

        static async Task<string> MarkOf(HttpResponseMessage answer)
        {
            using (answer) return (await answer.Content.ReadAsStringAsync()).Split("name=\"page\" value=\"")[1].Split('"')[0];
        }
    }

    [Fact]
    public async Task Organization_whose_runs_are_used_up_takes_no_answers_and_tells_nobody_its_plan()
    {
        var workflow = await NewForm();
        await UseUp(workflow);
        var (status, json) = await PostJson(workflow.PathOf(), """{"email":"ada@example.com","units":2,"model":"Difference","terms":true}""");
        Assert.Equal((429, "QUOTA_EXCEEDED"), (status, json.GetProperty("error").GetProperty("code").GetString()));
        Assert.Equal(["retry_after"], json.GetProperty("error").GetProperty("details").EnumerateObject().Select(detail => detail.Name));
        var visitor = new PageVisitor(site.App);
        using var sent = await Post(visitor, workflow.PathOf(), Good);
        var html = await sent.Content.ReadAsStringAsync();
        Assert.Contains("can start no more runs at present", html, StringComparison.Ordinal);
        Assert.DoesNotContain("plan", html.Split("<main")[1].Split("</main")[0], StringComparison.OrdinalIgnoreCase);
        Assert.Empty(await Runs(workflow.Id));
    }

    [Fact]
    public async Task What_is_wrong_is_said_at_each_field_and_nothing_typed_is_lost()
    {
        var workflow = await NewForm();
        var visitor = new PageVisitor(site.App);
        using var sent = await Post(visitor, workflow.PathOf(), ("field.email", "no address"), ("field.units", "many"), ("field.model", "Steam"), ("field.when", "tomorrow"), ("field.note", "<b>kept</b>"), ("website", ""));
        var html = await sent.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
        foreach (var field in new[] { "email", "units", "model", "when", "terms" }) Assert.Contains($"id=\"field-{field}-error\"", html, StringComparison.Ordinal);
        Assert.Contains("I agree is required.", html, StringComparison.Ordinal);
        Assert.Contains("value=\"no address\"", html, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;kept&lt;/b&gt;", html, StringComparison.Ordinal);
        Assert.Empty(await Runs(workflow.Id));
    }

    [Fact]
    public async Task Form_without_its_token_or_by_a_program_that_fills_in_everything_starts_nothing()
    {
        var workflow = await NewForm();
        var visitor = new PageVisitor(site.App);
        using var forged = await visitor.Post(workflow.PathOf(), null, [("_handler", "hosted-form"), .. Good]);
        Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
        using var trapped = await Post(visitor, workflow.PathOf(), [.. Good.Where(field => field.Item1 != "website"), ("website", "https://spam.example")]);
        Assert.Equal(HttpStatusCode.Redirect, trapped.StatusCode);
        Assert.Empty(await Runs(workflow.Id));
    }

    [Fact]
    public async Task Program_posts_json_to_the_same_address()
    {
        var workflow = await NewForm();
        var (status, taken) = await PostJson(workflow.PathOf(), """{"email":"ada@example.com","units":2,"model":"Difference","terms":true,"more":"ignored"}""");
        Assert.Equal((202, "We have it."), (status, taken.GetProperty("thanks_message").GetString()));
        Assert.Equal(taken.GetProperty("execution_id").GetString(), (await Ended(workflow.Id)).Id);
        var (refused, problem) = await PostJson(workflow.PathOf(), """{"email":"no","units":"x"}""");
        Assert.Equal(400, refused);
        Assert.Equal(["email", "units", "model", "terms"], problem.GetProperty("error").GetProperty("details").GetProperty("errors").EnumerateArray().Select(fault => fault.GetProperty("field").GetString()));
        Assert.Equal((400, 400, 400, 404), ((await PostJson(workflow.PathOf(), "{")).Status, (await PostJson(workflow.PathOf(), "[]")).Status, (await PostJson(workflow.PathOf(), """{"email":{}}""")).Status, (await PostJson("/forms/form_nobody", "{}")).Status));
        Assert.Equal((400, 400), ((await PostJson(workflow.PathOf(), """{"email":"\ud800"}""")).Status, (await PostJson(workflow.PathOf(), """{"\ud800":"x"}""")).Status));
        for (var i = 0; i < 25; i++) await PostJson(workflow.PathOf(), "{}");
        Assert.Equal(429, (await PostJson(workflow.PathOf(), "{}")).Status);
    }

    [Fact]
    public async Task Run_that_asks_goes_on_with_the_answer_once()
    {
        var tenant = site.NewTenant();
        var workflow = await WorkflowSite.Publish(site.Service, tenant, new GraphText("start:webhook-trigger > ask:form-input").Config("ask", """{"title":"For {{ inputs.who }}","fields":[{"name":"answer","required":true}]}"""));
        var run = (await site.App.Services.GetRequiredService<Executions>().Start(new ExecutionStart
        {
            Tenant = tenant, WorkflowId = workflow.Id, TriggerType = "api", CreatedBy = "usr_1", Inputs = JsonElement.Parse("""{"who":"Ada"}"""),
        }, default)).Id;
        var task = await WaitFor.Value(async () =>
        {
            await using var db = site.Store.ReadAcross();
            return await db.Across<WorkflowTask>().FirstOrDefaultAsync(task => task.ExecutionId == run);
        }, "the run asks");
        var visitor = new PageVisitor(site.App);
        using (var page = await visitor.Open($"/forms/{task.Id}")) Assert.Contains("For Ada", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using (var sent = await Post(visitor, $"/forms/{task.Id}", ("field.answer", "42"))) Assert.Equal(HttpStatusCode.Redirect, sent.StatusCode);
        Assert.Equal("""{"answer":"42"}""", (await Ended(workflow.Id)).Output);
        using var again = await visitor.Open($"/forms/{task.Id}");
        Assert.Equal(HttpStatusCode.Gone, again.StatusCode);
        Assert.Contains("This form was filled in", await again.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(409, (await PostJson($"/forms/{task.Id}", """{"answer":"43"}""")).Status);
    }

    [Fact]
    public async Task Form_that_nobody_can_fill_in_says_why()
    {
        var visitor = new PageVisitor(site.App);
        using (var unknown = await visitor.Open("/forms/form_nobody")) Assert.Equal((HttpStatusCode.NotFound, true), (unknown.StatusCode, (await unknown.Content.ReadAsStringAsync()).Contains("There is no such page", StringComparison.Ordinal)));
        var task = new WorkflowTask { Id = "frm_expired", OrganizationId = "org_1", Kind = TaskKind.Form, WorkflowId = "wf_1", ExecutionId = "exe_1", NodeId = "n", Title = "Late", Details = Fields, ExpiresAt = DateTimeOffset.UnixEpoch, CreatedAt = DateTimeOffset.UnixEpoch };
        await site.Store.WriteAcross((db, _) => Task.FromResult(db.Add(task)), default);
        using var expired = await visitor.Open("/forms/frm_expired");
        Assert.Equal((HttpStatusCode.Gone, true), (expired.StatusCode, (await expired.Content.ReadAsStringAsync()).Contains("This form has expired", StringComparison.Ordinal)));
        var workflow = await NewForm(active: false);
        using var closed = await visitor.Open(workflow.PathOf());
        Assert.Equal((HttpStatusCode.Gone, true), (closed.StatusCode, (await closed.Content.ReadAsStringAsync()).Contains("This form is closed", StringComparison.Ordinal)));
        Assert.Equal(410, (await PostJson(workflow.PathOf(), "{}")).Status);
    }

    private async Task<WorkflowResource> NewForm(bool active = true)
    {
        var tenant = site.NewTenant();
        var workflow = await WorkflowSite.Publish(site.Service, tenant, new GraphText("start:form-input").Config("start", Fields));
        if (!active) await site.App.Services.GetRequiredService<WorkflowService>().Update(Portal.Core.Access.Actor.System(tenant), workflow.Id, new WorkflowPatch { IsActive = false }, default);
        return workflow;
    }

    // The plan of an organization that is not stored is the free one.
    private async Task UseUp(WorkflowResource workflow)
    {
        var usage = site.App.Services.GetRequiredService<OrganizationUsage>();
        await using var db = site.Store.ReadAcross();
        var organization = await db.Across<Workflow>().Where(row => row.Id == workflow.Id).Select(row => row.OrganizationId).SingleAsync();
        await usage.Count(organization, UsageKind.WorkflowExecutions, 1_000_000);
    }

    private static async Task<HttpResponseMessage> Post(PageVisitor visitor, string path, params (string Name, string Value)[] fields) =>
        await visitor.Post(path, await visitor.TokenOf(path), [("_handler", "hosted-form"), .. fields]);

    private async Task<(int Status, JsonElement Json)> PostJson(string path, string json)
    {
        using var http = site.App.Client();
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(path, content);
        return ((int)answer.StatusCode, JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync()));
    }

    private async Task<List<WorkflowExecution>> Runs(string workflowId)
    {
        await using var db = site.Store.ReadAcross();
        return await db.Across<WorkflowExecution>().Where(run => run.WorkflowId == workflowId).ToListAsync();
    }

    private Task<WorkflowExecution> Ended(string workflowId) => WaitFor.Value(async () => (await Runs(workflowId)).Find(run => run.CompletedAt is not null), "the run has ended");

    /// <summary>A portal with an administrator, so that no page leads to the set-up.</summary>
    public sealed class Site : IAsyncLifetime
    {
        private int _organizations;

        internal PortalApp App { get; } = new(new PortalAppOptions
        {
            Settings = { ["Bootstrap:AdminEmail"] = "ada@example.com", ["Bootstrap:AdminPassword"] = PageVisitor.Password, ["Bootstrap:OrganizationName"] = "Tests" },
            Services = services => services.AddFastPasswords(),
        });

        internal PortalStore Store => App.Services.GetRequiredService<PortalStore>();

        internal object Service(Type type) => App.Services.GetRequiredService(type);

        internal Tenant NewTenant() => new($"org_form{Interlocked.Increment(ref _organizations)}", ApiMode.Live);

        public ValueTask InitializeAsync() => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => App.DisposeAsync();
    }
}
