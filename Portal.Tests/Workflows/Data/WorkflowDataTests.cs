using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Engine;
using Portal.Core.Workflows.Tasks;
using Portal.Core.Workflows.Triggers;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Workflows.Data;

public sealed class WorkflowDataOnSqliteTests(SqliteCore core) : WorkflowDataTests(core), IClassFixture<SqliteCore>;

public sealed class WorkflowDataOnPostgresTests(PostgresCore core) : WorkflowDataTests(core), IClassFixture<PostgresCore>;

/// <summary>Workflows, their versions, triggers and secrets in the database.</summary>
public abstract class WorkflowDataTests(CoreHost core)
{
    private const string Hook = """{"id":"hook","type":"webhook-trigger"}""";
    private const string Clock = """{"id":"clock","type":"schedule-trigger"}""";
    private const string Step = """{"id":"step","type":"sample-step","config":{"text":"{{ variables.greeting }}"}}""";
    private readonly Actor _actor = Actor.System(core.NewTenant()) with { GrantedScopes = Scopes.Expand(["workflows:*", "contacts:read"]), UserId = "usr_author" };
    private readonly DefinitionsBench _bench = new(core);

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Each_change_of_the_definition_is_a_version_and_nothing_else_is()
    {
        var made = await Make(Hook, Step);
        Assert.Equal((1, WorkflowStatus.Draft, null), (made.Version, made.Status, made.PublishedVersion));
        var renamed = await Update(made.Id, """{"name":"Renamed","description":null,"tags":["a"]}""");
        Assert.Equal((1, "Renamed"), (renamed.Version, renamed.Name));
        // What an answer shows and a client sends back says nothing new.
        var same = await _bench.Workflows.Update(_actor, made.Id, new() { Nodes = renamed.Nodes, Edges = renamed.Edges, Variables = renamed.Variables, Triggers = renamed.Triggers, Settings = renamed.Settings }, None);
        Assert.Equal((1, renamed.UpdatedAt), (same.Version, same.UpdatedAt));
        var changed = await Update(made.Id, """{"settings":{"priority":7},"note":"Urgent"}""");
        Assert.Equal((2, 7, 2), (changed.Version, changed.Settings.Priority, changed.Nodes.Count));
        Assert.Equal(5, (await _bench.Workflows.Get(_actor.Tenant, made.Id, 1, None)).Settings.Priority);
        var versions = await _bench.Versions.List(_actor.Tenant, made.Id, new(), None);
        Assert.Equal([(2, "Urgent"), (1, null)], versions.Items.Select(version => (version.Version, version.Note)));
    }

    [Fact]
    public async Task Version_keeps_what_its_author_might_do()
    {
        var made = await Make(Step);
        await using var db = core.Get<PortalStore>().Read(_actor.Tenant);
        var version = await db.WorkflowVersions.SingleAsync(row => row.WorkflowId == made.Id);
        Assert.Equal(("usr_author", true, false), (version.CreatedBy, version.Scopes.Contains("contacts:read"), version.Scopes.Contains("contacts:write")));
    }

    [Fact]
    public async Task Change_of_an_older_version_is_a_conflict()
    {
        var made = await Make(Step);
        await Update(made.Id, """{"version":1,"settings":{"priority":1}}""");
        var refusal = await Refused(() => Update(made.Id, """{"version":1,"settings":{"priority":2}}"""));
        Assert.Equal((ErrorCode.Conflict, 2), (refusal.Code, refusal.Details["version"]));
    }

    [Fact]
    public async Task Of_several_who_save_at_once_each_makes_a_version()
    {
        var made = await Make(Step);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(priority => Task.Run(() => Update(made.Id, $$$"""{"settings":{"priority":{{{priority}}},"max_concurrency":7}}"""))));
        Assert.Equal(9, (await _bench.Workflows.Get(_actor.Tenant, made.Id, null, None)).Version);
    }

    [Fact]
    public async Task Version_with_errors_is_not_published()
    {
        var made = await Make("""{"id":"step","type":"sample-step","config":{"text":"{{ variables.gone }}","count":0}}""");
        var refusal = await Refused(() => _bench.Versions.Publish(_actor, made.Id, new(), None));
        Assert.Equal(ErrorCode.Validation, refusal.Code);
        Assert.Equal(["nodes[0].config.count", "nodes[0].config.text"], refusal.Errors.Select(error => error.Field).Order(StringComparer.Ordinal));
        Assert.Null((await _bench.Workflows.Get(_actor.Tenant, made.Id, null, None)).PublishedVersion);
    }

    [Fact]
    public async Task Triggers_follow_what_is_published()
    {
        var made = await Make(Hook, Clock, Step);
        Assert.All(await Triggers(made.Id), row => Assert.False(row.IsActive));
        await _bench.Versions.Publish(_actor, made.Id, new(), None);
        var noon = (await Triggers(made.Id)).Single(row => row.Kind == TriggerKind.Schedule).NextAt;
        Assert.All(await Triggers(made.Id), row => Assert.True(row.IsActive));
        Assert.NotNull(noon);

        // A draft changes nothing of what runs; neither the address nor the next time.
        core.Time.Advance(TimeSpan.FromDays(2));
        await Update(made.Id, """{"triggers":[{"node_id":"hook","is_enabled":false}]}""");
        Assert.Equal(noon, (await Triggers(made.Id)).Single(row => row.Kind == TriggerKind.Schedule).NextAt);
        Assert.All(await Triggers(made.Id), row => Assert.True(row.IsActive));

        await _bench.Versions.Publish(_actor, made.Id, new(), None);
        Assert.Equal([(TriggerKind.Schedule, true), (TriggerKind.Webhook, false)], (await Triggers(made.Id)).Select(row => (row.Kind, row.IsActive)));
        await Update(made.Id, """{"is_active":false}""");
        Assert.All(await Triggers(made.Id), row => Assert.Equal((false, null), (row.IsActive, row.NextAt)));
        await Update(made.Id, """{"is_active":true}""");
        await _bench.Versions.Unpublish(_actor, made.Id, None);
        Assert.All(await Triggers(made.Id), row => Assert.False(row.IsActive));
    }

    [Fact]
    public async Task Trigger_keeps_its_address_over_all_versions()
    {
        var made = await Make(Hook, Step);
        var address = Assert.Single(made.Triggers).Url!;
        Assert.Matches("/hooks/hook_[0-9a-z]{26}$", address);
        var without = await Update(made.Id, $$"""{"nodes":[{{Step}}]}""");
        Assert.Empty(without.Triggers);
        Assert.Equal(address, Assert.Single((await _bench.Versions.Restore(_actor, made.Id, 1, None)).Triggers).Url);
        // Another kind of trigger is reached in another way.
        var form = await Update(made.Id, $$"""{"nodes":[{"id":"hook","type":"form-input"},{{Step}}]}""");
        Assert.Contains("/forms/form_", Assert.Single(form.Triggers).Url, StringComparison.Ordinal);
        Assert.Equal(TriggerKind.Form, Assert.Single(await Triggers(made.Id)).Kind);
    }

    [Fact]
    public async Task Form_is_a_trigger_where_nothing_leads_to_it()
    {
        const string form = """{"id":"form","type":"form-input"}""";
        var made = await _bench.Workflows.Create(_actor, Input(Edge("hook", "form"), Hook, form), None);
        Assert.Equal("hook", Assert.Single(made.Triggers).NodeId);
        Assert.Equal(2, (await Update(made.Id, """{"edges":[]}""")).Triggers.Count);
    }

    [Fact]
    public async Task Restored_version_is_a_new_one_unless_it_is_the_same()
    {
        var made = await Make(Step);
        await Update(made.Id, """{"settings":{"priority":1}}""");
        var restored = await _bench.Versions.Restore(_actor, made.Id, 1, None);
        Assert.Equal((3, 5), (restored.Version, restored.Settings.Priority));
        Assert.Equal(3, (await _bench.Versions.Restore(_actor, made.Id, 1, None)).Version);
        Assert.Equal(ErrorCode.WorkflowNotFound, (await Refused(() => _bench.Versions.Restore(_actor, made.Id, 9, None))).Code);
    }

    [Fact]
    public async Task Difference_of_versions_names_parts_and_fields()
    {
        var made = await Make(Hook, Step);
        var patch = new[] { Hook, """{"id":"step","type":"sample-step","title":"Say it","config":{"text":"Hello"}}""", """{"id":"more","type":"sample-step"}""" };
        await Update(made.Id, $$$"""{"nodes":[{{{string.Join(',', patch)}}}],"variables":[],"settings":{"priority":8}}""");
        var diff = await _bench.Versions.Diff(_actor.Tenant, made.Id, null, null, None);
        Assert.Equal((1, 2), (diff.From, diff.To));
        Assert.Equal("more", Assert.Single(diff.Nodes.Added).Id);
        Assert.Empty(diff.Nodes.Removed);
        var change = Assert.Single(diff.Nodes.Changed);
        Assert.Equal(("step", "Say it (sample-step)"), (change.Id, change.Title));
        Assert.Equal([("config.text", "\"Hello\""), ("title", "\"Say it\"")], change.Fields.Select(field => (field.Field, field.After!.Value.GetRawText())).Order());
        Assert.Equal("greeting", Assert.Single(diff.Variables.Removed).Id);
        Assert.Equal(("priority", "5", "8"), (diff.Settings[0].Field, diff.Settings[0].Before!.Value.GetRawText(), diff.Settings[0].After!.Value.GetRawText()));
    }

    [Fact]
    public async Task Secret_is_read_in_the_clear_by_runs_alone_and_changes_take_effect_at_once()
    {
        var made = await Make(Step);
        var secrets = core.Get<WorkflowSecrets>();
        Assert.Empty(await secrets.Read(_actor.Tenant, made.Id, None));
        var set = await _bench.Secrets.Set(_actor, made.Id, "TOKEN", new() { Secret = "sesame" }, None);
        Assert.Equal(("TOKEN", "••••"), (set.Name, set.Value));
        Assert.Equal("sesame", (await secrets.Read(_actor.Tenant, made.Id, None))["TOKEN"]);
        Assert.Empty(await secrets.Read(core.NewTenant(), made.Id, None));
        await _bench.Secrets.Set(_actor, made.Id, "TOKEN", new() { Secret = "open" }, None);
        Assert.Equal("open", (await secrets.Read(_actor.Tenant, made.Id, None))["TOKEN"]);
        await using (var db = core.Get<PortalStore>().Read(_actor.Tenant))
            Assert.DoesNotContain("open", (await db.WorkflowSecrets.SingleAsync(row => row.WorkflowId == made.Id)).Value, StringComparison.Ordinal);
        await _bench.Secrets.Delete(_actor, made.Id, "TOKEN", None);
        Assert.Empty(await secrets.Read(_actor.Tenant, made.Id, None));
        Assert.Equal(ErrorCode.NotFound, (await Refused(() => _bench.Secrets.Delete(_actor, made.Id, "TOKEN", None))).Code);
    }

    [Fact]
    public async Task Deleted_workflow_leaves_the_record_of_its_runs()
    {
        var made = await Make(Hook, Step);
        await _bench.Secrets.Set(_actor, made.Id, "TOKEN", new() { Secret = "sesame" }, None);
        var run = await AddRun(made.Id);
        var told = new List<string>();
        using var subscription = core.Get<IClusterSignals>().Subscribe(SignalTopics.WorkflowCancel, id => { lock (told) told.Add(id); });
        await _bench.Workflows.Delete(_actor, made.Id, None);

        await using var db = core.Get<PortalStore>().Read(_actor.Tenant);
        Assert.Equal((0, 0, 0, 0), (
            await db.Workflows.CountAsync(row => row.Id == made.Id), await db.WorkflowVersions.CountAsync(row => row.WorkflowId == made.Id),
            await db.WorkflowSecrets.CountAsync(row => row.WorkflowId == made.Id), await db.WorkflowTriggers.CountAsync(row => row.WorkflowId == made.Id)));
        Assert.True((await db.WorkflowExecutions.SingleAsync(row => row.Id == run)).CancelRequested);
        Assert.Equal(TaskState.Cancelled, (await db.WorkflowTasks.SingleAsync(row => row.ExecutionId == run)).State);
        lock (told) Assert.Contains(run, told);
        Assert.Equal(ErrorCode.WorkflowNotFound, (await Refused(() => _bench.Workflows.Get(_actor.Tenant, made.Id, null, None))).Code);
    }

    [Fact]
    public async Task Change_is_told_after_its_commit_and_written_down()
    {
        var made = await Make(Step);
        var told = new List<string>();
        using var subscription = core.Get<IClusterSignals>().Subscribe(SignalTopics.Workflow, id => { lock (told) told.Add(id); });
        await _bench.Versions.Publish(_actor, made.Id, new(), None);
        lock (told) Assert.Contains(made.Id, told);
        await using var db = core.Get<PortalStore>().Read(_actor.Tenant);
        Assert.Equal(["workflow.created", "workflow.published"], await db.AuditEntries.Where(row => row.TargetId == made.Id).OrderBy(row => row.Id).Select(row => row.Action).ToListAsync(None));
    }

    [Fact]
    public async Task List_is_filtered_and_shows_the_tenants_own()
    {
        await _bench.Workflows.Create(_actor, Input("", Step) with { Name = "Ärger melden", Category = "support" }, None);
        var second = await _bench.Workflows.Create(_actor, Input("", Step) with { Name = "Orders", Description = "All ÄRGER", IsActive = false }, None);
        await _bench.Versions.Publish(_actor, second.Id, new(), None);
        Assert.Equal(2, (await List(new() { Search = "ärger" })).Total);
        Assert.Equal("Ärger melden", Assert.Single((await List(new() { Category = "support" })).Items).Name);
        Assert.Equal("Orders", Assert.Single((await List(new() { IsActive = false })).Items).Name);
        Assert.Equal(second.Id, Assert.Single((await List(new() { Status = "published" })).Items).Id);
        Assert.Equal(ErrorCode.Validation, (await Refused(() => List(new() { Status = "odd" }))).Code);
        Assert.Equal(0, (await _bench.Workflows.List(_actor.Tenant with { Mode = ApiMode.Test }, new(), new(), None)).Total);
        Assert.Equal(0, (await _bench.Workflows.List(core.NewTenant(), new(), new(), None)).Total);
    }

    [Fact]
    public async Task Copy_is_an_inactive_draft_with_addresses_of_its_own()
    {
        var made = await Make(Hook, Step);
        await _bench.Versions.Publish(_actor, made.Id, new(), None);
        var copy = await _bench.Workflows.Duplicate(_actor, made.Id, new(), None);
        Assert.Equal(("Test (copy)", false, WorkflowStatus.Draft, 1), (copy.Name, copy.IsActive, copy.Status, copy.Version));
        Assert.NotEqual(made.Triggers[0].Url, copy.Triggers[0].Url);
    }

    [Fact]
    public async Task Export_is_what_import_takes()
    {
        var made = await Make(Hook, Step);
        await _bench.Secrets.Set(_actor, made.Id, "TOKEN", new() { Secret = "sesame" }, None);
        var exported = JsonSerializer.Serialize(await _bench.Transfer.Export(_actor.Tenant, made.Id, null, None), Portal.Core.Shared.Json.PortalJson.Options);
        Assert.DoesNotContain("sesame", exported, StringComparison.Ordinal);
        var other = Actor.System(core.NewTenant());
        var imported = await _bench.Transfer.Import(other, DefinitionsBench.Read<WorkflowImport>(exported), None);
        var again = await _bench.Transfer.Export(other.Tenant, imported.Id, null, None);
        Assert.Equal(exported.Replace("\"secrets\":[\"TOKEN\"]", "\"secrets\":[]", StringComparison.Ordinal), JsonSerializer.Serialize(again, Portal.Core.Shared.Json.PortalJson.Options));
        Assert.Equal(ErrorCode.WrongFormat, (await Refused(() => _bench.Transfer.Import(other, new() { Format = "portal.workflow/2", Name = "x" }, None))).Code);
    }

    private Task<Page<WorkflowSummary>> List(WorkflowFilter filter) => _bench.Workflows.List(_actor.Tenant, filter, new(), None);

    private Task<WorkflowResource> Make(params string[] nodes) => _bench.Workflows.Create(_actor, Input(nodes.Length == 1 ? "" : string.Join(',', nodes[..^1].Select((_, index) => Edge(Id(nodes[index]), Id(nodes[^1])))), nodes), None);

    private Task<WorkflowResource> Update(string id, string patch) => _bench.Workflows.Update(_actor, id, DefinitionsBench.Read<WorkflowPatch>(patch), None);

    private static WorkflowInput Input(string edges, params string[] nodes) => DefinitionsBench.Read<WorkflowInput>(
        $$$"""{"name":"Test","nodes":[{{{string.Join(',', nodes)}}}],"edges":[{{{edges}}}],"variables":[{"name":"greeting","default_value":"Hello"}]}""");

    private static string Edge(string from, string to) => $$"""{"id":"{{from}}_{{to}}","source_node_id":"{{from}}","target_node_id":"{{to}}"}""";

    private static string Id(string node) => JsonElement.Parse(node).GetProperty("id").GetString()!;

    private async Task<List<TriggerRow>> Triggers(string workflowId)
    {
        await using var db = core.Get<PortalStore>().Read(_actor.Tenant);
        return [.. (await db.WorkflowTriggers.Where(row => row.WorkflowId == workflowId).ToListAsync(None)).OrderBy(row => row.NodeId, StringComparer.Ordinal)];
    }

    // It waits for an approval, so that nothing goes on with it by itself.
    private async Task<string> AddRun(string workflowId)
    {
        var id = $"exe_{workflowId}";
        var now = core.Time.GetUtcNow();
        await core.Get<PortalStore>().Write(_actor.Tenant, (db, _) =>
        {
            db.Add(new WorkflowExecution { Id = id, WorkflowId = workflowId, Version = 1, Status = ExecutionStatus.Running, TriggerType = "api", Input = "{}", CreatedBy = "usr_author", CreatedAt = now });
            db.Add(new WorkflowTask { Id = $"apr_{workflowId}", Kind = TaskKind.Approval, WorkflowId = workflowId, ExecutionId = id, NodeId = "step", Title = "Agree", Details = "{}", CreatedAt = now });
            return Task.FromResult(true);
        }, None);
        return id;
    }

    private static async Task<Problem> Refused(Func<Task> work) => (await Assert.ThrowsAsync<ProblemException>(work)).Problem;
}
