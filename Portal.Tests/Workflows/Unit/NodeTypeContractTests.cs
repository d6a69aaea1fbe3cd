using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Shared.Json.Schema;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Definitions.Checking;
using Portal.Core.Workflows.Nodes;
using Portal.Core.Workflows.Nodes.Data;
using Portal.Core.Workflows.Templates;
using Portal.Tests.Infrastructure.Hosts;
using Portal.Tests.Workflows.Unit;

[assembly: Registers<INodeType, LoneNode>]

namespace Portal.Tests.Workflows.Unit;

/// <summary>What the checker and the API rely on in every node type, and in every template that comes with the portal.</summary>
public sealed class NodeTypeContractTests(SqliteCore core) : IClassFixture<SqliteCore>
{
    public static TheoryData<string> Templates => [.. ShippedTemplates.All.Keys];

    private IReadOnlyList<INodeType> Types => core.Get<NodeCatalogue>().All;

    [Fact]
    public void Every_type_says_what_its_configuration_is() => Assert.All(Types, type =>
    {
        var known = type.Descriptor;
        Assert.Contains(known.Category, new[] { "trigger", "flow", "data", "ai", "integration", "communication", "people" });
        Assert.Equal("object", (string?)known.ConfigSchema["type"]);
        Assert.All(new[] { known.Title, known.Description, known.Icon }, text => Assert.NotEmpty(text));
        Assert.All(known.Inputs.Concat(type.OutputsOf(JsonElement.Parse("{}"))), port => Assert.Contains(port.Type, WorkflowPorts.Types));
    });

    [Fact]
    public void File_is_all_that_a_node_type_takes()
    {
        var services = new ServiceCollection();
        RegistersAttribute.AddAll(typeof(LoneNode).Assembly, services);
        var service = Assert.Single(services);
        Assert.Equal((typeof(INodeType), typeof(LoneNode), ServiceLifetime.Singleton), (service.ServiceType, service.ImplementationType, service.Lifetime));
    }

    [Fact]
    public void No_class_has_forgotten_to_register_itself()
    {
        Assert.Empty(ClassesOf<INodeType>().Except(Types.Select(type => type.GetType())));
        Assert.Empty(ClassesOf<IQueryableResource>().Except(core.Get<IEnumerable<IQueryableResource>>().Select(resource => resource.GetType())));
    }

    [Fact]
    public void Every_type_of_the_issue_is_there_and_no_other() => Assert.Equal(
        [
            "ai-image-analysis", "ai-text-processing", "api-integration", "approval", "data-transformation", "database-query", "decision-logic", "delay", "email-sender", "event-trigger",
            "file-processor", "for-each", "form-input", "merge", "output-formatter", "parallel", "schedule-trigger", "sms-sender", "sub-workflow", "webhook-trigger",
        ],
        Types.Select(type => type.Descriptor.Type));

    [Fact]
    public void Every_type_bears_any_configuration() => Prop.ForAll(Configs(), sample =>
    {
        var (index, config) = sample;
        var type = Types[index % Types.Count];
        Assert.NotNull(type.OutputsOf(config));
        // The checker asks a type only about what its schema allows.
        if (SchemaValidator.Faults(JsonSerializer.SerializeToElement(type.Descriptor.ConfigSchema), config, "config").Count == 0) Assert.NotNull(type.Check(config).ToList());
        var graph = new WorkflowGraph { Nodes = [new() { Id = "a", Type = type.Descriptor.Type, Config = config }] };
        return core.Get<WorkflowChecker>().Check(graph).Count >= 0;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(1500));

    [Theory]
    [MemberData(nameof(Templates))]
    public void Shipped_template_has_no_findings(string id)
    {
        var template = ShippedTemplates.All[id];
        Assert.Equal(id, template.Id);
        var graph = TemplateParameters.Fill(template.Definition, template.Parameters, new Dictionary<string, JsonElement>(StringComparer.Ordinal));
        Assert.Empty(core.Get<WorkflowChecker>().Check(graph));
    }

    private static IEnumerable<Type> ClassesOf<T>() => typeof(T).Assembly.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(T)));

    // Objects of the fields that the types' schemas name, with values of any kind.
    private Arbitrary<(int Type, JsonElement Config)> Configs()
    {
        var fields = Types.Select(type => type.Descriptor.ConfigSchema["properties"]?.AsObject().Select(property => property.Key).ToArray() ?? []).ToArray();
        var value = Gen.Elements("null", "true", "0", "-1", "1e300", "\"\"", "\"x\"", "\"{{ variables.a }}\"", "[]", "[null]", "[\"a\",\"a\"]", "[{}]", "{}", """{"a":null}""", """[{"port":"a","when":"true","name":7}]""", """{"type":"bearer"}""");
        var sample = from type in Gen.Choose(0, Types.Count - 1)
                     from chosen in Gen.SubListOf(fields[type])
                     from values in Gen.ArrayOf(value, chosen.Count)
                     select (type, JsonElement.Parse($"{{{string.Join(',', chosen.Zip(values, (name, json) => $"\"{name}\":{json}"))}}}"));
        return sample.ToArbitrary();
    }
}

/// <summary>A node type that no other file knows.</summary>
internal sealed class LoneNode : INodeType
{
    public NodeDescriptor Descriptor => throw new NotSupportedException();

    public ValueTask<NodeResult> Run(NodeContext context, CancellationToken cancellation) => throw new NotSupportedException();
}
