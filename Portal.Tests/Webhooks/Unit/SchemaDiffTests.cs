using System.Text.Json;
using Portal.Core.Webhooks.Catalogue;

namespace Portal.Tests.Webhooks.Unit;

public sealed class SchemaDiffTests
{
    private const string Before = """{"properties":{"a":{"type":"string"},"n":{"type":"number"},"s":{"enum":["x","y"]}},"required":["a"]}""";

    [Theory]
    [InlineData("""{"properties":{"n":{"type":"number"},"s":{"enum":["x","y"]}},"required":[]}""", "data.a", "receivers")]
    [InlineData("""{"properties":{"a":{"type":"string"},"n":{"type":"number"},"s":{"enum":["x","y"]}},"required":[]}""", "data.a", "receivers")]
    [InlineData("""{"properties":{"a":{"type":["string","null"]},"n":{"type":"number"},"s":{"enum":["x","y"]}},"required":["a"]}""", "data.a", "receivers")]
    [InlineData("""{"properties":{"a":{"type":"string"},"n":{"type":"integer"},"s":{"enum":["x","y"]}},"required":["a"]}""", "data.n", "senders")]
    [InlineData("""{"properties":{"a":{"type":"string"},"n":{"type":"number"},"s":{"enum":["x"]}},"required":["a"]}""", "data.s", "senders")]
    [InlineData("""{"properties":{"a":{"type":"string"},"n":{"type":"number"},"s":{"enum":["x","y","z"]}},"required":["a"]}""", "data.s", "receivers")]
    [InlineData("""{"properties":{"a":{"type":"string"},"n":{"type":"number"},"s":{"enum":["x","y"]}},"required":["a","n"]}""", "data.n", "senders")]
    [InlineData("""{"properties":{"a":{"type":"string","maxLength":5},"n":{"type":"number"},"s":{"enum":["x","y"]}},"required":["a"]}""", "data.a", "senders")]
    [InlineData("""{"properties":{"a":{"type":"string"},"n":{"type":"number"},"s":{"enum":["x","y"]},"new":{}},"required":["a"]}""", "data.new", null)]
    [InlineData("""{"properties":{"a":{"type":"string"},"n":{"type":"number"},"s":{"enum":["x","y"]},"new":{}},"required":["a","new"]}""", "data.new", "senders")]
    [InlineData("""{"properties":{"a":{"type":"string"},"n":{"type":"number"},"s":{"enum":["x","y"]}},"required":["a","undescribed"]}""", "data.undescribed", "senders")]
    public void Change_says_whom_it_may_break(string after, string path, string? breaks)
    {
        var change = Assert.Single(SchemaDiff.Compare(JsonElement.Parse(Before), JsonElement.Parse(after)));
        Assert.Equal((path, breaks), (change.Path, change.Breaks));
    }

    [Fact]
    public void Descriptions_and_order_are_no_change() => Assert.Empty(SchemaDiff.Compare(
        JsonElement.Parse(Before), JsonElement.Parse("""{"required":["a"],"title":"T","properties":{"s":{"enum":["y","x"]},"n":{"type":"number","description":"N"},"a":{"type":"string"}}}""")));
}
