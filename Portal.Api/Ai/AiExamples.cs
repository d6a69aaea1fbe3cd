using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Api.Gateway;
using Portal.Core.Ai;
using Portal.Core.Ai.Models;

namespace Portal.Api.Ai;

/// <summary>The examples of models and their answers in the API's documents.</summary>
internal static class AiExamples
{
    private const string Offline = "portal-offline";
    private const string Schema = """{"type":"object","properties":{"income":{"type":"number","minimum":0},"debts":{"type":"number","minimum":0}},"required":["income"]}""";
    private static readonly DateTimeOffset Moment = new(2024, 3, 20, 10, 30, 0, TimeSpan.Zero);

    public static readonly AiCompletionRequest Summarize = new()
    {
        Model = Offline,
        Prompt = "Summarize in one sentence: The pump arrived on Monday. The pump was damaged and the buyer wants a new pump. Thanks.",
        MaxTokens = 200,
        Temperature = 0.2,
    };

    public static readonly AiCompletion Summary = Said("cmp_06bv5dk40xq4s0d2k8h1r3n7zr", "The pump was damaged and the buyer wants a new pump.", null, "stop", (29, 13),
        "An extract: sentences of the text itself, chosen by the words in them.");

    public static readonly AiCompletionRequest Call = new()
    {
        Model = Offline,
        Prompt = "Please create an invoice for ada@analytical.example, amount 250.00 USD.",
        Functions =
        [
            new AiFunction
            {
                Name = "create_invoice", Description = "Creates an invoice",
                Parameters = JsonElement.Parse("""{"type":"object","properties":{"customer_email":{"type":"string","format":"email"},"amount":{"type":"number"}},"required":["customer_email","amount"]}"""),
            },
        ],
        FunctionCall = JsonElement.Parse("""{"name":"create_invoice"}"""),
        Context = ["The customer ordered twelve brass gears."],
    };

    public static readonly AiCompletion Called = Said(
        "cmp_06bv5dm7rxq4s0d2k8h1r3n7zt", null, new AiFunctionCall("create_invoice", """{"customer_email":"ada@analytical.example","amount":250.00}"""), "function_call", (75, 15),
        "The parameters are what the text states by its form or after their names; no language model read it.");

    public static readonly ResourcePage<AiProviderResource> Providers = AiEndpoints.PageOf(
    [
        new AiProviderResource
        {
            Id = "openai", Models = ["gpt-4o-mini"], Description = "A language model that the operator configured, behind an API like OpenAI's.", IsDefault = true, IsLanguageModel = true,
            PromptPricePer1000 = 0.00015m, CompletionPricePer1000 = 0.0006m,
        },
        new AiProviderResource
        {
            Id = "portal", Models = [Offline], Description = "Built in: rules and lists of English words, no language model.", IsDefault = false, IsLanguageModel = false,
            PromptPricePer1000 = 0, CompletionPricePer1000 = 0,
        },
    ]);

    public static readonly AiModelInput NewModel = new()
    {
        ModelId = "churn", Description = "How likely a customer is to leave", Version = "2.1.0", Url = "https://models.example.com/churn",
        Headers = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Authorization"] = "Bearer sk-1042-4711" }, TimeoutSeconds = 20,
    };

    public static readonly AiModelResource Model = new()
    {
        Id = "credit-risk", ModelId = "credit-risk", Description = "How likely a customer is to pay late", Version = "1.4.2", Url = "https://models.example.com/credit-risk",
        Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Authorization"] = "Be••••11" }, InputSchema = JsonNode.Parse(Schema)!.AsObject(), TimeoutSeconds = 30,
        CreatedAt = Moment, UpdatedAt = Moment,
    };

    public static readonly AiModelResource MadeModel = Model with
    {
        Id = "churn", ModelId = "churn", Description = "How likely a customer is to leave", Version = "2.1.0", Url = "https://models.example.com/churn", InputSchema = null, TimeoutSeconds = 20,
    };

    public static readonly AiModelPatch ModelChange = new() { Description = new("How likely a customer is to pay late or never"), TimeoutSeconds = new(60) };

    public static readonly AiModelResource ChangedModel = Model with { Description = "How likely a customer is to pay late or never", TimeoutSeconds = 60, UpdatedAt = Moment.AddDays(1) };

    public static readonly CustomModelRequest Question = new() { Input = JsonElement.Parse("""{"income":4200,"debts":900}"""), Parameters = JsonElement.Parse("""{"horizon_months":12}""") };

    public static readonly CustomModelResponse Prediction = new()
    {
        ModelId = "credit-risk", Version = "1.4.2", Output = new JsonObject { ["risk"] = "low", ["probability"] = 0.07 }, ConfidenceScore = 0.91, ProcessingTimeMs = 84,
        Metadata = new JsonObject { ["trained"] = "2024-02" },
    };

    private static AiCompletion Said(string id, string? content, AiFunctionCall? call, string reason, (long Read, long Written) tokens, string notice) => new()
    {
        Id = id,
        Created = Moment.ToUnixTimeSeconds(),
        Model = Offline,
        Choices = [new AiChoice { Index = 0, Message = new AiMessage { Content = content, FunctionCall = call }, FinishReason = reason }],
        Usage = new TokenUsage { PromptTokens = tokens.Read, CompletionTokens = tokens.Written },
        CostEstimate = 0,
        Metadata = new AiMetadata { Provider = "portal", ProcessingTimeMs = 1, Notice = notice, Details = null },
    };
}
