using System.Text.Json;
using Portal.Core.Workflows.Nodes;
using Portal.Tests.Infrastructure.Hosts;

namespace Portal.Tests.Workflows.Nodes;

/// <summary>Every operation of data-transformation nodes, and what each does with odd data.</summary>
public sealed class TransformationTests(SqliteCore core) : IClassFixture<SqliteCore>
{
    private const string People = """[{"name":"Ada","age":36,"city":"London"},{"name":"Bob","age":41,"city":"Paris"},{"name":"Cy","age":29,"city":"London"}]""";

    private readonly NodeBench _bench = new(core, "data-transformation");

    [Theory]
    [InlineData("""{"operation":"set","values":{"a":"{{ input.b + 1 }}","c":"x {{ input.b }}"}}""", """{"b":2}""", """{"b":2,"a":3,"c":"x 2"}""")]
    [InlineData("""{"operation":"set","values":{"source":"web"}}""", """[{"a":1},{"source":"mail"}]""", """[{"a":1,"source":"web"},{"source":"web"}]""")]
    [InlineData("""{"operation":"set","values":{"a":1}}""", null, """{"a":1}""")]
    [InlineData("""{"operation":"compute","expressions":{"total":"item.price * item.quantity","place":"index + 1"}}""", """[{"price":2.5,"quantity":4}]""", """[{"price":2.5,"quantity":4,"total":10,"place":1}]""")]
    [InlineData("""{"operation":"map","expressions":{"n":"item"}}""", "[1,2]", """[{"n":1},{"n":2}]""")]
    [InlineData("""{"operation":"map","expressions":{"n":"item.a"}}""", """{"a":1,"b":2}""", """{"n":1}""")]
    [InlineData("""{"operation":"pick","fields":["a","x"]}""", """{"a":1,"b":2}""", """{"a":1}""")]
    [InlineData("""{"operation":"omit","fields":["a"]}""", """[{"a":1,"b":2},{}]""", """[{"b":2},{}]""")]
    [InlineData("""{"operation":"rename","names":{"a":"b"}}""", """{"a":1,"b":2,"c":3}""", """{"b":1,"c":3}""")]
    [InlineData("""{"operation":"rename","names":{"a":"b","b":"a"}}""", """{"a":1,"b":2}""", """{"b":1,"a":2}""")]
    [InlineData("""{"operation":"filter","when":"item.age > 30 && index < 2"}""", People, """[{"name":"Ada","age":36,"city":"London"},{"name":"Bob","age":41,"city":"Paris"}]""")]
    [InlineData("""{"operation":"take","limit":1,"offset":1}""", "[1,2,3]", "[2]")]
    [InlineData("""{"operation":"unique"}""", """[1,1.0,"1",{"a":1,"b":2},{"b":2,"a":1},"é","\u00e9",null,null]""", """[1,"1",{"a":1,"b":2},"é",null]""")]
    [InlineData("""{"operation":"unique","fields":["city"]}""", People, """[{"name":"Ada","age":36,"city":"London"},{"name":"Bob","age":41,"city":"Paris"}]""")]
    [InlineData("""{"operation":"flatten"}""", "[[1,[2]],3]", "[1,[2],3]")]
    [InlineData("""{"operation":"flatten","depth":2}""", "[[1,[2]],3]", "[1,2,3]")]
    [InlineData("""{"operation":"merge","with":{"b":3,"c":4}}""", """{"a":1,"b":2}""", """{"a":1,"b":3,"c":4}""")]
    [InlineData("""{"operation":"merge","with":[3]}""", "[1,2]", "[1,2,3]")]
    [InlineData("""{"operation":"merge","on":"id","with":[{"id":1,"x":"a"},{"id":1,"x":"b"},{"x":"none"}]}""", """[{"id":1.0},{"id":2},{}]""", """[{"id":1,"x":"a"},{"id":2},{}]""")]
    public async Task Fields_and_lists(string operation, string? input, string expected) => await _bench.Gives(expected, One(operation), input);

    [Theory]
    [InlineData("""{"operation":"sort"}""", """[3,"b",1,null,"a",2.5,true]""", """[1,2.5,3,"a","b",true,null]""")]
    [InlineData("""{"operation":"sort","fields":["-a"]}""", """[{"a":1},{"b":0},{"a":2}]""", """[{"a":2},{"a":1},{"b":0}]""")]
    [InlineData("""{"operation":"sort","fields":["a.b","-c"]}""", """[{"a":{"b":2},"c":1},{"a":{"b":1},"c":1},{"a":{"b":1},"c":2}]""", """[{"a":{"b":1},"c":2},{"a":{"b":1},"c":1},{"a":{"b":2},"c":1}]""")]
    public async Task Sorting_is_stable_and_puts_what_is_missing_last(string operation, string input, string expected) => await _bench.Gives(expected, One(operation), input);

    [Fact]
    public async Task Groups_get_their_sums()
    {
        const string Sums = """
            {"operation":"group","fields":["city"],"aggregates":[{"name":"people","function":"count"},{"name":"total","function":"sum","field":"age"},
             {"name":"mean","function":"avg","field":"age"},{"name":"youngest","function":"min","field":"age"},{"name":"oldest","function":"max","field":"age"},{"name":"names","function":"list","field":"name"}]}
            """;
        await _bench.Gives(
            """[{"city":"London","people":2,"total":65,"mean":32.5,"youngest":29,"oldest":36,"names":["Ada","Cy"]},{"city":"Paris","people":1,"total":41,"mean":41,"youngest":41,"oldest":41,"names":["Bob"]}]""",
            One(Sums), People);
        await _bench.Gives("""[{"sum":0.3}]""", One("""{"operation":"group","aggregates":[{"name":"sum","function":"sum","field":"a"}]}"""), """[{"a":0.1},{"a":0.2},{"a":null},{}]""");
        await _bench.Gives("""[{"mean":null,"least":null}]""", One("""{"operation":"group","aggregates":[{"name":"mean","function":"avg","field":"a"},{"name":"least","function":"min","field":"a"}]}"""), "[{}]");
        await _bench.Gives("[]", One("""{"operation":"group","aggregates":[{"name":"n","function":"count"}]}"""), "[]");
        await _bench.Fails("TRANSFORM_FAILED", One("""{"operation":"group","aggregates":[{"name":"s","function":"sum","field":"a"}]}"""), """[{"a":"1"}]""");
        await _bench.Fails("TRANSFORM_FAILED", One("""{"operation":"group","aggregates":[{"name":"s","function":"sum","field":"a"}]}"""), """[{"a":1e308},{"a":1e308}]""");
        await _bench.Gives("""[{"s":1.5e300}]""", One("""{"operation":"group","aggregates":[{"name":"s","function":"sum","field":"a"}]}"""), """[{"a":1.5e300},{"a":1}]""");
    }

    [Theory]
    [InlineData("""{"operation":"split"}""", "\"a,b,,c\"", """["a","b","","c"]""")]
    [InlineData("""{"operation":"split","field":"tags","separator":" | "}""", """[{"tags":"a | b"},{},{"tags":null}]""", """[{"tags":["a","b"]},{},{"tags":null}]""")]
    [InlineData("""{"operation":"join","separator":"; "}""", """["a",1,null,true]""", "\"a; 1; ; true\"")]
    [InlineData("""{"operation":"join","field":"tags"}""", """{"tags":["a","b"]}""", """{"tags":"a,b"}""")]
    [InlineData("""{"operation":"parse_json","field":"body"}""", """{"body":"{\"a\":[1.50]}"}""", """{"body":{"a":[1.50]}}""")]
    [InlineData("""{"operation":"format_json"}""", """{"a": [1, "ü<"]}""", """ "{\"a\":[1,\"ü<\"]}" """)]
    [InlineData("""{"operation":"to_number","decimal_separator":","}""", """["1.234,5","-3","1 000,25",7]""", "[1234.5,-3,1000.25,7]")]
    [InlineData("""{"operation":"to_number","field":"order.sum"}""", """{"order":{"sum":"1,000.5","id":1}}""", """{"order":{"sum":1000.5,"id":1}}""")]
    [InlineData("""{"operation":"format_number","grouping":true}""", "[1234567.885,-0.005,2]", """["1,234,567.89","-0.01","2.00"]""")]
    [InlineData("""{"operation":"format_number","decimals":0,"decimal_separator":",","grouping":true}""", "1234567.5", "\"1.234.568\"")]
    [InlineData("""{"operation":"to_date"}""", """["2024-01-15","2024-01-15T10:00:00+02:00",1704110400]""", """["2024-01-15T00:00:00.000Z","2024-01-15T08:00:00.000Z","2024-01-01T12:00:00.000Z"]""")]
    [InlineData("""{"operation":"to_date","format":"dd.MM.yyyy HH:mm","time_zone":"Europe/Berlin"}""", "\"31.07.2024 14:30\"", "\"2024-07-31T12:30:00.000Z\"")]
    [InlineData("""{"operation":"format_date","format":"dd MMM yyyy HH:mm","time_zone":"Europe/Berlin"}""", "\"2024-07-31T12:30:00Z\"", "\"31 Jul 2024 14:30\"")]
    [InlineData("""{"operation":"format_date"}""", "1704110400", "\"2024-01-01\"")]
    public async Task Values_are_converted(string operation, string input, string expected) => await _bench.Gives(expected, One(operation), input);

    [Theory]
    [InlineData("""{"operation":"filter","when":"item"}""", "[1]")]
    [InlineData("""{"operation":"filter","when":"true"}""", "{}")]
    [InlineData("""{"operation":"sort"}""", "null")]
    [InlineData("""{"operation":"pick","fields":["a"]}""", "[1]")]
    [InlineData("""{"operation":"set","values":{"a":1}}""", "\"text\"")]
    [InlineData("""{"operation":"merge","with":[1]}""", "{}")]
    [InlineData("""{"operation":"merge","with":{}}""", "[]")]
    [InlineData("""{"operation":"split"}""", "5")]
    [InlineData("""{"operation":"join"}""", "\"a\"")]
    [InlineData("""{"operation":"to_number"}""", "\"twelve\"")]
    [InlineData("""{"operation":"to_number"}""", "true")]
    [InlineData("""{"operation":"format_number"}""", "1e300")]
    [InlineData("""{"operation":"to_date"}""", "\"31.07.2024\"")]
    [InlineData("""{"operation":"to_date"}""", "1e18")]
    [InlineData("""{"operation":"to_date","format":"dd.MM.yyyy"}""", "\"2024-07-31\"")]
    [InlineData("""{"operation":"format_date","format":"%%"}""", "\"2024-07-31\"")]
    public async Task Data_of_another_kind_is_a_failure_that_names_the_operation(string operation, string input) =>
        Assert.StartsWith("Operation 1 (", (await _bench.Fails("TRANSFORM_FAILED", One(operation), input)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"operation":"compute","expressions":{"a":"item.b"}}""", "{}", "EXPRESSION_FAILED")]
    [InlineData("""{"operation":"to_date","time_zone":"Mars/Olympus"}""", "1", "UNKNOWN_TIME_ZONE")]
    [InlineData("""{"operation":"parse_json"}""", "\"{\"", "INVALID_JSON")]
    [InlineData("""{"operation":"parse_json"}""", "\"{\\\"a\\\":1,\\\"a\\\":2}\"", "INVALID_JSON")]
    [InlineData("""{"operation":"explode"}""", "1", "INVALID_CONFIG")]
    [InlineData("""{"operation":"split","separator":""}""", "\"a\"", "INVALID_CONFIG")]
    [InlineData("""{"operation":"pick"}""", "{}", "INVALID_CONFIG")]
    public async Task Other_failures_have_codes_of_their_own(string operation, string input, string code) => await _bench.Fails(code, One(operation), input);

    [Fact]
    public async Task Operations_work_on_what_the_one_before_gave()
    {
        await _bench.Gives(
            """[{"name":"Bob","label":"Bob (41)"},{"name":"Ada","label":"Ada (36)"}]""",
            """
            {"data":"{{ input.people }}","operations":[
              {"operation":"filter","when":"item.age > 30"},{"operation":"sort","fields":["-age"]},
              {"operation":"compute","expressions":{"label":"item.name + ' (' + string(item.age) + ')'"}},{"operation":"pick","fields":["name","label"]}]}
            """,
            $$"""{"people":{{People}}}""");
        Assert.StartsWith("Operation 2 (take)", (await _bench.Fails("TRANSFORM_FAILED", """{"operations":[{"operation":"set","values":{}},{"operation":"take"}]}""", "{}")).Message, StringComparison.Ordinal);
        await _bench.Gives("1", """{"operations":[]}""", "1");
    }

    [Fact]
    public async Task One_expression_makes_the_whole_output()
    {
        await _bench.Gives("""{"adults":2}""", """{"expression":"{'adults': input.filter(p, p.age > 30).size()}"}""", People);
        await _bench.Fails("EXPRESSION_FAILED", """{"expression":"input.missing"}""", "{}");
        await _bench.Fails("INVALID_CONFIG", "{}");
        await _bench.Fails("INVALID_CONFIG", """{"expression":"1","operations":[]}""");
        Assert.Equal(["operations[0].when"], _bench.Faults("""{"operations":[{"operation":"filter"}]}"""));
    }

    [Fact]
    public async Task Numbers_keep_their_digits() => await _bench.Gives("""[{"id":12345678901234567890123,"sum":0.10}]""", One("""{"operation":"pick","fields":["id","sum"]}"""), """[{"id":12345678901234567890123,"sum":0.10,"x":1}]""");

    [Theory]
    [InlineData("""{"a":"\ud800"}""")]
    [InlineData("""{"\udc00":1}""")]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"a":1e999}""")]
    public async Task Input_that_programs_read_differently_is_a_failure(string input) => await _bench.Fails("INVALID_JSON", One("""{"operation":"pick","fields":["a"]}"""), input);

    [Fact]
    public async Task Null_characters_pass_through() => await _bench.Gives("""{"a":"x\u0000y"}""", One("""{"operation":"pick","fields":["a"]}"""), """{"a":"x\u0000y"}""");

    [Fact]
    public async Task Nesting_without_end_is_a_failure()
    {
        var deep = new string('[', 40) + new string(']', 40);
        await _bench.Fails("INVALID_JSON", One("""{"operation":"parse_json"}"""), JsonSerializer.Serialize(deep));
        var steps = string.Join(',', Enumerable.Repeat("""{"operation":"map","expressions":{"a":"item"}}""", 40));
        var output = await _bench.Output($$"""{"operations":[{{steps}}]}""", "1");
        Assert.True(Depth(output) <= 64);
    }

    [Theory]
    [InlineData("""{"operation":"set","values":{"t":"{{ input.text }}"}}""", 5000)]
    [InlineData("""{"operation":"compute","expressions":{"t":"input.text"}}""", 5000)]
    [InlineData("""{"operation":"map","expressions":{"t":"input.text"}}""", 5000)]
    [InlineData("""{"operation":"map","expressions":{MANY}}""", 1)]
    [InlineData("""{"operation":"merge","on":"k","with":[{"k":1,"t":"{{ input.text }}"}]}""", 5000)]
    [InlineData("""{"operation":"group","aggregates":[AGGREGATES]}""", 5000)]
    public async Task What_grows_without_end_is_stopped_while_it_grows(string operation, int items)
    {
        var many = string.Join(',', Enumerable.Range(0, 200).Select(i => $"\"f{i}\":\"input.text\""));
        var aggregates = string.Join(',', Enumerable.Range(0, 50).Select(i => $$"""{"name":"a{{i}}","function":"list","field":"t"}"""));
        var config = $$$"""{"data":"{{ input.items }}","operations":[{{{operation.Replace("MANY", many, StringComparison.Ordinal).Replace("AGGREGATES", aggregates, StringComparison.Ordinal)}}}]}""";
        var text = new string('x', 400_000);
        var list = operation.Contains("group", StringComparison.Ordinal) ? string.Join(',', Enumerable.Repeat($$"""{"t":"{{text[..1000]}}"}""", items)) : string.Join(',', Enumerable.Repeat("""{"k":1}""", items));
        var before = GC.GetTotalAllocatedBytes();
        var failure = await _bench.Fails("OUTPUT_TOO_LARGE", config, $$"""{"text":"{{text}}","items":[{{list}}]}""");
        Assert.EndsWith("The output would be larger than 16 MiB.", failure.Message, StringComparison.Ordinal);
        // Tests run beside this one; what would grow without end is gigabytes.
        Assert.True(GC.GetTotalAllocatedBytes() - before < 1_000_000_000, $"{GC.GetTotalAllocatedBytes() - before} bytes");
    }

    [Fact]
    public async Task Text_that_doubles_with_each_operation_is_stopped()
    {
        var steps = string.Join(',', Enumerable.Repeat("""{"operation":"format_json"}""", 40));
        Assert.StartsWith("Operation ", (await _bench.Fails("OUTPUT_TOO_LARGE", $$"""{"operations":[{{steps}}]}""", "\"\\\"\"")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Group_has_each_name_once()
    {
        await _bench.Gives("""[{"a":2,"b":1}]""", One("""{"operation":"group","fields":["a","b","a"],"aggregates":[{"name":"a","function":"count"}]}"""), """[{"a":1,"b":1},{"a":1,"b":1}]""");
        await _bench.Gives("""[{"n":2}]""", One("""{"operation":"group","aggregates":[{"name":"n","function":"sum","field":"a"},{"name":"n","function":"count"}]}"""), """[{"a":1},{"a":1}]""");
    }

    [Fact]
    public async Task Cancelled_run_stops_in_the_middle_of_a_list()
    {
        using var soon = new CancellationTokenSource();
        await soon.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => _bench.Run(One("""{"operation":"filter","when":"true"}"""), "[1,2,3]", cancellation: soon.Token));
    }

    private static string One(string operation) => $$"""{"operations":[{{operation}}]}""";

    private static int Depth(JsonElement value) => value.ValueKind == JsonValueKind.Object ? 1 + value.EnumerateObject().Max(field => Depth(field.Value)) : 0;
}
