using System.Text.Json;
using Portal.Core.Shared.Json.Schema;
using Portal.Tests.Infrastructure;

namespace Portal.Tests.Webhooks.Unit;

/// <summary>The validator agrees with ajv on every keyword that it knows, and refuses the others.</summary>
public sealed class SchemaValidatorTests
{
    private static readonly string[] Schemas =
    [
        "true", "false", "{}", """{"type":"object"}""", """{"type":["string","null"]}""", """{"type":"integer"}""", """{"type":"number"}""", """{"type":"boolean"}""", """{"type":"array"}""",
        """{"enum":[1,"a",null,{"a":1}]}""", """{"const":{"a":1,"b":2}}""", """{"const":1.0}""",
        """{"properties":{"a":{"type":"string"}},"required":["a"]}""", """{"properties":{"a":true},"additionalProperties":false}""", """{"additionalProperties":{"type":"number"}}""",
        """{"patternProperties":{"^a":{"type":"number"}},"additionalProperties":false}""", """{"propertyNames":{"maxLength":1}}""", """{"minProperties":2}""", """{"maxProperties":1}""",
        """{"dependentRequired":{"a":["b"]}}""", """{"items":{"type":"number"}}""", """{"prefixItems":[{"type":"number"}],"items":{"type":"string"}}""", """{"prefixItems":[true],"items":false}""",
        """{"contains":{"const":1}}""", """{"contains":{"const":1},"minContains":2,"maxContains":2}""", """{"contains":{"const":1},"minContains":0}""", """{"minItems":2}""", """{"maxItems":1}""", """{"uniqueItems":true}""",
        """{"minLength":2}""", """{"maxLength":1}""", """{"pattern":"b$"}""", """{"minimum":1}""", """{"maximum":1}""", """{"exclusiveMinimum":1}""", """{"exclusiveMaximum":1}""", """{"multipleOf":0.5}""",
        """{"format":"date"}""", """{"format":"date-time"}""", """{"format":"email"}""", """{"format":"ipv4"}""", """{"format":"uuid"}""",
        """{"allOf":[{"type":"number"},{"minimum":1}]}""", """{"anyOf":[{"type":"string"},{"minimum":2}]}""", """{"oneOf":[{"type":"number"},{"minimum":1}]}""", """{"not":{"type":"string"}}""",
        """{"if":{"type":"number"},"then":{"minimum":1},"else":{"type":"string"}}""", """{"$defs":{"n":{"type":"number"}},"properties":{"a":{"$ref":"#/$defs/n"}}}""",
        """{"type":"object","properties":{"a":{"$ref":"#"}},"additionalProperties":false}""",
    ];

    private static readonly string[] Values =
    [
        "null", "true", "0", "1", "1.0", "1.5", "2", "-1", "1e3", "\"\"", "\"a\"", "\"ab\"", "\"😀\"", "\"2024-02-29\"", "\"2023-02-29\"", "\"2024-03-20T10:30:00Z\"", "\"2024-03-20T10:30:00\"",
        "\"ada@example.com\"", "\"10.0.0.1\"", "\"3f2504e0-4f89-11d3-9a0c-0305e82c3301\"", "[]", "[1]", "[1,1]", "[1,\"a\"]", "[1,1,1]", "[{\"a\":1},{\"a\":1.0}]", "{}", """{"a":1}""", """{"a":"x"}""",
        """{"a":1,"b":2}""", """{"b":2,"a":1}""", """{"ab":"x"}""", """{"a":{"a":{}}}""", """{"a":{"b":1}}""",
    ];

    [Fact]
    public async Task Every_verdict_is_ajvs()
    {
        var cases = Schemas.SelectMany(schema => Values, (schema, value) => (schema, value)).ToList();
        var file = Path.Combine(TestRun.NewDirectory("schema"), "cases.json");
        await File.WriteAllTextAsync(file, $"[{string.Join(",", cases.Select(one => $"{{\"schema\":{one.schema},\"value\":{one.value}}}"))}]", TestContext.Current.CancellationToken);
        var theirs = (await NodeTool.RunScriptAsync("schema-verdicts.mjs", [file])).Succeeded().Output.Trim().Split('\n').Select(line => line.Trim() == "true");
        var wrong = cases.Zip(theirs).Where(pair => Ours(pair.First.schema, pair.First.value) != pair.Second).Select(pair => $"{pair.First.schema} {pair.First.value}: ajv says {pair.Second}");
        Assert.Empty(wrong);
        Assert.All(Schemas, schema => Assert.Empty(SchemaRules.Faults(JsonElement.Parse(schema), "schema")));
    }

    [Fact]
    public void Fault_names_its_path()
    {
        var schema = JsonElement.Parse("""{"properties":{"items":{"items":{"required":["amount"],"properties":{"amount":{"type":"number"}}}}}}""");
        var faults = SchemaValidator.Faults(schema, JsonElement.Parse("""{"items":[{"amount":1},{},{"amount":"x"}]}"""), "data");
        Assert.Equal(["data.items[1].amount", "data.items[2].amount"], faults.Select(fault => fault.Field));
    }

    [Theory]
    [InlineData("""{"unevaluatedProperties":false}""")]
    [InlineData("""{"$dynamicRef":"#a"}""")]
    [InlineData("""{"tpye":"string"}""")]
    [InlineData("""{"type":"text"}""")]
    [InlineData("""{"type":[]}""")]
    [InlineData("""{"required":"a"}""")]
    [InlineData("""{"minLength":-1}""")]
    [InlineData("""{"multipleOf":0}""")]
    [InlineData("""{"pattern":"("}""")]
    [InlineData("""{"pattern":"(a)\\1"}""")]
    [InlineData("""{"format":"phone"}""")]
    [InlineData("""{"$ref":"https://example.com/schema"}""")]
    [InlineData("""{"$ref":"#/$defs/none"}""")]
    [InlineData("""{"$schema":"http://json-schema.org/draft-07/schema#"}""")]
    [InlineData("""{"properties":{"a":{"items":[1]}}}""")]
    [InlineData("5")]
    public void Schema_that_cannot_be_checked_is_refused(string schema) => Assert.NotEmpty(SchemaRules.Faults(JsonElement.Parse(schema), "schema"));

    [Fact]
    public void Schema_without_end_ends()
    {
        Assert.NotEmpty(SchemaValidator.Faults(JsonElement.Parse("""{"$ref":"#"}"""), JsonElement.Parse("1"), "data"));
        var doubling = string.Join(",", Enumerable.Range(0, 40).Select(i => $"\"d{i}\":{{\"allOf\":[{{\"$ref\":\"#/$defs/d{i + 1}\"}},{{\"$ref\":\"#/$defs/d{i + 1}\"}}]}}"));
        var schema = JsonElement.Parse($"{{\"$ref\":\"#/$defs/d0\",\"$defs\":{{{doubling},\"d40\":true}}}}");
        Assert.Contains("too many steps", SchemaValidator.Faults(schema, JsonElement.Parse("1"), "data")[0].Reason, StringComparison.Ordinal);
    }

    private static bool Ours(string schema, string value) => SchemaValidator.Faults(JsonElement.Parse(schema), JsonElement.Parse(value), "data").Count == 0;
}
