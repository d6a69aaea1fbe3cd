using Portal.Core.Shared.Data;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Workflows.Api;

/// <summary>The preview of expressions.</summary>
public sealed class ExpressionsApiTests(ApiHost api) : IClassFixture<ApiHost>
{
    private const string Path = "/api/v1/expressions/evaluate";

    [Theory]
    [InlineData("""{"expression":"1 + 1"}""", "2", "int")]
    [InlineData("""{"expression":"a.b[0] + 'x'","variables":{"a":{"b":["y"]}}}""", "yx", "string")]
    [InlineData("""{"expression":"[1, 2.5, null]"}""", "[1,2.5,null]", "list")]
    [InlineData("""{"expression":"{'a': true}"}""", """{"a":true}""", "map")]
    [InlineData("""{"expression":"a","variables":{"a":null}}""", "", "null")]
    [InlineData("""{"expression":"timestamp('2024-01-01T00:00:00Z')"}""", "2024-01-01T00:00:00Z", "timestamp")]
    [InlineData("""{"expression":"now() > timestamp('2024-01-01T00:00:00Z')","variables":null}""", "True", "bool")]
    public async Task Expression_gives_its_value_and_type(string body, string value, string type)
    {
        var answer = await (await Client()).Post(Path, body);
        Assert.Equal((200, value, type), (answer.Status, answer.Text("value"), answer.Text("type")));
        Assert.Equal(type, (await (await Client()).Post("/api/expressions/evaluate", body)).Text("data.type"));
    }

    [Theory]
    [InlineData("""{"expression":"1 +\n +"}""", "2", "2", "5")]
    [InlineData("""{"expression":"a + nobody","variables":{"a":1}}""", "1", "5", "4")]
    [InlineData("""{"expression":"1 / 0"}""", "1", "3", "2")]
    [InlineData("""{"expression":"a.b","variables":{"a":{}}}""", "1", "3", "2")]
    public async Task Error_points_at_the_character(string body, string line, string column, string offset)
    {
        var answer = await (await Client()).Post(Path, body);
        Assert.Equal((400, "VALIDATION_ERROR", "expression"), (answer.Status, answer.Text("error.code"), answer.Text("error.details.field")));
        Assert.Equal((line, column, offset), (answer.Text("error.details.line"), answer.Text("error.details.column"), answer.Text("error.details.offset")));
    }

    [Fact]
    public async Task Expression_without_measure_is_refused()
    {
        var client = await Client();
        const string many = "[1,2,3,4,5,6,7,8,9,10]";
        var text = new string('x', 60_000);
        foreach (var body in new[]
        {
            """{}""", $$"""{"expression":"{{new string('(', 2000)}}"}""", $$"""{"expression":"{{new string('x', 5000)}}"}""",
            $$"""{"expression":"{{many}}.map(a, {{many}}.map(b, {{many}}.map(c, {{many}}.map(d, {{many}}.map(e, {{many}})))))"}""",
            // One long text many times over.
            $$$"""{"expression":"{{{many}}}.map(a, {{{many}}}.map(b, {{{many}}}.map(c, t)))","variables":{"t":"{{{text}}}"}}""",
            """{"expression":"1","variables":{""" + string.Join(',', Enumerable.Range(0, 101).Select(i => $"\"v{i}\":1")) + "}}",
        }) Assert.Equal(400, (await client.Post(Path, body)).Status);
    }

    [Fact]
    public async Task Caller_needs_the_scope()
    {
        var client = await api.WithKey(await api.NewOrganization(), ApiMode.Live, "contacts:read");
        Assert.Equal(403, (await client.Post(Path, """{"expression":"1"}""")).Status);
    }

    private async Task<ApiClient> Client() => await api.WithKey(await api.NewOrganization(), ApiMode.Live, "workflows:read");
}
