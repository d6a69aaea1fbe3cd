using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Core.Shared.Json.Schema;
using Portal.Core.Workflows.Nodes;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Workflows.Nodes;

/// <summary>What every node type says of itself.</summary>
public sealed class DescriptorTests(SqliteCore core) : IClassFixture<SqliteCore>
{
    private static readonly string[] Categories = ["trigger", "flow", "data", "ai", "integration", "communication", "people"];

    private IReadOnlyList<INodeType> All => core.Get<NodeCatalogue>().All;

    [Fact]
    public void Every_type_says_what_it_is()
    {
        Assert.All(All, type =>
        {
            var descriptor = type.Descriptor;
            Assert.Matches("^[a-z]+(-[a-z]+)*$", descriptor.Type);
            Assert.NotEmpty(descriptor.Title);
            Assert.EndsWith(".", descriptor.Description, StringComparison.Ordinal);
            Assert.Matches("^[a-z_]+$", descriptor.Icon);
            Assert.Contains(descriptor.Category, Categories);
        });
    }

    [Fact]
    public void Ports_have_ids_of_their_own()
    {
        Assert.All(All, type =>
        {
            Assert.Distinct(type.Descriptor.Inputs.Select(port => port.Id));
            Assert.Distinct(type.Descriptor.Outputs.Select(port => port.Id));
            Assert.DoesNotContain(NodePorts.Error, type.Descriptor.Outputs.Select(port => port.Id));
        });
    }

    [Fact]
    public void Every_schema_is_one_that_the_portal_checks()
    {
        Assert.All(All, type =>
        {
            var schema = (JsonObject)WithoutNotes(type.Descriptor.ConfigSchema)!;
            Assert.Empty(SchemaRules.Faults(JsonSerializer.SerializeToElement(schema), type.Descriptor.Type).Select(fault => $"{fault.Field}: {fault.Reason}"));
        });
    }

    [Fact]
    public void Every_field_has_a_title_and_its_default_fits()
    {
        Assert.All(All, type => Assert.All(Properties(type.Descriptor.ConfigSchema, type.Descriptor.Type), field =>
        {
            Assert.True(field.Schema.ContainsKey("title"), $"{field.Path} has no title.");
            if (field.Schema["default"] is not { } value) return;
            Assert.Empty(SchemaValidator.Faults(JsonSerializer.SerializeToElement(field.Schema), JsonSerializer.SerializeToElement(value), field.Path).Select(fault => $"{fault.Field} {fault.Reason}"));
        }));
    }

    [Fact]
    public void Fields_that_are_shown_for_some_values_only_name_a_field_beside_them()
    {
        Assert.All(All, type => Assert.All(Properties(type.Descriptor.ConfigSchema, type.Descriptor.Type), field =>
        {
            if (field.Schema["x-when"] is not JsonObject when) return;
            var (name, values) = when.Single();
            var known = field.Siblings[name]!["enum"]!.AsArray().Select(value => (string?)value).ToList();
            Assert.All(values!.AsArray(), value => Assert.Contains((string?)value, known));
        }));
    }

    private static IEnumerable<(string Path, JsonObject Schema, JsonObject Siblings)> Properties(JsonObject schema, string path)
    {
        if (schema["items"] is JsonObject items) foreach (var inner in Properties(items, $"{path}[]")) yield return inner;
        if (schema["properties"] is not JsonObject properties) yield break;
        foreach (var (name, value) in properties)
        {
            var property = value!.AsObject();
            yield return ($"{path}.{name}", property, properties);
            foreach (var inner in Properties(property, $"{path}.{name}")) yield return inner;
        }
    }

    // Notes for forms and templates are no keywords; the format of expressions is checked by compiling them.
    private static JsonNode? WithoutNotes(JsonNode? node) => node switch
    {
        JsonObject fields => new JsonObject(fields.Where(field => !field.Key.StartsWith("x-", StringComparison.Ordinal) && !(field.Key == "format" && field.Value is JsonValue format && (string?)format == "cel"))
            .Select(field => KeyValuePair.Create(field.Key, WithoutNotes(field.Value)))),
        JsonArray items => new JsonArray([.. items.Select(WithoutNotes)]),
        _ => node?.DeepClone(),
    };
}
