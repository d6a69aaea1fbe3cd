using System.Text.Json.Nodes;
using Microsoft.AspNetCore.TestHost;

namespace Portal.Tests.Docs.Api;

/// <summary>What types look like in the documents, shown on endpoints that have one of each.</summary>
public sealed class SchemaTests : IAsyncLifetime
{
    private JsonObject _canonical = null!;
    private JsonObject _unversioned = null!;

    public async ValueTask InitializeAsync()
    {
        await using var app = await SampleEndpoints.Start();
        using var client = app.GetTestClient();
        _canonical = JsonNode.Parse(await client.GetStringAsync("/openapi/v1.json"))!.AsObject();
        _unversioned = JsonNode.Parse(await client.GetStringAsync("/openapi/unversioned.json"))!.AsObject();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("Sample", "amount", """{"type":"number","description":"In `currency`, as `12.50`."}""")]
    [InlineData("Sample", "due", """{"type":["null","string"],"format":"date"}""")]
    [InlineData("Sample", "created_at", """{"type":"string","format":"date-time"}""")]
    [InlineData("Sample", "colour", """{"$ref":"#/components/schemas/SampleColour"}""")]
    [InlineData("Sample", "second_colour", """{"oneOf":[{"$ref":"#/components/schemas/SampleColour"},{"type":"null"}]}""")]
    [InlineData("Sample", "place", """{"oneOf":[{"$ref":"#/components/schemas/SamplePlace"},{"type":"null"}]}""")]
    [InlineData("Sample", "tags", """{"type":"array","items":{"type":"string"}}""")]
    [InlineData("Sample", "counts", """{"type":"object","additionalProperties":{"type":"integer","format":"int32"}}""")]
    [InlineData("SampleInput", "name", """{"maxLength":200,"minLength":1,"type":"string"}""")]
    [InlineData("SampleInput", "email", """{"type":["null","string"],"format":"email"}""")]
    [InlineData("SamplePatch", "name", """{"type":["null","string"],"description":"What it is called."}""")]
    [InlineData("SamplePatch", "amount", """{"type":["null","number"]}""")]
    [InlineData("SamplePatch", "place", """{"oneOf":[{"$ref":"#/components/schemas/SamplePlace"},{"type":"null"}]}""")]
    [InlineData("SamplePlace", "row", """{"type":"integer","description":"From 1.","format":"int32"}""")]
    public void Field_is_described_as_the_serializer_writes_it(string schema, string field, string expected)
    {
        var actual = Schema(_canonical, schema)["properties"]![field]!;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), actual.ToJsonString());
    }

    [Theory]
    [InlineData("Sample", "id amount currency colour second_colour due place tags counts created_at parent")]
    [InlineData("SampleInput", "name")]
    [InlineData("SamplePatch", "")]
    [InlineData("SamplePage", "samples pagination")]
    public void Answers_require_all_fields_and_requests_those_that_must_be_sent(string schema, string expected) => Assert.Equal(
        expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(),
        (Schema(_canonical, schema)["required"]?.AsArray() ?? []).Select(name => (string)name!).Order());

    [Fact]
    public void Enumerations_are_snake_case_and_lists_name_their_plural()
    {
        Assert.Equal(["dark_red", "blue"], Schema(_canonical, "SampleColour")["enum"]!.AsArray().Select(value => (string)value!));
        Assert.Equal("#/components/schemas/Sample", (string)Schema(_canonical, "SamplePage")["properties"]!["samples"]!["items"]!["$ref"]!);
    }

    [Fact]
    public void Examples_of_changes_leave_out_what_is_not_changed()
    {
        var example = Assert.Single(Operation(_canonical, "update_sample").RequestExamples);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"name":null,"due":"2024-04-01"}"""), example), example.ToJsonString());
    }

    [Fact]
    public void Enveloped_answers_are_wrapped_and_a_vendor_type_shows_the_resource()
    {
        var list = Operation(_unversioned, "list_samples").Responses["200"]!["content"]!.AsObject();
        var wrapped = list["application/json"]!["examples"]!["example"]!["value"]!.AsObject();
        Assert.Equal(["success", "data", "meta", "message"], wrapped.Select(field => field.Key));
        Assert.Equal("#/components/schemas/SamplePage", (string)list["application/vnd.portal.v1+json"]!["schema"]!["$ref"]!);
        Assert.Equal(["200"], Operation(_unversioned, "delete_sample").Responses.Select(response => response.Key).Where(status => status[0] == '2'));
        Assert.Equal(["204"], Operation(_canonical, "delete_sample").Responses.Select(response => response.Key).Where(status => status[0] == '2'));
    }

    [Fact]
    public void Operation_says_what_it_needs_and_how_it_refuses()
    {
        var update = Operation(_canonical, "update_sample");
        Assert.True((bool)update.Operation["deprecated"]!);
        Assert.Equal("2030-01-01", (string)update.Operation["x-sunset"]!);
        Assert.Equal(["contacts:write"], update.Operation["x-required-scopes"]!.AsArray().Select(scope => (string)scope!));
        Assert.Equal(["200", "400", "401", "403", "404", "409", "413", "415", "429", "500"], update.Responses.Select(response => response.Key));
        Assert.True(Operation(_canonical, "log_in").Anonymous);
        Assert.Equal("smp_06bv5cwjmxq4s0d2k8h1r3n7zf", (string)Operation(_canonical, "delete_sample").ParametersIn("path").Single()["example"]!);
        Assert.Contains(Operation(_canonical, "create_sample").ParametersIn("header"), header => (string)header["name"]! == "Idempotency-Key");
        Assert.DoesNotContain(update.ParametersIn("header"), header => (string)header["name"]! == "Idempotency-Key");
    }

    [Fact]
    public void List_parameters_have_their_bounds()
    {
        var query = Operation(_canonical, "list_samples").ParametersIn("query").ToDictionary(parameter => (string)parameter["name"]!);
        Assert.Equal(100, (int)query["per_page"]["schema"]!["maximum"]!);
        Assert.Equal(20, (int)query["limit"]["schema"]!["default"]!);
        Assert.Equal(["created_at", "-created_at", "amount", "-amount"], query["sort"]["schema"]!["enum"]!.AsArray().Select(value => (string)value!));
        Assert.Equal("Only those of this colour.", (string)query["colour"]["description"]!);
        Assert.Equal("dark_red", (string)query["colour"]["example"]!);
    }

    [Fact]
    public async Task Both_documents_pass_the_linters_and_make_types_that_compile() =>
        await DocumentLint.Check(("v1.json", _canonical), ("unversioned.json", _unversioned));

    [Fact]
    public void Every_operation_is_complete() =>
        Assert.All(DocumentedOperation.Of(_canonical).Concat(DocumentedOperation.Of(_unversioned)), Completeness.Check);

    private static JsonNode Schema(JsonObject document, string name) => document["components"]!["schemas"]![name]!;

    private static DocumentedOperation Operation(JsonObject document, string id) =>
        DocumentedOperation.Of(document).Single(operation => operation.Id == id);
}
