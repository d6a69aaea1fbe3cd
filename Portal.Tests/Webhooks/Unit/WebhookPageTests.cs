using System.Text.Json.Nodes;
using Portal.Core.Webhooks.Catalogue;
using Portal.Shared.Parts;
using Portal.Webhooks;

namespace Portal.Tests.Webhooks.Unit;

public sealed class WebhookPageTests
{
    [Theory]
    [InlineData("webhook-id: evt_1\nWebhook-Signature: v1,abc=")]
    [InlineData("< webhook-id: evt_1\r\n< Webhook-Signature: v1,abc=\r\n")]
    [InlineData("""{"webhook-id":"evt_1","Webhook-Signature":["v1,abc="]}""")]
    [InlineData("""{"method":"POST","headers":{"webhook-id":"evt_1","Webhook-Signature":"v1,abc="}}""")]
    [InlineData("""[["webhook-id","evt_1"],["Webhook-Signature","v1,abc="]]""")]
    [InlineData("""[{"name":"webhook-id","value":"evt_1"},{"key":"Webhook-Signature","value":"v1,abc="}]""")]
    [InlineData("curl -X POST 'https://e.x' \\\n  -H 'webhook-id: evt_1' \\\r\n  --header \"Webhook-Signature: v1,abc=\"")]
    public void Headers_are_read_however_they_are_pasted(string text) =>
        Assert.Equal([new("webhook-id", "evt_1"), new("Webhook-Signature", "v1,abc=")], PastedRequest.Read(text).Headers);

    [Theory]
    [InlineData("curl https://e.x -d '{\"a\": \"O'\\''Neil\"}'", "{\"a\": \"O'Neil\"}")]
    [InlineData("curl https://e.x --data-raw \"{\\\"a\\\": 1}\"", "{\"a\": 1}")]
    [InlineData("curl https://e.x --data-binary $'a\\nb'", "a\nb")]
    [InlineData("curl https://e.x", null)]
    [InlineData("webhook-id: evt_1", null)]
    public void Curl_command_brings_its_body(string text, string? body) => Assert.Equal(body, PastedRequest.Read(text).Body);

    [Theory]
    [InlineData("")]
    [InlineData("{broken")]
    [InlineData(":")]
    [InlineData("[1, 2]")]
    [InlineData("curl 'unclosed")]
    [InlineData("curl \\")]
    public void What_holds_no_headers_gives_none(string text) => Assert.Empty(PastedRequest.Read(text).Headers);

    [Fact]
    public void Fields_of_a_schema_are_listed_with_their_types_and_those_of_objects_after_them()
    {
        var schema = JsonNode.Parse("""
            {"properties":{"id":{"type":"string"},"at":{"type":["string","null"],"format":"date-time"},"kind":{"enum":["a",null]},"only":{"const":1},
             "items":{"type":"array","items":{"$ref":"#/$defs/item"}},"any":true,"either":{"anyOf":[{"type":"string"},{"type":"null"}]}},
             "required":["id"],"$defs":{"item":{"type":"object","properties":{"amount":{"type":"number","minimum":0,"description":"In all."}}}}}
            """)!.AsObject();
        Assert.Equal(
            [
                new SchemaField("id", 0, "string", true, ""), new("at", 0, "string | null · date-time", false, ""), new("kind", 0, "\"a\" | null", false, ""), new("only", 0, "1", false, ""),
                new("items[]", 0, "object[]", false, ""), new("amount", 1, "number · minimum 0", false, "In all."), new("any", 0, "any", false, ""), new("either", 0, "string | null", false, ""),
            ],
            SchemaField.Of(schema));
    }

    [Fact]
    public void Schema_that_refers_to_itself_ends()
    {
        var schema = JsonNode.Parse("""{"properties":{"next":{"$ref":"#"}}}""")!.AsObject();
        Assert.InRange(SchemaField.Of(schema).Count, 1, 10);
    }

    [Fact]
    public void Built_in_schemas_have_fields() => Assert.All(BuiltInEventTypes.All.Values, type => Assert.NotEmpty(SchemaField.Of(type.Schema)));

    [Fact]
    public void Difference_shows_what_goes_and_comes_with_a_few_lines_around()
    {
        var before = string.Join('\n', Enumerable.Range(1, 20));
        var lines = LineDiff.Of(before, before.Replace("\n10\n", "\nten\n", StringComparison.Ordinal));
        Assert.Equal([" …", " 7", " 8", " 9", "-10", "+ten", " 11", " 12", " 13", " …"], lines.Select(line => $"{line.Change}{line.Text}"));
        Assert.DoesNotContain(LineDiff.Of("a", "a"), line => line.Change != ' ');
    }

    [Fact]
    public void Bytes_are_dumped_with_offset_and_characters() => Assert.Equal(
        "00000000  61 00 ff 20 30 31 32 33  34 35 36 37 38 39 61 62  a.. 0123456789ab\n00000010  63                                                c",
        HexDump.Of([0x61, 0, 0xFF, .. " 0123456789abc"u8]));

    [Theory]
    [InlineData("data.items[0].amount", "/items/0/amount")]
    [InlineData("data", "")]
    [InlineData("data.a/b", "/a~1b")]
    public void Path_of_a_fault_is_a_pointer_for_the_editor(string path, string pointer) => Assert.Equal(pointer, EditorFault.Of(path, "").Pointer);

    [Theory]
    [InlineData("""{"type":"object","required":["a"]}""", """{}""", "data.a")]
    [InlineData("""{"type":"object"}""", "{\n\n!", "data")]
    [InlineData("""{"type":"object"}""", "[]", "data")]
    public void Payload_is_checked_as_it_is_when_published(string schema, string text, string path) =>
        Assert.Equal(path, Assert.Single(PayloadCheck.Of(JsonNode.Parse(schema)!.AsObject(), text)).Path);

    [Fact]
    public void Fault_of_a_text_that_is_no_json_names_its_line() => Assert.Equal(3, Assert.Single(PayloadCheck.Of(null, "{\n\n!")).Line);

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(2_000_000, "1.9 MiB")]
    public void Sizes_are_short(long bytes, string text) => Assert.Equal(text, ByteSize.Of(bytes));
}
