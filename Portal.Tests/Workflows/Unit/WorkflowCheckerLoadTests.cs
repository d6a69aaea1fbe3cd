using System.Diagnostics;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Definitions.Checking;
using Portal.Core.Workflows.Nodes;
using Portal.Tests.Infrastructure;

namespace Portal.Tests.Workflows.Unit;

/// <summary>The checker on graphs of any kind, and on large ones.</summary>
public sealed class WorkflowCheckerLoadTests
{
    private static readonly WorkflowChecker Checker = new(new NodeCatalogue(SampleNode.All));
    private static readonly string[] Configs =
    [
        "{}", "null", "[]", "7", """{"text":"{{ nodes.n1.output + nodes['n2'].output }}"}""", """{"when":"item.all(x, x in nodes)"}""", """{"text":"{{ {'a': {'b': 1}}"}""",
        """{"ports":["output","odd"]}""", """{"count":"x","fields":{"a":[{"b":"{{}}"}]}}""", """{"token":"{{ secrets }} {{ secrets.A }}"}""",
    ];

    [Fact]
    public void Graph_of_any_kind_is_checked() => Prop.ForAll(Graphs(), graph => Checker.Check(graph, new HashSet<string>(StringComparer.Ordinal), "wf_1").Count >= 0)
        .Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Largest_workflow_is_checked_in_a_moment()
    {
        var graph = Large(500, 2000);
        Checker.Check(graph);
        // The best of several: other tests use the machine as well.
        var best = Enumerable.Range(0, 5).Min(_ =>
        {
            var start = Stopwatch.GetTimestamp();
            Assert.DoesNotContain(Checker.Check(graph), finding => finding.Severity == FindingSeverity.Error);
            return Stopwatch.GetElapsedTime(start);
        });
        // Code that is built for debugging takes ten times as long.
        Assert.True(best.TotalMilliseconds < (Repository.Configuration == "Release" ? 100 : 1000), $"It took {best.TotalMilliseconds} ms.");
    }

    // A trigger and steps, each led to by those just before it, whose outputs it names.
    private static WorkflowGraph Large(int nodes, int edges)
    {
        var pairs = Enumerable.Range(1, nodes - 1).SelectMany(target => Enumerable.Range(Math.Max(0, target - 6), Math.Min(target, 6)).Select(source => (source, target)))
            .OrderBy(pair => pair.target - pair.source).Take(edges);
        return new()
        {
            Nodes =
            [
                .. Enumerable.Range(0, nodes).Select(index => new WorkflowNode
                {
                    Id = $"n{index}", Type = index == 0 ? SampleNode.Trigger : SampleNode.Step, Config = JsonElement.Parse(index == 0 ? "{}" : $$$"""{"text":"{{ nodes.n{{{index - 1}}}.output.name }}","when":"nodes.n0.output.ok == true"}"""),
                }),
            ],
            Edges = [.. pairs.Select((pair, index) => new WorkflowEdge { Id = $"e{index}", SourceNodeId = $"n{pair.source}", TargetNodeId = $"n{pair.target}" })],
        };
    }

    private static Arbitrary<WorkflowGraph> Graphs()
    {
        var ids = Gen.Elements("n0", "n1", "n2", "n3", "n4", "n5", "n6", "bad id", "");
        var ports = Gen.Elements("input", "output", "item", "done", "back", "error", "odd", "");
        var node = from id in ids
                   from type in Gen.Elements(SampleNode.Trigger, SampleNode.Step, SampleNode.Choice, SampleNode.Loop, SampleNode.Typed, "unknown")
                   from config in Gen.Elements(Configs)
                   select new WorkflowNode { Id = id, Type = type, Config = JsonElement.Parse(config) };
        var edge = from source in ids
                   from target in ids
                   from sourcePort in ports
                   from targetPort in ports
                   from type in Gen.Elements(EdgeType.Data, EdgeType.Control, EdgeType.Conditional)
                   from condition in Gen.Elements(null, "", "true", "output.x == nodes.n1.output", "((")
                   select new WorkflowEdge { Id = source + target, SourceNodeId = source, SourcePort = sourcePort, TargetNodeId = target, TargetPort = targetPort, Type = type, Condition = condition };
        return (from nodes in Gen.ListOf(node)
                from edges in Gen.ListOf(edge)
                select new WorkflowGraph { Nodes = [.. nodes], Edges = [.. edges] }).ToArbitrary();
    }
}
