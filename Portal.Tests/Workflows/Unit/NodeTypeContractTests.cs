using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Portal.Core.Shared.Json.Schema;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Definitions.Checking;
using Portal.Core.Workflows.Nodes;
using Portal.Core.Workflows.Templates;
using Portal.Tests.Infrastructure.Hosts;

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
