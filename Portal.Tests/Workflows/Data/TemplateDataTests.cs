using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Paging;
using Portal.Core.Shared.Problems;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Templates;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Workflows.Data;

public sealed class TemplateDataOnSqliteTests(SqliteCore core) : TemplateDataTests(core), IClassFixture<SqliteCore>;

public sealed class TemplateDataOnPostgresTests(PostgresCore core) : TemplateDataTests(core), IClassFixture<PostgresCore>;

/// <summary>Templates in the database, their parameters and reviews.</summary>
public abstract class TemplateDataTests(CoreHost core)
{
    private const string Definition = """{"nodes":[{"id":"start","type":"sample-trigger"},{"id":"say","type":"sample-step","config":{"text":"{{ variables.greeting }}"}}],"edges":[{"id":"1","source_node_id":"start","target_node_id":"say"}]}""";
    private const string Parameters = """
        [
          {"name":"greeting","type":"string","label":"Greeting","required":true,"validation":[{"rule":"size(value) < 10","message":"A greeting is short."}]},
          {"name":"times","type":"number","default_value":1},
          {"name":"loud","type":"boolean"},
          {"name":"size","type":"select","options":[{"value":1,"label":"Small"},{"value":2,"label":"Large"}],"default_value":2},
          {"name":"days","type":"multiselect","options":[{"value":"mon","label":"Monday"},{"value":"tue","label":"Tuesday"}]}
        ]
        """;

    private readonly Actor _actor = Actor.System(core.NewTenant()) with { UserId = "usr_author" };
    private readonly DefinitionsBench _bench = new(core);

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Parameters_become_the_variables_of_the_workflow()
    {
        var template = await Make();
        var workflow = await Use(template.Id, """{"name":"Mine","parameters":{"greeting":"Hi","days":["tue"]}}""");
        Assert.Equal(("Mine", template.Id, WorkflowStatus.Draft), (workflow.Name, workflow.TemplateId, workflow.Status));
        Assert.Equal(
            [("greeting", "string", "\"Hi\""), ("times", "number", "1"), ("loud", "boolean", null), ("size", "number", "2"), ("days", "list", "[\"tue\"]")],
            workflow.Variables.Select(variable => (variable.Name, variable.Type, variable.DefaultValue?.GetRawText())));
        await _bench.Versions.Publish(_actor, workflow.Id, new(), None);
        await Use(template.Id, """{"parameters":{"greeting":"Ho"}}""");
        Assert.Equal(2, (await _bench.Templates.Get(_actor.Tenant, template.Id, None)).UsageCount);
    }

    [Theory]
    [InlineData("""{}""", "parameters.greeting")]
    [InlineData("""{"greeting":7}""", "parameters.greeting")]
    [InlineData("""{"greeting":"Good morning"}""", "parameters.greeting")]
    [InlineData("""{"greeting":"Hi","times":"1"}""", "parameters.times")]
    [InlineData("""{"greeting":"Hi","loud":1}""", "parameters.loud")]
    [InlineData("""{"greeting":"Hi","size":3}""", "parameters.size")]
    [InlineData("""{"greeting":"Hi","days":["sun"]}""", "parameters.days")]
    [InlineData("""{"greeting":"Hi","days":"mon"}""", "parameters.days")]
    [InlineData("""{"greeting":"Hi","nobody":1}""", "parameters.nobody")]
    public async Task Value_that_a_parameter_does_not_take_is_refused(string parameters, string field)
    {
        var template = await Make();
        var refusal = await Refused(() => Use(template.Id, $$"""{"parameters":{{parameters}}}"""));
        Assert.Equal((ErrorCode.Validation.Code, field), (refusal.Code.Code, (string)refusal.Details["field"]!));
        Assert.Equal(0, (await _bench.Templates.Get(_actor.Tenant, template.Id, None)).UsageCount);
    }

    [Fact]
    public async Task Secret_parameter_becomes_an_encrypted_secret_of_the_workflow_and_is_shown_nowhere()
    {
        var template = await MakeAsking();
        var workflow = await Use(template.Id, """{"parameters":{"TOKEN":"sesame-open","greeting":"Hi"}}""");
        Assert.Equal("sesame-open", (await core.Get<WorkflowSecrets>().Read(_actor.Tenant, workflow.Id, None))["TOKEN"]);
        Assert.Equal(["greeting"], workflow.Variables.Select(variable => variable.Name));
        await _bench.Versions.Publish(_actor, workflow.Id, new(), None);
        var exported = await _bench.Transfer.Export(_actor.Tenant, workflow.Id, null, None);
        Assert.Equal(["TOKEN"], exported.Secrets);

        await using var db = core.Get<PortalStore>().Read(_actor.Tenant);
        var stored = await db.WorkflowVersions.SingleAsync(row => row.WorkflowId == workflow.Id, None);
        var audit = await db.AuditEntries.Where(row => row.TargetId == workflow.Id).ToListAsync(None);
        Assert.Contains("workflow.secret_set", audit.Select(row => row.Action));
        foreach (var shown in new object[] { workflow, exported, stored, audit, await _bench.Templates.Get(_actor.Tenant, template.Id, None), (await db.WorkflowSecrets.SingleAsync(row => row.WorkflowId == workflow.Id, None)).Value })
            Assert.DoesNotContain("sesame", JsonSerializer.Serialize(shown, PortalJson.Options), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"greeting":"Hi"}""", "VAL_002")]
    [InlineData("""{"greeting":"Hi","TOKEN":""}""", "VAL_001")]
    [InlineData("""{"greeting":"Hi","TOKEN":7}""", "VAL_001")]
    [InlineData("""{"greeting":"Hi","TOKEN":{"a":"sesame"}}""", "VAL_001")]
    [InlineData("""{"greeting":"Hi","TOKEN":"short"}""", "VAL_001")]
    public async Task Secret_that_cannot_be_taken_is_refused_without_being_quoted(string parameters, string reference)
    {
        var template = await MakeAsking();
        var refusal = await Refused(() => Use(template.Id, $$"""{"parameters":{{parameters}}}"""));
        Assert.Equal(("parameters.TOKEN", reference), ((string)refusal.Details["field"]!, refusal.Code.Reference));
        Assert.DoesNotContain("sesame", JsonSerializer.Serialize(refusal.Details) + refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Workflow_saved_as_a_template_asks_for_its_secrets_and_keeps_their_values_back()
    {
        var workflow = await Use((await MakeAsking()).Id, """{"parameters":{"TOKEN":"sesame-open","greeting":"Hi"}}""");
        await _bench.Secrets.Set(_actor, workflow.Id, "UNUSED", new() { Secret = "sesame-too" }, None);
        var saved = await _bench.Templates.Save(_actor, workflow.Id, new(), None);
        Assert.Equal([("TOKEN", ParameterType.Secret, true)], saved.Parameters.Select(parameter => (parameter.Name, parameter.Type, parameter.Required)));
        Assert.DoesNotContain("sesame", JsonSerializer.Serialize(saved, PortalJson.Options), StringComparison.Ordinal);
        // Whoever names it says more of it.
        var own = await _bench.Templates.Save(_actor, workflow.Id, new() { Parameters = [new() { Name = "TOKEN", Type = ParameterType.Secret, Label = "Key" }] }, None);
        Assert.Equal(("Key", false), (Assert.Single(own.Parameters).Label, own.Parameters[0].Required));
        Assert.Equal("parameters.TOKEN", (await Refused(() => Use(saved.Id, "{}"))).Details["field"]);
        await _bench.Workflows.Update(_actor, workflow.Id, new() { Nodes = [workflow.Nodes[0], workflow.Nodes[1] with { Config = JsonElement.Parse("""{"token":"{{ secrets[trigger.name] }}"}""") }] }, None);
        Assert.Equal(["TOKEN", "UNUSED"], (await _bench.Templates.Save(_actor, workflow.Id, new(), None)).Parameters.Select(parameter => parameter.Name));
    }

    [Theory]
    [InlineData("{{ secrets.TOKEN }}")]
    [InlineData("'}} {{ secrets.TOKEN }} \\\"")]
    public async Task Value_of_a_parameter_never_becomes_an_expression(string value)
    {
        const string definition = """{"nodes":[{"id":"hook","type":"webhook-trigger","config":{"text":"A {{ variables.greeting }}"}},{"id":"say","type":"sample-step","config":{"text":"{{ variables.greeting }}"}}],"edges":[{"id":"1","source_node_id":"hook","target_node_id":"say"}]}""";
        var template = await _bench.Templates.Create(_actor, DefinitionsBench.Read<TemplateInput>($$"""{"name":"T","definition":{{definition}},"parameters":[{"name":"greeting","default_value":"Hi"}]}"""), None);
        var workflow = await Use(template.Id, $$$"""{"parameters":{"greeting":{{{JsonSerializer.Serialize(value)}}}}}""");
        Assert.Equal(value, Assert.Single(workflow.Variables).DefaultValue!.Value.GetString());
        // The step gets it as text; a trigger, which is read again, does not take it at all.
        var refusal = await Refused(() => _bench.Versions.Publish(_actor, workflow.Id, new(), None));
        Assert.Equal(["nodes[0].config"], refusal.Details["field"] is string field ? [field] : refusal.Errors.Select(error => error.Field));
        await using var db = core.Get<PortalStore>().Read(_actor.Tenant);
        Assert.DoesNotContain("secrets", (await db.WorkflowTriggers.SingleAsync(row => row.WorkflowId == workflow.Id, None)).Config, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[{"name":"a","type":"secret","default_value":"sesame"}]""", "parameters[0].default_value")]
    [InlineData("""[{"name":"a-b"}]""", "parameters[0].name")]
    [InlineData("""[{"name":"a"},{"name":"a"}]""", "parameters[1].name")]
    [InlineData("""[{"name":"a","type":"select"}]""", "parameters[0].options")]
    [InlineData("""[{"name":"a","validation":[{"rule":"value +"}]}]""", "parameters[0].validation[0].rule")]
    [InlineData("""[{"name":"a","type":"number","default_value":"x"}]""", "parameters[0].default_value")]
    [InlineData("""[null]""", "parameters[0]")]
    [InlineData("""[]""", "nodes[1].config.text")]
    public async Task Template_with_faults_is_refused(string parameters, string field)
    {
        var refusal = await Refused(() => _bench.Templates.Create(_actor, DefinitionsBench.Read<TemplateInput>($$"""{"name":"T","definition":{{Definition}},"parameters":{{parameters}}}"""), None));
        Assert.Equal(field, refusal.Details["field"]);
    }

    [Fact]
    public async Task Template_is_seen_by_its_organization_until_it_is_public()
    {
        var template = await Make();
        var other = Actor.System(core.NewTenant()) with { UserId = "usr_other" };
        Assert.Equal(ErrorCode.TemplateNotFound, (await Refused(() => _bench.Templates.Get(other.Tenant, template.Id, None))).Code);
        Assert.DoesNotContain(template.Id, await Listed(other, new()));
        Assert.Contains(template.Id, await Listed(_actor, new()));
        Assert.DoesNotContain(template.Id, await Listed(_actor, new() { PublicOnly = true }));

        await _bench.Templates.Update(_actor, template.Id, new() { IsPublic = true }, None);
        Assert.Contains(template.Id, await Listed(other, new() { PublicOnly = true }));
        Assert.Equal(_actor.Tenant.OrganizationId, (await _bench.Templates.Get(other.Tenant, template.Id, None)).OrganizationId);
        Assert.Equal(ErrorCode.AuthorizationFailed, (await Refused(() => _bench.Templates.Update(other, template.Id, new() { Name = "Theirs" }, None))).Code);
        Assert.Equal(ErrorCode.AuthorizationFailed, (await Refused(() => _bench.Templates.Delete(other, template.Id, None))).Code);
        await _bench.Templates.Delete(_actor, template.Id, None);
        Assert.Equal(ErrorCode.TemplateNotFound, (await Refused(() => _bench.Templates.Get(_actor.Tenant, template.Id, None))).Code);
    }

    [Fact]
    public async Task Version_grows_with_the_definition_and_the_parameters_alone()
    {
        var template = await Make();
        Assert.Equal(1, (await _bench.Templates.Update(_actor, template.Id, new() { Name = "Other", Tags = ["x"] }, None)).Version);
        Assert.Equal(1, (await _bench.Templates.Update(_actor, template.Id, new() { Parameters = template.Parameters, Definition = template.Definition }, None)).Version);
        Assert.Equal(2, (await _bench.Templates.Update(_actor, template.Id, new() { Parameters = [.. template.Parameters.Take(2)] }, None)).Version);
    }

    [Fact]
    public async Task Each_user_reviews_once_and_may_change_their_mind()
    {
        var template = await Make();
        await _bench.Reviews.Add(_actor, template.Id, new() { Rating = 1 }, None);
        await _bench.Reviews.Add(_actor, template.Id, new() { Rating = 2, Comment = "Better" }, None);
        await _bench.Reviews.Add(_actor with { UserId = "usr_second" }, template.Id, new() { Rating = 5 }, None);
        var read = await _bench.Templates.Get(_actor.Tenant, template.Id, None);
        Assert.Equal((3.5, 2), (read.Rating, read.Reviews.Count));
        Assert.Equal(2, (await _bench.Reviews.List(_actor.Tenant, template.Id, new(), None)).Total);
        var own = read.Reviews.Single(review => review.Rating == 2).Id;
        foreach (var stranger in new[] { _actor with { UserId = "usr_second" }, Actor.System(core.NewTenant()) with { UserId = _actor.UserId } })
            Assert.Equal(404, (await Refused(() => _bench.Reviews.Delete(stranger, template.Id, own, None))).HttpStatus);
        await _bench.Reviews.Delete(_actor, template.Id, own, None);
        read = await _bench.Templates.Get(_actor.Tenant, template.Id, None);
        Assert.Equal((5, 1), (read.Rating, read.Reviews.Count));
        Assert.Equal(404, (await Refused(() => _bench.Reviews.Delete(_actor, template.Id, own, None))).HttpStatus);
        Assert.Equal("rating", (await Refused(() => _bench.Reviews.Add(_actor, template.Id, new() { Rating = 6 }, None))).Details["field"]);
        Assert.Equal(ErrorCode.TemplateNotFound, (await Refused(() => _bench.Reviews.Add(Actor.System(core.NewTenant()) with { UserId = "usr_x" }, template.Id, new() { Rating = 1 }, None))).Code);
    }

    [Fact]
    public async Task Pages_of_the_list_hold_each_template_once()
    {
        for (var i = 0; i < 5; i++) await Make();
        var all = await Listed(_actor, new());
        var found = new List<string>();
        var page = new PageRequest(PerPage: 2, Sort: "name");
        do
        {
            var part = await _bench.Templates.List(_actor.Tenant, new(), page, None);
            found.AddRange(part.Items.Select(template => template.Id));
            page = page with { Cursor = part.NextCursor };
        }
        while (page.Cursor is not null);
        Assert.Equal(all.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        Assert.Equal(2, (await _bench.Templates.List(_actor.Tenant, new(), new(Page: 2, PerPage: 2), None)).Items.Count);
        Assert.Equal("sort", (await Refused(() => _bench.Templates.List(_actor.Tenant, new(), new(Sort: "odd"), None))).Details["field"]);
    }

    [Fact]
    public async Task Shipped_templates_are_everybodys_and_nobody_changes_them()
    {
        var read = await _bench.Templates.Get(_actor.Tenant, "tpl_webhook_relay", None);
        Assert.Equal((null, true, "integration"), (read.OrganizationId, read.IsPublic, read.Category));
        Assert.Contains("tpl_webhook_relay", await Listed(_actor, new() { Search = "RELAY", Category = "integration", PublicOnly = true }));
        Assert.Equal(ErrorCode.AuthorizationFailed, (await Refused(() => _bench.Templates.Delete(_actor, "tpl_webhook_relay", None))).Code);
        var workflow = await Use("tpl_webhook_relay", """{"parameters":{"target_url":"https://example.com","alert_email":"ada@example.com"}}""");
        Assert.Equal(("Webhook relay", "tpl_webhook_relay"), (workflow.Name, workflow.TemplateId));
        Assert.Equal("parameters.target_url", (await Refused(() => Use("tpl_webhook_relay", """{"parameters":{"target_url":"ftp://x","alert_email":"ada@example.com"}}"""))).Details["field"]);
    }

    [Fact]
    public async Task Workflow_is_saved_as_a_template()
    {
        var workflow = await Use((await Make()).Id, """{"parameters":{"greeting":"Hi"}}""");
        var saved = await _bench.Templates.Save(_actor, workflow.Id, new() { Name = "Saved", Category = "chat" }, None);
        Assert.Equal(("Saved", "chat", 2, false), (saved.Name, saved.Category, saved.Definition.Nodes!.Count, saved.IsPublic));
        Assert.Equal(5, (await _bench.Templates.Instantiate(_actor, saved.Id, new(), None)).Variables.Count);
        Assert.Equal(ErrorCode.WorkflowNotFound, (await Refused(() => _bench.Templates.Save(Actor.System(core.NewTenant()), workflow.Id, new(), None))).Code);
    }

    private Task<TemplateResource> MakeAsking() => _bench.Templates.Create(_actor, DefinitionsBench.Read<TemplateInput>("""
        {
          "name":"Asks",
          "definition":{"nodes":[{"id":"start","type":"sample-trigger"},{"id":"say","type":"sample-step","config":{"text":"{{ variables.greeting }}","token":"Bearer {{ secrets.TOKEN }}"}}],"edges":[{"id":"1","source_node_id":"start","target_node_id":"say"}]},
          "parameters":[{"name":"TOKEN","type":"secret","required":true,"validation":[{"rule":"size(value) > 5"}]},{"name":"greeting","type":"string","required":true}]
        }
        """), None);

    private Task<TemplateResource> Make() =>
        _bench.Templates.Create(_actor, DefinitionsBench.Read<TemplateInput>($$"""{"name":"Greeting","description":"Says it.","definition":{{Definition}},"parameters":{{Parameters}}}"""), None);

    private Task<WorkflowResource> Use(string id, string input) => _bench.Templates.Instantiate(_actor, id, DefinitionsBench.Read<TemplateUseInput>(input), None);

    private async Task<List<string>> Listed(Actor actor, TemplateFilter filter) =>
        [.. (await _bench.Templates.List(actor.Tenant, filter, new(PerPage: 100), None)).Items.Select(template => template.Id)];

    private static async Task<Problem> Refused(Func<Task> work) => (await Assert.ThrowsAsync<ProblemException>(work)).Problem;
}
