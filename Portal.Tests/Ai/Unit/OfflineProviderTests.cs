using System.Text.Json;
using Portal.Core.Ai;
using Portal.Core.Ai.Offline;
using Portal.Core.Shared.Problems;

namespace Portal.Tests.Ai.Unit;

/// <summary>The built-in model does what it says, always the same, and says what it cannot do.</summary>
public sealed class OfflineProviderTests
{
    private readonly OfflineProvider _provider = new();

    [Theory]
    [InlineData("Summarize in one sentence: The pump arrived on Monday. The pump was damaged and the buyer wants a new pump. Thanks.", "The pump was damaged and the buyer wants a new pump.")]
    [InlineData("What is the sentiment of this review?\nThe service was excellent and the staff very friendly.", "positive")]
    [InlineData("Sentiment: this is the worst and most unreliable product", "negative")]
    [InlineData("Sentiment: not good at all", "negative")]
    [InlineData("Sentiment: the box is on the table", "neutral")]
    [InlineData("Classify into billing, technical or sales: I was billed twice on my last bill", "billing")]
    [InlineData("Classify this message as one of: refund, delivery.\nWhere is my delivery?", "delivery")]
    [InlineData("Categorize as positive, negative or neutral: I love it", "positive")]
    [InlineData("Classify into apples or pears: The train is late", "unclear")]
    [InlineData("List the keywords: The boiler leaks. A boiler valve leaks, and the valve is old.", "boiler, leaks, valve, old")]
    [InlineData("Classify into billing or sales: I was\nbilled twice", "billing")]
    [InlineData("Sentiment: the work is great.\nThe team is great", "positive")]
    [InlineData("Please help me: summarize this\nThe pump leaks.", "The pump leaks.")]
    [InlineData("Summarize: in June we sold more. We asked for a reply to our offer.", "in June we sold more. We asked for a reply to our offer.")]
    public async Task Task_is_carried_out(string prompt, string expected)
    {
        var answer = await Ask(prompt);
        Assert.Equal((expected, "stop", "portal-offline"), (answer.Content, answer.FinishReason, answer.Model));
        Assert.NotNull(answer.Notice);
        Assert.Equal(JsonSerializer.Serialize(answer), JsonSerializer.Serialize(await Ask(prompt)));
    }

    [Fact]
    public async Task Long_list_of_labels_is_read_up_to_fifty()
    {
        var labels = string.Join(", ", Enumerable.Range(1, 50).Select(number => $"{new string((char)('a' + (number % 20)), 60)}{number}"));
        var answer = await Ask($"Classify into {labels}, harbour.\nThe ship is in the harbour");
        Assert.Equal("unclear", answer.Content);
        Assert.Equal(50, answer.Details!["found"]!.AsObject().Count);
        labels = string.Join(", ", Enumerable.Range(1, 40).Select(number => $"label number {number}"));
        Assert.Equal("harbour", (await Ask($"Classify into {labels}, harbour.\nThe ship is in the harbour")).Content);
    }

    [Fact]
    public async Task Entities_are_extracted_by_their_form()
    {
        var answer = await Ask("Extract all entities: Ada (ada@analytical.example, +44 20 7946 0958) owes $1,250.50 since 2024-03-20 and 40 EUR since March 2, 2024, see https://analytical.example/invoices/7.");
        var found = JsonElement.Parse(answer.Content!);
        Assert.Equal(["ada@analytical.example"], Texts("emails"));
        Assert.Equal(["+44 20 7946 0958"], Texts("phones"));
        Assert.Equal(["$1,250.50", "40 EUR"], Texts("amounts"));
        Assert.Equal(["2024-03-20", "March 2, 2024"], Texts("dates"));
        Assert.Equal(["https://analytical.example/invoices/7"], Texts("urls"));

        IEnumerable<string?> Texts(string name) => found.GetProperty(name).EnumerateArray().Select(text => text.GetString());
    }

    [Fact]
    public async Task Context_is_the_text_where_the_prompt_holds_none()
    {
        var answer = await _provider.Complete(new AiPrompt("What is the sentiment?", ["I hate it.", "It is terrible."], null, null, [], null), CancellationToken.None);
        Assert.Equal("negative", answer.Content);
    }

    [Fact]
    public async Task Reply_is_a_frame_with_the_topics_and_the_name()
    {
        var answer = await Ask("Draft a reply to this mail:\nMy invoice is wrong and I am disappointed.\nRegards,\nGrace Hopper");
        Assert.StartsWith("Hello Grace Hopper,", answer.Content, StringComparison.Ordinal);
        Assert.Contains("invoice", answer.Content, StringComparison.Ordinal);
        Assert.Contains("sorry", answer.Content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_takes_a_language_model_is_not_pretended()
    {
        var answer = await Ask("Why is the sky blue?");
        Assert.Contains("it is no language model", answer.Content, StringComparison.Ordinal);
        Assert.Contains("Ai:BaseUrl", answer.Content, StringComparison.Ordinal);
        Assert.Contains("lists no labels", (await Ask("Classify this: hello")).Notice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_ends_at_the_limit_of_tokens()
    {
        var answer = await _provider.Complete(new AiPrompt("Why is the sky blue?", [], 3, null, [], null), CancellationToken.None);
        Assert.Equal(("length", 12, 3L), (answer.FinishReason, answer.Content!.Length, answer.Usage.CompletionTokens));
    }

    [Theory]
    [InlineData("Summarize: ")]
    [InlineData(":")]
    [InlineData("Classify into ,,, or : ")]
    [InlineData("summarize in 9999 sentences")]
    [InlineData("Extract dates: 99/99/9999 2024-99-99 ((((((()))))")]
    [InlineData("Draft a reply to \n\n\n")]
    [InlineData("Keywords: 😀😀 ﷽ ̷̡̛")]
    public async Task Odd_prompts_are_answered_too(string prompt) => Assert.NotNull((await Ask(prompt)).Content);

    [Fact]
    public async Task Long_texts_are_read_in_time_that_grows_with_them()
    {
        foreach (var text in new[] { new string('a', 200_000), new string('1', 200_000), string.Concat(Enumerable.Repeat("a. ", 60_000)), new string(' ', 199_000), string.Concat(Enumerable.Repeat("1-", 100_000)) })
            foreach (var verb in new[] { "Summarize: ", "Sentiment: ", "Extract entities: ", "Keywords: ", "Draft a reply to: ", "Classify into a, b, c: " })
                Assert.NotNull((await Ask(verb + text)).Content);
    }

    [Fact]
    public async Task Image_shows_its_format_and_size_and_nothing_else()
    {
        var image = ImageFactsTests.Png(640, 480);
        var facts = ImageFacts.Read(image)!;
        var answer = await _provider.Look(new AiImagePrompt(null, image, facts, null), CancellationToken.None);
        Assert.Equal($"A PNG image of 640 × 480 pixels, {image.Length} bytes.", answer.Content);
        Assert.Equal(640, (int)answer.Details!["width"]!);
        var refused = await Assert.ThrowsAsync<ProblemException>(() => _provider.Look(new AiImagePrompt("What is on it?", image, facts, null), CancellationToken.None));
        Assert.Equal(ErrorCode.AiServiceUnavailable, refused.Problem.Code);
        Assert.Contains("nothing of what it shows", refused.Message, StringComparison.Ordinal);
    }

    private Task<AiAnswer> Ask(string prompt) => _provider.Complete(new AiPrompt(prompt, [], null, null, [], null), CancellationToken.None);
}
