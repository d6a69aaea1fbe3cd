using System.Text.Json;
using Portal.Core.Expressions;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Nodes;

namespace Portal.Tests.Workflows.Unit;

/// <summary>Configurations with expressions in them.</summary>
public sealed class ConfigTemplateTests
{
    private static readonly Dictionary<string, CelValue> Values = new(StringComparer.Ordinal)
    {
        ["inputs"] = CelValue.From(JsonElement.Parse($$"""{"n":3,"name":"Ada","list":[1,"two",null],"long":"{{new string('x', 300_000)}}"}""")),
        ["secrets"] = CelValue.From(JsonElement.Parse("""{"TOKEN":"sesame"}""")),
    };

    [Theory]
    [InlineData("""{"a":"{{ inputs.n }}"}""", """{"a":3}""")]
    [InlineData("""{"a":"{{inputs.list}}","b":[true,"{{ inputs.n + 1 }}"]}""", """{"a":[1,"two",null],"b":[true,4]}""")]
    [InlineData("""{"a":"Dear {{ inputs.name }}, {{ inputs.n }} of {{ inputs.list }}"}""", """{"a":"Dear Ada, 3 of [1,\"two\",null]"}""")]
    [InlineData("""{"a":"{{ {'x': {'y': inputs.n}} }}"}""", """{"a":{"x":{"y":3}}}""")]
    [InlineData("""{"a":"{{ '}}' + \"}}\" + 'it\\'s' }}!"}""", """{"a":"}}}}it's!"}""")]
    [InlineData("""{"a":"{ {not one} }","b":"{{"}""", """{"a":"{ {not one} }","b":"{{"}""")]
    [InlineData("""{"a":"{{ null }}-{{ null }}"}""", """{"a":"-"}""")]
    public void Values_take_the_place_of_expressions(string config, string expected) =>
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(expected), Compile(config).Fill(Values)), Compile(config).Fill(Values).GetRawText());

    [Fact]
    public void Literal_fields_and_expressions_of_their_own_are_left_as_they_are()
    {
        const string config = """{"pattern":"{{ inputs.n }}","when":"inputs.n > 2"}""";
        var template = Compile(config, """{"properties":{"pattern":{"x-literal":true},"when":{"format":"cel"}}}""");
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(config), template.Fill(Values)));
        Assert.Equal("when", Assert.Single(template.Expressions).Field);
    }

    [Fact]
    public void Secrets_are_masked_in_what_is_kept_and_only_there()
    {
        var template = Compile("""{"header":"Bearer {{ secrets.TOKEN }}","whole":"{{ secrets.TOKEN }}","name":"{{ inputs.name }}"}""");
        Assert.Equal("Bearer sesame", template.Fill(Values).GetProperty("header").GetString());
        var kept = template.Fill(Values, masks: true);
        Assert.Equal(("Bearer ••••", "••••", "Ada"), (kept.GetProperty("header").GetString(), kept.GetProperty("whole").GetString(), kept.GetProperty("name").GetString()));
    }

    [Fact]
    public void Faults_say_in_which_field_and_where()
    {
        Assert.Single(Compile("""{"a":"{{ 'open }} and more"}""").Faults);
        var fault = Assert.Single(Compile("""{"list":[{"text":"Dear {{ inputs. }}"}]}""").Faults);
        Assert.Equal(("list[0].text", 7), (fault.Field, fault.Offset));
        var missing = Assert.Throws<TemplateException>(() => Compile("""{"a":{"b":"{{ inputs.missing }}"}}""").Fill(Values));
        Assert.Equal("a.b", missing.Path);
        Assert.Contains("missing", missing.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"a":"{{ [1,2,3,4,5,6,7,8].map(n, [1,2,3,4,5,6,7,8].map(m, inputs.long)) }}"}""")]
    [InlineData("""{"a":"text {{ [1,2,3,4,5,6,7,8].map(n, [1,2,3,4,5,6,7,8].map(m, inputs.long)) }}"}""")]
    public void What_grows_beyond_bounds_is_refused(string config) =>
        Assert.Contains("longer than 16 MiB", Assert.Throws<TemplateException>(() => Compile(config).Fill(Values)).Message, StringComparison.Ordinal);

    private static ConfigTemplate Compile(string config, string schema = "{}") => ConfigTemplate.Compile(JsonElement.Parse(config), NodePorts.Schema(schema), WorkflowNames.Options);
}
