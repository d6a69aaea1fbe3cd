using System.Text;
using System.Text.Json;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Workflows.Nodes;

/// <summary>Files in and out, good and bad.</summary>
public sealed class FileProcessorTests(SqliteCore core) : IClassFixture<SqliteCore>
{
    private readonly NodeBench _bench = new(core, "file-processor");

    [Fact]
    public async Task Csv_becomes_objects() => await _bench.Gives(
        """{"rows":[{"name":"Ada \"the\" first","city":"London, UK"},{"name":"Bob\nBuilder","city":""}],"row_count":2,"columns":["name","city"],"errors":[]}""",
        """{"operation":"parse_csv"}""", JsonSerializer.Serialize("\uFEFFname,city\r\n\"Ada \"\"the\"\" first\",\"London, UK\"\r\n\"Bob\nBuilder\",\r\n"));

    [Theory]
    [InlineData("""{"types":"infer"}""", "a,b,c,d,e\n1,-2.5,007,1234567890123456,true", """{"a":1,"b":-2.5,"c":"007","d":"1234567890123456","e":true}""")]
    [InlineData("""{"columns":{"a":"number","b":"boolean","c":"date","d":"number"}}""", "a,b,c,d\n 1e3 ,Yes,2024-01-15,", """{"a":1000,"b":true,"c":"2024-01-15T00:00:00.000Z","d":null}""")]
    [InlineData("""{"header":false}""", "x;y", """{"column_1":"x","column_2":"y"}""")]
    [InlineData("""{"delimiter":"\t"}""", "a\tb\n1,5\t2", """{"a":"1,5","b":"2"}""")]
    [InlineData("{}", "a;b\n1,5;2", """{"a":"1,5","b":"2"}""")]
    [InlineData("{}", "a,\n1,2", """{"a":"1","column_2":"2"}""")]
    public async Task Cells_become_what_is_asked(string options, string csv, string row)
    {
        var output = await _bench.Output(options.Insert(1, "\"operation\":\"parse_csv\"" + (options == "{}" ? "" : ",")), JsonSerializer.Serialize(csv));
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(row), output.GetProperty("rows")[0]), output.GetRawText());
    }

    [Theory]
    [InlineData("a,b\n1,2\n3\n4,5,6\n", "Line 3 has another number of fields than the first.")]
    [InlineData("a,b\n1,2\n\nx\"y,2\n", "Line 4 has a quote in the middle of a field.")]
    [InlineData("a,b\n\"x\"y,2\n", "Line 2 has text behind a closing quote.")]
    [InlineData("a,b\n1,2\n\"never closed,2\n3,4\n", "Line 3 has a quote that is not closed.")]
    [InlineData("a,a\n1,2\n", "The header names the column a twice.")]
    public async Task Bad_line_is_named(string csv, string message) =>
        Assert.Equal(message, (await _bench.Fails("INVALID_CSV", """{"operation":"parse_csv"}""", JsonSerializer.Serialize(csv))).Message);

    [Fact]
    public async Task Bad_lines_are_left_out_and_listed()
    {
        const string Csv = "n,ok\n1,yes\nx,no\n\"2\n\",maybe\n3\n4,true\n";
        await _bench.Gives(
            """
            {"rows":[{"n":1,"ok":true},{"n":4,"ok":true}],"row_count":2,"columns":["n","ok"],
             "errors":[{"line":3,"message":"has no number in the column n."},{"line":4,"message":"has no boolean in the column ok."},{"line":6,"message":"has another number of fields than the first."}]}
            """,
            """{"operation":"parse_csv","on_bad_line":"skip","columns":{"n":"number","ok":"boolean"}}""", JsonSerializer.Serialize(Csv));
    }

    [Fact]
    public async Task Csv_is_written_with_every_field_that_comes() => await _bench.Gives(
        """{"content":"a,b,c\r\n1,\"x,\"\"y\"\"\",\r\n-2,,\"[1,2]\"\r\n","content_type":"text/csv; charset=utf-8","encoding":"text","bytes":34}""",
        """{"operation":"format_csv"}""", """[{"a":1,"b":"x,\"y\""},{"a":-2,"c":[1,2]}]""");

    [Fact]
    public async Task Columns_and_their_order_can_be_chosen() => await _bench.Gives(
        """{"content":"x;\r\n","content_type":"text/csv; charset=utf-8","encoding":"text","bytes":4}""",
        """{"operation":"format_csv","fields":["b","z"],"header":false,"delimiter":";"}""", """[{"a":1,"b":"x"}]""");

    [Fact]
    public async Task Formulas_are_guarded_and_numbers_are_not()
    {
        const string Rows = """[{"=a":"=1+1","b":"+1","c":"-1","d":"@x","e":"\tx","f":"ok","g":-1,"h":"＝1"}]""";
        Assert.Equal("'=a,b,c,d,e,f,g,h\r\n'=1+1,'+1,'-1,'@x,'\tx,ok,-1,'＝1\r\n", (await _bench.Output("""{"operation":"format_csv"}""", Rows)).GetProperty("content").GetString());
        Assert.StartsWith("=a", (await _bench.Output("""{"operation":"format_csv","guard_formulas":false}""", Rows)).GetProperty("content").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Written_csv_reads_back_as_it_was()
    {
        const string Rows = """[{"a":"x\r\ny","b":"\"","c":" "},{"a":"","b":"ü","c":"z\u0000"}]""";
        var written = await _bench.Output("""{"operation":"format_csv"}""", Rows);
        var read = await _bench.Output("""{"operation":"parse_csv"}""", written.GetProperty("content").GetRawText());
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(Rows), read.GetProperty("rows")), read.GetRawText());
    }

    [Fact]
    public async Task Json_is_read_and_written()
    {
        await _bench.Gives("""{"data":{"a":[1]}}""", """{"operation":"parse_json"}""", JsonSerializer.Serialize("""{"a":[1]}"""));
        Assert.Equal("{\"a\":[1]}", (await _bench.Output("""{"operation":"format_json"}""", """{"a": [1]}""")).GetProperty("content").GetString());
        Assert.Equal("{\n  \"a\": 1\n}", (await _bench.Output("""{"operation":"format_json","indented":true}""", """{"a":1}""")).GetProperty("content").GetString()!.ReplaceLineEndings("\n"));
        await _bench.Gives("""{"rows":[1,{"a":2}],"row_count":2,"errors":[]}""", """{"operation":"parse_ndjson"}""", JsonSerializer.Serialize("1\r\n\n{\"a\":2}\n"));
        Assert.Equal("1\n{\"a\":2}\n", (await _bench.Output("""{"operation":"format_ndjson"}""", """[1,{"a": 2}]""")).GetProperty("content").GetString());
    }

    [Fact]
    public async Task Bad_line_of_ndjson_is_named_or_left_out()
    {
        var input = JsonSerializer.Serialize("1\n{\n2");
        Assert.StartsWith("Line 2 is not JSON", (await _bench.Fails("INVALID_JSON", """{"operation":"parse_ndjson"}""", input)).Message, StringComparison.Ordinal);
        var output = await _bench.Output("""{"operation":"parse_ndjson","on_bad_line":"skip"}""", input);
        Assert.Equal((2, 2), (output.GetProperty("row_count").GetInt32(), output.GetProperty("errors")[0].GetProperty("line").GetInt32()));
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("iso-8859-1")]
    [InlineData("windows-1252")]
    public async Task Bytes_are_read_and_written_in_a_character_set(string charset)
    {
        var config = $$"""{"operation":"FORMAT_csv","encoding":"base64","charset":"{{charset}}"}""";
        var written = await _bench.Output(config.Replace("FORMAT", "format", StringComparison.Ordinal), """[{"größe":"ß"}]""");
        Assert.Equal($"text/csv; charset={charset}", written.GetProperty("content_type").GetString());
        var read = await _bench.Output(config.Replace("FORMAT", "parse", StringComparison.Ordinal), written.GetProperty("content").GetRawText());
        Assert.Equal("ß", read.GetProperty("rows")[0].GetProperty("größe").GetString());
    }

    [Theory]
    [InlineData("""{"operation":"parse_csv","encoding":"base64"}""", "\"//8=\"", "INVALID_ENCODING")]
    [InlineData("""{"operation":"parse_csv","encoding":"base64"}""", "\"not base 64!\"", "INVALID_ENCODING")]
    [InlineData("""{"operation":"format_csv","encoding":"base64","charset":"iso-8859-1"}""", """[{"a":"語"}]""", "INVALID_ENCODING")]
    [InlineData("""{"operation":"parse_csv"}""", "[1]", "NOT_A_TEXT")]
    [InlineData("""{"operation":"parse_json"}""", null, "NOT_A_TEXT")]
    [InlineData("""{"operation":"format_csv"}""", "[1]", "NOT_A_LIST")]
    [InlineData("""{"operation":"format_csv"}""", "\"a\"", "NOT_A_LIST")]
    [InlineData("""{"operation":"format_ndjson"}""", "{}", "NOT_A_LIST")]
    [InlineData("""{"operation":"format_csv"}""", """[{"a":"\ud800"}]""", "INVALID_JSON")]
    [InlineData("""{"operation":"parse_csv","most_rows":1}""", "\"a\\n1\\n2\"", "FILE_TOO_LARGE")]
    [InlineData("""{"operation":"parse_ndjson","most_rows":1}""", "\"1\\n2\"", "FILE_TOO_LARGE")]
    [InlineData("""{"operation":"parse_csv","most_bytes":3}""", "\"äbc\"", "FILE_TOO_LARGE")]
    [InlineData("""{"operation":"format_json","most_bytes":3}""", "\"abc\"", "FILE_TOO_LARGE")]
    [InlineData("""{"operation":"parse_xml"}""", "\"<a/>\"", "INVALID_CONFIG")]
    [InlineData("""{"operation":"parse_csv","delimiter":"ab"}""", "\"a\"", "INVALID_CONFIG")]
    public async Task What_is_no_such_file_is_a_failure(string config, string? input, string code) => await _bench.Fails(code, config, input);

    [Fact]
    public async Task Huge_files_are_failures()
    {
        var wide = string.Join(',', Enumerable.Range(0, 201));
        await _bench.Fails("FILE_TOO_LARGE", """{"operation":"parse_csv"}""", JsonSerializer.Serialize($"{wide}\n{wide}"));
        var tall = new StringBuilder("a\n");
        for (var i = 0; i < 100_001; i++) tall.Append("1\n");
        await _bench.Fails("FILE_TOO_LARGE", """{"operation":"parse_csv"}""", JsonSerializer.Serialize(tall.ToString()));
        await _bench.Fails("FILE_TOO_LARGE", """{"operation":"parse_csv"}""", JsonSerializer.Serialize("a\n" + new string('x', 6 * 1024 * 1024)));
        await _bench.Fails("FILE_TOO_LARGE", """{"operation":"format_csv"}""", $"[{{{string.Join(',', Enumerable.Range(0, 201).Select(i => $"\"c{i}\":1"))}}}]");
        await _bench.Fails("INVALID_JSON", """{"operation":"parse_json"}""", JsonSerializer.Serialize(new string('[', 100_000)));
    }

    [Fact]
    public async Task Small_files_that_make_much_of_little_are_failures()
    {
        // Each row repeats the names of the columns; each object without fields is a row of separators.
        var wide = string.Join(',', Enumerable.Range(0, 200).Select(i => $"c{i}{new string('x', 1000)}"));
        await _bench.Fails("OUTPUT_TOO_LARGE", """{"operation":"parse_csv"}""", JsonSerializer.Serialize($"{wide}\n{string.Concat(Enumerable.Repeat($"{new string(',', 199)}\n", 5000))}"));
        var columns = string.Join(',', Enumerable.Range(0, 200).Select(i => $"\"c{i}\":1"));
        await _bench.Fails("OUTPUT_TOO_LARGE", """{"operation":"format_csv"}""", $"[{{{columns}}}{string.Concat(Enumerable.Repeat(",{}", 200_000))}]");
    }

    [Fact]
    public async Task Empty_files_are_files()
    {
        await _bench.Gives("""{"rows":[],"row_count":0,"columns":[],"errors":[]}""", """{"operation":"parse_csv"}""", "\"\"");
        await _bench.Gives("""{"rows":[],"row_count":0,"columns":["a","b"],"errors":[]}""", """{"operation":"parse_csv"}""", "\"a,b\"");
        Assert.Equal("", (await _bench.Output("""{"operation":"format_csv"}""", "[]")).GetProperty("content").GetString());
    }
}
