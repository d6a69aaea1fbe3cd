using System.Diagnostics;
using System.Text.Json;
using Portal.Core.Ai;
using Portal.Core.Ai.Offline;

namespace Portal.Tests.Ai.Unit;

/// <summary>Functions are filled with what a text states, and not with guesses.</summary>
public sealed class FunctionFillTests
{
    private const string Invoice = """
        {"type":"object","properties":{"customer_email":{"type":"string","format":"email"},"amount":{"type":"number"},"due_date":{"type":"string","format":"date"},
        "priority":{"enum":["low","high"]},"customer_name":{"type":"string"},"notify":{"type":"boolean"}},"required":["customer_email","amount"]}
        """;

    [Fact]
    public void Parameters_are_found_by_form_by_name_and_among_options()
    {
        var fill = Fill("Create an invoice for ada@analytical.example, amount 1,250.50 USD due on March 20, 2024 with high priority, customer name: \"Ada Lovelace\", notify: yes", Invoice);
        Assert.Equal("""{"customer_email":"ada@analytical.example","amount":1250.50,"due_date":"2024-03-20","priority":"high","customer_name":"Ada Lovelace","notify":true}""", fill.Arguments!.ToJsonString());
    }

    [Fact]
    public void Required_parameter_that_is_not_found_is_missing()
    {
        var fill = Fill("Create an invoice of 40 EUR", Invoice);
        Assert.Null(fill.Arguments);
        Assert.Equal(["customer_email"], fill.Missing);
    }

    [Fact]
    public void Value_that_does_not_fit_its_schema_is_not_taken()
    {
        const string Schema = """{"type":"object","properties":{"seats":{"type":"integer","maximum":10}},"required":["seats"]}""";
        Assert.Equal("""{"seats":4}""", Fill("Book seats: 4", Schema).Arguments!.ToJsonString());
        Assert.Equal(["seats"], Fill("Book seats: 40", Schema).Missing);
        Assert.Equal(["seats"], Fill("Book seats: 4.5", Schema).Missing);
        Assert.Equal(["seats"], Fill("Book some", Schema).Missing);
    }

    [Fact]
    public void Only_number_of_a_text_is_meant_for_the_only_parameter_that_takes_one()
    {
        const string Schema = """{"type":"object","properties":{"quantity":{"type":"integer"}},"required":["quantity"]}""";
        Assert.Equal("""{"quantity":12}""", Fill("Order 12 gears", Schema).Arguments!.ToJsonString());
        Assert.Null(Fill("Order 12 gears and 3 springs", Schema).Arguments);
    }

    [Fact]
    public void Name_that_stands_a_hundred_thousand_times_in_a_text_takes_no_time()
    {
        var started = Stopwatch.GetTimestamp();
        Assert.Equal(["a"], Fill(string.Concat(Enumerable.Repeat("a,", 100_000)), """{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}""").Missing);
        // Some milliseconds by itself; with a look to the text's end from each place, half a minute.
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Function_that_has_to_do_with_the_prompt_is_chosen()
    {
        var parameters = JsonElement.Parse("""{"type":"object","properties":{}}""");
        AiCallable[] functions = [new("send_mail", "Sends a mail", parameters), new("createTicket", "Opens a support ticket", parameters)];
        Assert.Equal("createTicket", FunctionFill.Of(Prompt("Open a ticket for it", functions, null)).Function!.Name);
        Assert.Null(FunctionFill.Of(Prompt("Why is the sky blue?", functions, null)).Function);
        Assert.Equal("send_mail", FunctionFill.Of(Prompt("Why is the sky blue?", functions, functions[0])).Function!.Name);
    }

    [Theory]
    [InlineData("due_date", "due date")]
    [InlineData("dueDate", "due date")]
    [InlineData("Due-Date", "due date")]
    public void Names_are_read_as_they_are_said(string name, string spoken) => Assert.Equal(spoken, ParameterSource.Spoken(name));

    private static FunctionFill Fill(string text, string schema)
    {
        var function = new AiCallable("run", "Runs", JsonElement.Parse(schema));
        return FunctionFill.Of(Prompt(text, [function], function));
    }

    private static AiPrompt Prompt(string text, AiCallable[] functions, AiCallable? required) => new(text, [], null, null, functions, required);
}
