using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Mail;
using Portal.Tests.Infrastructure;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Workflows.Templates;

/// <summary>A portal that runs what templates make; each test has an organization of its own, whose owner uses the template.</summary>
public abstract class TemplateTest(ApiHost portal) : IAsyncLifetime
{
    protected ApiHost Portal => portal;

    /// <summary>The client of whoever uses templates: the owner, unless a test has another.</summary>
    protected ApiClient Api { get; set; } = null!;

    protected string OrganizationId { get; private set; } = null!;

    /// <summary>An address that no other test writes to.</summary>
    protected string Mailbox => $"{OrganizationId}@example.com";

    public async ValueTask InitializeAsync()
    {
        OrganizationId = await portal.NewOrganization();
        await SignIn();
    }

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    protected async Task SignIn() => Api = await portal.WithRole(OrganizationId, Role.Owner);

    /// <summary>Makes a workflow from a template, and publishes it.</summary>
    protected async Task<UsedTemplate> Use(string template, object parameters)
    {
        var made = await Api.Post($"/api/v1/templates/tpl_{template}/instantiate", JsonSerializer.Serialize(new { parameters }));
        Assert.True(made.Status == 201, made.Json.ToString());
        var published = await Api.Post($"/api/v1/workflows/{made.Id}/publish", "{}");
        Assert.True(published.Status == 200, published.Json.ToString());
        var trigger = Assert.Single(published.Json.GetProperty("triggers").EnumerateArray());
        return new UsedTemplate(made.Id, trigger.TryGetProperty("url", out var url) && url.ValueKind == JsonValueKind.String ? new Uri(url.GetString()!).AbsolutePath : null);
    }

    /// <summary>Sends JSON to a workflow's webhook or form.</summary>
    protected async Task<JsonElement> Send(UsedTemplate used, object body)
    {
        using var http = portal.Http();
        using var content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(used.Path, content);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonElement.Parse(text);
    }

    /// <summary>The only run of a workflow, once it has come to an end.</summary>
    protected async Task<TemplateRun> Ended(UsedTemplate used, string status = "completed") => Assert.Single(await Ended(used, 1, status));

    /// <summary>All runs of a workflow, the newest first, once so many have come to an end.</summary>
    protected async Task<List<TemplateRun>> Ended(UsedTemplate used, int count, string status = "completed")
    {
        await WaitFor.Condition(() => HaveEnded(used, count), $"{count} runs have come to an end");
        var ended = new List<TemplateRun>();
        foreach (var run in await Runs(used)) ended.Add(new TemplateRun((await Api.Get($"/api/v1/executions/{run.GetProperty("id").GetString()}")).Json));
        Assert.All(ended, run => Assert.True(run.Status == status, run.Json.ToString()));
        return ended;
    }

    protected async Task<bool> HaveEnded(UsedTemplate used, int count)
    {
        var runs = await Runs(used);
        return runs.Count >= count && runs.TrueForAll(run => run.GetProperty("completed_at").ValueKind == JsonValueKind.String);
    }

    /// <summary>The approval that somebody is asked for.</summary>
    protected async Task<JsonElement> Approval()
    {
        var tasks = await WaitFor.Value(async () =>
        {
            var open = (await Api.Get("/api/v1/tasks?type=approval&status=open")).Json.GetProperty("tasks").EnumerateArray().ToList();
            return open.Count > 0 ? open : null;
        }, "somebody is asked to approve");
        return Assert.Single(tasks);
    }

    protected async Task Decide(JsonElement approval, string decision, string? comment = null)
    {
        var decided = await Api.Post($"/api/v1/tasks/{approval.GetProperty("id").GetString()}/{decision}", JsonSerializer.Serialize(new { comment }));
        Assert.True(decided.Status == 200, decided.Json.ToString());
    }

    /// <summary>Makes a resource of the organization.</summary>
    protected async Task<JsonElement> New(string resources, object values)
    {
        var made = await Api.Post($"/api/v1/{resources}", JsonSerializer.Serialize(values));
        Assert.True(made.Status == 201, made.Json.ToString());
        return made.Json;
    }

    /// <summary>The organization's resources of a kind, the oldest first.</summary>
    protected async Task<List<JsonElement>> All(string resources) =>
        [.. (await Api.Get($"/api/v1/{resources}?sort=created_at&per_page=100")).Json.GetProperty(resources).EnumerateArray()];

    protected async Task<JsonElement> Get(string resources, string id) => (await Api.Get($"/api/v1/{resources}/{id}")).Json;

    /// <summary>The mails to an address, the oldest first.</summary>
    protected async Task<List<OutboxMail>> Mails(string? to = null)
    {
        var address = to ?? Mailbox;
        await using var db = portal.Get<PortalStore>().ReadAcross();
        return await db.Set<OutboxMail>().Where(mail => mail.To == address).OrderBy(mail => mail.Id).ToListAsync();
    }

    private async Task<List<JsonElement>> Runs(UsedTemplate used) => [.. (await Api.Get($"/api/v1/executions?workflow_id={used.WorkflowId}")).Json.GetProperty("executions").EnumerateArray()];

    /// <summary>The only mail to an address.</summary>
    protected async Task<OutboxMail> Mail(string? to = null) => Assert.Single(await Mails(to));
}

/// <summary>A workflow made from a template.</summary>
/// <param name="Path">Where its webhook or form is; null where it has neither.</param>
public sealed record UsedTemplate(string WorkflowId, string? Path);

/// <summary>A run as the API shows it.</summary>
public sealed record TemplateRun(JsonElement Json)
{
    public string Status => Json.GetProperty("status").GetString()!;

    public JsonElement Output => Json.GetProperty("output_data");

    /// <summary>The nodes that ran, with their status, in the order in which they began; those of loops once for each round.</summary>
    public IEnumerable<string> Steps => Json.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("node_id").GetString() + (step.GetProperty("status").GetString() == "completed" ? "" : " " + step.GetProperty("status").GetString()));

    public JsonElement Step(string node) => Json.GetProperty("steps").EnumerateArray().Single(step => step.GetProperty("node_id").GetString() == node);
}
