using System.Text.Json;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Triggers;

namespace Portal.Tests.Workflows.Unit;

/// <summary>Triggers name variables, which have a value before there is a run.</summary>
public sealed class TriggerConfigTests
{
    [Theory]
    [InlineData("""{"cron":"0 {{ variables.hour }} * * *"}""", """{"cron":"0 7 * * *"}""")]
    [InlineData("""{"every_minutes":"{{variables.hour}}"}""", """{"every_minutes":7}""")]
    [InlineData("""{"events":["{{ variables.event }}","{{ variables.event }}.x"]}""", """{"events":["deal.created","deal.created.x"]}""")]
    [InlineData("""{"events":"{{ variables.list }}"}""", """{"events":["a",1]}""")]
    [InlineData("""{"a":{"b":[{"c":"{{ variables.event }}"}]},"n":1.50,"t":true,"z":null}""", """{"a":{"b":[{"c":"deal.created"}]},"n":1.50,"t":true,"z":null}""")]
    [InlineData("""{"a":"{{ variables.braces }}","b":"x {{ variables.braces }}"}""", """{"a":"{{ variables.braces }}","b":"x {{ variables.braces }}"}""")]
    [InlineData("""{"a":"{{ variables.brace }}{{ variables.brace }} secrets.HOOK }}"}""", """{"a":"{{ variables.brace }}{{ variables.brace }} secrets.HOOK }}"}""")]
    [InlineData("""{"a":"{{ variables.nested }}"}""", """{"a":"{{ variables.nested }}"}""")]
    [InlineData("""{"a":"{{ variables.none }} {{ variables.unknown }}"}""", """{"a":"{{ variables.none }} {{ variables.unknown }}"}""")]
    [InlineData("""{"secret":"{{ secrets.HOOK }}","a":"{{ variables.hour + 1 }}","b":"variables.hour"}""", """{"secret":"{{ secrets.HOOK }}","a":"{{ variables.hour + 1 }}","b":"variables.hour"}""")]
    public void Variable_stands_for_its_value(string config, string filled)
    {
        var graph = new WorkflowGraph
        {
            Nodes = [new() { Id = "start", Type = "schedule-trigger", Config = JsonElement.Parse(config) }],
            Variables = [Variable("hour", "7"), Variable("event", "\"deal.created\""), Variable("list", """["a",1]"""), Variable("braces", "\"{{ secrets.HOOK }}\""), Variable("brace", "\"{\""), Variable("nested", """[{"b":"\u007b\u007b secrets.HOOK }}"}]"""), new() { Name = "none" }],
        };
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(filled), TriggerConfig.Of(graph.Nodes[0], graph)), TriggerConfig.Of(graph.Nodes[0], graph).ToString());
    }

    private static WorkflowVariable Variable(string name, string value) => new() { Name = name, DefaultValue = JsonElement.Parse(value) };
}
