using System.Globalization;
using System.Text.Json.Nodes;
using Portal.Core.Shared;
using Portal.Core.Shared.Problems;

namespace Portal.Core.Ai.Offline;

/// <summary>
/// The built-in model: rules and lists of words, no language model. It needs no network, always answers the same, and
/// says what it did instead of what was asked for.
/// </summary>
internal sealed class OfflineProvider : IAiProvider
{
    public const string ModelName = "portal-offline";
    private const string Can = "It can summarize, judge sentiment, classify into given labels, extract keywords, e-mail addresses, amounts, dates and phone numbers, draft a plain reply, and fill functions with what a text states.";
    private const int MostKeywords = 10;

    public string Name => "portal";
    public string Model => ModelName;
    public string Description => "Built in: rules and lists of English words, no language model. " + Can;
    public AiPrices Prices => default;

    public Task<AiAnswer> Complete(AiPrompt prompt, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(prompt.Functions.Count > 0 && Call(prompt) is { } called ? called : Answer(prompt));
    }

    public Task<AiAnswer> Look(AiImagePrompt prompt, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (prompt.Text is not null)
        {
            throw new Problem(ErrorCode.AiServiceUnavailable, "The built-in model can read an image's format and size, and nothing of what it shows. That takes a model that sees images: the operator configures one with Ai:BaseUrl.")
            {
                Details = Problem.Pairs(("provider", Name)),
            }.AsException();
        }

        var facts = prompt.Facts;
        var text = string.Create(CultureInfo.InvariantCulture, $"A {facts.Format.ToUpperInvariant()} image of {facts.Width} × {facts.Height} pixels, {prompt.Image.Length} bytes.");
        return Task.FromResult(Said(text, 0, null, "Read from the file's header; what the image shows was not looked at.", new JsonObject
        {
            ["format"] = facts.Format, ["width"] = facts.Width, ["height"] = facts.Height, ["bytes"] = prompt.Image.Length,
        }));
    }

    // Null where no function has to do with the prompt and none must be called.
    private static AiAnswer? Call(AiPrompt prompt)
    {
        var fill = FunctionFill.Of(prompt);
        if (fill.Function is not { } function) return null;
        if (fill.Arguments is { } arguments)
        {
            var json = arguments.ToJsonString();
            return new AiAnswer(ModelName, null, new AiFunctionCall(function.Name, json), "function_call", Usage(prompt.Tokens, json))
            {
                Notice = "The parameters are what the text states by its form or after their names; no language model read it.",
            };
        }

        var missing = fill.Missing.Count > 0 ? $"it found nothing for {string.Join(", ", fill.Missing)}" : "what it found does not fit the parameters' schema";
        return Said($"The built-in model cannot call {function.Name}: {missing} in the text.", prompt.Tokens, prompt.MaxTokens, "No language model read the text.", new JsonObject
        {
            ["function"] = function.Name, ["missing"] = new JsonArray([.. fill.Missing.Select(name => (JsonNode)name)]),
        });
    }

    private static AiAnswer Answer(AiPrompt prompt)
    {
        var instruction = Instruction.Read(prompt.Text, prompt.Context);
        var (text, notice, details) = instruction.Task switch
        {
            OfflineTask.Summarize => (Summary.Of(instruction.Text, instruction.Sentences), "An extract: sentences of the text itself, chosen by the words in them.", null),
            OfflineTask.Sentiment => Feel(instruction.Text),
            OfflineTask.Classify => Classify(instruction),
            OfflineTask.Extract => Extract(instruction.Text),
            OfflineTask.Keywords => (string.Join(", ", Words.Key(instruction.Text, MostKeywords)), "The text's most frequent words.", null),
            OfflineTask.Reply => (ReplyDraft.To(instruction.Text), "A frame for a person to finish; it answers nothing.", null),
            _ => ($"The built-in model cannot answer this: it is no language model. {Can} The operator configures a language model with Ai:BaseUrl.", "The prompt asks for something that takes a language model.", (JsonObject?)null),
        };
        var isUnable = instruction.Task == OfflineTask.Unknown || (instruction.Task == OfflineTask.Classify && instruction.Labels.Count < 2);
        return Said(text, prompt.Tokens, prompt.MaxTokens, notice, details) with { Inability = isUnable ? text : null };
    }

    private static (string, string, JsonObject?) Feel(string text)
    {
        var felt = Sentiment.Of(text);
        return (felt.Label, "Judged by a list of English words.", new JsonObject
        {
            ["sentiment"] = felt.Label, ["score"] = felt.Score, ["evidence"] = new JsonArray([.. felt.Evidence.Select(word => (JsonNode)word)]),
        });
    }

    private static (string, string, JsonObject?) Classify(Instruction instruction)
    {
        if (instruction.Labels.Count < 2)
            return ("The built-in model can classify only into labels that the prompt lists, as in: Classify into billing, technical or sales: …", "The prompt lists no labels.", null);
        var choice = LabelChoice.Of(instruction.Text, instruction.Labels);
        var found = new JsonObject(choice.Found.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
        var details = new JsonObject { ["label"] = choice.Label, ["confidence"] = choice.Confidence, ["found"] = found };
        return choice.Label is { } label
            ? (label, "Chosen by the labels' own words in the text; their meaning is not known.", details)
            : ("unclear", "No word of any label stands in the text.", details);
    }

    private static (string, string, JsonObject?) Extract(string text)
    {
        var found = Entities.In(text).AsJson(Words.Key(text, MostKeywords));
        return (found.ToJsonString(), "Found by their form; names of persons and places are not known.", found);
    }

    private static AiAnswer Said(string text, long read, int? mostTokens, string notice, JsonObject? details)
    {
        var cut = mostTokens is { } most && TokenEstimate.Of(text) > most;
        var said = cut ? TextCut.To(text, mostTokens!.Value * TokenEstimate.Characters) : text;
        return new AiAnswer(ModelName, said, null, cut ? "length" : "stop", Usage(read, said)) { Notice = notice, Details = details };
    }

    private static TokenUsage Usage(long read, string written) => new() { PromptTokens = read, CompletionTokens = TokenEstimate.Of(written) };
}
