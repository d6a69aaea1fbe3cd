using System.Text.Json;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Workflows.Nodes;

/// <summary>What people read of a run; nothing of the data becomes code in it.</summary>
public sealed class OutputFormatterTests(SqliteCore core) : IClassFixture<SqliteCore>
{
    private readonly NodeBench _bench = new(core, "output-formatter");

    [Theory]
    [InlineData("json", """{"a": [1]}""", "{\"a\":[1]}", "application/json")]
    [InlineData("text", "\"x\"", "x", "text/plain")]
    [InlineData("text", """{"a": 1}""", "{\"a\":1}", "text/plain")]
    [InlineData("csv", """[{"a":"=1"}]""", "a\r\n'=1\r\n", "text/csv")]
    [InlineData("html", "\"<b>\\nx\"", "<p>&lt;b&gt;</p><p>x</p>", "text/html")]
    [InlineData("html", """{"<k>":"<v>","n":[1]}""", "<dl><dt>&lt;k&gt;</dt><dd>&lt;v&gt;</dd><dt>n</dt><dd><ul><li><p>1</p></li></ul></dd></dl>", "text/html")]
    [InlineData("html", """[{"a":"<i>"},{"b":1}]""", "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>&lt;i&gt;</td><td></td></tr><tr><td></td><td>1</td></tr></tbody></table>", "text/html")]
    [InlineData("markdown", "\"# Hi\\n\\n*you*\"", "<h1>Hi</h1>\n<p><em>you</em></p>\n", "text/html")]
    [InlineData("text", null, "", "text/plain")]
    public async Task Data_is_written_in_the_format(string format, string? input, string content, string type)
    {
        var output = await _bench.Output($$"""{"format":"{{format}}"}""", input);
        Assert.Equal((content, $"{type}; charset=utf-8"), (output.GetProperty("content").GetString(), output.GetProperty("content_type").GetString()));
    }

    [Theory]
    [InlineData("html", "<h1 title=\\\"{{ input.t }}\\\">{{ input.t }}</h1>{{ input.n + 1 }}", "<h1 title=\"&lt;a b=&quot;c&quot;&gt;\">&lt;a b=&quot;c&quot;&gt;</h1>3")]
    [InlineData("text", "{{ input.t }}!", "<a b=\"c\">!")]
    [InlineData("markdown", "**{{ input.m }}** {{ input.l }}", "<p><strong>*not* &lt;b&gt;</strong> [x](javascript:alert(1))</p>\n")]
    [InlineData("text", "no expression }} {{", "no expression }} {{")]
    public async Task Values_in_templates_are_escaped(string format, string template, string content)
    {
        const string Input = """{"t":"<a b=\"c\">","n":2,"m":"*not* <b>","l":"[x](javascript:alert(1))"}""";
        Assert.Equal(content, (await _bench.Output($$$"""{"format":"{{{format}}}","template":"{{{template}}}"}""", Input)).GetProperty("content").GetString());
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("x <img src=x onerror=alert(1)> y")]
    [InlineData("[x](javascript:alert(1))")]
    [InlineData("[x](JaVa\tScript:alert(1))")]
    [InlineData("[x](<java\u0001script:alert(1)>)")]
    [InlineData("[x](data:text/html,<script>alert(1)</script>)")]
    [InlineData("![x](javascript:alert(1))")]
    [InlineData("<javascript:alert(1)>")]
    [InlineData("[x][1]\n\n[1]: vbscript:alert(1)")]
    [InlineData("[x](&#106;avascript:alert(1))")]
    public async Task Markdown_runs_no_script(string markdown)
    {
        var html = (await _bench.Output("""{"format":"markdown"}""", JsonSerializer.Serialize(markdown))).GetProperty("content").GetString()!;
        Assert.DoesNotMatch("(?i)<script|<img src=x|(href|src)=\"\\s*(java|vb|data)", html);
    }

    [Fact]
    public async Task Links_to_the_web_stay()
    {
        var html = (await _bench.Output("""{"format":"markdown"}""", JsonSerializer.Serialize("[a](https://example.com/?a=1) [b](mailto:a@b.c) [c](/x:y) <https://example.com>"))).GetProperty("content").GetString()!;
        Assert.Equal(4, html.Split("href=").Length - 1);
        Assert.DoesNotContain("\"#\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_are_not_shown()
    {
        await _bench.Fails("INVALID_CONFIG", """{"format":"text","template":"{{ secrets.TOKEN }}"}""");
        // Spelt so that nobody finds the name: it has no value then.
        await _bench.Fails("EXPRESSION_FAILED", """{"format":"text","template":"{{ nodes.x }}"}""");
    }

    [Theory]
    [InlineData("""{"format":"html","template":"{{ 1 + }}"}""")]
    [InlineData("""{"format":"html","template":"{{ nobody }}"}""")]
    [InlineData("""{"format":"csv","template":"x"}""")]
    [InlineData("""{"format":"html","template":"x","content":1}""")]
    [InlineData("""{"format":"pdf"}""")]
    public async Task Faults_are_found_before_it_runs(string config) => await _bench.Fails("INVALID_CONFIG", config);

    [Fact]
    public async Task Little_that_makes_much_is_a_failure()
    {
        var columns = string.Join(',', Enumerable.Range(0, 200).Select(i => $"\"c{i}\":1"));
        await _bench.Fails("OUTPUT_TOO_LARGE", """{"format":"html"}""", $"[{{{columns}}}{string.Concat(Enumerable.Repeat(",{}", 200_000))}]");
        var template = string.Concat(Enumerable.Repeat("{{ input }}", 5000));
        await _bench.Fails("OUTPUT_TOO_LARGE", $$"""{"format":"text","template":"{{template}}"}""", JsonSerializer.Serialize(new string('x', 100_000)));
        var table = string.Concat(string.Concat(Enumerable.Repeat("|a", 3000)), "\n", string.Concat(Enumerable.Repeat("|-", 3000)), "\n", string.Concat(Enumerable.Repeat("|x\n", 3000)));
        await _bench.Fails("MARKDOWN_TOO_LARGE", """{"format":"markdown"}""", JsonSerializer.Serialize(table));
        await _bench.Fails("MARKDOWN_TOO_LARGE", """{"format":"markdown"}""", JsonSerializer.Serialize(new string('x', 200_001)));
    }

    [Theory]
    [InlineData(">")]
    [InlineData("- ")]
    [InlineData("[")]
    [InlineData("**a ")]
    [InlineData("![x](")]
    public async Task Markdown_nested_without_end_is_shown_or_a_clear_failure(string opening)
    {
        try
        {
            await _bench.Output("""{"format":"markdown"}""", JsonSerializer.Serialize(string.Concat(Enumerable.Repeat(opening, 20_000))));
        }
        catch (Portal.Core.Workflows.Nodes.NodeException fault)
        {
            Assert.Equal("INVALID_MARKDOWN", fault.Code);
        }
    }

    [Theory]
    [InlineData("""{"format":"csv"}""", "1", "NOT_A_LIST")]
    [InlineData("""{"format":"html","template":"{{ input.x }}"}""", "{}", "EXPRESSION_FAILED")]
    [InlineData("""{"format":"text"}""", "\"\\ud800\"", "INVALID_JSON")]
    public async Task Data_that_does_not_fit_is_a_failure(string config, string input, string code) => await _bench.Fails(code, config, input);

    [Fact]
    public async Task Answer_has_status_and_headers_where_they_are_given()
    {
        await _bench.Gives("""{"content":"x","content_type":"text/plain; charset=utf-8","status":202,"headers":{"X-Count":"3"}}""", """{"format":"text","status":202,"headers":{"X-Count":"{{ input.size() + 2 }}"}}""", "\"x\"");
        await _bench.Gives("""{"content":"x","content_type":"text/plain; charset=utf-8"}""", """{"format":"text"}""", "\"x\"");
    }

    [Theory]
    [InlineData("Set-Cookie", "a=b")]
    [InlineData("Transfer-Encoding", "chunked")]
    [InlineData("Connection", "close")]
    [InlineData("Content-Length", "3")]
    [InlineData("Content-Security-Policy", "default-src *")]
    [InlineData("X-Accel-Redirect", "/portal.db")]
    [InlineData("X-Request-Id", "req_1")]
    [InlineData("X-Split", "a\\r\\nSet-Cookie: b=1")]
    [InlineData("X Space", "1")]
    [InlineData("", "1")]
    public async Task Header_that_no_workflow_may_answer_is_a_finding(string name, string value)
    {
        var config = $$$"""{"format":"text","headers":{"{{{name}}}":"{{{value}}}"}}""";
        Assert.Equal([$"headers.{name}"], _bench.Faults(config));
        await _bench.Fails("INVALID_CONFIG", config);
    }

    [Theory]
    [InlineData("{{ input }}", "\"a\\nb\"")]
    [InlineData("é", "1")]
    public async Task Header_whose_value_is_known_only_in_the_run_fails_it(string value, string input) => await _bench.Fails("INVALID_CONFIG", $$$"""{"format":"text","headers":{"X-A":"{{{value}}}"}}""", input);
}
