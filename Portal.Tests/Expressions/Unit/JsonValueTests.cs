using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Core.Expressions;

namespace Portal.Tests.Expressions.Unit;

/// <summary>How values of JSON and of .NET look to expressions.</summary>
public sealed class JsonValueTests
{
    private const string Deal = """
        {"object": "deal", "value": 1500, "exact": 1500.5, "round": 1500.0, "large": 18446744073709551615, "huge": 1e400, "exponent": 15e2,
         "owner": null, "won": true, "tags": ["new", "eu"], "contact": {"name": "Zoë", "emails": [{"to": "a@b.example"}]}, "content-type": "x", "id": 7, "id": 8}
        """;

    [Theory]
    [InlineData("data.object == 'deal' && data.value > 1000")]
    [InlineData("data.value > 1000 && data.value > 1499.5 && data.value < 1500.5 && data.value == 1500.0 && data.value == 1500u")]
    [InlineData("data.exact > 1000 && data.exact > 1500u && data.exact < 1501 && data.round == 1500 && data.exponent == data.value")]
    [InlineData("type(data.value) == int && type(data.exact) == double && type(data.round) == double && type(data.large) == uint && type(data.exponent) == double")]
    [InlineData("data.large > 9223372036854775807 && data.large == 18446744073709551615u")]
    [InlineData("data.owner == null && has(data.owner) && !has(data.missing)")]
    [InlineData("data.won && data.won == true && data.won != 'true'")]
    [InlineData("'eu' in data.tags && size(data.tags) == 2 && data.tags[0] == 'new' && data.tags == ['new', 'eu'] && ['new', 'eu'] == data.tags")]
    [InlineData("data.contact.name == 'Zoë' && data.contact['name'] == 'Zoë' && data['contact'].emails[0].to.endsWith('.example')")]
    [InlineData("data.contact.emails.exists(email, email.to.contains('@'))")]
    [InlineData("data.`content-type` == 'x' && has(data.`content-type`) && data['content-type'] == 'x'")]
    [InlineData("'object' in data && !('objects' in data) && !(1 in data)")]
    [InlineData("data.id == 8 && size(data) == 13 && data.exists_one(key, key == 'id')")]
    [InlineData("data.contact == {'emails': [{'to': 'a@b.example'}], 'name': 'Zoë'} && data == data")]
    [InlineData("data.filter(key, key.startsWith('o')) == ['object', 'owner']")]
    [InlineData("{'a': 1, 2: 'b'}[data.value - 1498] == 'b' && [1, 2, 3][data.round / 750.0] == 3")]
    [InlineData("data.missing == 1 || data.value > 1000")]
    public void Payload_is_read_as_its_author_means_it(string source)
    {
        Cel.Holds(source, Deal);
        var node = CelValue.From(JsonNode.Parse(Deal.Replace("\"id\": 7, ", "", StringComparison.Ordinal)));
        Assert.True(Cel.Compile(source).Evaluate(new Dictionary<string, CelValue>(StringComparer.Ordinal) { ["data"] = node }).IsTrue);
    }

    [Theory]
    [InlineData("data.value * 1.2", "1800d")]
    [InlineData("data.exact * 2", "3001d")]
    [InlineData("data.value * 2 + 0.5", "3000.5d")]
    [InlineData("1u + data.value", "1501")]
    [InlineData("data.value / 4", "375")]
    [InlineData("data.exact / 2", "750.25d")]
    [InlineData("-data.value - 0.5", "-1500.5d")]
    [InlineData("math.greatest(data.value, data.exact) * 2", "3001d")]
    [InlineData("math.round(data.value) == 1500 && math.round(data.exact) == 1501", "true")]
    [InlineData("string(data.value) + string(data.exact)", "\"15001500.5\"")]
    public void Number_of_a_payload_takes_the_type_of_its_partner(string source, string value) =>
        Assert.Equal(value, Cel.Text(Cel.Evaluate(source, Deal)));

    [Theory]
    [InlineData("1 + 1.5")]
    [InlineData("int(data.value) + 1.5")]
    [InlineData("1u + 1")]
    [InlineData("data.exact % 2")]
    [InlineData("data.value + 'a'")]
    public void Numbers_of_the_expression_are_of_one_type_as_in_CEL(string source) =>
        Assert.Contains("cannot be applied", Cel.Error(source, Deal).Message, StringComparison.Ordinal);

    [Fact]
    public void Text_that_is_not_well_formed_is_an_error_where_it_is_used()
    {
        var data = """{"name": "\ud800", "\ud800": 1, "list": ["\ud800", "a"]}""";
        Assert.Equal((5, "The text is not well-formed Unicode."), (Cel.Error("data.name == ''", data).Offset, Cel.Error("data.name == ''", data).Message));
        Cel.Holds("has(data.name) && size(data) == 2 && 'a' in data.list && data.list[1] == 'a'", data);
        Assert.Contains("well-formed", Cel.Error("'b' in data.list", data).Message, StringComparison.Ordinal);
        Assert.Contains("well-formed", Cel.Error("data.list.map(item, item)", data).Message, StringComparison.Ordinal);
        Assert.Contains("well-formed", Cel.Error("data.list.all(item, item == 'a' || item == 'b')", """{"list": ["a", "\ud800"]}""").Message, StringComparison.Ordinal);
        var half = new Dictionary<string, CelValue>(StringComparer.Ordinal) { ["half"] = CelValue.Of("\ud800"), ["data"] = Cel.Data("{}")["data"] };
        Assert.True(Cel.Compile("!(half in data)").Evaluate(half).IsTrue);
    }

    [Fact]
    public void Values_of_dotnet_are_taken()
    {
        var variables = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["flag"] = true, ["small"] = (byte)1, ["whole"] = 2, ["big"] = 3UL, ["real"] = 1.5f, ["amount"] = 2.50m, ["round"] = 3m, ["text"] = "t", ["none"] = null,
            ["at"] = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(1)), ["span"] = TimeSpan.FromMinutes(90), ["kind"] = CelKind.Map,
            ["list"] = new[] { 1, 2 }, ["map"] = new Dictionary<string, object?>(StringComparer.Ordinal) { ["a"] = new[] { "x" } },
            ["headers"] = new Dictionary<string, string>(StringComparer.Ordinal) { ["accept"] = "json" }, ["json"] = JsonDocument.Parse("[1]").RootElement,
            ["bytes"] = new byte[] { 1 }, ["odd"] = new Uri("https://a.example"),
        };
        var root = new Dictionary<string, CelValue>(StringComparer.Ordinal) { ["v"] = CelValue.From(variables) };
        foreach (var source in new[]
        {
            "v.flag && v.small == 1 && v.whole == 2 && v.big == 3u && v.real == 1.5 && v.amount == 2.5 && v.round == 3 && type(v.round) == int && v.text == 't' && v.none == null",
            "v.at == timestamp('2026-01-02T02:04:05Z') && v.span == duration('1h30m') && v.kind == 'Map'",
            "v.list == [1, 2] && v.map.a[0] == 'x' && v.headers.accept == 'json' && v.json[0] == 1 && v.bytes == b'\\x01' && v.size() == 18",
        })
            Assert.True(Cel.Compile(source).Evaluate(root).IsTrue, source);
        Assert.Contains("no type that expressions know", Cel.Compile("v.odd == 1").Evaluate(root).Fault!.Message, StringComparison.Ordinal);
    }
}
