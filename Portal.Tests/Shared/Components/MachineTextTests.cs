using System.Text.Json;
using Bunit;
using Portal.Shared.Parts;

namespace Portal.Tests.Shared.Components;

public sealed class MachineTextTests : PartTest
{
    [Fact]
    public void Secret_is_masked_until_revealed_and_copied_at_any_time()
    {
        var field = Render<SecretField>(p => p.Add(f => f.Label, "Signing secret").Add(f => f.Value, "whsec_0123456789abcd"));
        Assert.Equal("••••••••••••abcd", field.Find("code").TextContent);
        Assert.Equal("whsec_0123456789abcd", field.Find("[data-copy]").GetAttribute("data-copy"));

        field.Find("[aria-pressed]").Click();

        Assert.Equal("whsec_0123456789abcd", field.Find("code").TextContent);
        Assert.Equal("true", field.Find("[aria-pressed]").GetAttribute("aria-pressed"));
    }

    [Fact]
    public void Short_secret_shows_nothing_of_itself() =>
        Assert.DoesNotContain("cd", Render<SecretField>(p => p.Add(f => f.Label, "Code").Add(f => f.Value, "abcd")).Find("code").TextContent, StringComparison.Ordinal);

    [Theory]
    [InlineData("json", """{"a":[1,-2.5,true,null,"x\"y"]}""")]
    [InlineData("bash", "# why\ncurl 'https://x.example/a?b=c' \\\n  -H \"A: b\" --max-time 3")]
    [InlineData("http", "HTTP/1.1 429 Too Many Requests\nRetry-After: 3\n\n{\"a\":1}")]
    [InlineData("javascript", "const a = `x`; // y\nawait fetch(\"z\", { method: 'GET' });")]
    [InlineData("python", "import json  # a\nprint(f\"x {1}\", key='v')")]
    [InlineData("csharp", "using var client = new HttpClient(); // a\nawait client.GetAsync($\"x\");")]
    [InlineData("text", "<b>&amp;</b>")]
    public void Colouring_loses_no_character_and_nothing_of_the_code_becomes_markup(string language, string code)
    {
        var block = Render<CodeBlock>(p => p.Add(b => b.Language, language).Add(b => b.Code, code));

        Assert.Equal(code, string.Concat(CodeTokens.Of(language, code).Select(token => token.Text)));
        Assert.Equal(code, block.Find("pre code").TextContent);
        Assert.Equal(code, block.Find("[data-copy]").GetAttribute("data-copy"));
        Assert.Empty(block.FindAll("pre b"));
    }

    [Fact]
    public void Json_names_values_and_words_have_their_colours() => Assert.Equal(
        ["name:\"a\"", "string:\"b\"", "name:\"c\"", "number:-1.5e3", "name:\"d\"", "word:null"],
        CodeTokens.Of("json", """{"a": "b", "c": -1.5e3, "d": null}""").Where(token => token.Kind is not null).Select(token => $"{token.Kind}:{token.Text}"));

    [Fact]
    public void Tree_folds_and_gives_paths_that_name_the_value()
    {
        var view = Json("""{"items":[{"first name":"Ada"}],"n":1}""");
        Assert.DoesNotContain("Ada", view.Find("[role=tree]").TextContent, StringComparison.Ordinal);

        Click(view, "Unfold");
        Assert.Contains("$.items[0]['first name']", view.FindAll("[data-copy]").Select(button => button.GetAttribute("data-copy")));
        Assert.Contains("Ada", view.FindAll("[data-copy]").Select(button => button.GetAttribute("data-copy")));

        view.Find("[aria-expanded=true] [data-tree-toggle]").Click();
        Assert.Single(view.FindAll("[role=treeitem]"));
    }

    [Fact]
    public void Large_document_opens_a_hundred_at_a_time()
    {
        var view = Json(JsonSerializer.Serialize(Enumerable.Range(0, 250)));
        Assert.Equal(102, view.FindAll("[role=treeitem]").Count);

        view.FindAll("[data-tree-toggle]")[^1].Click();
        view.FindAll("[data-tree-toggle]")[^1].Click();

        Assert.Equal(251, view.FindAll("[role=treeitem]").Count);
    }

    [Fact]
    public void What_is_no_json_is_shown_as_it_is() => Assert.Equal("{broken", Json("{broken").Find("pre code").TextContent);

    [Theory]
    [InlineData(1234.5, "EUR", "1,234.50EUR")]
    [InlineData(-98000, "JPY", "−98,000JPY")]
    [InlineData(0.125, "KWD", "0.125KWD")]
    public void Money_has_its_currency_and_as_many_decimals_as_that_has(double amount, string currency, string expected)
    {
        var money = Render<MoneyText>(p => p.Add(m => m.Amount, (decimal)amount).Add(m => m.Currency, currency));

        Assert.Equal(expected, money.Find("data").TextContent);
        Assert.DoesNotContain(",", money.Find("data").GetAttribute("value"), StringComparison.Ordinal);
    }

    private IRenderedComponent<JsonView> Json(string json) => Render<JsonView>(p => p.Add(v => v.Label, "Body").Add(v => v.Json, json));

    private static void Click(IRenderedComponent<JsonView> view, string text) => view.FindAll("button").First(button => button.TextContent == text).Click();
}
