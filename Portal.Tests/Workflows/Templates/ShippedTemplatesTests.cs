using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Problems;
using Portal.Core.Workflows.Definitions.Checking;
using Portal.Core.Workflows.Templates;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Workflows.Templates;

/// <summary>What holds of every template that comes with the portal.</summary>
public sealed class ShippedTemplatesTests(SqliteCore core) : IClassFixture<SqliteCore>
{
    private static readonly string[] Expected =
    [
        "tpl_ai_reply_draft", "tpl_contact_clean_up", "tpl_discount_approval", "tpl_error_digest", "tpl_fan_out_enrichment", "tpl_form_to_crm", "tpl_lead_routing", "tpl_new_deal_alert",
        "tpl_nightly_csv_export", "tpl_quote_to_lead", "tpl_stale_deal_reminder", "tpl_webhook_relay",
    ];

    public static TheoryData<string> Ids { get; } = [.. Expected];

    [Fact]
    public void There_are_a_dozen() => Assert.Equal(Expected, ShippedTemplates.All.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Ids))]
    public void Template_has_no_findings_with_its_defaults(string id)
    {
        var template = ShippedTemplates.All[id];
        var faults = new Faults();
        TemplateParameters.Check(template.Parameters, faults);
        var values = TemplateParameters.Values(template.Parameters, Needed(template), faults);
        faults.ThrowIfAny();
        var findings = core.Get<WorkflowChecker>().Check(TemplateParameters.Fill(template.Definition, template.Parameters, values));
        Assert.True(findings.Count == 0, string.Join('\n', findings.Select(finding => $"{finding.Field}: {finding.Message}")));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Template_says_what_it_is_for_and_what_it_wants(string id)
    {
        var template = ShippedTemplates.All[id];
        Assert.True(template.Description.Length is > 100 and <= 2000, template.Description);
        Assert.NotEmpty(template.Tags);
        Assert.NotEqual("", template.Category);
        Assert.All(template.Parameters, parameter =>
        {
            Assert.NotEqual("", parameter.Label);
            Assert.EndsWith(".", parameter.Description, StringComparison.Ordinal);
            Assert.True(parameter.DefaultValue is null ? parameter.Required || IsOptionalOwner(parameter) : !parameter.Required, parameter.Name);
            Assert.All(parameter.Validation ?? [], rule => Assert.EndsWith(".", rule.Message, StringComparison.Ordinal));
        });
        Assert.All(template.Definition.Nodes, node => Assert.True(node.Title is { Length: > 0 and <= 40 }, node.Id));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Template_reads_from_left_to_right_on_the_grid(string id)
    {
        var graph = ShippedTemplates.All[id].Definition;
        Assert.All(graph.Nodes, node => Assert.True(node.Position is { X: >= 0, Y: >= 0 } place && place.X % 240 == 0 && place.Y % 120 == 0, node.Id));
        Assert.Equal(graph.Nodes.Count, graph.Nodes.Select(node => node.Position).Distinct().Count());
        var places = graph.Nodes.ToDictionary(node => node.Id, node => node.Position, StringComparer.Ordinal);
        // What happens in a round may stand below its loop.
        Assert.All(graph.Edges.Where(edge => edge.TargetPort != "back"), edge =>
        {
            var (from, to) = (places[edge.SourceNodeId], places[edge.TargetNodeId]);
            Assert.True(to.X > from.X || (to.X == from.X && to.Y > from.Y), edge.Id);
        });
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Call_of_another_system_has_a_way_to_go_on_when_it_fails(string id)
    {
        var graph = ShippedTemplates.All[id].Definition;
        var calls = graph.Nodes.Where(node => node.Type == "api-integration").Select(node => node.Id);
        Assert.All(calls, call => Assert.Contains(graph.Edges, edge => edge.SourceNodeId == call && edge.SourcePort == "error"));
    }

    // Without one, another parameter's owner takes the lead.
    private static bool IsOptionalOwner(TemplateParameter parameter) => parameter.Name.EndsWith("_owner_id", StringComparison.Ordinal);

    private static Dictionary<string, JsonElement> Needed(Template template) => template.Parameters.Where(parameter => parameter.Required).ToDictionary(
        parameter => parameter.Name,
        parameter => JsonSerializer.SerializeToElement(parameter.Name.Contains("url", StringComparison.Ordinal) ? "https://example.com/hook" : parameter.Name.EndsWith("_id", StringComparison.Ordinal) ? "usr_1" : "ada@example.com", PortalJson.Options),
        StringComparer.Ordinal);
}
