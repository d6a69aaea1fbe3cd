using Portal.Core.Expressions;

namespace Portal.Tests.Expressions.Unit;

/// <summary>What cannot be compiled is refused with the place of the character at fault.</summary>
public sealed class FaultTests
{
    [Theory]
    [InlineData("", 0, "ends where a value")]
    [InlineData("   ", 3, "ends where a value")]
    [InlineData("data.", 5, "ends where the name of a field")]
    [InlineData("data.value >", 12, "ends where a value")]
    [InlineData("data.value > > 1", 13, "“>” stands where a value")]
    [InlineData("(data.value", 11, "“)”")]
    [InlineData("[1, 2", 5, "“]”")]
    [InlineData("data.value 1", 11, "an operator or the end")]
    [InlineData("data.value = 1", 11, "“==” compares")]
    [InlineData("data.a & data.b", 7, "“&&” is “and”")]
    [InlineData("data.a == 'x", 10, "not closed")]
    [InlineData("data.a == 'x\ny'", 10, "not closed")]
    [InlineData("data.a == '\\q'", 11, "escape is not known")]
    [InlineData("data.a == '\\uD800'", 11, "no character of Unicode")]
    [InlineData("data.a == '\\x4'", 11, "2 hexadecimal digits")]
    [InlineData("data.a == \\", 10, "no meaning")]
    [InlineData("data.a == 9223372036854775808", 10, "too large for 64 bits")]
    [InlineData("data.a == 1abc", 11, "followed by a letter")]
    [InlineData("data.a == 1e", 11, "exponent")]
    [InlineData("data.for == while", 12, "word of the language")]
    [InlineData("data.in", 5, "name of a field")]
    [InlineData("data ? 1 : ", 11, "ends where a value")]
    [InlineData("data ? 1", 8, "“:” and the value for the other case")]
    [InlineData("size(data,)", 10, "an argument")]
    [InlineData("Deal{value: 1}", 4, "Messages cannot be built")]
    [InlineData("data.items.all(1, true)", 15, "is the name of its variable")]
    [InlineData("data.items.all(item)", 11, "takes the name of a variable")]
    [InlineData("has(data)", 0, "a field as in")]
    public void Source_that_is_no_expression_is_refused_at_its_place(string source, int offset, string message)
    {
        var fault = Cel.Fault(source, Cel.Filter);
        Assert.Equal((offset, true), (fault.Offset, fault.Message.Contains(message, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("data.value > limit", 13, "There is no variable “limit”. Known are: data, event.")]
    [InlineData("Data.value > 1", 0, "no variable “Data”")]
    [InlineData("data.items.exists(item, itm > 1)", 24, "no variable “itm”")]
    [InlineData("data.items.exists(item, item > 1) && item == 1", 37, "no variable “item”")]
    [InlineData("data.items.exists(item, .item > 1)", 25, "no variable “item”")]
    [InlineData("length(data.name) > 1", 0, "no function “length”")]
    [InlineData("data.name.lenght() > 1", 10, "no method “lenght”")]
    [InlineData("contains(data.name, 'a')", 0, "It is written value.contains(…)")]
    [InlineData("data.name.int() > 1", 10, "It is written int(value)")]
    [InlineData("math.maximum(1, 2) == 1", 5, "There is no function “math.maximum”.")]
    [InlineData("strings.size() == 1", 0, "no variable “strings”")]
    [InlineData("data.name.matches('[😀]')", 18, "beyond U+FFFF")]
    [InlineData("size(data, 1) == 1", 0, "“size” takes 1 argument, and here are 2.")]
    [InlineData("data.name.contains()", 10, "“contains” takes 1 argument, and here are 0.")]
    [InlineData("data.name.substring() == ''", 10, "“substring” takes 1 to 2 arguments, and here are 0.")]
    [InlineData("data.name.matches('a(')", 18, "no regular expression")]
    [InlineData("data.name.matches('(a)\\\\1')", 18, "no regular expression")]
    [InlineData("data.name.matches('(?=a)')", 18, "no regular expression")]
    [InlineData("data.name.matches('(((a{100}){100}){100})')", 18, "too large")]
    [InlineData("'deal'", 0, "gives a string where a bool is needed")]
    [InlineData("data.a ? 1 : 2", 7, "gives an int where a bool is needed")]
    [InlineData("size(data.name)", 0, "gives an int where a bool is needed")]
    public void Filter_that_cannot_hold_is_refused_at_its_place(string source, int offset, string message)
    {
        var fault = Cel.Fault(source, Cel.Filter);
        Assert.Equal((offset, message, true), (fault.Offset, message, fault.Message.Contains(message, StringComparison.Ordinal)));
    }

    [Fact]
    public void Half_of_a_surrogate_pair_is_refused()
    {
        // Not among the cases above: an attribute cannot hold it.
        Assert.Equal(11, Cel.Fault("data.a == '" + (char)0xD83D + "'", Cel.Filter).Offset);
        Assert.Equal(11, Cel.Fault("data.a == '" + (char)0xDE00 + (char)0xD83D + "'", Cel.Filter).Offset);
    }

    [Fact]
    public void Place_is_given_as_line_and_column()
    {
        var fault = Cel.Fault("data.object == 'deal'\n  // only large ones\n  && data.value >> 10", Cel.Filter);
        Assert.Equal((3, 18), (fault.Line, fault.Column));
        Assert.StartsWith("3:18: ", fault.ToString(), StringComparison.Ordinal);
        Assert.Equal((1, 1), (Cel.Fault("", Cel.Filter).Line, Cel.Fault("", Cel.Filter).Column));
    }

    [Theory]
    [InlineData("data.amount > 10", 5, "There is no field “amount” here.")]
    [InlineData("data.value.cents > 10", 11, "“.cents” needs a map, and this is an int.")]
    [InlineData("data.value > 'ten'", 11, "“>” cannot be applied to an int and a string.")]
    [InlineData("data.value + 9223372036854775807", 11, "beyond what the type of number holds")]
    [InlineData("data.value / 0", 11, "Division by zero.")]
    [InlineData("data.tags[7]", 10, "The list has 2 items")]
    [InlineData("data.value && true", 5, "True or false is needed here, and this is an int.")]
    [InlineData("data.tags.startsWith('a')", 10, "“startsWith” cannot be applied to a list, a string.")]
    [InlineData("data.value.all(item, true)", 5, "A list or a map is needed here")]
    [InlineData("timestamp('yesterday')", 0, "no timestamp such as")]
    [InlineData("'a'.matches(data.name)", 4, "no regular expression")]
    [InlineData("event.id", 6, "needs a map")]
    public void Error_of_an_evaluation_says_where(string source, int offset, string message)
    {
        var options = new CelOptions { Variables = Cel.Filter.Variables };
        var fault = Cel.Error(source, """{"value": 5, "tags": ["a", "b"], "name": "("}""", options);
        Assert.Equal((offset, message, true), (fault.Offset, message, fault.Message.Contains(message, StringComparison.Ordinal)));
    }

    [Fact]
    public void Messages_quote_no_values_of_the_data()
    {
        foreach (var source in new[] { "data.secret.a", "data.secret > 1", "data.secret + 1", "int(data.secret)", "timestamp(data.secret)", "''.matches(data.secret)", "data[data.secret]", "{data.secret: 1, data.secret: 2}" })
            Assert.DoesNotContain("hunter2", Cel.Error(source, """{"secret": "(hunter2"}""").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Declared_variable_without_a_value_is_an_error()
    {
        var program = Cel.Compile("data.value > 1 || event == 'deal.updated'", Cel.Filter);
        Assert.False(program.Test(new Dictionary<string, CelValue>(StringComparer.Ordinal), out var fault));
        Assert.Equal((0, "“data” has no value here."), (fault!.Offset, fault.Message));
        Assert.True(program.Test(new Dictionary<string, CelValue>(StringComparer.Ordinal) { ["event"] = CelValue.Of("deal.updated") }, out fault));
        Assert.Null(fault);
    }

    [Fact]
    public void Test_of_what_is_no_bool_is_false_with_a_fault()
    {
        Assert.False(Cel.Compile("data.value", Cel.Filter).Test(Cel.Data("""{"value": 1}"""), out var fault));
        Assert.Contains("a bool is needed", fault!.Message, StringComparison.Ordinal);
        Assert.False(Cel.Compile("data.value", Cel.Filter).Test(Cel.Data("""{"value": false}"""), out fault));
        Assert.Null(fault);
    }
}
