using System.Collections.Concurrent;
using System.Text;
using Portal.Core.Expressions;

namespace Portal.Tests.Expressions.Unit;

/// <summary>A program gives the same value whenever and wherever it is evaluated, and no text brings more than a fault.</summary>
public sealed class RepeatTests
{
    private static readonly string[] Tokens =
    [
        "data", "event", ".", "a", "tags", "value", "(", ")", "[", "]", "{", "}", ",", ":", "?", "!", "-", "+", "*", "/", "%", "<", "<=", "==", "!=", "&&", "||", " in ",
        "1", "2u", "1.5", "-9223372036854775808", "9223372036854775807", "0", "''", "'a'", "\"b\"", "b'c'", "r'\\d'", "'''x'''", "'", "\"", "`", "`a-b`", "\\", "//", "\n", "null", "true", "false",
        "has(", ".all(x,", ".exists(x,", ".map(x,", ".filter(x,", "x", "size(", "int(", "string(", "type(", "timestamp(", "duration('1s')", ".matches('a+')", ".split('')", ".join()", "math.greatest(", "cel.bind(x,",
        "if", "😀", "0x", "1e", "@", "$", ".substring(", ".replace('', ", "double(", ".getHours(", "dyn(",
    ];

    [Fact]
    public void Threads_share_a_program()
    {
        var program = Cel.Compile("data.items.filter(item, item.price > data.limit).map(item, item.name.upperAscii()) == data.wanted && data.name.matches('^[a-z]+$') && cel.bind(n, data.limit * 2, n > data.limit)", Cel.Filter);
        var faults = new ConcurrentBag<string>();
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, round =>
        {
            var names = Enumerable.Range(1, round % 7 + 1).Select(number => $"n{number}").ToList();
            var items = string.Join(',', names.Select((name, index) => $$"""{"name": "{{name}}", "price": {{round + index}} }"""));
            var wanted = string.Join(',', names.Skip(1).Select(name => $"\"{name.ToUpperInvariant()}\""));
            var data = $$"""{"items": [{{items}}], "limit": {{round}}, "wanted": [{{wanted}}], "name": "{{(round % 3 == 0 ? "A" : "a")}}"}""";
            var expected = round % 3 != 0 && round > 0;
            if (program.Test(Cel.Data(data), out var fault) != expected || fault is not null) faults.Add($"{round}: {fault}");
        });
        Assert.Empty(faults);
    }

    [Fact]
    public void Evaluation_leaves_nothing_behind()
    {
        var program = Cel.Compile("data.items.all(x, x > 1)", Cel.Filter);
        for (var round = 0; round < 3; round++)
        {
            Assert.True(program.Evaluate(Cel.Data("""{"items": [2, 3]}""")).IsTrue);
            Assert.True(program.Evaluate(Cel.Data("""{"items": [0]}""")).IsFalse);
            Assert.True(program.Evaluate(Cel.Data("{}")).IsError);
        }
    }

    [Fact]
    public void Soup_of_tokens_gives_a_value_or_a_fault_in_place()
    {
        var random = new Random(20261122);
        var data = Cel.Data("""{"a": {"a": [1, "x", null, 1.5]}, "tags": ["a", "b"], "value": 5}""");
        var compiled = 0;
        for (var round = 0; round < 30_000; round++)
        {
            var source = Soup(random, round);
            foreach (var options in new[] { Cel.Late, Cel.Filter })
            {
                if (CelProgram.TryCompile(source, options, out var program, out var fault))
                {
                    compiled++;
                    fault = program.Evaluate(data).Fault;
                }

                if (fault is null) continue;
                Assert.InRange(fault.Offset, 0, source.Length);
                Assert.True(fault.Line >= 1 && fault.Column >= 1 && fault.Message.Length > 0, source);
            }
        }

        Assert.True(compiled > 1000, $"Only {compiled} of the texts compile.");
    }

    // Tokens without order seldom compile: every other text is one that does, with a few of its tokens replaced.
    private static string Soup(Random random, int round)
    {
        var builder = new StringBuilder();
        if (round % 2 == 0)
        {
            for (var count = random.Next(1, 12); count > 0; count--) builder.Append(Tokens[random.Next(Tokens.Length)]);
            return builder.ToString();
        }

        string[] parts = ["data", ".", "tags", ".exists(x,", "x", "==", "'a'", ")", "||", "data", ".", "value", "*", "2u", "<", "size(", "event", ")", "?", "true", ":", "has(", "data", ".", "a", ")"];
        for (var count = random.Next(1, 4); count > 0; count--) parts[random.Next(parts.Length)] = Tokens[random.Next(Tokens.Length)];
        return string.Concat(parts);
    }
}
