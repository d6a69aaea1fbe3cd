using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Portal.Tests.Docs.Api;

/// <summary>Makes bodies that a handler should refuse or survive, from examples that it takes.</summary>
internal sealed class JsonFuzzer(Random random)
{
    private static readonly string[] Texts =
    [
        "", " ", "\\u0000", "a\\u0000b", "\\ud800", "\\udc00x", "\\ud83d\\ude00", "null", "-1", "2024-02-30", "2024-13-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.9999999-14:00", "2024-03-20T10:30:00", "2024-03-20", "not-an-email", "a@b", "a@b.c",
        "../../etc/passwd", "'; DROP TABLE contacts; --", "<script>alert(1)</script>", "%00", "\\\\", "\\\"", "\\r\\nX-Injected: 1", "con_06bv5cwjmxq4s0d2k8h1r3n7zf",
        "usd", "USD", "🙂", "\\u202e", "won", "call", "*", "contacts:read", "10.0.0.0/33", "::/0", "\\u00e9",
    ];

    private static readonly string[] Numbers =
    [
        "0", "-0", "-1", "1", "1.5", "0.001", "1e2", "1e308", "-1e308", "1e999", "9007199254740993", "2147483648", "-2147483649",
        "9223372036854775808", "99999999999999999999999999999999999999", "79228162514264337593543950335.5", "10000000000000.01", "1E-400",
    ];

    /// <summary>A body, and the content type to send it as; null for none.</summary>
    public (byte[] Body, string? ContentType) Next(JsonNode? example)
    {
        var body = random.Next(16) switch
        {
            0 => [],
            1 => Bytes(Value(0)),
            2 => Truncated(Bytes(Mutated(example))),
            3 => Flipped(Bytes(Mutated(example))),
            4 => InvalidUtf8(Bytes(example?.ToJsonString() ?? "{\"a\":\"b\"}")),
            5 => Bytes(Nested(random.Next(2) == 0 ? 40 : 3000)),
            6 => Bytes(Mutated(example) + " trailing"),
            7 => [0xEF, 0xBB, 0xBF, .. Bytes(Mutated(example))],
            _ => Bytes(Mutated(example)),
        };
        return (body, ContentType());
    }

    /// <summary>A text for a query or a path, not yet escaped.</summary>
    public string Text() => random.Next(4) switch
    {
        0 => Unescaped(Texts[random.Next(Texts.Length)]),
        1 => Numbers[random.Next(Numbers.Length)],
        2 => new string((char)random.Next(32, 0x2FF), random.Next(1, 600)),
        _ => Garbage(random.Next(1, 40)),
    };

    /// <summary>A cursor that looks like one of the API's.</summary>
    public string Cursor(string sort) => Convert.ToBase64String(Bytes(
        $$"""{"sort":{{(random.Next(3) == 0 ? Value(1) : $"\"{sort}\"")}},"key":{{Value(1)}},"id":{{(random.Next(2) == 0 ? "\"con_1\"" : Value(1))}}}"""))
        .TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private string? ContentType() => random.Next(12) switch
    {
        0 => null,
        1 => "text/plain",
        2 => "application/xml",
        3 => "application/x-www-form-urlencoded",
        4 => "multipart/form-data; boundary=x",
        5 => "application/json; charset=utf-16",
        6 => "application/json; charset=unknown",
        7 => "application/merge-patch+json",
        _ => "application/json",
    };

    private string Mutated(JsonNode? example)
    {
        if (example is not JsonObject fields) return Object(1);
        var parts = fields.Select(field => (Name: Quoted(field.Key), Value: field.Value?.ToJsonString() ?? "null")).ToList();
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var at = parts.Count == 0 ? -1 : random.Next(parts.Count);
            switch (random.Next(6))
            {
                case 0 when at >= 0:
                    parts.RemoveAt(at);
                    break;
                case 1:
                    parts.Add((Quoted("unknown_" + random.Next(9)), Value(1)));
                    break;
                case 2 when at >= 0:
                    parts.Add((parts[at].Name, Value(1)));
                    break;
                case 3 when at >= 0 && fields.ElementAt(at % Math.Max(1, fields.Count)).Value is JsonObject inner:
                    parts[at] = (parts[at].Name, Mutated(inner));
                    break;
                default:
                    if (at >= 0) parts[at] = (parts[at].Name, Value(0));
                    break;
            }
        }

        return "{" + string.Join(',', parts.Select(part => $"{part.Name}:{part.Value}")) + "}";
    }

    private string Value(int depth) => random.Next(depth > 3 ? 6 : 9) switch
    {
        0 => "null",
        1 => random.Next(2) == 0 ? "true" : "false",
        2 => Numbers[random.Next(Numbers.Length)],
        3 or 4 => $"\"{Texts[random.Next(Texts.Length)]}\"",
        5 => $"\"{new string('x', random.Next(50) == 0 ? 200_000 : random.Next(1, 12_000))}\"",
        6 => "[" + string.Join(',', Enumerable.Range(0, random.Next(random.Next(40) == 0 ? 2000 : 4)).Select(_ => Value(4))) + "]",
        7 => Object(depth + 1),
        _ => random.Next(1000).ToString(CultureInfo.InvariantCulture),
    };

    private string Object(int depth) =>
        "{" + string.Join(',', Enumerable.Range(0, random.Next(4)).Select(i => $"\"{(random.Next(2) == 0 ? "id" : "k" + i)}\":{Value(depth + 1)}")) + "}";

    private string Nested(int depth) => random.Next(2) == 0
        ? new string('[', depth) + new string(']', depth)
        : string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);

    private byte[] Truncated(byte[] body) => body[..random.Next(body.Length + 1)];

    private byte[] Flipped(byte[] body)
    {
        for (var times = random.Next(1, 4); times > 0 && body.Length > 0; times--) body[random.Next(body.Length)] = (byte)random.Next(256);
        return body;
    }

    private byte[] InvalidUtf8(byte[] body)
    {
        byte[][] bad = [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x28, 0xA1]];
        var at = random.Next(body.Length + 1);
        return [.. body[..at], .. bad[random.Next(bad.Length)], .. body[at..]];
    }

    private string Garbage(int length) => string.Create(length, random, static (text, random) =>
    {
        for (var i = 0; i < text.Length; i++) text[i] = (char)random.Next(1, random.Next(8) == 0 ? 0xD7FF : 0x7F);
    });

    private static string Unescaped(string text)
    {
        // Lone surrogates cannot stand in an address; as JSON they can.
        return text.Replace("\\u0000", "\0", StringComparison.Ordinal).Replace("\\r\\n", "\r\n", StringComparison.Ordinal);
    }

    private static string Quoted(string text) => JsonValue.Create(text).ToJsonString();

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
