using Portal.Core.Expressions;

namespace Portal.Tests.Expressions.Unit;

/// <summary>No expression ends the stack, or takes time or memory beyond what its options allow.</summary>
public sealed class BoundTests
{
    private const string Steps = "The expression takes more than 100000 steps with these values.";
    private const string Size = "The value would be larger than 65536 characters, bytes or items.";

    public static TheoryData<string> Towers =>
    [
        new string('(', 4000) + "1" + new string(')', 90),
        new string('(', 2000) + "1" + new string(')', 2000),
        new string('[', 4000),
        new string('!', 4000) + "true",
        new string('-', 4000) + "data",
        string.Concat(Enumerable.Repeat("!-", 2000)) + "1",
        string.Concat(Enumerable.Repeat("{1:", 1300)),
        string.Concat(Enumerable.Repeat("true?", 800)),
        string.Concat(Enumerable.Repeat("true?true:", 400)) + "true",
        string.Concat(Enumerable.Repeat("size(", 800)),
        string.Concat(Enumerable.Repeat("1+", 2000)) + "1",
        string.Concat(Enumerable.Repeat("1<", 2000)) + "1",
        "data" + string.Concat(Enumerable.Repeat(".a", 2000)),
        "data" + string.Concat(Enumerable.Repeat("[0]", 1300)),
        "data" + string.Concat(Enumerable.Repeat(".a()", 1000)),
        string.Concat(Enumerable.Repeat("[1].all(x,", 400)),
    ];

    [Theory]
    [MemberData(nameof(Towers))]
    public void Towers_are_refused(string source)
    {
        foreach (var options in new[] { Cel.Late, Cel.Filter, new CelOptions { MostSource = 100_000, MostDepth = 60 } })
            Assert.NotNull(Cel.Fault(source, options).Message);
    }

    [Fact]
    public void Depth_is_bounded_and_said()
    {
        Assert.Equal("The expression is nested deeper than 100 levels.", Cel.Fault(new string('(', 200) + "1" + new string(')', 200)).Message);
        Assert.Equal("The expression is nested deeper than 100 levels.", Cel.Fault(string.Concat(Enumerable.Repeat("1+", 200)) + "1").Message);
        Cel.Holds(new string('(', 90) + "true" + new string(')', 90));
        Cel.Holds(string.Concat(Enumerable.Repeat("1+", 90)) + "1 == 91");
    }

    [Fact]
    public void Long_chains_of_conditions_are_no_tower() =>
        Cel.Holds(string.Join(" || ", Enumerable.Range(0, 200).Select(number => $"data.a == {number}")), """{"a": 199}""");

    [Fact]
    public void Source_is_no_longer_than_allowed()
    {
        Cel.Holds("true" + new string(' ', 4092));
        var fault = Cel.Fault("true" + new string(' ', 4093));
        Assert.Equal((4096, "The expression is longer than 4096 characters."), (fault.Offset, fault.Message));
        Assert.Equal(10, Cel.Fault("1 + 1 + 1 + 1", new CelOptions { MostSource = 10 }).Offset);
        Cel.Compile(string.Join(" && ", Enumerable.Repeat("true", 5000)), new CelOptions { MostSource = 100_000 });
    }

    [Fact]
    public void Deepest_expression_fits_a_small_stack()
    {
        var sources = new[]
        {
            new string('(', 99) + "1" + new string(')', 99),
            new string('[', 99) + new string(']', 99),
            string.Concat(Enumerable.Repeat("true?true:", 98)) + "true",
            string.Concat(Enumerable.Repeat("1||1&&1<1+1*(", 19)) + "1" + new string(')', 19),
            string.Concat(Enumerable.Repeat("[1].all(x,", 98)) + "true" + new string(')', 98),
            string.Concat(Enumerable.Repeat("size(dyn(", 49)) + "1" + new string(')', 98),
        };
        var thread = new Thread(
            () =>
            {
                foreach (var source in sources)
                {
                    if (CelProgram.TryCompile(source, Cel.Late, out var program, out _)) program.Evaluate(Cel.Data("{}"));
                }
            },
            256 * 1024);
        thread.Start();
        Assert.True(thread.Join(TimeSpan.FromSeconds(30)));
    }

    [Theory]
    [InlineData("cel.bind(a, [1,2,3,4,5,6,7,8,9,10], a.all(b, a.all(c, a.all(d, a.all(e, a.all(f, a.all(g, true)))))))")]
    [InlineData("[1,2,3,4,5,6,7,8,9,10].exists(a, data.big.exists(b, data.big.exists(c, a / 0 == c))) || true")]
    [InlineData("data.big.map(a, data.big.map(b, data.big)) == []")]
    [InlineData("data.big.all(a, data.big == data.big)")]
    [InlineData("data.big.all(a, a in data.big)")]
    [InlineData("data.big.all(a, data.text.contains('xx'))")]
    [InlineData("data.big.all(a, data.text.matches('(x+x+)+y') == false)")]
    [InlineData("data.big.all(a, data.text != 'x')")]
    [InlineData("data.big.all(a, data.texts.all(b, true))")]
    [InlineData("data.big.all(a, !('y' in data.texts))")]
    [InlineData("data.big.all(a, data.text.reverse().lowerAscii().trim() != '')")]
    [InlineData("data.big.all(a, data.text.replace('x', 'y') != '')")]
    [InlineData("data.big.all(a, data.wide.size() > 0)")]
    [InlineData("data.big.all(a, data.wide.x0 == 1)")]
    [InlineData("data.big.all(a, data.wide == data.wide)")]
    [InlineData("data.big.all(a, data.big[2999] == 2999)")]
    [InlineData("data.big.all(a, 'a'.matches(data.pattern))")]
    [InlineData("data.big.all(a, timestamp(0).getHours('Europe/Berlin') == 1)")]
    [InlineData("data.big.map(a, {'k': a}) == data.big.map(a, data.big.map(b, {'k': b}))")]
    public void Nested_loops_end_by_the_budget(string source)
    {
        var wide = string.Join(',', Enumerable.Range(0, 3000).Select(number => $"\"x{number}\": 1"));
        var data = $$"""{"wide": { {{wide}} }, "texts": ["{{new string('x', 60_000)}}"], "big": [{{string.Join(',', Enumerable.Range(0, 3000))}}], "text": "{{new string('x', 60_000)}}", "pattern": "a+"}""";
        var fault = Cel.Error(source, data);
        Assert.Equal((0, Steps), (fault.Offset, fault.Message));
    }

    [Theory]
    [InlineData("(.{0,60}x){40}y")]
    [InlineData("(?i)(?:[[:alpha:]]{0,50}\\\\pL){30}y")]
    [InlineData("(?P<n>(x{2}){3,}(z|x){5,7}){80}")]
    public void Pattern_costs_what_its_repetitions_write_out(string pattern)
    {
        // Each would be held against a thousand places for each of the characters: minutes, in a single step of the expression.
        var data = $$"""{"text": "{{string.Concat(Enumerable.Repeat("xxzx", 10_000))}}", "pattern": "{{pattern}}"}""";
        Assert.Equal(Steps, Cel.Error($"data.text.matches('{pattern}')", data).Message);
        Assert.Equal(Steps, Cel.Error("data.text.matches(data.pattern)", data).Message);
    }

    [Theory]
    [InlineData("^[a-z.]{1,64}@[a-z.-]{1,255}$")]
    [InlineData("^.{0,500}\\\\.test$")]
    [InlineData("{.}|x{|x{,3}|[{9999}]|\\\\{9999}|(x)*@")]
    public void Pattern_that_people_write_costs_little(string pattern) => Cel.Holds($"'ada@portal.test'.matches('{pattern}')");

    [Fact]
    public void Doubling_ends_by_the_size_of_the_value()
    {
        Assert.Equal(Size, Cel.Error(Doubling("'xxxxxxxxxxxxxxxx'", "x + x", 30)).Message);
        Assert.Equal(Size, Cel.Error(Doubling("b'xxxxxxxxxxxxxxxx'", "x + x", 30)).Message);
        Assert.Contains(Cel.Error(Doubling("[1, 2, 3, 4]", "x + x", 30)).Message, new[] { Size, Steps });
        Assert.Equal(Size, Cel.Error(Doubling("'x'", "x.replace('x', 'xx')", 30), options: new CelOptions { MostSteps = 10_000_000 }).Message);
        Assert.Equal(Size, Cel.Error(Doubling("'x'", "[x, x].join('-')", 30)).Message);
        Assert.Equal(Size, Cel.Error("data.text + data.text", $$"""{"text": "{{new string('x', 40_000)}}"}""").Message);
    }

    [Fact]
    public void Values_that_share_their_parts_are_compared_within_the_budget()
    {
        // Sixty levels of two parts each: small in memory, and 2^60 items to whoever walks it.
        var tower = Doubling("[1]", "[x, x]", 60);
        Assert.Equal(Steps, Cel.Error($"({tower}) == ({tower})").Message);
        Assert.Equal(CelKind.List, Cel.Evaluate(tower).Kind);
    }

    [Fact]
    public void Deep_values_are_compared_without_ending_the_stack()
    {
        CelValue deep = CelValue.Null, other = CelValue.Null;
        for (var level = 0; level < 100_000; level++)
        {
            deep = CelValue.From(new[] { (object?)deep });
            other = CelValue.From(new[] { (object?)other });
        }

        var value = Cel.Compile("a == b").Evaluate(new Dictionary<string, CelValue>(StringComparer.Ordinal) { ["a"] = deep, ["b"] = other });
        Assert.Contains("nested too deeply", value.Fault!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Budget_is_no_error_that_an_expression_may_absorb()
    {
        var options = new CelOptions { MostSteps = 50 };
        Assert.Equal("The expression takes more than 50 steps with these values.", Cel.Error("[1,2,3,4,5,6,7,8,9].map(a, [1,2,3,4,5,6,7,8,9].map(b, a + b)) == [] || true", options: options).Message);
    }

    private static string Doubling(string start, string twice, int times) =>
        string.Concat(Enumerable.Repeat("cel.bind(x, ", times)) + start + string.Concat(Enumerable.Repeat($", {twice})", times));
}
