using System.Text.Json;
using Portal.Core.Access;
using Portal.Core.Expressions;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Engine;
using Portal.Core.Workflows.Nodes;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Workflows;

/// <summary>Runs single nodes as the engine does: fills the configuration in, and gives them the engine's own host.</summary>
internal sealed class NodeBench(CoreHost core, string type)
{
    public INodeType Node { get; } = core.Get<NodeCatalogue>().Find(type) ?? throw new ArgumentException($"There is no node type {type}.", nameof(type));

    public Actor Actor { get; set; } = Actor.System(core.NewTenant());

    /// <summary>What expressions find beside the input, by name, as JSON.</summary>
    public Dictionary<string, string> Values { get; } = new(StringComparer.Ordinal) { ["inputs"] = "{}", ["nodes"] = "{}", ["variables"] = "{}", ["context"] = "{}", ["secrets"] = """{"TOKEN":"s3cret-t0ken"}""" };

    public NodeMeter? Meter { get; private set; }

    /// <summary>Runs the node with a configuration and an input as JSON.</summary>
    /// <param name="execution">The run; another one each time unless given.</param>
    public async Task<NodeResult> Run(string config, string? input = null, string? execution = null, NodeResumption? resumed = null, int attempt = 1, CancellationToken cancellation = default)
    {
        var given = input is null ? default : JsonElement.Parse(input);
        var values = Values.ToDictionary(pair => pair.Key, pair => CelValue.From(JsonElement.Parse(pair.Value)), StringComparer.Ordinal);
        values["input"] = CelValue.From(given);
        var template = ConfigTemplate.Compile(JsonElement.Parse(config), Node.Descriptor.ConfigSchema, WorkflowNames.Options);
        Assert.Empty(template.Faults);
        var context = new NodeContext(new NodeHost(core.Get<PortalStore>(), core.Time))
        {
            Node = new WorkflowNode { Id = "node", Type = type },
            WorkflowId = "wf_1",
            WorkflowName = "Bench",
            ExecutionId = execution ?? core.Get<IdGenerator>().New("exe"),
            Step = 1,
            Attempt = attempt,
            Config = template.Fill(values),
            Input = given,
            Trigger = Json.EmptyObject,
            Values = values,
            Actor = Actor,
            Resumed = resumed,
        };
        Meter = context.Meter;
        return await Node.Run(context, cancellation);
    }

    /// <summary>The node's output.</summary>
    public async Task<JsonElement> Output(string config, string? input = null, string? execution = null, int attempt = 1) =>
        Assert.IsType<NodeDone>(await Run(config, input, execution, attempt: attempt)).Output;

    /// <summary>The node's output as JSON, and that it is just this.</summary>
    public async Task Gives(string expected, string config, string? input = null)
    {
        var output = await Output(config, input);
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(expected), output), $"Expected {expected}, got {output.GetRawText()}");
    }

    /// <summary>The failure that the node ends with.</summary>
    public async Task<NodeException> Fails(string code, string config, string? input = null)
    {
        var failure = await Assert.ThrowsAsync<NodeException>(async () => await Run(config, input));
        Assert.True(failure.Code == code, $"Expected {code}, got {failure.Code}: {failure.Message}");
        Assert.DoesNotContain("s3cret", failure.Message, StringComparison.Ordinal);
        return failure;
    }

    /// <summary>The ports that the run goes on at; null for all.</summary>
    public async Task<IReadOnlyList<string>?> Ports(string config, string? input = null) => Assert.IsType<NodeDone>(await Run(config, input)).Ports;

    /// <summary>The ids of the output ports with a configuration.</summary>
    public IEnumerable<string> OutputsOf(string config) => Node.OutputsOf(JsonElement.Parse(config)).Select(port => port.Id);

    /// <summary>What is wrong with a configuration, by field.</summary>
    public IEnumerable<string> Faults(string config) => Node.Check(JsonElement.Parse(config)).Select(fault => fault.Field);
}
