using System.Text.Json;
using Portal.Core.Shared.Json;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Definitions.Checking;
using Portal.Core.Workflows.Nodes;

namespace Portal.Tests.Workflows.Unit;

/// <summary>Each finding of the checker, and that what is right is left alone.</summary>
public sealed class WorkflowCheckerTests
{
    private const string Start = """{"id":"start","type":"sample-trigger"}""";
    private static readonly WorkflowChecker Checker = new(new NodeCatalogue(SampleNode.All));

    [Fact]
    public void Sound_definition_has_no_findings() => Assert.Empty(Check("""
        {
          "nodes": [
            {"id":"start","type":"sample-trigger"},
            {"id":"fetch","type":"sample-step","config":{"text":"{{ variables.greeting }} {{ trigger.body.name }}","token":"Bearer {{ secrets.KEY }}","count":"{{ 1 + 1 }}","size":"{{ inputs.size }}"}},
            {"id":"each","type":"sample-loop","config":{"fields":{"items":"{{ nodes.fetch.output.items }}"}}},
            {"id":"work","type":"sample-step","config":{"text":"{{ item.name }} {{ index }}","when":"nodes[\"fetch\"].output.items.exists(item, item > 1)"},"validation":[{"rule":"input != null"}]},
            {"id":"pick","type":"sample-choice","config":{"ports":["yes","no"]}},
            {"id":"end","type":"sample-step","config":{"when":"now() > timestamp(context.started_at)"}}
          ],
          "edges": [
            {"id":"1","source_node_id":"start","target_node_id":"fetch"},
            {"id":"2","source_node_id":"fetch","target_node_id":"each"},
            {"id":"3","source_node_id":"each","source_port":"item","target_node_id":"work"},
            {"id":"4","source_node_id":"work","target_node_id":"each","target_port":"back"},
            {"id":"5","source_node_id":"each","source_port":"done","target_node_id":"pick"},
            {"id":"6","source_node_id":"pick","source_port":"yes","target_node_id":"end","type":"conditional","condition":"output.ok && nodes.pick.output != null"},
            {"id":"7","source_node_id":"pick","source_port":"error","target_node_id":"end","type":"control"}
          ],
          "variables": [{"name":"greeting","type":"string","default_value":"Hello"},{"name":"limit","type":"number","default_value":null}],
          "triggers": [{"node_id":"start","is_enabled":false}],
          "settings": {"timeout_seconds":60,"max_concurrency":5,"priority":9}
        }
        """, "KEY"));

    [Theory]
    [InlineData("""{"nodes":[]}""", FindingCodes.Empty, "nodes")]
    [InlineData("""{"nodes":[{"id":"a b","type":"sample-step"}]}""", FindingCodes.IdInvalid, "nodes[0].id")]
    [InlineData("""{"nodes":[{"id":"a","type":"sample-step"},{"id":"a","type":"sample-step"}]}""", FindingCodes.IdDuplicate, "nodes[1].id")]
    [InlineData("""{"nodes":[{"id":"a","type":"nothing"}]}""", FindingCodes.NodeTypeUnknown, "nodes[0].type")]
    [InlineData("""{"nodes":[{"id":"a","type":"sample-step","config":[]}]}""", FindingCodes.ConfigInvalid, "nodes[0].config")]
    [InlineData("""{"nodes":[{"id":"a","type":"sample-step","config":{"count":0}}]}""", FindingCodes.ConfigInvalid, "nodes[0].config.count")]
    [InlineData("""{"nodes":[{"id":"a","type":"sample-step","config":{"size":"huge"}}]}""", FindingCodes.ConfigInvalid, "nodes[0].config.size")]
    [InlineData("""{"nodes":[{"id":"a","type":"sample-step","config":{"raw":"{{ no template }}"}}]}""", FindingCodes.ConfigInvalid, "nodes[0].config.raw")]
    [InlineData("""{"nodes":[{"id":"a","type":"sample-step","config":{"text":"forbidden"}}]}""", FindingCodes.ConfigInvalid, "nodes[0].config.text")]
    [InlineData("""{"nodes":[{"id":"a","type":"sample-step","outputs":[{"id":"output","type":"number"},{"id":"output"}]}]}""", FindingCodes.PortInvalid, "nodes[0].outputs[1].id")]
    [InlineData("""{"nodes":[{"id":"a","type":"sample-step","inputs":[{"id":"x","type":"text"}]}]}""", FindingCodes.PortInvalid, "nodes[0].inputs[0].type")]
    [InlineData("""{"nodes":[{"id":"a","type":"sample-typed"}]}""", FindingCodes.PortUnconnected, "nodes[0].inputs")]
    [InlineData("""{"nodes":[{"id":"a","type":"sample-step","outputs":[{"id":"output","required":true}]}]}""", FindingCodes.PortUnconnected, "nodes[0].outputs")]
    [InlineData("""{"nodes":[{"id":"a","type":"sample-step","settings":{"timeout_seconds":0}}]}""", FindingCodes.SettingOutOfRange, "nodes[0].settings.timeout_seconds")]
    [InlineData("""{"nodes":[{"id":"a","type":"sample-step","settings":{"retry":{"max_attempts":51}}}]}""", FindingCodes.SettingOutOfRange, "nodes[0].settings.retry.max_attempts")]
    [InlineData("""{"nodes":[{"id":"a","type":"sample-step"}],"settings":{"priority":10}}""", FindingCodes.SettingOutOfRange, "settings.priority")]
    [InlineData("""{"nodes":[{"id":"a","type":"sample-step"}],"settings":{"max_concurrency":0}}""", FindingCodes.SettingOutOfRange, "settings.max_concurrency")]
    [InlineData("""{"nodes":[{"id":"a","type":"sample-step"}],"triggers":[{"node_id":"a"}]}""", FindingCodes.TriggerUnknown, "triggers[0].node_id")]
    [InlineData("""{"nodes":[{"id":"a","type":"sample-trigger"}],"triggers":[{"node_id":"a"},{"node_id":"a"}]}""", FindingCodes.TriggerUnknown, "triggers[1].node_id")]
    [InlineData("""{"nodes":[{"id":"a","type":"sample-step"}],"variables":[{"name":"a-b"}]}""", FindingCodes.VariableInvalid, "variables[0].name")]
    [InlineData("""{"nodes":[{"id":"a","type":"sample-step"}],"variables":[{"name":"a"},{"name":"a"}]}""", FindingCodes.VariableInvalid, "variables[1].name")]
    [InlineData("""{"nodes":[{"id":"a","type":"sample-step"}],"variables":[{"name":"a","type":"date"}]}""", FindingCodes.VariableInvalid, "variables[0].type")]
    [InlineData("""{"nodes":[{"id":"a","type":"sample-step"}],"variables":[{"name":"a","type":"number","default_value":"1"}]}""", FindingCodes.VariableInvalid, "variables[0].default_value")]
    [InlineData("""{"nodes":[{"id":"a","type":"sample-step","validation":[{"rule":"1 + 1"}]}]}""", FindingCodes.ExpressionInvalid, "nodes[0].validation[0].rule")]
    public void Fault_of_a_node_or_setting_is_found(string json, string code, string field)
    {
        var finding = Assert.Single(Check(json));
        Assert.Equal((FindingSeverity.Error, code, field), (finding.Severity, finding.Code, finding.Field));
        Assert.EndsWith(".", finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"id":"","source_node_id":"start","target_node_id":"a"}""", FindingCodes.IdInvalid, "edges[0].id")]
    [InlineData("""{"id":"a,b","source_node_id":"start","target_node_id":"a"}""", FindingCodes.IdInvalid, "edges[0].id")]
    [InlineData("""{"id":"1","source_node_id":"x","target_node_id":"a"}""", FindingCodes.EdgeEndUnknown, "edges[0].source_node_id")]
    [InlineData("""{"id":"1","source_node_id":"start","target_node_id":"x"}""", FindingCodes.EdgeEndUnknown, "edges[0].target_node_id")]
    [InlineData("""{"id":"1","source_node_id":"start","source_port":"no","target_node_id":"a"}""", FindingCodes.PortUnknown, "edges[0].source_port")]
    [InlineData("""{"id":"1","source_node_id":"start","target_node_id":"a","target_port":"no"}""", FindingCodes.PortUnknown, "edges[0].target_port")]
    [InlineData("""{"id":"1","source_node_id":"a","target_node_id":"start"}""", FindingCodes.PortUnknown, "edges[0].target_port")]
    [InlineData("""{"id":"1","source_node_id":"start","target_node_id":"a","type":"conditional"}""", FindingCodes.ConditionMissing, "edges[0].condition")]
    [InlineData("""{"id":"1","source_node_id":"start","target_node_id":"a","condition":"true"}""", FindingCodes.ConditionMisplaced, "edges[0].condition")]
    [InlineData("""{"id":"1","source_node_id":"start","target_node_id":"a","type":"conditional","condition":"output +"}""", FindingCodes.ExpressionInvalid, "edges[0].condition")]
    [InlineData("""{"id":"1","source_node_id":"start","target_node_id":"a","type":"conditional","condition":"'text'"}""", FindingCodes.ExpressionInvalid, "edges[0].condition")]
    [InlineData("""{"id":"1","source_node_id":"start","target_node_id":"a","type":"conditional","condition":"secrets.A == ''"}""", FindingCodes.SecretOutOfScope, "edges[0].condition")]
    public void Fault_of_an_edge_is_found(string edge, string code, string field)
    {
        var errors = Errors(Check($$"""{"nodes":[{{Start}},{"id":"a","type":"sample-step"}],"edges":[{{edge}}]}"""));
        var finding = Assert.Single(errors);
        Assert.Equal((code, field), (finding.Code, finding.Field));
        Assert.NotNull(finding.EdgeId);
    }

    [Fact]
    public void Two_edges_of_one_id_are_found() => Assert.Equal("edges[1].id", Single(Graph("start a", "start a").Replace("\"e1\"", "\"e0\"", StringComparison.Ordinal), FindingCodes.IdDuplicate).Field);

    [Fact]
    public void Output_must_fit_the_input_it_leads_to()
    {
        const string nodes = """{"id":"a","type":"sample-typed"},{"id":"b","type":"sample-typed"}""";
        const string edges = """{"id":"1","source_node_id":"start","target_node_id":"a"},{"id":"2","source_node_id":"a","target_node_id":"b"}""";
        var finding = Single($$"""{"nodes":[{{Start}},{{nodes}}],"edges":[{{edges}}]}""", FindingCodes.PortTypeMismatch);
        Assert.Equal(("2", "edges[1].target_port"), (finding.EdgeId, finding.Field));
        Assert.Empty(Check($$"""{"nodes":[{{Start}},{{nodes}}],"edges":[{{edges[..^1]}},"type":"control"}]}"""));
    }

    [Fact]
    public void Circle_is_found_at_the_edge_that_closes_it() => Assert.Equal("e3", Single(Graph("start a", "a b", "b c", "c a"), FindingCodes.Cycle).EdgeId);

    [Fact]
    public void Node_that_leads_to_itself_is_a_circle() => Assert.Equal("e1", Single(Graph("start a", "a a"), FindingCodes.Cycle).EdgeId);

    [Fact]
    public void Loop_may_hold_a_loop() => Assert.Empty(Check(Graph("start L", "L:item a", "a M", "M:item b", "b M:back", "M:done c", "c L:back", "L:done d")));

    [Fact]
    public void Round_without_nodes_leads_straight_back() => Assert.Empty(Check(Graph("start L", "L:item L:back", "L:done d")));

    [Fact]
    public void Nothing_outside_leads_into_a_loop() => Assert.Equal("e3", Single(Graph("start L", "L:item a", "a L:back", "start a"), FindingCodes.LoopEntered).EdgeId);

    [Fact]
    public void What_follows_a_loop_does_not_lead_into_it() => Assert.Equal("e3", Single(Graph("start L", "L:item a", "a L:back", "L:done a"), FindingCodes.LoopEntered).EdgeId);

    [Fact]
    public void Only_rounds_lead_back() => Assert.Equal("e3", Single(Graph("start L", "L:item a", "a L:back", "start L:back"), FindingCodes.LoopEntered).EdgeId);

    [Fact]
    public void Round_does_not_begin_its_loop_anew() => Assert.Contains(Check(Graph("start L", "L:item a", "a L")), finding => finding.Code == FindingCodes.LoopLeft && finding.EdgeId == "e2");

    [Fact]
    public void Inner_round_does_not_end_the_outer_loop() => Assert.Equal("e4", Single(Graph("start L", "L:item M", "M:item b", "b M:back", "b L:back"), FindingCodes.LoopLeft).EdgeId);

    [Fact]
    public void Node_that_nothing_leads_to_is_warned_of()
    {
        var finding = Assert.Single(Check(Graph("start a", "b c")), finding => finding.NodeId == "b");
        Assert.Equal((FindingSeverity.Warning, FindingCodes.NodeUnreachable), (finding.Severity, finding.Code));
        Assert.Empty(Check("""{"nodes":[{"id":"a","type":"sample-step"},{"id":"b","type":"sample-step"}]}"""));
    }

    [Theory]
    [InlineData("""{"text":"Hi {{ nodes.gone.output }}"}""", FindingCodes.NameUnknown, "text", 1, 13)]
    [InlineData("""{"text":"{{ nodes['gone'].output }}"}""", FindingCodes.NameUnknown, "text", 1, 10)]
    [InlineData("""{"text":"{{ variables.gone }}"}""", FindingCodes.NameUnknown, "text", 1, 14)]
    [InlineData("""{"token":"{{ secrets.gone }}"}""", FindingCodes.NameUnknown, "token", 1, 12)]
    [InlineData("""{"text":"{{ secrets.KEY }}"}""", FindingCodes.SecretOutOfScope, "text", 1, 12)]
    [InlineData("""{"text":"{{ item }}"}""", FindingCodes.NameOutOfScope, "text", 1, 4)]
    [InlineData("""{"text":"{{ index }}"}""", FindingCodes.NameOutOfScope, "text", 1, 4)]
    [InlineData("""{"when":"output > 1"}""", FindingCodes.NameOutOfScope, "when", 1, 1)]
    [InlineData("""{"text":"a\n{{ 1 + }}"}""", FindingCodes.ExpressionInvalid, "text", 2, 8)]
    [InlineData("""{"text":"é😀 {{ 1 }} {{ '😀' + variables.gone }}"}""", FindingCodes.NameUnknown, "text", 1, 33)]
    [InlineData("""{"text":"{{ '}}' }}\n{{ {'a': 1}.a }} 日本 {{ nodes.gone }}"}""", FindingCodes.NameUnknown, "text", 2, 30)]
    [InlineData("""{"when":"nothing == 1"}""", FindingCodes.ExpressionInvalid, "when", 1, 1)]
    [InlineData("""{"fields":{"a":["{{ odd() }}"]}}""", FindingCodes.ExpressionInvalid, "fields.a[0]", 1, 4)]
    public void Fault_of_an_expression_is_found_where_it_stands(string config, string code, string field, int line, int column)
    {
        var finding = Assert.Single(Check(Step(config), "KEY"));
        Assert.Equal((FindingSeverity.Error, code, "a", $"nodes[0].config.{field}", line, column), (finding.Severity, finding.Code, finding.NodeId, finding.Field, finding.Line, finding.Column));
    }

    [Theory]
    [InlineData("[1].exists(output, output > 0)")]
    [InlineData("item.total > index")]
    [InlineData("cel.bind(output, 1, output > 0)")]
    [InlineData("{'secrets': 1}.secrets == 1 && math.greatest(1, 2) == 2")]
    public void Names_of_the_expression_itself_are_its_own(string expression) =>
        Assert.Empty(Check(Step("{\"when\":" + JsonSerializer.Serialize(expression) + "}")));

    [Fact]
    public void Node_that_does_not_run_before_is_warned_of()
    {
        const string nodes = """{"id":"a","type":"sample-step","config":{"text":"{{ nodes.b.output }}"}},{"id":"b","type":"sample-step","config":{"text":"{{ nodes.a.output }}"}}""";
        var finding = Assert.Single(Check($$"""{"nodes":[{{nodes}}],"edges":[{"id":"1","source_node_id":"a","target_node_id":"b"}]}"""));
        Assert.Equal((FindingSeverity.Warning, FindingCodes.NodeNotBefore, "a"), (finding.Severity, finding.Code, finding.NodeId));
    }

    [Fact]
    public void Secrets_that_are_not_known_are_not_missed() => Assert.Empty(Checker.Check(Read("""{"nodes":[{"id":"a","type":"sample-step","config":{"token":"{{ secrets.ANY }}"}}]}""")));

    [Fact]
    public void Workflow_that_calls_itself_is_found()
    {
        var checker = new WorkflowChecker(new NodeCatalogue([new SampleNode("sub-workflow")]));
        var graph = Read("""{"nodes":[{"id":"a","type":"sub-workflow","config":{"workflow_id":"wf_1"}}]}""");
        Assert.Equal(FindingCodes.CallsItself, Assert.Single(checker.Check(graph, workflowId: "wf_1")).Code);
        Assert.Empty(checker.Check(graph, workflowId: "wf_2"));
    }

    [Fact]
    public void Ports_that_a_definition_adds_are_known()
    {
        const string nodes = """{"id":"a","type":"sample-step","inputs":[{"id":"left"},{"id":"right","required":true}]}""";
        Assert.Empty(Check($$"""{"nodes":[{{Start}},{{nodes}}],"edges":[{"id":"1","source_node_id":"start","target_node_id":"a","target_port":"right"}]}"""));
    }

    [Fact]
    public void Findings_end_at_what_somebody_reads() =>
        Assert.Equal(200, Check($$"""{"nodes":[{{string.Join(',', Enumerable.Range(0, 300).Select(i => $$"""{"id":"n{{i}}","type":"no"}"""))}}]}""").Count);

    private static List<WorkflowFinding> Errors(IEnumerable<WorkflowFinding> findings) => [.. findings.Where(finding => finding.Severity == FindingSeverity.Error)];

    private static IReadOnlyList<WorkflowFinding> Check(string json, params string[] secrets) => Checker.Check(Read(json), secrets.ToHashSet(StringComparer.Ordinal));

    private static string Step(string config) => """{"nodes":[{"id":"a","type":"sample-step","config":""" + config + "}]}";

    private static WorkflowFinding Single(string json, string code)
    {
        var finding = Assert.Single(Errors(Check(json)));
        Assert.Equal(code, finding.Code);
        return finding;
    }

    private static WorkflowGraph Read(string json) => JsonSerializer.Deserialize<WorkflowGraph>(json, PortalJson.Options)!;

    // Edges as "a b" or "L:item b"; nodes of upper case are loops.
    private static string Graph(params string[] edges)
    {
        var ends = edges.Select(edge => edge.Split(' ').Select(end => end.Split(':')).ToArray()).ToList();
        var ids = ends.SelectMany(pair => pair).Select(end => end[0]).Distinct(StringComparer.Ordinal);
        var nodes = ids.Select(id => $$"""{"id":"{{id}}","type":"{{(id == "start" ? SampleNode.Trigger : char.IsUpper(id[0]) ? SampleNode.Loop : SampleNode.Step)}}"}""");
        var lines = ends.Select((pair, index) =>
            $$"""{"id":"e{{index}}","source_node_id":"{{pair[0][0]}}","source_port":"{{pair[0].ElementAtOrDefault(1) ?? "output"}}","target_node_id":"{{pair[1][0]}}","target_port":"{{pair[1].ElementAtOrDefault(1) ?? "input"}}"}""");
        return $$"""{"nodes":[{{string.Join(',', nodes)}}],"edges":[{{string.Join(',', lines)}}]}""";
    }
}
